"""The values of a filter as the page draws them, each with how many results it gives."""

from functools import cache, lru_cache

from flask_babel import get_locale, ngettext
from markupsafe import Markup

from ..catalogue import wording
from ..kit.drawing import SLOT, joined, parts
from .filters import start_day
from .results import Facet


def draw_choices(facet: Facet, places: list[int]) -> Markup:
    """The choices at some places. A day among the moments has a field of its own."""
    locale = str(get_locale())
    one, many = _words(locale)
    drawn: list[str] = []
    for place, count in zip(places, facet.counts[places].tolist(), strict=True):
        value, label = facet.values[place]
        if facet.name == "instroom" and start_day(value):
            continue
        opening, begin, middle, end, closing = _choice(facet.name, value, label, locale)
        drawn += (
            opening, "" if count else " sm-choice--none",
            begin, " checked" if value in facet.asked else "",
            middle, str(count),
            end, one if count == 1 else many,
            closing,
        )  # fmt: skip
    return joined(drawn)


@cache
def _words(_locale: str) -> tuple[str, str]:
    return ngettext("plek", "plekken", 1), ngettext("plek", "plekken", 2)


@lru_cache(maxsize=4096)
def _choice(name: str, value: str, label: str, _locale: str) -> tuple[str, ...]:
    """A choice with four places left open, in the language of the page."""
    goal = wording.GOAL_OF_SLUG.get(value) if name == "doel" else None
    return parts("filters.html", "choice", name, value, label, goal, SLOT, SLOT, SLOT, SLOT)
