"""The menus of the site: which pages the header and the footer lead to."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from .accounts.permissions import Permission as Accounts
from .accounts.permissions import can
from .editorial.permissions import Permission as Editorial
from .referrals.permissions import Permission as Referrals


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    is_current: bool = False


def _item(label: str, endpoint: str, *rooms_and_pages: str, **values: Any) -> Item:
    here = request.endpoint or ""
    is_current = any(here == name or here.startswith(name + ".") for name in rooms_and_pages)
    return Item(label, url_for(endpoint, **values), is_current)


def main_menu() -> list[Item]:
    """Where a visitor can go; with an account also to one's own work."""
    items = [
        _item(_("Zoeken"), "search.home", "search.home", "search.results", "catalogue.service"),
        _item(_("Kaart"), "search.map_page", "search.map_page"),
        _item(_("Agenda"), "search.agenda", "search.agenda"),
        _item(
            _("Aanbieders"),
            "catalogue.organizations",
            "catalogue.organizations",
            "catalogue.organization",
        ),
    ]
    if not current_user.is_authenticated:
        return [*items, _item(_("Inloggen"), "accounts.log_in", "accounts")]
    if can(current_user, Referrals.LIST):
        items.append(_item(_("Aanmeldingen"), "referrals.index", "referrals"))
    if can(current_user, Accounts.MANAGE_ACCOUNTS):
        items.append(_item(_("Accounts"), "accounts.manage", "accounts.manage", "accounts.create"))
    if can(current_user, Editorial.EDIT_THESAURUS):
        items.append(_item(_("Beheer"), "editorial.searched_words", "editorial"))
    return [*items, _item(current_user.name, "accounts.account", "accounts.account")]


def footer_menu() -> list[Item]:
    return [
        _item(_("Over deze site"), "pages.page", slug="over"),
        _item(_("Zo gaat een warme overdracht"), "pages.page", slug="warme-overdracht"),
        _item(_("Onafhankelijke hulp"), "pages.page", slug="onafhankelijke-hulp"),
        _item(_("Praktijkvoorbeelden"), "pages.practice_list"),
        _item(_("Het netwerk"), "catalogue.network"),
        _item(_("Privacy"), "pages.privacy"),
        _item(_("Toegankelijkheid"), "pages.accessibility"),
        _item(_("Geweigerd of uitgeschreven? Je rechten"), "pages.rights"),
        _item(_("Wie zit hierachter?"), "pages.colophon"),
    ]


def register(app: Flask) -> None:
    app.jinja_env.globals.update(main_menu=main_menu, footer_menu=footer_menu)
