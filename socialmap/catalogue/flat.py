"""The flat form: one service a row, in the words of whoever filled it in.

A row is read with a mapping that takes its words to the vocabularies. What comes out is
a checked ``ServiceDocument``; what is wrong is said with row, field and reason.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from .documents import ServiceDocument

SPELLINGS = {"organisation": "organization"}
GOALS = {"werk": "work", "zorg": "care"}
DERIVED = ("province",)
"""Columns that the municipality already tells."""


@dataclass(frozen=True)
class Words:
    """What the words of a file mean, per column: a word may stand for several terms or none."""

    goals: Mapping[str, str] = field(default_factory=lambda: GOALS)
    themes: Mapping[str, list[str]] = field(default_factory=dict)
    target_groups: Mapping[str, list[str]] = field(default_factory=dict)
    levels: Mapping[str, list[str]] = field(default_factory=dict)

    def terms(self, column: str, words: list[str]) -> list[str]:
        """The terms for the words in a column, each once, in order; unknown words stay."""
        known: Mapping[str, list[str]] = getattr(self, column)
        found = [term for word in words for term in known.get(word, [word])]
        return list(dict.fromkeys(found))


class RowError(Exception):
    """A row that cannot be a service: which row, which field, and why."""

    def __init__(self, row: str, field: str, reason: str) -> None:
        super().__init__(f"rij {row}, veld {field}: {reason}")
        self.row, self.field, self.reason = row, field, reason


def _as_list(cell: Any) -> list[str]:
    """A list as it is, or a cell with a bar between the words; a bar in a word is escaped."""
    if not isinstance(cell, str):
        return list(cell or [])
    parts = re.split(r"(?<!\\)\|", cell)
    return [word for part in parts if (word := part.replace("\\|", "|").strip())]


def read_row(row: Mapping[str, Any], words: Words) -> ServiceDocument:
    """A row as a checked document. Raises ``RowError`` for the first thing that is wrong."""
    values = {SPELLINGS.get(name, name): value for name, value in row.items()}
    for name in DERIVED:
        values.pop(name, None)
    goal = values.get("goal", "")
    values["goal"] = words.goals.get(goal, goal)
    for column in ("themes", "target_groups", "levels"):
        values[column] = words.terms(column, _as_list(values.get(column)))
    try:
        return ServiceDocument.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "hele rij"
        raise RowError(str(row.get("id", "?")), place, first["msg"]) from error
