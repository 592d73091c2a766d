"""The values of a filter as the page draws them, each with how many results it gives."""

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from flask_babel import ngettext
from markupsafe import Markup

from ..catalogue import wording
from ..kit.drawing import SLOT, joined, parts
from ..kit.language import language
from .facets import Panel
from .filters import start_day
from .results import Facet

FILTERS = "components/filters.html"
MOMENTS = "instroom"
"""The filter that holds a day too."""


def draw_panel(panel: Panel, day: str) -> Markup:
    """A filter with its choices. A day among the moments has a field of its own: ``day``."""
    locale, facet = language(), panel.facet
    filled = [_choices(facet, panel.first, locale)]
    has_rest = len(panel.rest) > 0
    if has_rest:
        filled += str(len(panel.rest)), _choices(facet, panel.rest, locale)
    if facet.name == MOMENTS:
        filled.append(day)
    shell = _panel(
        facet.name, panel.question, panel.more, panel.is_open, has_rest, panel.left_out,
        locale,
    )  # fmt: skip
    between = zip(shell, [*filled, ""], strict=True)
    return joined(piece for pair in between for piece in pair)


@lru_cache(maxsize=1000)
def _panel(
    name: str, question: str, more: str, is_open: bool, has_rest: bool, left_out: int, _locale: str
) -> tuple[str, ...]:
    """A filter with places left open: for the first choices, the number of others, those."""
    rest, day = SLOT if has_rest else "", SLOT if name == MOMENTS else ""
    return parts(FILTERS, "panel", question, more, is_open, SLOT, rest, rest, left_out, day)


def _choices(facet: Facet, places: np.ndarray, locale: str) -> str:
    one, many = _words(locale)
    drawn: list[str] = []
    for place, count in zip(places.tolist(), facet.counts.take(places).tolist(), strict=True):
        value, label = facet.values[place]
        if facet.name == MOMENTS and start_day(value):
            continue
        cut = _choice(facet.name, value, label, locale)
        if count > 1 and value not in facet.asked:
            drawn.append(f"{cut.before}{count}{cut.after}")
            continue
        drawn += (
            cut.opening, "" if count else " sm-choice--none",
            cut.begin, " checked" if value in facet.asked else "",
            cut.middle, str(count),
            cut.end, one if count == 1 else many,
            cut.closing,
        )  # fmt: skip
    return "".join(drawn)


@cache
def _words(_locale: str) -> tuple[str, str]:
    return ngettext("plek", "plekken", 1), ngettext("plek", "plekken", 2)


class Choice(NamedTuple):
    """A choice in pieces, for between them what is not the same for every question."""

    opening: str
    begin: str
    middle: str
    end: str
    closing: str
    before: str
    after: str
    """What stands around the count of most: not chosen, with more results than one."""


@lru_cache(maxsize=4096)
def _choice(name: str, value: str, label: str, locale: str) -> Choice:
    """A choice with four places left open, in the language of the page."""
    goal = wording.GOAL_OF_SLUG.get(value) if name == "doel" else None
    cut = parts(FILTERS, "choice", name, value, label, goal, SLOT, SLOT, SLOT, SLOT)
    opening, begin, middle, end, closing = cut
    before, after = f"{opening}{begin}{middle}", f"{end}{_words(locale)[1]}{closing}"
    return Choice(opening, begin, middle, end, closing, before, after)
