"""A measured figure beside the goal that it is to reach."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """What was measured; without a goal it is only told."""

    words: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_short(self) -> bool:
        """Whether a goal is missed."""
        return (self.at_most is not None and self.value > self.at_most) or (
            self.at_least is not None and self.value < self.at_least
        )

    def __str__(self) -> str:
        told = f"{self.words}: {rounded(self.value)} {self.unit}".rstrip()
        for words, limit in (("at most", self.at_most), ("at least", self.at_least)):
            if limit is not None:
                told += f" (goal: {words} {limit:g}) {'SHORT' if self.is_short else 'ok'}"
        return told


def rounded(value: float) -> str:
    """Three digits that say something; a whole number stays whole."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}"


def percentile(values: Iterable[float], share: float) -> float:
    """The value that a share of all values stays below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def tell(figures: Sequence[Figure]) -> int:
    """Print each figure; the exit code, 1 when one misses its goal."""
    for figure in figures:
        print(figure, flush=True)
    return 1 if any(figure.is_short for figure in figures) else 0


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table for a terminal: the first column to the left, numbers to the right."""
    cells = [list(head), *([_cell(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    )


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
