"""How the filters stand on the page: their question, and which of their values are in view.

A filter with many values shows what was chosen and what gives most; the rest is folded away.
"""

from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
from flask_babel import gettext as _

from ..kit.language import language
from .filters import Filters, start_day
from .results import Facet, Results

IN_VIEW = 8
NOT_WORTH_FOLDING = 2
MOST_FOLDED = 30
"""Of a filter with more values than this the ones that give least are only named elsewhere."""
IN_ORDER = ("doel", "onderwijs", "instroom", "kosten", "wachttijd")
"""Filters whose values have an order of their own: all stay in view."""
MOMENTS = "instroom"
"""The filter that holds a day too: a day that was chosen has a field of its own."""
SELDOM_ASKED = (
    "soort", "kosten", "wachttijd", "taal", "regio", "aanbieder", "soort_aanbieder",
)  # fmt: skip
"""Filters that stay closed until somebody opens them or chose one of their values."""


class Panel(NamedTuple):
    """A filter with its question; ``rest`` stands behind the words ``more``."""

    facet: Facet
    question: str
    more: str
    first: np.ndarray
    rest: np.ndarray
    """Where the values stand in the facet."""
    left_out: int = 0
    """How many values that give little are not shown at all."""
    is_open: bool = True


def panels(found: Results) -> list[Panel]:
    """The filters that have something to choose, in the order of the page."""
    asked = _questions(language()).items()
    return [_panel(found.facets[name], *said) for name, said in asked if found.facets[name].values]


def _panel(facet: Facet, question: str, more: str) -> Panel:
    first, rest, left_out = _in_view(facet)
    is_open = facet.name not in SELDOM_ASKED or bool(facet.asked)
    return Panel(facet, question, more, first, rest, left_out, is_open)


@cache
def _questions(_locale: str) -> dict[str, tuple[str, str]]:
    """What each filter asks, and what stands before its folded values; in one language."""
    return {
        "doel": (_("Waar naartoe?"), _("Meer doelen")),
        "gemeente": (_("In welke gemeente?"), _("Meer gemeenten")),
        "onderwijs": (_("Welk onderwijs?"), _("Meer onderwijs")),
        "instroom": (_("Wanneer beginnen?"), _("Meer momenten")),
        "thema": (_("Waar gaat het over?"), _("Meer onderwerpen")),
        "doelgroep": (_("Voor wie?"), _("Meer doelgroepen")),
        "zelf": (_("Wie meldt aan?"), _("Meer aanmelders")),
        "soort": (_("Wat voor plek?"), _("Meer soorten")),
        "kosten": (_("Wat kost het?"), _("Meer prijzen")),
        "wachttijd": (_("Hoe lang wachten?"), _("Meer wachttijden")),
        "taal": (_("Welke taal spreken ze?"), _("Meer talen")),
        "regio": (_("Welke regio?"), _("Meer regio’s")),
        "aanbieder": (_("Welke aanbieder?"), _("Meer aanbieders")),
        "soort_aanbieder": (_("Wat voor aanbieder?"), _("Meer soorten")),
    }


NO_PLACES = np.zeros(0, np.intp)


def _in_view(facet: Facet) -> tuple[np.ndarray, np.ndarray, int]:
    """Where the values stand that were chosen or give most, and where those to fold away stand.

    The folded ones keep their own order; the last number tells how many there are besides.
    """
    places = facet.places
    if facet.name == MOMENTS and facet.asked:
        places = np.array(
            [n for n in places.tolist() if not start_day(facet.values[n][0])], np.intp
        )
    if facet.name in IN_ORDER or len(places) <= IN_VIEW + NOT_WORTH_FOLDING:
        return places, NO_PLACES, 0
    chosen = facet.chosen_places
    worth = int(np.count_nonzero(facet.counts))
    worth += sum(not facet.counts[place] for place in chosen)
    in_view = min(worth, max(IN_VIEW, len(chosen)))
    most = _most_first(facet, in_view + MOST_FOLDED)
    folded = np.sort(most[in_view:])
    return most[:in_view], folded, len(places) - len(most)


PLACE_BITS = 32
CHOSEN = 1 << 62


def _most_first(facet: Facet, most: int) -> np.ndarray:
    """Where the first values stand of all: what was chosen, then what gives most."""
    counts = facet.counts.astype(np.int64)
    if facet.only_found:
        counts = counts.take(facet.places)
    keys = facet.places - (counts << PLACE_BITS)
    if facet.asked:
        keys[np.isin(facet.places, facet.chosen_places)] -= CHOSEN
    if most < len(keys):
        keys.partition(most)
        keys = keys[:most]
    keys.sort()
    return keys & (1 << PLACE_BITS) - 1


@dataclass(frozen=True)
class UnknownPlace:
    """What somebody typed as a municipality and is none; and the question with what they meant."""

    typed: str
    meant: str | None = None
    filters: Filters | None = None


def unknown_places(filters: Filters, known: dict[str, str], *, most: int = 3) -> list[UnknownPlace]:
    """The chosen municipalities that do not exist; ``known`` is slug to name."""
    asked = [value for value in filters.chosen.get("gemeente", ()) if value not in known]
    return [_unknown_place(filters, value, known) for value in asked[:most]]


def _unknown_place(filters: Filters, typed: str, known: dict[str, str]) -> UnknownPlace:
    # Who mistypes a name gets its first letter right; a village must not become a far-off town.
    alike = [slug for slug in known if slug[:1] == typed[:1]]
    for slug in get_close_matches(typed, alike, n=1, cutoff=0.8):
        places = [slug if value == typed else value for value in filters.chosen["gemeente"]]
        chosen = {**filters.chosen, "gemeente": tuple(dict.fromkeys(places))}
        return UnknownPlace(typed, known[slug], replace(filters, chosen=chosen, page=1))
    return UnknownPlace(typed)


def near_pages(page: int, last: int) -> list[list[int]]:
    """The page numbers worth a link, in rows without a gap: ``[[1], [4, 5, 6], [20]]``."""
    numbers = sorted({1, last, *range(max(1, page - 1), min(last, page + 1) + 1)})
    rows = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    return [[number for _place, number in row] for _gap, row in rows]
