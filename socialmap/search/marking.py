"""Which words of a result are those that were asked for: they are marked on the page."""

import re
from array import array
from collections.abc import Collection

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
        self.words = tuple(plain(match[0]) for match in found)
        self.text, self.ends = text, array("I", (end for match in found for end in match.span()))


class Marker:
    """Marks the words of some stems, their kin and the compounds that they are part of."""

    def __init__(self, stems: Collection[str]) -> None:
        self._asked = _Asked(stems)

    def mark(self, text: Text) -> str:
        """The text, safe for a page, with its asked words between ``<mark>``."""
        is_asked = self._asked
        asked = [place for place, word in enumerate(text.words) if is_asked[word]]
        if not asked:
            return text.whole
        pieces: list[str] = []
        end = 0
        for place in asked:
            begin, stop = text.ends[2 * place : 2 * place + 2]
            pieces += (escape(text.text[end:begin]), "<mark>", text.text[begin:stop], "</mark>")
            end = stop
        return "".join((*pieces, escape(text.text[end:])))


class _Asked(dict[str, bool]):
    """Whether a word is one that was asked for, found out once for each."""

    def __init__(self, stems: Collection[str]) -> None:
        super().__init__()
        self._stems = frozenset(stems)
        self._roots = frozenset(map(root, stems))
        self._inside = tuple(word for word in stems if len(word) >= SHORTEST_INSIDE)

    def __missing__(self, word: str) -> bool:
        asked = self[word] = bool(self._stems) and self._fits(word)
        return asked

    def _fits(self, word: str) -> bool:
        if word in STOP:
            return False
        stemmed = stem(word)
        return (
            stemmed in self._stems
            or root(stemmed) in self._roots
            or word.startswith(self._inside)
            or stemmed.endswith(self._inside)
        )
