"""The menus of the site, which pages the header and the footer lead to; and those two, drawn."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup

from .accounts.permissions import Permission as Accounts
from .accounts.permissions import can
from .editorial.permissions import Permission as Editorial
from .kit import clock
from .kit.drawing import joined, parts
from .kit.language import language
from .network.site import Site, the_site
from .referrals.permissions import Permission as Referrals


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    is_current: bool = False
    icon: str = ""


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
    if managing := managing_menu():
        is_here = any(item.is_current for item in managing)
        items.append(Item(_("Beheer"), managing[0].url, is_here))
    return [*items, _item(current_user.name, "accounts.account", "accounts.account")]


_MANAGING = (
    (_l("Zoekwoorden"), "editorial.searched_words", (), "search", Editorial.EDIT_THESAURUS),
    (_l("Woordenlijst"), "editorial.thesaurus", ("editorial",), "list", Editorial.EDIT_THESAURUS),
    (_l("Gemist"), "gaps.index", ("gaps.index",), "ask", Referrals.SEE_GAPS),
    (_l("Teams"), "teams.index", ("teams",), "people", Referrals.MANAGE_TEAMS),
    (_l("Regio"), "regions.index", ("regions",), "pin", Editorial.EDIT_REGIONS),
    (_l("Accounts"), "accounts.manage", ("accounts.manage", "accounts.create"), "user",
     Accounts.MANAGE_ACCOUNTS),
    (_l("Mail"), "undelivered.index", ("undelivered",), "mail", Referrals.SEE_UNDELIVERED),
)  # fmt: skip
"""The screens of administration: label, endpoint, what is part of it, icon, who may see it."""


def managing_menu() -> list[Item]:
    """The screens of administration that somebody may see, to go from one to the other."""
    found: list[Item] = []
    for label, endpoint, parts_of_it, icon, permission in _MANAGING:
        if not can(current_user, permission):
            continue
        item = _item(str(label), endpoint, endpoint, *parts_of_it)
        is_first_here = item.is_current and not any(one.is_current for one in found)
        found.append(Item(item.label, item.url, is_first_here, icon))
    return found


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


# The layout --------------------------------------------------------------------------


def notices() -> Markup:
    """What every page says above its header: that the day is not real, that this is a demo."""
    return _layout("notices")


def header() -> Markup:
    return _layout("header")


def footer() -> Markup:
    return _layout("footer")


def _layout(part: str) -> Markup:
    """A part of the layout. For who has no account it is drawn once for each kind of page."""
    if current_user.is_authenticated:
        return _draw(part, the_site())
    where = (language(), request.script_root, request.endpoint, clock.today())
    return _of_a_visitor(part, the_site(), where)


@lru_cache(maxsize=500)
def _of_a_visitor(part: str, site: Site, _where: tuple[object, ...]) -> Markup:
    return _draw(part, site)


def _draw(part: str, site: Site) -> Markup:
    match part:
        case "notices":
            shown: tuple[object, ...] = (site.has_demo,)
        case "header":
            shown = (site.region, main_menu())
        case _:
            account = current_user if current_user.is_authenticated else None
            shown = (main_menu(), footer_menu(), site.urgent, account)
    return joined(parts("components/layout.html", part, *shown))


def register(app: Flask) -> None:
    app.jinja_env.globals.update(
        notices=notices, header=header, footer=footer, managing_menu=managing_menu
    )
