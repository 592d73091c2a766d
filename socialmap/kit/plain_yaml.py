"""The only door to YAML: files that come with the software, and files of other people.

In files of others a text without quotes stays what it says. The YAML of old makes 600 of
``10:00``, an octal number of a telephone number and ``False`` of ``no``; here only whole
and decimal numbers, ``true``, ``false`` and ``null`` mean more than their letters. A day
stays text too: whoever asked for it tells what is wrong with it.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

import yaml

from .words import _

DEEPEST = 100
"""How many lists and parts may stand in each other; a service needs six."""

WORTH_A_LOOK = 2000
"""How many signs that may open a list or a part make it worth to count how deep they go."""


class YamlError(Exception):
    """What is wrong, in Dutch, and in which line; 0 when that is not known."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


def items(path: Path) -> Iterator[Any]:
    """The items of the list that is in a file, one by one. Raises ``YamlError``."""
    with path.open(encoding="utf-8-sig") as file:
        is_empty = True
        for first_line, text in _parts(file):
            found = _load(text, first_line)
            if found is None:
                continue
            if not isinstance(found, list):
                raise YamlError(_("dit moet een lijst zijn: elk deel begint met een -"), first_line)
            is_empty = False
            yield from found
    if is_empty:
        raise YamlError(_("dit bestand is leeg"))


def own(text: str | TextIO) -> Any:
    """What a file of our own says, as YAML is meant: a day is a date. Raises ``YamlError``."""
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        raise YamlError(str(error)) from error


def dump(value: Any, file: TextIO) -> None:
    """Write plain values, keys in the order they have."""
    yaml.dump(value, file, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


def _parts(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Number of the first line, and text, of what comes before a list and of each item.

    In YAML a line that begins with a dash begins an item of the outermost list, for what
    belongs to an item is indented. So a long list never has to be in memory as a whole;
    what is not such a list is one part.
    """
    first_line, part = 1, ""
    for number, line in enumerate(lines, start=1):
        if line.startswith(("- ", "-\n")):
            yield first_line, part
            first_line, part = number, ""
        part += line
    yield first_line, part


def _load(text: str, first_line: int) -> Any:
    try:
        _refuse_depth(text, first_line)
        found = yaml.load(text, Loader=_Loader)  # noqa: S506 - it is made of the safe one
    except yaml.MarkedYAMLError as error:
        if "alias" in (error.problem or ""):
            raise YamlError(_write_out(), first_line) from error
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        why = str(error.problem) if isinstance(error, _Double) else _("hier klopt de YAML niet")
        raise YamlError(why, line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError(_("hier klopt de YAML niet"), first_line) from error
    _refuse_references(found, first_line)
    return found


def _write_out() -> str:
    return _("deze YAML verwijst met & en *; schrijf het uit")


def _refuse_depth(text: str, first_line: int) -> None:
    """The reader in C falls over, and takes the program along, in what nests very deeply."""
    if sum(text.count(sign) for sign in "[{-:?") < WORTH_A_LOOK:
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise YamlError(_("hier staan te veel lijsten in elkaar"), first_line)


def _refuse_references(found: Any, first_line: int) -> None:
    """A few lines that refer to each other can stand for more than a computer can hold."""
    seen: set[int] = set()
    waiting: list[Any] = [found]
    while waiting:
        value = waiting.pop()
        if not isinstance(value, dict | list):
            continue
        if id(value) in seen:
            raise YamlError(_write_out(), first_line)
        seen.add(id(value))
        waiting += value.values() if isinstance(value, dict) else value


class _Double(yaml.constructor.ConstructorError):
    """A key that stands twice in the same part."""


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def construct_mapping(self, node, deep=False):
        """As ever, but a key that stands there twice is refused."""
        seen: set[str] = set()
        for key in (key for key, _value in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                reason = _("de sleutel %(name)s staat er twee keer", name=key.value)
                raise _Double(problem=reason, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

for _tag, _pattern, _first in (
    ("null", r"(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    ("float", r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?$", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)
