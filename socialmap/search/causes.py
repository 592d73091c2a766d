"""Which kinds of offer a cause suggests: the mentor decides (``content/search/causes.yaml``)."""

from dataclasses import dataclass, replace
from functools import cache

from ..kit import plain_yaml
from .filters import Filters
from .results import Results
from .thesaurus import FOLDER

MOST = 3


@dataclass(frozen=True)
class Cause:
    """A kind of offer that often helps, and the question narrowed to it."""

    label: str
    count: int
    filters: Filters


@dataclass(frozen=True)
class Causes:
    """What the words are about, as a theme, and what often helps then."""

    theme: str
    kinds: tuple[Cause, ...]


@cache
def _suggested() -> dict[str, list[str]]:
    """Theme -> kinds of offer, as slugs."""
    with (FOLDER / "causes.yaml").open(encoding="utf-8") as file:
        return plain_yaml.own(file)


def causes(found: Results) -> Causes | None:
    """What the cause in the words suggests, of what was found; ``None`` when there is nothing.

    The results must have counted the filters ``thema`` and ``soort``.
    """
    filters = found.filters
    if not filters.q or "soort" in filters.chosen or not found.meant.themes:
        return None
    theme = found.meant.themes[0]
    counted = {option.value: option for option in found.facets["soort"].options}
    kinds = tuple(
        Cause(option.label, option.count, _narrowed(filters, option.value))
        for kind in _suggested().get(theme, ())
        if (option := counted.get(kind)) and 0 < option.count < found.total
    )
    label = next((o.label for o in found.facets["thema"].options if o.value == theme), None)
    return Causes(label, kinds[:MOST]) if kinds and label else None


def _narrowed(filters: Filters, kind: str) -> Filters:
    return replace(filters, chosen={**filters.chosen, "soort": (kind,)}, page=1)
