"""The pages of finding: home, results; and the API of the same answers."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from ..catalogue import wording
from ..kit import clock
from ..kit.security import public
from ..network.queries import municipality_names, only_region, regions
from .cards import card, coming_soon
from .facets import near_pages, panels, unknown_places
from .filters import CHOICES, Filters
from .index import NotReady, SearchIndex
from .results import PAGE_SIZE, Results, count, search
from .suggest import suggest

bp = Blueprint("search", __name__)

MOST_PER_CALL = 200


def index() -> SearchIndex:
    return current_app.extensions["search"]


def answer(filters: Filters, **kwargs) -> Results:
    try:
        return search(index(), filters, today=clock.today(), **kwargs)
    except NotReady:
        abort(503)


def link_to(filters: Filters) -> str:
    """The address of a state of the list."""
    args = filters.to_args()
    return url_for("search.results") + (f"?{urlencode(args)}" if args else "")


@dataclass(frozen=True)
class Entrance:
    """A way in, as somebody would say it: words, where it leads, and how much is there."""

    words: str
    url: str
    count: int


def _entrances() -> list[Entrance]:
    """What people say about a pupil, each leading to the themes that it is about."""
    said = (
        (_("Komt niet meer op school"), ("verzuim", "thuiszitten")),
        (_("Wil liever werken"), ("arbeidsmarkt", "leerwerk")),
        (_("Thuis gaat het niet goed"), ("thuissituatie",)),
        (_("Weet niet welke opleiding past"), ("studiekeuze",)),
        (_("Is somber, bang of in de war"), ("psychosociaal",)),
        (_("Blowt, drinkt of gamet te veel"), ("verslaving",)),
        (_("Heeft schulden"), ("schulden",)),
        (_("Heeft geen vaste slaapplek"), ("huisvesting",)),
        (_("Is vaak boos of maakt ruzie"), ("gedrag",)),
    )
    found = []
    for words, themes in said:
        filters = Filters(chosen={"thema": themes})
        total = count(index(), filters, today=clock.today())
        found.append(Entrance(words, link_to(filters), total))
    return found


@bp.get("/")
@public
def home():
    overview, today = answer(Filters(), limit=0), clock.today()
    entries = index().snapshot().entries
    latest = sorted(entries, key=lambda e: (e.edited_on, e.id), reverse=True)
    return render_template(
        "search/home.html",
        overview=overview,
        entrances=_entrances(),
        soon=coming_soon(entries, today, count=5),
        latest=latest[:4],
        goals=wording.GOAL_OF_SLUG,
    )


@bp.get("/aanbod")
@public
def results():
    filters = Filters.from_args(request.args)
    found = answer(filters)
    today = clock.today()
    pages = max(1, -(-found.total // PAGE_SIZE))
    return render_template(
        "search/results.html",
        found=found,
        catalogue_is_empty=not index().snapshot().entries,
        filters=filters,
        panels=panels(found),
        cards=[card(hit.entry, today) for hit in found.hits],
        goals=wording.GOAL_OF_SLUG,
        unknown_places=unknown_places(filters, municipality_names()),
        pages=pages,
        near_pages=near_pages(min(filters.page, pages), pages),
        page_size=PAGE_SIZE,
        link_to=link_to,
        ask_again=lambda question: link_to(replace(filters, q=question, page=1)),
        desks=[region for region in (only_region(),) if region] or _desks_of(filters),
    )


def _desks_of(filters: Filters):
    """The desks of the regions that were asked for: whom to call when nothing is found."""
    asked, places = set(filters.chosen.get("regio", ())), filters.chosen.get("gemeente", ())
    return [
        region
        for region in regions()
        if region.slug in asked or any(m.slug in places for m in region.municipalities)
    ]


@bp.get("/api/v1/search")
@public
def api_search():
    filters = Filters.from_args(request.args)
    for field, message in filters.errors.items():
        return _wrong(field, message)
    limit, offset = request.args.get("limit", "20"), request.args.get("offset", "0")
    if not _is_number(limit, MOST_PER_CALL):
        return _wrong("limit", f"a whole number from 0 to {MOST_PER_CALL} is expected")
    if not _is_number(offset, 10_000_000):
        return _wrong("offset", "a whole number from 0 on is expected")
    found = answer(filters, limit=int(limit), offset=int(offset))
    base_url = current_app.extensions["config"].base_url
    return jsonify(
        total=found.total,
        results=[
            {
                "id": hit.entry.id,
                "slug": hit.entry.slug,
                "name": hit.entry.name,
                "organization": hit.entry.organization,
                "summary": hit.entry.summary,
                "score": hit.score,
                "url": base_url + url_for("catalogue.service", slug=hit.entry.slug),
            }
            for hit in found.hits
        ],
        facets={
            name: [
                {"value": o.value, "label": o.label, "count": o.count}
                for o in found.facets[name].options
            ]
            for name in CHOICES
        },
        understood=found.understood,
        did_you_mean=found.did_you_mean,
    )


def _is_number(value: str, most: int) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 9 and int(value) <= most


def _wrong(field: str, message: str):
    return jsonify(error={"code": "invalid", "message": message, "field": field}), 400


@bp.get("/api/v1/suggest")
@public
def api_suggest():
    try:
        snapshot = index().snapshot()
    except NotReady:
        abort(503)
    found = suggest(snapshot, request.args.get("q", "")[:100])
    return jsonify(suggestions=[{"text": s.text, "kind": s.kind, "url": s.url} for s in found])
