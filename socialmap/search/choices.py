"""The values of a filter as the page draws them, each with how many results it gives."""

from functools import lru_cache

import numpy as np
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
    name, values, asked = facet.name, facet.values, facet.asked
    drawn: list[str] = []
    for place, count in zip(places.tolist(), facet.counts.take(places).tolist(), strict=True):
        value, label = values[place]
        if name == MOMENTS and start_day(value):
            continue
        few = min(count, MANY)
        before, after = _choice(name, value, label, few, value in asked, locale)
        drawn.append(f"{before}{count}{after}")
    return "".join(drawn)


MANY = 2
"""From this count on a choice differs from another only in the count."""


@lru_cache(maxsize=8192)
def _choice(
    name: str, value: str, label: str, few: int, is_chosen: bool, _locale: str
) -> tuple[str, ...]:
    """A choice before and after its count, of which ``few`` is no more than ``MANY``."""
    goal = wording.GOAL_OF_SLUG.get(value) if name == "doel" else None
    return parts(FILTERS, "choice", name, value, label, goal, few, is_chosen, SLOT)
