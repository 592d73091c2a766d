"""Which words of a result are those that were asked for: they are marked on the page."""

import re
from array import array
from collections.abc import Collection
from functools import cached_property, lru_cache
from typing import NamedTuple

from markupsafe import escape

from .analysis import STOP, plain, root, stem

_WORD = re.compile(r"[^\W_]+")
SHORTEST_INSIDE = 4
"""Letters from which on a stem is marked inside a longer word."""


class Text:
    """A text cut in its words, to be marked for many questions."""

    def __init__(self, text: str) -> None:
        found = list(_WORD.finditer(text))
        self.whole = str(escape(text))
        self.words = tuple(_word(match[0]) for match in found)
        self.text, self.ends = text, array("I", (end for match in found for end in match.span()))


class Word(NamedTuple):
    """A word as it is compared with what was asked."""

    typed: str
    stem: str
    root: str


@lru_cache(maxsize=20_000)
def _word(text: str) -> Word:
    typed = plain(text)
    stemmed = stem(typed)
    return Word(typed, stemmed, root(stemmed))


class Marker:
    """Marks the words of some stems, their kin and the compounds that they are part of."""

    def __init__(self, stems: Collection[str]) -> None:
        self._stems = frozenset(stems)
        self._known: dict[str, bool] = {}

    @cached_property
    def _roots(self) -> frozenset[str]:
        return frozenset(map(root, self._stems))

    @cached_property
    def _inside(self) -> tuple[str, ...]:
        return tuple(word for word in self._stems if len(word) >= SHORTEST_INSIDE)

    def mark(self, text: Text) -> str:
        """The text, safe for a page, with its asked words between ``<mark>``."""
        known = self._known
        asked = [
            place
            for place, word in enumerate(text.words)
            if (known[word.typed] if word.typed in known else self._is_asked(word))
        ]
        if not asked:
            return text.whole
        pieces: list[str] = []
        end = 0
        for place in asked:
            begin, stop = text.ends[2 * place : 2 * place + 2]
            pieces += (escape(text.text[end:begin]), "<mark>", text.text[begin:stop], "</mark>")
            end = stop
        return "".join((*pieces, escape(text.text[end:])))

    def _is_asked(self, word: Word) -> bool:
        asked = self._known[word.typed] = bool(self._stems) and self._fits(word)
        return asked

    def _fits(self, word: Word) -> bool:
        return word.typed not in STOP and (
            word.stem in self._stems
            or word.root in self._roots
            or word.typed.startswith(self._inside)
            or word.stem.endswith(self._inside)
        )
