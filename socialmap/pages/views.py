"""The pages of running text with their short addresses, and the good-practice cards."""

from pathlib import Path

from flask import Blueprint, abort, current_app, render_template, request

from ..kit.security import public
from . import queries

bp = Blueprint("pages", __name__)


def _folder(name: str) -> Path:
    return current_app.extensions["config"].content_dir / name


@bp.get("/pagina/<slug>")
@bp.get("/privacy", defaults={"slug": "privacy"}, endpoint="privacy")
@bp.get("/toegankelijkheid", defaults={"slug": "toegankelijkheid"}, endpoint="accessibility")
@bp.get("/colofon", defaults={"slug": "colofon"}, endpoint="colophon")
@bp.get("/rechten", defaults={"slug": "rechten"}, endpoint="rights")
@public
def page(slug: str):
    found = queries.page_by_slug(_folder("pages"), slug)
    if found is None:
        abort(404)
    return render_template("pages/page.html", page=found)


@bp.get("/praktijk")
@public
def practice_list():
    cards = queries.practice_cards(_folder("praktijk"))
    theme = request.args.get("thema", "")
    return render_template(
        "pages/practice_list.html",
        cards=[card for card in cards if not theme or theme in card.themes],
        counts=queries.theme_counts(cards),
        theme=theme,
    )


@bp.get("/praktijk/<slug>")
@public
def practice(slug: str):
    card = queries.practice_card(_folder("praktijk"), slug)
    if card is None:
        abort(404)
    return render_template("pages/practice.html", card=card)
