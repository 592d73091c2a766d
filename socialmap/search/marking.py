"""Which words of a result are those that were asked for: they are marked on the page."""

import re
from collections.abc import Collection

from markupsafe import Markup, escape

from .analysis import STOP, plain, root, stem

_WORD = re.compile(r"[^\W_]+")
SHORTEST_INSIDE = 4
"""Letters from which on a stem is marked inside a longer word."""


class Marker:
    """Marks the words of some stems, their kin and the compounds that they are part of."""

    def __init__(self, stems: Collection[str]) -> None:
        self._stems = frozenset(stems)
        self._roots = frozenset(map(root, stems))
        self._inside = tuple(word for word in stems if len(word) >= SHORTEST_INSIDE)
        self._known: dict[str, bool] = {}

    def mark(self, text: str) -> Markup:
        """The text, safe for a page, with its asked words between ``<mark>``."""
        if not self._stems:
            return escape(text)
        parts, end = [], 0
        for match in _WORD.finditer(text):
            if self._is_asked(match[0]):
                parts.append(escape(text[end : match.start()]))
                parts.append(Markup("<mark>") + match[0] + Markup("</mark>"))
                end = match.end()
        return Markup("").join([*parts, escape(text[end:])])

    def _is_asked(self, word: str) -> bool:
        if word not in self._known:
            typed = plain(word)
            stemmed = stem(typed)
            self._known[word] = typed not in STOP and (
                stemmed in self._stems
                or root(stemmed) in self._roots
                or any(typed.startswith(s) or stemmed.endswith(s) for s in self._inside)
            )
        return self._known[word]
