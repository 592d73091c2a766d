"""How Dutch text becomes words to search by: the only place that knows Whoosh's analyzers."""

from whoosh.analysis import (
    CharsetFilter,
    LowercaseFilter,
    RegexTokenizer,
    StemFilter,
    StopFilter,
)
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.support.charset import accent_map

VERSION = 2
"""Raise it when the schema, the analysis or an entry changes: every node then builds anew."""


def plain_words():
    """Whole words in lower case without accents; an apostrophe or hyphen parts words."""
    return RegexTokenizer(r"[^\W_]+") | LowercaseFilter() | CharsetFilter(accent_map)


def dutch():
    """Words by their stem, without the words that every text has."""
    return plain_words() | StopFilter(lang="nl", minsize=1) | StemFilter(lang="nl")


BOOSTS = {
    "name": 3.0,
    "themes": 2.0,
    "target_groups": 1.5,
    "summary": 1.5,
    "organization": 1.5,
    "place": 1.0,
    "description": 1.0,
}
"""The fields that are searched, and how much a word in each weighs."""


def schema() -> Schema:
    fields = {name: TEXT(analyzer=dutch(), phrase=False) for name in BOOSTS}
    return Schema(
        id=ID(stored=True, unique=True),
        entry=STORED(),
        # Whole words, from which a better spelling is suggested.
        words=TEXT(analyzer=plain_words(), phrase=False),
        **fields,
    )
