"""A file of content: a head of facts between two lines ``---``, and below it the text."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ..kit import plain_yaml

Fact = TypeVar("Fact")


class BadHead(ValueError):
    """A file of content does not say what it must. The message names the file and the key."""


@dataclass(frozen=True)
class Head:
    """The facts above a text, asked for by key and kind."""

    file: str
    facts: dict[str, Any]

    def need(self, key: str, kind: type[Fact]) -> Fact:
        """A fact that must be there. Raises ``BadHead``."""
        fact = self.may(key, kind)
        if fact is None:
            raise BadHead(f"{self.file}: in de kop ontbreekt {key}.")
        return fact

    def may(self, key: str, kind: type[Fact]) -> Fact | None:
        """A fact that may be left out. Raises ``BadHead`` when it is of another kind."""
        fact = self.facts.get(key)
        if fact in (None, "", []):
            return None
        if not isinstance(fact, kind):
            raise BadHead(f"{self.file}: {key} is {fact!r}. Verwacht: {kind.__name__}.")
        return fact


def read(path: Path) -> tuple[Head, str]:
    """The head and the text of a file. Raises ``BadHead`` when there is no head to read."""
    before, *parts = path.read_text(encoding="utf-8").split("---\n", 2)
    if before or len(parts) != 2:
        raise BadHead(f"{path.name}: begint niet met een kop tussen twee regels ---.")
    try:
        facts = plain_yaml.own(parts[0])
    except plain_yaml.YamlError as error:
        raise BadHead(f"{path.name}: de kop is geen YAML ({error}).") from error
    if not isinstance(facts, dict):
        raise BadHead(f"{path.name}: de kop is leeg.")
    return Head(path.name, facts), parts[1]
