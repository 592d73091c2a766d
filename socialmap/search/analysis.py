"""How Dutch text becomes words to search by: the stop words and stemmer are Whoosh's.

A text is taken apart here as a whole instead of by Whoosh's chain of filters, which costs
five times as much, and is given to the index as a row of words.
"""

import re
from functools import lru_cache
from typing import Any

from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.lang import stemmer_for_language, stopwords_for_language
from whoosh.support.charset import accent_map

VERSION = 4
"""Raise it when the schema, the analysis or an entry changes: every node then builds anew."""

_WORD = re.compile(r"[^\W_]+")
_ACCENTS: Any = accent_map
_STOP = frozenset(stopwords_for_language("nl"))
_stem = lru_cache(maxsize=100_000)(stemmer_for_language("nl"))


def words(text: str) -> list[str]:
    """Whole words in lower case without accents; an apostrophe or hyphen parts words."""
    return _WORD.findall(text.lower().translate(_ACCENTS))


def stems(text: str) -> list[str]:
    """Words by their stem, without the words that every text has."""
    return [_stem(word) for word in words(text) if word not in _STOP]


BOOSTS = {
    "name": 3.0,
    "themes": 2.0,
    "target_groups": 1.5,
    "summary": 1.5,
    "kind": 1.5,
    "organization": 1.5,
    "place": 1.0,
    "description": 1.0,
}
"""The fields that are searched, and how much a word in each weighs."""


SPELLED = ("name", "themes", "target_groups", "summary", "kind", "organization", "place")
"""The fields from whose words a better spelling is suggested: all but the running text."""


def schema() -> Schema:
    """The fields of the index. The words of a text come as a list, already taken apart."""
    taken_apart: Any = SpaceSeparatedTokenizer()
    fields = {name: TEXT(analyzer=taken_apart, phrase=False) for name in BOOSTS}
    return Schema(
        id=ID(stored=True, unique=True),
        entry=STORED(),
        words=TEXT(analyzer=taken_apart, phrase=False),
        **fields,
    )
