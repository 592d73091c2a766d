"""Which services each word and each meaning finds in one generation of the catalogue.

A word finds the services that hold it in any form, as part of a compound, or under another
name; one that nobody knows finds those of the words that somebody may have meant.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from . import postings
from .analysis import STOP, plain, stem
from .lexicon import ALSO, FILTER, SAME, Lexicon, Meaning, Target
from .postings import AllOf, Either, Postings
from .snapshot import Snapshot
from .vocabulary import Vocabularies, apart

EXACT, KIN, COMPOUND, SYNONYM, APART, PART = 1.0, 0.85, 0.85, 0.75, 0.6, 0.35
"""What it counts for to hold a word itself, its kin, a compound with it, another word for the
same, the parts of a compound side by side, the first of them."""

GUESSED = (0.6, 0.55, 0.45)
"""What a word counts for that sounds the same, differs by one letter, by two."""

MOST_GUESSES = 3
BEGINNING = 0.6

ENOUGH = 10
"""So many services must be found before a word or a part that fewer have is insisted on."""

SELDOM = 3
"""In so many services the name of a village may stand without being an everyday word."""

FILTER_SHARE = 110
"""How well a service fits that has a value of a filter, as a byte of ``postings``."""

ALWAYS_ALIKE = 60
"""The most compounds and beginnings that one word is sought in."""

MOST_TOGETHER = 3
"""That a text holds all of more words than this does not mean that they belong together."""

NOT_KEPT = object()
MOST_KEPT = 96_000_000
"""Bytes of postings that are kept."""

KEY_SIZE = 500
"""Bytes that it takes to remember anything, about."""


def either(alternatives: Iterable[tuple[Postings | None, float]]) -> Postings | None:
    """What some alternatives say together, of those that any service has."""
    some = tuple((held, weight) for held, weight in alternatives if held is not None)
    if len(some) == 1 and some[0][1] == EXACT:
        return some[0][0]
    found = Either(some)
    return found if some and found.count else None


def meanings_of(snapshot: Snapshot, lexicon: Lexicon) -> "Meanings":
    """What the lexicon means in this generation, worked out once for both."""
    kept = snapshot.kept.get("meanings")
    if kept is None or kept.lexicon is not lexicon:
        kept = snapshot.kept["meanings"] = Meanings(snapshot, lexicon)
    return kept


class Told(NamedTuple):
    """What is told of a meaning."""

    themes: list[str]
    """What it is about, as slugs."""
    words: list[tuple[str, frozenset[str]]]
    """The words for the same that find something, as an editor wrote them, and their stems."""


class Meanings:
    """The postings of everything that can be meant, in one generation of the catalogue.

    Worked out at the first question for each, and kept as long as the generation: it says
    which services a word finds, not what an earlier question found.
    """

    def __init__(self, snapshot: Snapshot, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._postings, self._having = snapshot.postings, snapshot.having
        self.written = Vocabularies(snapshot.base.written, snapshot.written_since, lexicon.written)
        self.size, self.count = snapshot.size, len(snapshot.entries)
        catalogue = (snapshot.base.vocabulary, snapshot.vocabulary_since)
        self.catalogue = Vocabularies(*catalogue)
        self.words = Vocabularies(*catalogue, lexicon.vocabulary)
        self._kept: dict[Any, Any] = {}
        self._counts: dict[str, int] = {}
        self._kept_bytes = 0
        self._told: dict[Meaning, Told] = {}

    def holds(self, word: str) -> bool:
        """Whether any service holds a stem."""
        return word in self.catalogue

    def is_seldom_said(self, typed: str) -> bool:
        """Whether a word means nothing and hardly a service holds it: a name then, if anything."""
        held = self.of_stem(stem(typed))
        is_rare = held is None or held.count <= max(SELDOM, self.count // 1000)
        return is_rare and stem(typed) not in self.lexicon.vocabulary

    def _keep(self, key: Any, found: Postings | None, size: int) -> Postings | None:
        """Remember what was worked out, which takes so many bytes.

        People type endlessly many words: begin anew before they fill the memory.
        """
        if self._kept_bytes > MOST_KEPT:
            self._kept, self._counts, self._kept_bytes = {}, {}, 0
        self._kept[key] = found
        self._kept_bytes += KEY_SIZE + size
        return found

    def of_stem(self, word: str) -> Postings | None:
        """The services that hold exactly this stem."""
        found = self._kept.get(word)
        if found is None and self.holds(word):
            found = self._postings(word)
            self._keep(word, found, postings.size_in_bytes(found, self.size))
        return found

    def of_word(self, typed: str, *, literal: bool = False) -> Postings | None:
        """The services that hold a word in any form or under any name; only it when literal."""
        return self._of_form(typed, stem(typed), literal)

    def of_guess(self, word: str) -> Postings | None:
        """The same for a word of which only the stem is known."""
        return self._of_form(word, word, literal=False)

    def _of_form(self, typed: str, word: str, literal: bool) -> Postings | None:
        key = typed, word, literal
        kept = self._kept.get(key, NOT_KEPT)
        if kept is not NOT_KEPT:
            return kept
        alternatives = list(self._forms(typed, word))
        if not literal:
            alternatives += self._other_names(typed, word)
        found = self._merged(alternatives)
        if not literal and found is not None and found.count < ENOUGH:
            found = self._merged([*alternatives, *self._first_part(word)])
        is_stem = found is self._kept.get(word)
        return self._keep(key, found, 0 if is_stem else postings.size_in_bytes(found, self.size))

    def count_of(self, typed: str) -> int:
        """How many services hold a word in any form, its other names left out."""
        count = self._counts.get(typed)
        if count is None:
            held = self._merged(list(self._forms(typed, stem(typed))))
            count = self._counts[typed] = held.count if held else 0
        return count

    def _first_part(self, word: str) -> Iterator[tuple[Postings, float]]:
        """Of a compound that few services hold: the part that tells what it is about."""
        parts = self.catalogue.parts_of(word)
        if parts and stem(parts[0]) not in self.lexicon.side_words:
            held = self.of_stem(stem(parts[0]))
            if held is not None:
                yield held, PART

    def _merged(self, alternatives: list[tuple[Postings, float]]) -> Postings | None:
        if len(alternatives) == 1 and alternatives[0][1] == EXACT:
            return alternatives[0][0]
        found = postings.settled(alternatives, self.size) if alternatives else None
        return found if found is not None and found.count else None

    def _forms(self, typed: str, word: str) -> Iterator[tuple[Postings, float]]:
        """A word itself, its kin and the compounds that it is part of."""
        weighted = [(word, EXACT)]
        weighted += [(other, KIN) for other in self.catalogue.kin(word)]
        weighted += [(o, COMPOUND) for o in self.catalogue.compounds(typed)[:ALWAYS_ALIKE]]
        for other, weight in weighted:
            held = self.of_stem(other)
            if held is not None:
                yield held, weight

    def _other_names(self, typed: str, word: str) -> Iterator[tuple[Postings, float]]:
        """What a word means."""
        found = self.lexicon.meanings.get((word,), [])
        for other in () if found else self.words.kin(word):
            found = found + self.lexicon.meanings.get((other,), [])
        for meaning in found:
            held = self.of(meaning)
            if held is not None:
                yield held, SYNONYM

    def of_words(self, text: str) -> Postings | None:
        """What a phrase of Dutch words means; its words together when it is no phrase."""
        asked = tuple(stem(w) for w in plain(text).split() if w not in STOP)
        if found := either((self.of(m), EXACT) for m in self.lexicon.meanings.get(asked, ())):
            return found
        parts = [self.of_word(w) for w in plain(text).split() if w not in STOP]
        found = AllOf(tuple(p for p in parts if p)) if parts and all(parts) else None
        return found if found and found.count else None

    def of(self, meaning: Meaning) -> Postings | None:
        """The services that fit a meaning: by its words; when those are few also by what is
        near to it, and by a filter."""
        kept = self._kept.get(meaning, NOT_KEPT)
        if kept is not NOT_KEPT:
            return kept
        found = None
        for least in (SAME, ALSO, FILTER):
            if found is None or found.count < ENOUGH:
                some = [target for target in meaning.targets if target.weight >= least]
                found = self._merged(self._held(some))
        return self._keep(meaning, found, postings.size_in_bytes(found, self.size))

    def told(self, meaning: Meaning) -> "Told":
        """What is told of a meaning when it is searched."""
        found = self._told.get(meaning)
        if found is None:
            filters = [target.filter for target in meaning.targets if target.filter]
            found = self._told[meaning] = Told(
                [value for name, value in filters if name == "thema"],
                [
                    (target.text, frozenset(map(stem, target.words)))
                    for target in (meaning.targets if meaning.is_shown else ())
                    if target.weight >= SAME and target.words and self.of_target(target)
                ],
            )
        return found

    def _held(self, targets: Iterable[Target]) -> list[tuple[Postings, float]]:
        return [(held, target.weight) for target in targets if (held := self.of_target(target))]

    def of_target(self, target: Target) -> Postings | None:
        if target.filter:
            return self._of_filter(*target.filter)
        return self._of_all(target.words)

    def _of_all(self, asked: tuple[str, ...]) -> Postings | None:
        """The services that hold all of some words; of a long phrase that says nothing."""
        if not asked or len(asked) > MOST_TOGETHER:
            return None
        parts = [either(self._forms(word, stem(word))) for word in asked]
        if not all(parts):
            return None
        found = parts[0] if len(parts) == 1 else AllOf(tuple(p for p in parts if p))
        return found if found and found.count else None

    def _of_filter(self, name: str, value: str) -> Postings | None:
        members = self._having(name, value)
        if not members:
            return None
        ids = postings.numbers(members, self.size)
        shares = ids.astype("u1")
        shares[:] = FILTER_SHARE
        return postings.packed(ids, shares, self.size)

    def as_written(self, word: str, typed: str) -> str:
        """A stem as the whole word that is most like what was typed."""
        return min(
            self._written.get(word, [word]),
            key=lambda whole: (apart(whole, typed), abs(len(whole) - len(typed)), whole),
        )

    @cached_property
    def _written(self) -> dict[str, list[str]]:
        """The whole words of each stem."""
        found: dict[str, list[str]] = {}
        for part in self.written.parts:
            for whole in part.known:
                found.setdefault(stem(whole), []).append(whole)
        return found

    def guesses(self, typed: str) -> dict[str, tuple[Postings, float]]:
        """The known words that somebody may have meant, the likeliest first."""
        found: dict[str, tuple[Postings, float]] = {}
        word = stem(typed)
        near = [(d, 0, stem(whole)) for d, whole in self.written.near(typed)]
        if not near or min(near)[0] > 1:
            near += [(d, 1, other) for d, other in self.words.near(word)]
        for difference, order, other in sorted(near):
            held = self.of_guess(other) if (difference, order) == min(near)[:2] else None
            if held is not None and len(found) < MOST_GUESSES:
                found[other] = (held, GUESSED[difference])
        if not found and len(word) >= 4:
            beginnings = [
                held
                for other in self.catalogue.beginning_with(word, ALWAYS_ALIKE)
                if (held := self.of_stem(other))
            ]
            if beginnings:
                found[word] = (Either(tuple((held, EXACT) for held in beginnings)), BEGINNING)
        return found
