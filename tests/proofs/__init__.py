"""Proofs: what takes too long for the tests, run by ``scripts/prove``.

A proof is a module with a ``SEED`` and ``prove(folder)``, which gets an empty folder and
returns an ``Outcome`` within half an hour. ``__main__`` knows them by name and keeps what
came out in ``NAME.md``. A small twin with the same code runs among the tests.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """Something that was promised, what was seen of it, and whether it holds."""

    words: str
    wanted: str
    seen: str
    holds: bool

    def __str__(self) -> str:
        return f"{'holds' if self.holds else 'FALLS SHORT'}: {self.words}: {self.seen}"


@dataclass(frozen=True)
class Outcome:
    """What a proof found; ``figures`` is Markdown for who wants to know more."""

    claims: list[Claim]
    figures: str

    @property
    def holds(self) -> bool:
        return all(claim.holds for claim in self.claims)


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A table in Markdown; a number with decimals gets two of them."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
