"""The column of filters as a page draws it, each value with how many results it gives."""

from functools import lru_cache

import numpy as np
from flask import request
from markupsafe import Markup

from ..catalogue import wording
from ..kit.drawing import SLOT, drawn, joined, parts
from ..kit.language import language
from .facets import MOMENTS, Panel
from .filters import Filters
from .results import Facet

TEMPLATE = "components/filters.html"
AFTER_PLACE_AND_AGE = "onderwijs"
"""The filter before which one can tell where the pupil lives and how old he or she is."""


def draw_filter_form(filters: Filters, panels: list[Panel], action: str) -> Markup:
    """The filters with what was chosen or typed wrong; ``action`` is the page that answers."""
    locale = language()
    opening, closing = _form(action, locale)
    pieces = [opening]
    for panel in panels:
        if panel.facet.name == AFTER_PLACE_AND_AGE:
            pieces += _place_and_age(filters)
        _draw_panel(pieces, panel, filters, locale)
    pieces.append(closing)
    return joined(pieces)


@lru_cache(maxsize=100)
def _form(action: str, _locale: str) -> tuple[str, ...]:
    return parts(TEMPLATE, "filter_form", action, SLOT)


def _place_and_age(filters: Filters) -> tuple[str, str]:
    errors = filters.errors
    years = request.args.get("leeftijd", "")[:20] if filters.age is None else filters.age
    return (
        drawn(
            TEMPLATE, "near", filters.near, filters.within, errors.get("bij"), errors.get("binnen")
        ),
        drawn(TEMPLATE, "age", years, errors.get("leeftijd")),
    )


def _draw_panel(pieces: list[str], panel: Panel, filters: Filters, locale: str) -> None:
    """Add the pieces of a filter."""
    facet, folded = panel.facet, len(panel.rest)
    said = panel.question, panel.more, panel.is_open, panel.left_out
    shell = iter(_panel(facet.name, said, folded > 0, locale))
    pieces.append(next(shell))
    _draw_choices(pieces, facet, panel.first, locale)
    if folded:
        pieces += next(shell), str(folded), next(shell)
        _draw_choices(pieces, facet, panel.rest, locale)
    if facet.name == MOMENTS:
        day = filters.day_asked, filters.errors.get(MOMENTS)
        pieces += next(shell), drawn(TEMPLATE, "begins_before", *day)
    pieces.append(next(shell))


@lru_cache(maxsize=1000)
def _panel(
    name: str, said: tuple[str, str, bool, int], has_rest: bool, _locale: str
) -> tuple[str, ...]:
    """A filter with places left open: for the first choices, the number of others, those, a day."""
    question, more, is_open, left_out = said
    rest, day = SLOT if has_rest else "", SLOT if name == MOMENTS else ""
    return parts(TEMPLATE, "panel", question, more, is_open, SLOT, rest, rest, left_out, day)


def _draw_choices(pieces: list[str], facet: Facet, places: np.ndarray, locale: str) -> None:
    """Add the pieces of some choices of a filter; of each kind of choice they are kept."""
    name, values, asked = facet.name, facet.values, facet.asked
    kept = facet.kept.setdefault(locale, {})
    for place, count in zip(places.tolist(), facet.counts.take(places).tolist(), strict=True):
        few = count if count < MANY else MANY
        is_chosen = bool(asked) and values[place][0] in asked
        cut = kept.get((place, few, is_chosen))
        if cut is None:
            value, label = values[place]
            cut = kept[place, few, is_chosen] = _choice(name, value, label, few, is_chosen)
        pieces += cut[0], str(count), cut[1]


MANY = 2
"""From this count on a choice differs from another only in the count."""


def _choice(name: str, value: str, label: str, few: int, is_chosen: bool) -> tuple[str, ...]:
    """A choice before and after its count, of which ``few`` is no more than ``MANY``."""
    goal = wording.GOAL_OF_SLUG.get(value) if name == "doel" else None
    return parts(TEMPLATE, "choice", name, value, label, goal, few, is_chosen, SLOT)
