"""How the filters stand on the page: their question, and which of their values are in view.

A filter with many values shows what was chosen and what gives most; the rest is folded away.
"""

from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import groupby

from flask_babel import gettext as _

from .filters import Filters
from .results import Option, Results

IN_VIEW = 8
NOT_WORTH_FOLDING = 2
MOST_FOLDED = 60
"""Of a filter with more values than this the ones that give least are only named elsewhere."""
IN_ORDER = ("doel", "onderwijs", "instroom", "kosten", "wachttijd")
"""Filters whose values have an order of their own: all stay in view."""
SELDOM_ASKED = (
    "soort", "kosten", "wachttijd", "taal", "regio", "aanbieder", "soort_aanbieder",
)  # fmt: skip
"""Filters that stay closed until somebody opens them or chose one of their values."""


@dataclass(frozen=True)
class Panel:
    """A filter with its question; ``rest`` stands behind the words ``more``."""

    name: str
    question: str
    more: str
    first: list[Option]
    rest: list[Option]
    is_open: bool = True
    left_out: int = 0
    """How many values that give little are not shown at all."""


def panels(found: Results) -> list[Panel]:
    """The filters in the order of the page."""
    questions = {
        "doel": (_("Waar naartoe?"), _("Meer doelen")),
        "gemeente": (_("In welke gemeente?"), _("Meer gemeenten")),
        "onderwijs": (_("Welk onderwijs?"), _("Meer onderwijs")),
        "instroom": (_("Wanneer beginnen?"), _("Meer momenten")),
        "thema": (_("Waar gaat het over?"), _("Meer thema’s")),
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
    return [_panel(found, name, *words) for name, words in questions.items()]


def _panel(found: Results, name: str, question: str, more: str) -> Panel:
    facet = found.facets[name]
    first, rest = (facet.options, []) if name in IN_ORDER else in_view(facet.options)
    is_open = name not in SELDOM_ASKED or bool(facet.chosen)
    worth = worth_folding(rest)
    return Panel(name, question, more, first, worth, is_open, len(rest) - len(worth))


def worth_folding(rest: list[Option]) -> list[Option]:
    """The folded values in their own order; of very many only those that give most."""
    if len(rest) <= MOST_FOLDED:
        return rest
    best = sorted(rest, key=lambda option: -option.count)[:MOST_FOLDED]
    shown = {option.value for option in best}
    return [option for option in rest if option.value in shown]


def in_view(options: list[Option], count: int = IN_VIEW) -> tuple[list[Option], list[Option]]:
    """What was chosen and what gives most, up to ``count``; and the rest in its own order."""
    if len(options) <= count + NOT_WORTH_FOLDING:
        return options, []
    worth = [option for option in options if option.is_chosen or option.count]
    best = sorted(worth, key=lambda option: (not option.is_chosen, -option.count))
    first = best[: max(count, sum(option.is_chosen for option in options))]
    shown = {option.value for option in first}
    return first, [option for option in options if option.value not in shown]


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
