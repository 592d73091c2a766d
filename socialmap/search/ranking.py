"""Which services a question finds, and which of them fit best."""

from collections.abc import Iterable, Sequence

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
    sets = [concept.postings.bits for concept in required]
    found = _all_of(sets, everything)
    for some in _fewer(required) if found.bit_count() < ENOUGH else ():
        found |= _all_of([held for at, held in enumerate(sets) if some >> at & 1], everything)
        if found.bit_count() >= ENOUGH:
            break
    return found


def _all_of(sets: Iterable[int], members: int) -> int:
    for held in sets:
        members &= held
    return members


def _any_of(concepts: Iterable[Concept]) -> int:
    members = 0
    for concept in concepts:
        members |= concept.postings.bits
    return members


def _fewer(required: list[Concept]) -> list[int]:
    """All choices of some of the concepts, those that say most together first.

    A choice is a number: concept n is bit n.
    """
    weights = [0.0]
    for concept in required:
        weights += [weight + concept.weight for weight in weights]
    return sorted(range(len(weights) - 2, 0, -1), key=weights.__getitem__, reverse=True)


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
