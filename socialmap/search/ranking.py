"""Which services a question finds, and which of them fit best."""

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np

from .meanings import ENOUGH
from .postings import STEP, Numbers
from .understand import Concept

MOST_REQUIRED = 6
"""Of more words than this the rarest are required, the others are welcome."""

TOGETHER = 0.6
"""How much it counts that one service has many of the things asked: an exponent."""


def found_by(concepts: Sequence[Concept], everything: int) -> int:
    """The services that have all that is required.

    When those are fewer than enough, also those that lack what says least, and so on.
    """
    required = sorted(
        (c for c in concepts if c.is_required), key=lambda c: -c.weight
    )[:MOST_REQUIRED]  # fmt: skip
    if not required:
        return _any_of(concepts) & everything
    found = _all_of(required, everything)
    for some in _fewer(required) if found.bit_count() < ENOUGH else ():
        found |= _all_of(some, everything)
        if found.bit_count() >= ENOUGH:
            break
    return found


def _all_of(concepts: Iterable[Concept], members: int) -> int:
    for concept in concepts:
        members &= concept.postings.bits
    return members


def _any_of(concepts: Iterable[Concept]) -> int:
    members = 0
    for concept in concepts:
        members |= concept.postings.bits
    return members


def _fewer(required: list[Concept]) -> list[tuple[Concept, ...]]:
    """All choices of some of the concepts, those that say most together first."""
    choices = [
        some for count in range(len(required) - 1, 0, -1) for some in combinations(required, count)
    ]
    return sorted(choices, key=lambda some: -sum(concept.weight for concept in some))


def scores(concepts: Sequence[Concept], members: Numbers) -> np.ndarray:
    """How well each of these services fits: BM25 over concepts, more for who has more of them."""
    shares = np.array([concept.postings.at(members) for concept in concepts])
    weights = [concept.weight for concept in concepts]
    total = np.array(weights, np.float32) @ shares.astype(np.float32)
    total *= np.float32(STEP)
    required = [concept.weight if concept.is_required else 0.0 for concept in concepts]
    if len(concepts) > 1 and any(required):
        share_of_each = np.array(required, np.float32) / np.float32(sum(required))
        total *= (share_of_each @ (shares != 0).astype(np.float32)) ** np.float32(TOGETHER)
    return total
