"""The pages of running text and their short addresses."""

from flask import Blueprint, abort, current_app, render_template

from ..kit.security import public
from .queries import page_by_slug

bp = Blueprint("pages", __name__)


@bp.get("/pagina/<slug>")
@bp.get("/privacy", defaults={"slug": "privacy"}, endpoint="privacy")
@bp.get("/toegankelijkheid", defaults={"slug": "toegankelijkheid"}, endpoint="accessibility")
@bp.get("/colofon", defaults={"slug": "colofon"}, endpoint="colophon")
@bp.get("/rechten", defaults={"slug": "rechten"}, endpoint="rights")
@public
def page(slug: str):
    found = page_by_slug(current_app.extensions["config"].content_dir / "pages", slug)
    if found is None:
        abort(404)
    return render_template("pages/page.html", page=found)
