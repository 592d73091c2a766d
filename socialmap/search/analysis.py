"""How Dutch text becomes words to search by: stop words and stemmer are Whoosh's, the rest is ours.

A text is taken apart here as a whole instead of by Whoosh's chain of filters, which costs
five times as much, and is given to the index as a row of words with their weight.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from whoosh.analysis import DelimitedAttributeFilter, SpaceSeparatedTokenizer
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.formats import Frequency
from whoosh.lang import stemmer_for_language, stopwords_for_language
from whoosh.support.charset import accent_map

VERSION = 5
"""Raise it when the schema, the analysis or an entry changes: every node then builds anew."""

WEIGHTS = {
    "name": 3.0,
    "themes": 2.0,
    "target_groups": 1.5,
    "summary": 1.5,
    "kind": 1.5,
    "organization": 1.5,
    "place": 1.0,
    "description": 1.0,
    "contact": 1.0,
    "rules": 0.5,
}
"""The parts of a service that are searched, and how much a word in each weighs."""

SPELLED = (
    "name", "themes", "target_groups", "summary", "kind", "organization", "place",
)  # fmt: skip
"""The parts whose whole words are kept, to suggest a spelling: all but the running text."""

_WORD = re.compile(r"[^\W_]+")
_HYPHENED = re.compile(r"[^\W_]+(?:[-‐–][^\W_]+)+")
_ACCENTS: Any = accent_map
STOP = frozenset(stopwords_for_language("nl"))
NEGATIONS = frozenset({"niet", "geen", "zonder", "nooit", "niks", "niets"})
_snowball = stemmer_for_language("nl")


def plain(text: str) -> str:
    """In lower case without accents."""
    return text.lower() if text.isascii() else text.lower().translate(_ACCENTS)


def words(text: str) -> list[str]:
    """Whole words in lower case without accents; an apostrophe or hyphen parts words."""
    return _WORD.findall(plain(text))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """What a word has in common with its inflected forms, small ones (plekje) included."""
    found = _snowball(_whole(word))
    if len(found) < 4:
        return found
    if found[-1] == found[-2] and found[-1] not in "aeiou":
        return found[:-1]
    return found[:-1] + {"z": "s", "v": "f"}.get(found[-1], found[-1])


def _whole(word: str) -> str:
    """A word without its diminutive ending: ``baantje`` is ``baan``, ``plekjes`` is ``plek``."""
    if len(word) < 6 or not word.endswith(("je", "jes")):
        return word.removesuffix("s") if word.endswith(("kes", "ches", "ges", "ies")) else word
    base = word.removesuffix("s").removesuffix("je")
    for ending in ("et", "t", "p"):
        if base.endswith(ending) and len(base) - len(ending) >= 3 and _may_end(base, ending):
            base = base.removesuffix(ending)
            return base[:-1] if ending == "et" and base[-1:] == base[-2:-1] else base
    return base


def _may_end(base: str, ending: str) -> bool:
    """Whether the letters before a diminutive ending ask for that ending."""
    before = base.removesuffix(ending)
    match ending:
        case "et":
            return before[-1:] == before[-2:-1] and before[-1:] in "bglmnpr"
        case "t":
            return before[-1:] in "ywnrl" or bool(_TWO_VOWELS.search(before))
        case _:
            return before[-1:] == "m"


def stems(text: str) -> list[str]:
    """Words by their stem, without the words that every text has."""
    return [stem(word) for word in words(text) if word not in STOP]


_TWO_VOWELS = re.compile(r"[aeiou]{2}$")
_DOUBLED = re.compile(r"([aeiou])\1")
_TWICE = re.compile(r"([bcdfghjklmnpqrstvwxz])\1")
SHORTEST_ROOT = 4


@lru_cache(maxsize=100_000)
def root(stemmed: str) -> str:
    """What a stem has in common with its kin: ``gepest`` and ``pest``, ``verslaafd`` and
    ``verslaving``. Coarser than a stem: kin counts for less."""
    found = stemmed
    if found.startswith("ge") and found.endswith(("t", "d", "n")) and len(found) >= 6:
        found = found[2:]
    for endings in (("heid", "schap", "ing"), ("er",), ("t", "d")):
        for ending in endings:
            if found.endswith(ending) and len(found) - len(ending) >= SHORTEST_ROOT:
                found = found.removesuffix(ending)
    found = _TWICE.sub(r"\1", _DOUBLED.sub(r"\1", found))
    return found[:-1] + {"z": "s", "v": "f"}.get(found[-1:], found[-1:])


def weighed(parts: Mapping[str, str]) -> dict[str, float]:
    """The stems of a service with the sum of their weights; ``parts`` are named as ``WEIGHTS``.

    A word with a hyphen counts as its parts and as one word.
    """
    found: dict[str, float] = {}
    for name, text in parts.items():
        weight = WEIGHTS[name]
        for stemmed in (*stems(text), *joined(text)):
            found[stemmed] = found.get(stemmed, 0.0) + weight
    return found


def joined(text: str) -> list[str]:
    """The stems of words with a hyphen, as if they had none: ``leer-werktraject``."""
    return [stem("".join(_WORD.findall(word))) for word in _HYPHENED.findall(plain(text))]


def for_index(weights: Mapping[str, float]) -> str:
    """Stems with their weights as the index takes them."""
    return " ".join(f"{word}^{weight:g}" for word, weight in weights.items())


def schema() -> Schema:
    """The fields of the index: the stems with their weight, whole words, and the entry."""
    weighted: Any = SpaceSeparatedTokenizer() | DelimitedAttributeFilter(attribute="boost")
    taken_apart: Any = SpaceSeparatedTokenizer()
    text = TEXT(analyzer=weighted, phrase=False)
    text.format = Frequency()
    return Schema(
        id=ID(stored=True, unique=True),
        entry=STORED(),
        text=text,
        words=TEXT(analyzer=taken_apart, phrase=False),
    )


def whole_words(texts: Iterable[str]) -> list[str]:
    """The words of these texts as they are written, each once."""
    return sorted({word for text in texts for word in words(text)})
