"""The map: the results of ``/aanbod`` as spots, and the data that its script asks for.

The page itself is the list, so it works without JavaScript. The spots come after it, in
columns instead of objects: those of 20,000 services are some 300 kB on the line.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from flask import abort, current_app, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ..catalogue import wording
from ..kit import clock
from ..kit.security import public
from ..network.models import Municipality
from ..network.queries import municipalities
from .cards import card
from .entries import Entry
from .filters import Filters
from .index import NotReady
from .links import link_to
from .listing import listing
from .snapshot import Entries
from .views import answer, bp, everything_found, index

AREA_RADIUS = 7_000
"""Metres around the main place of a municipality: about as large as most of them are."""
FRESH = 60
"""Seconds for which a browser may keep an answer; after that it asks whether it still holds."""
GOALS = tuple(wording.GOALS)
_PLAIN = re.compile(r"[ -~]+")


@bp.get("/kaart")
@public
def map_page():
    filters = Filters.from_args(request.args)
    found = answer(filters)
    return render_template(
        "search/map.html",
        drawing=_drawing(filters),
        list_address=link_to(filters.at_page(1)),
        goal_words=wording.GOALS,
        cards=[(card(hit.entry, clock.today()), hit.distance) for hit in found.hits],
        **listing(found, "search.map_page")._asdict(),
    )


@bp.get("/kaart/punten.json")
@public
def map_points():
    found = everything_found(Filters.from_args(request.args))
    return _kept(spots(found) | {"told": _told(found)})


@bp.get("/kaart/plaatsen.json")
@public
def map_places():
    """The municipalities with how many services stand there, those with most first."""
    there = Counter(entry.place for entry in _entries())
    places = sorted(municipalities(), key=lambda place: (-there[place.name], place.name))
    return _kept(_points(places) | {"count": [there[place.name] for place in places]})


@bp.get("/kaart/werkgebied/<slug>.json")
@public
def map_area(slug: str):
    entry = next((entry for entry in _entries() if entry.slug == slug), None)
    if entry is None:
        abort(404)
    served = set(entry.serves)
    return _kept(_points(place for place in municipalities() if place.slug in served))


def _entries() -> Entries:
    try:
        return index().snapshot().entries
    except NotReady:
        abort(503)


def _kept(values: dict[str, object]):
    """An answer that this browser may keep for a moment, and need not fetch twice."""
    response = jsonify(values)
    response.cache_control.private = True
    response.cache_control.max_age = FRESH
    response.add_etag()
    return response.make_conditional(request)


# The columns --------------------------------------------------------------------


def spots(entries: Iterable[Entry]) -> dict[str, object]:
    """The services that stand somewhere, a column for each fact.

    ``count`` is how many points a service has; ``lat``, ``lon`` (in 1e-4 degree) and
    ``about`` (1: only the municipality is known) hold a value for each point, the other
    columns one for each service. ``organization`` and ``place`` are numbers of the tables
    ``organizations`` and ``places``; ``goal`` is a number of the goals of the page.
    """
    # In this order one row looks like the next, and what is alike takes no room on the line.
    rows = sorted(
        (entry for entry in entries if entry.points),
        key=lambda e: (e.place or "", e.organization, e.name, e.id),
    )
    points = [point for row in rows for point in row.points]
    places, place = _numbered(row.place or "" for row in rows)
    organizations, organization = _numbered(row.organization for row in rows)
    return {
        "name": [row.name for row in rows],
        "slug": [short_slug(row.name, row.slug) for row in rows],
        "goal": [GOALS.index(wording.GOAL_OF_SLUG[row.goal]) for row in rows],
        "organization": organization,
        "organizations": organizations,
        "place": place,
        "places": places,
        "count": [len(row.points) for row in rows],
        "lat": [_degrees(lat) for lat, _lon, _about in points],
        "lon": [_degrees(lon) for _lat, lon, _about in points],
        "about": [int(about) for _lat, _lon, about in points],
    }


def short_slug(name: str, slug: str) -> str:
    """What must be added to a name in small letters and hyphens to get the slug.

    Nearly always nothing, or ``-2``. The whole slug where another script could read the
    letters of the name otherwise than we do, or where the slug is not made of the name.
    """
    if not _PLAIN.fullmatch(name):
        return slug
    made = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    tail = slug.removeprefix(made)
    return tail if made and (not tail or (tail != slug and tail.startswith("-"))) else slug


def _numbered(values: Iterable[str]) -> tuple[list[str], list[int]]:
    """A table of the values, and for each value its number in that table."""
    table: dict[str, int] = {}
    numbers = [table.setdefault(value, len(table)) for value in values]
    return list(table), numbers


def _points(places: Iterable[Municipality]) -> dict[str, object]:
    found = list(places)
    return {
        "name": [place.name for place in found],
        "lat": [_degrees(place.lat) for place in found],
        "lon": [_degrees(place.lon) for place in found],
    }


def _degrees(value: float) -> int:
    return round(value * 10_000)


def _told(entries: list[Entry]) -> str:
    """How many services the map shows, and how many it cannot."""
    shown = sum(bool(entry.points) for entry in entries)
    words = ngettext("%(num)d plek op de kaart.", "%(num)d plekken op de kaart.", shown)
    left = len(entries) - shown
    if not left:
        return words
    return f"{words} " + ngettext(
        "%(num)d plek heeft geen adres en staat alleen in de lijst.",
        "%(num)d plekken hebben geen adres en staan alleen in de lijst.",
        left,
    )


# The page -----------------------------------------------------------------------


def _drawing(filters: Filters):
    """The map, with what its script needs to know."""
    # Here and not above: Folium costs a second and 84 MB, and most processes draw no map.
    from ..kit import leaflet

    everywhere = replace(filters, page=1, order="")
    words, config = _words(), current_app.extensions["config"]
    return leaflet.draw(
        {
            "points": link_to(everywhere, "search.map_points"),
            "places": url_for("search.map_places"),
            "area": url_for("search.map_area", slug="SLUG"),
            "service": url_for("catalogue.service", slug="SLUG"),
            "areaRadius": AREA_RADIUS,
            "goals": [
                {"mark": goal.replace("_", ""), "word": str(word)}
                for goal, word in wording.GOALS.items()
            ],
            "near": _near(filters),
            "words": words,
        },
        full_screen=words["fullScreen"],
        leave_full_screen=words["leaveFullScreen"],
        tiles_url=config.tiles_url,
        attribution=config.tiles_attribution,
    )


def _near(filters: Filters) -> dict[str, object] | None:
    """The place that was asked for, and within how many kilometres."""
    place = filters.place
    return {"lat": place.lat, "lon": place.lon, "km": filters.within} if place else None


def _words() -> dict[str, str]:
    """What the script says; what stands between braces it fills in."""
    return {
        "map": _("Kaart met plekken"),
        "loading": _("De kaart wordt geladen."),
        "failed": _("Dit laadt nu niet. De lijst doet het wel."),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom uit"),
        "fullScreen": _("Vul het scherm"),
        "leaveFullScreen": _("Verlaat het volle scherm"),
        "cluster": _("{count} plekken bij elkaar. Druk op Enter om in te zoomen."),
        "pile": _("{count} plekken op één punt. Druk op Enter voor de namen."),
        "here": _("{count} plekken op dit punt"),
        "more": _("En nog {count}. Kies filters om er minder te zien."),
        "about": _("{place}, ongeveer hier"),
        "oneOf": _("Een van de {count} locaties"),
        "close": _("Sluit"),
        "showArea": _("Toon werkgebied"),
        "showAreaOf": _("Toon werkgebied van {name}"),
        "area": _("Werkgebied van {name}, ongeveer: {places}."),
        "areaAndMore": _("Werkgebied van {name}, ongeveer: {places} en nog {count} gemeenten."),
        "noArea": _("Het werkgebied van {name} is niet opgegeven."),
    }
