"""The values of a filter as the page draws them, each with how many results it gives."""

from functools import cache, lru_cache

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
    if panel.rest:
        filled += str(len(panel.rest)), _choices(facet, panel.rest, locale)
    if facet.name == MOMENTS:
        filled.append(day)
    shell = _panel(
        facet.name, panel.question, panel.more, panel.is_open, bool(panel.rest), panel.left_out,
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


def _choices(facet: Facet, places: list[int], locale: str) -> str:
    one, many = _words(locale)
    drawn: list[str] = []
    for place, count in zip(places, facet.counts[places].tolist(), strict=True):
        value, label = facet.values[place]
        if facet.name == MOMENTS and start_day(value):
            continue
        opening, begin, middle, end, closing = _choice(facet.name, value, label, locale)
        drawn += (
            opening, "" if count else " sm-choice--none",
            begin, " checked" if value in facet.asked else "",
            middle, str(count),
            end, one if count == 1 else many,
            closing,
        )  # fmt: skip
    return "".join(drawn)


@cache
def _words(_locale: str) -> tuple[str, str]:
    return ngettext("plek", "plekken", 1), ngettext("plek", "plekken", 2)


@lru_cache(maxsize=4096)
def _choice(name: str, value: str, label: str, _locale: str) -> tuple[str, ...]:
    """A choice with four places left open, in the language of the page."""
    goal = wording.GOAL_OF_SLUG.get(value) if name == "doel" else None
    return parts(FILTERS, "choice", name, value, label, goal, SLOT, SLOT, SLOT, SLOT)
