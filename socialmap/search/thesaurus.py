"""The thesaurus: which words mean the same, as an editor wrote it down.

The groups that come with the software stand in ``content/search``; what an editor changed
is in the database and wins (``queries.groups()``). A group is asked by its name or any of
its words; its ``also`` words and filter values are searched with it, and count for less.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..kit import plain_yaml

FOLDER = Path(__file__).parents[2] / "content" / "search"


@dataclass(frozen=True)
class Group:
    """Words of one meaning. ``terms`` are values of filters, such as ``thema:verzuim``."""

    name: str
    words: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    @property
    def asked_by(self) -> tuple[str, ...]:
        """The words by which somebody asks for this group: its name first."""
        return (self.name, *self.words)


@cache
def shipped() -> dict[str, Group]:
    """The groups that come with the software, by name."""
    found: dict[str, Group] = {}
    for path in sorted(FOLDER.glob("thesaurus*.yaml")):
        with path.open(encoding="utf-8") as file:
            for row in plain_yaml.own(file):
                group = _group(row)
                found[group.name] = (
                    _both(found[group.name], group) if group.name in found else group
                )
    return found


def _both(one: Group, other: Group) -> Group:
    """A group that stands in two files."""
    return Group(
        one.name,
        *(
            tuple(dict.fromkeys((*getattr(one, part), *getattr(other, part))))
            for part in ("words", "also", "terms")
        ),
    )


def _group(row: dict[str, Any]) -> Group:
    lists = {name: tuple(map(str, row.get(name) or ())) for name in ("words", "also", "terms")}
    return Group(str(row["name"]), **lists)
