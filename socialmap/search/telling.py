"""How a question was understood, as a page tells it: each thing with the way to undo it."""

import re
from dataclasses import dataclass, replace

from .filters import Filters
from .understand import Clue, Understood


@dataclass(frozen=True)
class AlsoSearched:
    """Words of a question, what else was searched for them, and the question without that."""

    asked: str
    words: tuple[str, ...]
    literally: Filters


@dataclass(frozen=True)
class UnderstoodFilter:
    """An age or level that the words say: a filter, and the question without it."""

    name: str
    values: tuple[str, ...]
    label: str
    without: Filters


@dataclass(frozen=True)
class UnderstoodPlace:
    """A place in the words: what stands there comes first."""

    label: str
    without: Filters


@dataclass(frozen=True)
class Understanding:
    """What was made of the words."""

    also: tuple[AlsoSearched, ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    filters: tuple[UnderstoodFilter, ...] = ()
    place: UnderstoodPlace | None = None
    missed: tuple[str, ...] = ()
    is_literal: bool = False
    as_typed: Filters | None = None
    """The same words, those that were corrected taken as they are."""
    freely: Filters | None = None
    """The same words, with other words for the same."""

    def for_machines(self) -> dict[str, object]:
        """As the API tells it."""
        return {
            "also": [{"asked": also.asked, "words": list(also.words)} for also in self.also],
            "corrections": [{"typed": typed, "taken_as": to} for typed, to in self.corrections],
            "filters": {clue.name: list(clue.values) for clue in self.filters},
            "place": self.place.label if self.place else None,
            "missed": list(self.missed),
        }


def told(understood: Understood, filters: Filters) -> Understanding:
    """What a page says about a question."""
    question = filters.q
    corrected = [typed for typed, _meant in understood.corrections]
    return Understanding(
        also=tuple(
            AlsoSearched(_part(question, also.span), also.words, _literally(filters, also.span))
            for also in understood.also
        ),
        corrections=tuple(understood.corrections),
        filters=tuple(
            _filter(clue, filters) for clue in understood.clues if not _is_chosen(clue, filters)
        ),
        place=_place(understood, filters),
        missed=tuple(understood.missed),
        is_literal=understood.literal,
        as_typed=_asking(filters, _quoted(question, corrected)),
        freely=_asking(filters, question.replace('"', "")),
    )


def _part(question: str, span: tuple[int, int]) -> str:
    return question[span[0] : span[1]]


def _literally(filters: Filters, span: tuple[int, int]) -> Filters:
    """The question with these words between quotes."""
    question, part = filters.q, _part(filters.q, span)
    return _asking(filters, f'{question[: span[0]]}"{part}"{question[span[1] :]}')


def _is_chosen(clue: Clue, filters: Filters) -> bool:
    """Whether somebody chose that filter beside the words: then the words do not count."""
    return filters.age is not None if clue.name == "leeftijd" else clue.name in filters.chosen


def _filter(clue: Clue, filters: Filters) -> UnderstoodFilter:
    return UnderstoodFilter(
        clue.name, clue.values, clue.label, _asking(filters, _without(filters.q, clue.span))
    )


def _place(understood: Understood, filters: Filters) -> UnderstoodPlace | None:
    if understood.place is None:
        return None
    left = _asking(filters, _without(filters.q, understood.place_span))
    return UnderstoodPlace(understood.place.name, left)


def _asking(filters: Filters, question: str) -> Filters:
    return replace(filters, q=" ".join(question.split()), page=1)


def _without(question: str, span: tuple[int, int]) -> str:
    return f"{question[: span[0]]} {question[span[1] :]}"


def _quoted(question: str, typed: list[str]) -> str:
    for word in typed:
        question = replace_word(question, word, f'"{word}"')
    return question


def replace_word(question: str, word: str, other: str) -> str:
    """The question with one word, however its capitals are, replaced."""
    return re.sub(rf"\b{re.escape(word)}\b", lambda _m: other, question, flags=re.IGNORECASE)
