"""The pages of finding: home, results; and the API of the same answers."""

from dataclasses import dataclass, replace

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _

from ..catalogue import wording
from ..catalogue.models import Service
from ..catalogue.queries import ended_services, feed_service, region_of, services_by_id
from ..catalogue.views import calendar_answer
from ..kit import clock, drawing
from ..kit.security import public
from ..network.queries import regions
from ..network.site import the_site
from . import counts
from .agenda import Month, by_day, month_asked, starts_in
from .cards import coming_soon, draw_cards
from .causes import causes
from .counts import CountedWord
from .entries import Entry
from .facets import near_pages
from .filter_form import draw_filter_form
from .filters import CHOICES, Filters
from .index import NotReady, SearchIndex
from .links import as_query, link_to, path_to
from .listing import listing
from .meanings import meanings_of
from .results import Members, Results, count, members, search
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


def members_of(filters: Filters) -> Members:
    """All that a question finds."""
    try:
        return members(index(), filters, today=clock.today())
    except NotReady:
        abort(503)


def everything_found(filters: Filters) -> list[Entry]:
    """All that a question finds, in its order."""
    found = members_of(filters)
    return [found.snapshot.entries[number] for number in found.numbers]


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
    snapshot = index().snapshot()
    return render_template(
        "search/home.html",
        overview=overview,
        entrances=_entrances(),
        soon=coming_soon(snapshot, today, count=5),
        latest=snapshot.latest[:4],
        goals=wording.GOAL_OF_SLUG,
    )


@bp.get("/aanbod")
@public
def results():
    filters = Filters.from_args(request.args)
    found = answer(filters)
    if filters.page == 1:
        counts.note(_counted(found))
    shown, site = listing(found), the_site()
    title = drawing.macro(FOUND, "title", found.total, not (filters.q or filters.is_narrowed))
    return drawing.page(
        "search/results.html",
        site,
        head=drawing.macro(FOUND, "head", title, filters),
        question=filters.q,
        form=draw_filter_form(filters, shown.panels, path_to("search.results")),
        results=drawing.macro(
            FOUND,
            "results",
            title,
            found,
            shown,
            draw_cards(found.hits, clock.today()),
            causes(found),
            [site.region] if site.region else _desks_of(filters),
            site.urgent,
            not index().snapshot().entries,
        ),
    )


FOUND = "search/found.html"


def _counted(found: Results) -> list[CountedWord]:
    """The words of a question, each by itself, as they are counted."""
    snapshot = index().snapshot()
    meanings = meanings_of(snapshot, snapshot.lexicon)
    return [
        CountedWord(word, meanings.words.knows(word), meanings.of_word(word) is not None)
        for word in found.meant.words
    ]


@bp.get("/instroom")
@public
def agenda():
    """Every start in a month, of what the filters find."""
    filters, today = Filters.from_args(request.args), clock.today()
    month = month_asked(request.args.get("maand", ""), today)
    if month is None:
        abort(404)
    found = members_of(filters)
    rows = starts_in(found.snapshot, found.numbers, month, today)
    pages = max(1, -(-len(rows) // ROWS_PER_PAGE))
    page = min(filters.page, pages)
    return render_template(
        "search/agenda.html",
        filters=filters,
        found=found,
        month=month,
        before=month.before() if month.first > today else None,
        after=month.next() if month_asked(month.next().value, today) else None,
        days=by_day(rows[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE]),
        total=len(rows),
        page=page,
        pages=pages,
        near_pages=near_pages(page, pages),
        all_year=(found.snapshot.open_all_year & found.snapshot.set_of(found.numbers)).bit_count(),
        goal_names=wording.GOALS,
        link_to=link_to,
        in_this_month=lambda other: _agenda_address(other)(month),
        address=_agenda_address(filters),
        feed=url_for(".agenda_feed") + as_query(replace(filters, page=1).to_args()),
        is_too_long=found.total > MOST_IN_FEED,
    )


ROWS_PER_PAGE = 100
MOST_IN_FEED = 500
"""A feed of more services than this is of no use to anybody, and heavy to make."""


def _agenda_address(filters: Filters):
    """Makes the address of a month and page of the agenda with these filters."""

    def address(month: Month, page: int = 1) -> str:
        args = [("maand", month.value), *replace(filters, page=page).to_args()]
        return url_for(".agenda") + as_query(args)

    return address


@bp.get("/instroom.ics")
@public
def agenda_feed():
    """The starts of what the filters find, as a calendar to subscribe to.

    What ended within the filters on theme and region stays in it, as cancelled.
    """
    filters = Filters.from_args(request.args)
    entries = everything_found(filters)
    if filters.errors or len(entries) > MOST_IN_FEED:
        words = _("Kies een thema of een regio: hier staan te veel plekken in één agenda.")
        return Response(next(iter(filters.errors.values()), words), 400, mimetype="text/plain")
    found = [*services_by_id(entry.id for entry in entries), *_ended_of(filters)]
    return calendar_answer(_("Instroom sociale kaart"), map(feed_service, found))


def _ended_of(filters: Filters) -> list[Service]:
    """The ended services with the themes and in the regions that were asked for."""
    themes, asked = filters.chosen.get("thema", ()), filters.chosen.get("regio", ())

    def fits(service: Service) -> bool:
        region = region_of(service)
        has_theme = not themes or bool(set(themes) & set(service.facts.themes))
        return has_theme and (not asked or (region is not None and region.slug in asked))

    return [service for service in ended_services() if fits(service)]


def _desks_of(filters: Filters):
    """The desks of the regions that were asked for: whom to call when nothing is found."""
    asked, places = set(filters.chosen.get("regio", ())), filters.chosen.get("gemeente", ())
    if not asked and not places:
        return []
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
        understood=found.understood.for_machines(),
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
