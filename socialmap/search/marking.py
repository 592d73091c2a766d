"""Which words of a result are those that were asked for: they are marked on the page."""

import re
from array import array
from collections.abc import Collection
from functools import cached_property, lru_cache

from markupsafe import escape

from .analysis import STOP, plain, root, stem

_WORD = re.compile(r"[^\W_]+")
SHORTEST_INSIDE = 4
"""Letters from which on a stem is marked inside a longer word."""


class Text:
    """A text cut in its words, to be marked for many questions; a process keeps many."""

    __slots__ = ("begins", "ends", "ends_on", "is_safe", "roots", "stems", "text", "whole", "words")

    def __init__(self, text: str) -> None:
        found = list(_WORD.finditer(text))
        whole = str(escape(text))
        self.is_safe = whole == text
        """Whether it holds nothing that a page would take for its own."""
        self.text, self.whole = text, text if self.is_safe else whole
        self.ends = array("I", (end for match in found for end in match.span()))
        words = [_word(match[0]) for match in found]
        self.words = tuple(typed for typed, _stem, _root in words)
        self.stems = tuple(stemmed for _typed, stemmed, _root in words)
        self.roots = tuple(rooted for _typed, _stem, rooted in words)
        self.begins, self.ends_on = f" {' '.join(self.words)}", f"{' '.join(self.stems)} "
        """The words and the stems with a space before each and after each."""


@lru_cache(maxsize=20_000)
def _word(text: str) -> tuple[str, str, str]:
    """A word as it is compared, its stem and its root."""
    typed = plain(text)
    stemmed = stem(typed)
    return typed, stemmed, root(stemmed)


class Marker:
    """Marks the words of some stems, their kin and the compounds that they are part of."""

    def __init__(self, stems: Collection[str]) -> None:
        self._stems = frozenset(stems)

    @cached_property
    def _roots(self) -> frozenset[str]:
        return frozenset(map(root, self._stems))

    @cached_property
    def _inside(self) -> tuple[str, ...]:
        return tuple(word for word in self._stems if len(word) >= SHORTEST_INSIDE)

    @cached_property
    def _begins(self) -> tuple[str, ...]:
        return tuple(f" {word}" for word in self._inside)

    @cached_property
    def _ends(self) -> tuple[str, ...]:
        return tuple(f"{word} " for word in self._inside)

    def mark(self, text: Text) -> str:
        """The text, safe for a page, with its asked words between ``<mark>``."""
        asked = self._asked(text) if self._may_hold(text) else []
        if not asked:
            return text.whole
        pieces: list[str] = []
        whole, ends, end = text.text, text.ends, 0
        safe = str if text.is_safe else escape
        for place in asked:
            begin, stop = ends[2 * place], ends[2 * place + 1]
            pieces += safe(whole[end:begin]), "<mark>", whole[begin:stop], "</mark>"
            end = stop
        pieces.append(safe(whole[end:]))
        return "".join(pieces)

    def _may_hold(self, text: Text) -> bool:
        """Whether one of its words could be asked for; most texts hold none."""
        return (
            not self._stems.isdisjoint(text.stems)
            or not self._roots.isdisjoint(text.roots)
            or any(map(text.begins.__contains__, self._begins))
            or any(map(text.ends_on.__contains__, self._ends))
        )

    def _asked(self, text: Text) -> list[int]:
        """Which of its words were asked for."""
        words = zip(text.words, text.stems, text.roots, strict=True)
        return [
            place
            for place, (word, stemmed, rooted) in enumerate(words)
            if word not in STOP
            and (
                stemmed in self._stems
                or rooted in self._roots
                or word.startswith(self._inside)
                or stemmed.endswith(self._inside)
            )
        ]
