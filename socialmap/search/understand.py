"""From what somebody types to what is searched: concepts, a place, an age, a level.

Every word becomes a concept: the services that hold it in any form, as part of a compound,
or under another name. An exact word counts for most, a synonym for less, a guess for
least. What is written between quotes is taken as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log
from typing import NamedTuple

from ..network.places import Place
from .analysis import NEGATIONS, STOP, plain, stem
from .lexicon import LONGEST_PHRASE, Lexicon, Meaning
from .meanings import APART, EXACT, either, meanings_of
from .postings import AllOf, Postings
from .snapshot import Snapshot

SIDE = 0.15
"""What a word counts for that nearly everybody types and that says little."""

MOST_PARTS = 3
"""Words that together may be the parts of one compound."""

MOST_CONCEPTS = 12
MOST_SHOWN = 4

_AGE = re.compile(r"(\d{1,2})(\+|jarige?|jr)?")
_TOKEN = re.compile(r"[^\W_]+\+?|\"")
_AGE_WORDS = {
    "twaalf": 12, "dertien": 13, "veertien": 14, "vijftien": 15, "zestien": 16,
    "zeventien": 17, "achttien": 18, "negentien": 19, "twintig": 20, "eenentwintig": 21,
    "tweeentwintig": 22, "drieentwintig": 23,
}  # fmt: skip
_YEARS = frozenset({"jaar", "jr", "jarige", "jarig", "jarigen", "plus", "jaren"})
_NO_AGE_AFTER = frozenset(
    {"niveau", "mbo", "groep", "klas", "leerjaar", "cluster", "week", "na", "oktober", "artikel",
     "september", "augustus", "cijfer", "nt", "vmbo"}
)  # fmt: skip
_NO_AGE_BEFORE = frozenset(
    {"uur", "uren", "week", "weken", "dagen", "maanden", "euro", "keer", "oktober", "september",
     "augustus", "april", "januari", "februari", "km", "procent", "tot", "t", "e"}
)  # fmt: skip
_BEFORE_PLACE = frozenset({"in", "uit", "bij", "te", "omgeving", "regio", "rond", "gemeente"})
_NO_PLACE = frozenset({"nederland"})
"""Names of places that hardly anybody means who types them."""

_ALSO_A_WORD = frozenset({"best", "buren", "bergen", "goes", "laren", "echt", "heel", "weert"})
"""Names of places that are everyday words too: a place only with a capital or after "in"."""


class Token(NamedTuple):
    """A word as it was typed; ``typed`` in lower case without accents."""

    typed: str
    has_capital: bool
    is_quoted: bool
    first: int
    last: int

    @property
    def is_number(self) -> bool:
        return self.typed.isdigit()


class Concept(NamedTuple):
    """One thing that is asked: the services that have it and how well."""

    words: tuple[str, ...]
    postings: Postings
    weight: float
    is_required: bool = True


@dataclass(frozen=True)
class Clue:
    """An age or level in the words: understood as a filter, and the words that said it."""

    name: str
    values: tuple[str, ...]
    label: str
    span: tuple[int, int]


@dataclass(frozen=True)
class Also:
    """What else was searched for some words: as an editor wrote it, and where the words stand."""

    words: tuple[str, ...]
    span: tuple[int, int]


@dataclass
class Understood:
    """What is searched for a question."""

    concepts: list[Concept] = field(default_factory=list)
    also: list[Also] = field(default_factory=list)
    corrections: list[tuple[str, str]] = field(default_factory=list)
    """What was typed, and the word it was taken for."""
    clues: list[Clue] = field(default_factory=list)
    place: Place | None = None
    place_span: tuple[int, int] = (0, 0)
    literal: bool = False
    missed: list[str] = field(default_factory=list)
    """The words for which nothing is known."""
    words: list[str] = field(default_factory=list)
    """The words that were asked, but those of an age, a level and a place, and those that
    every text has."""
    themes: list[str] = field(default_factory=list)
    """The themes that the words are about, as slugs."""
    stems: set[str] = field(default_factory=set)
    """The stems whose words may be marked in a result."""

    @property
    def says_something(self) -> bool:
        return bool(self.concepts or self.missed)


def tokens(question: str) -> list[Token]:
    """The words of a question; what stands between quotes is marked so."""
    found, is_quoted = [], False
    for match in _TOKEN.finditer(question.replace("“", '"').replace("”", '"')):
        text = match[0]
        if text == '"':
            is_quoted = not is_quoted
            continue
        found.append(Token(plain(text), text[:1].isupper(), is_quoted, match.start(), match.end()))
    return found


def understand(question: str, snapshot: Snapshot, lexicon: Lexicon) -> Understood:
    """What a question asks of this generation of the catalogue."""
    return _Reader(question, snapshot, lexicon).read()


class _Reader:
    """Reads one question."""

    def __init__(self, question: str, snapshot: Snapshot, lexicon: Lexicon) -> None:
        self.question, self.lexicon = question, lexicon
        self.meanings = meanings_of(snapshot, lexicon)
        self.all = tokens(question)
        self.found = Understood(literal=bool(self.all) and all(t.is_quoted for t in self.all))

    def read(self) -> Understood:
        left = self._without_age(list(self.all))
        left = self._without_place(left)
        left = self._without_levels(left)
        self.found.words = [t.typed for t in left if t.typed not in STOP and not t.is_number]
        concepts = list(self._concepts(left))
        if not any(c.is_required for c in concepts):
            self._take_back()
            concepts = list(self._concepts([t for t in self.all if not t.is_number]))
            if not any(c.is_required for c in concepts):
                concepts = [Concept(c.words, c.postings, c.weight / SIDE) for c in concepts]
        else:
            concepts += self._side_concepts()
        self.found.concepts = concepts[:MOST_CONCEPTS]
        return self.found

    # Age, place, level ----------------------------------------------------------------

    def _without_age(self, left: list[Token]) -> list[Token]:
        for place, token in enumerate(left):
            age = self._age_at(left, place)
            if age is None or token.is_quoted:
                continue
            last = place
            if place + 1 < len(left) and left[place + 1].typed in _YEARS:
                last = place + 1
            self.found.clues.append(
                Clue("leeftijd", (str(age),), f"{age} jaar", (token.first, left[last].last))
            )
            return left[:place] + left[last + 1 :]
        return left

    def _age_at(self, left: list[Token], place: int) -> int | None:
        typed = left[place].typed
        before = left[place - 1].typed if place else ""
        after = left[place + 1].typed if place + 1 < len(left) else ""
        if typed in _AGE_WORDS and after in _YEARS:
            return _AGE_WORDS[typed]
        number = _AGE.fullmatch(typed) if typed[0].isdigit() else None
        if not number:
            return None
        age = int(number[1])
        is_range = after.isdigit() or before.isdigit() or before == "tot"
        if is_range or before in _NO_AGE_AFTER or (after in _NO_AGE_BEFORE and not number[2]):
            return None
        is_said = bool(number[2]) or after in _YEARS
        return age if (4 <= age <= 99 if is_said else 10 <= age <= 27) else None

    def _without_place(self, left: list[Token]) -> list[Token]:
        typed = [token.typed for token in left]
        for start, token in enumerate(left):
            at = None if token.is_quoted else self.lexicon.place_at(typed, start)
            if not at or not self._is_place(left, start, at[0], at[1]):
                continue
            place, length = at
            self.found.place = place
            self.found.place_span = (token.first, left[start + length - 1].last)
            return left[:start] + left[start + length :]
        return left

    def _is_place(self, left: list[Token], start: int, place: Place, length: int) -> bool:
        token = left[start]
        if length > 1:
            return True
        if token.typed in _NO_PLACE:
            return False
        if start and (token.has_capital or left[start - 1].typed in _BEFORE_PLACE):
            return True
        if place.kind == "municipality":
            return token.typed not in _ALSO_A_WORD
        return len(token.typed) >= 5 and self.meanings.is_seldom_said(token.typed)

    def _without_levels(self, left: list[Token]) -> list[Token]:
        begins = self.lexicon.first_words.of_levels
        for start, token in enumerate(left):
            if stem(token.typed) not in begins:
                continue
            for length in range(min(4, len(left) - start), 0, -1):
                part = left[start : start + length]
                slugs = self.lexicon.levels.get(tuple(stem(t.typed) for t in part))
                if slugs and not token.is_quoted:
                    self.found.clues.append(self._level_clue(slugs, part))
                    return left[:start] + self._without_levels(left[start + length :])
        return left

    def _level_clue(self, slugs: tuple[str, ...], part: list[Token]) -> Clue:
        label = self.lexicon.labels["onderwijs"].get(slugs[0], "") if len(slugs) == 1 else "Mbo"
        return Clue("onderwijs", slugs, label, (part[0].first, part[-1].last))

    def _take_back(self) -> None:
        """Nothing else was asked: then the level or the place is what is sought."""
        self.found.clues = [clue for clue in self.found.clues if clue.name == "leeftijd"]
        self.found.place = None
        self.found.also, self.found.corrections, self.found.missed = [], [], []

    def _side_concepts(self) -> Iterator[Concept]:
        """A level and a place are words too: welcome in a service, but they need not be there."""
        spans = [clue.span for clue in self.found.clues if clue.name == "onderwijs"]
        for token in self.all:
            if any(first <= token.first < last for first, last in spans):
                held = self.meanings.of_word(token.typed, literal=True)
                if held:
                    yield self._concept((token.typed,), held, is_required=False)

    # Words ----------------------------------------------------------------------------

    def _concepts(self, left: list[Token]) -> Iterator[Concept]:
        sought = [t for t in left if t.typed not in STOP or t.typed in NEGATIONS]
        place = 0
        while place < len(sought):
            length, found = self._phrase_at(sought, place)
            joined = self._compound_at(sought, place)
            foreign = self._foreign_at(sought, place)
            if foreign and foreign[0] >= length:
                length, held = foreign
                words = tuple(token.typed for token in sought[place : place + length])
                yield self._concept(words, held)
            elif joined and joined[0] >= length:
                length = joined[0]
                concept = self._written_apart(sought[place : place + length], joined[1])
                if concept:
                    yield concept
            elif found:
                yield from self._meant(sought[place : place + length], found)
            elif sought[place].typed not in NEGATIONS:
                yield from self._word(sought[place])
            place += length

    def _phrase_at(self, sought: list[Token], place: int) -> tuple[int, list[Meaning]]:
        """The longest phrase of two words or more that means something here."""
        if stem(sought[place].typed) not in self.lexicon.first_words.of_phrases:
            return 1, []
        most = min(LONGEST_PHRASE, len(sought) - place)
        stems = tuple(stem(token.typed) for token in sought[place : place + most])
        for length in range(most, 1, -1):
            if any(token.is_quoted for token in sought[place : place + length]):
                continue
            if found := self.lexicon.meanings.get(stems[:length]):
                return length, found
        return 1, []

    def _foreign_at(self, sought: list[Token], place: int) -> tuple[int, Postings] | None:
        """Words of another language from here on: how many, and what they find in Dutch."""
        typed = [token.typed for token in sought[place : place + LONGEST_PHRASE]]
        known = self.lexicon.translated_at(typed)
        if not known or sought[place].is_quoted:
            return None
        if known[0] == 1 and self.meanings.words.knows(typed[0]):
            return None
        held = self.meanings.of_words(known[1])
        return (known[0], held) if held else None

    def _meant(self, part: list[Token], found: list[Meaning]) -> Iterator[Concept]:
        """A phrase that means something; its words one by one when no service has any of it."""
        held = either((self.meanings.of(meaning), EXACT) for meaning in found)
        if held:
            self._tell(found, part)
            yield self._concept(tuple(t.typed for t in part), held)
            return
        for token in part:
            if token.typed not in NEGATIONS:
                yield from self._word(token)

    def _written_apart(self, part: list[Token], compound: str) -> Concept | None:
        """A compound whose parts stand apart: the compound, or all its parts in one service."""
        self._tell(self.lexicon.meanings.get((stem(compound),), []), part)
        self.found.stems |= {stem(compound)}
        parts = [self.meanings.of_word(token.typed, literal=True) for token in part]
        together = AllOf(tuple(p for p in parts if p)) if all(parts) else None
        telling = [t.typed for t in part if stem(t.typed) not in self.lexicon.side_words]
        about = self.meanings.of_word(telling[0]) if len(telling) == 1 else None
        held = either([(self.meanings.of_word(compound), EXACT), (together, APART), (about, APART)])
        return self._concept(tuple(t.typed for t in part), held) if held else None

    def _word(self, token: Token) -> Iterator[Concept]:
        typed = token.typed
        if token.is_number:
            return
        held = self.meanings.of_word(typed, literal=token.is_quoted)
        if held:
            stemmed = stem(typed)
            if not token.is_quoted:
                self._tell(self.lexicon.meanings.get((stemmed,), []), [token])
            self.found.stems.add(stemmed)
            says_little = stemmed in self.lexicon.side_words
            itself = held.count if token.is_quoted else self.meanings.count_of(typed)
            yield self._concept((typed,), held, itself or held.count, is_required=not says_little)
        elif token.is_quoted:
            self.found.missed.append(typed)
        elif stem(typed) not in self.lexicon.side_words:
            yield from self._unknown(token)

    def _unknown(self, token: Token) -> Iterator[Concept]:
        """A word that nobody knows: a compound of known ones, another language, or misspelled."""
        typed = token.typed
        parts = self.meanings.words.parts_of(typed)
        if parts:
            for part in parts:
                yield from self._word(Token(part, False, False, token.first, token.last))
            return
        guesses = self.meanings.guesses(typed)
        held = either(guesses.values())
        if held is None:
            if len(typed) > 2:
                self.found.missed.append(typed)
            return
        meant = self.meanings.as_written(next(iter(guesses)), typed)
        self.found.corrections.append((typed, meant))
        self.found.stems |= set(guesses)
        self._tell(self.lexicon.meanings.get((next(iter(guesses)),), []), [token])
        yield self._concept((typed,), held)

    def _compound_at(self, sought: list[Token], place: int) -> tuple[int, str] | None:
        """The compound that words from here on are the parts of, and how many words."""
        words, begun, best = self.meanings.words, [sought[place].typed], None
        if place + 1 == len(sought) or not words.goes_further(begun[0]):
            return None
        for length, token in enumerate(sought[place + 1 : place + MOST_PARTS], start=2):
            begun = [
                so_far + link + token.typed
                for so_far in begun
                for link in ("", "s", "en")
                if words.goes_on(so_far + link + token.typed[:2])
            ]
            if not begun or token.is_quoted or sought[place].is_quoted:
                break
            whole = next(filter(words.knows, begun), None)
            best = (length, whole) if whole else best
        return best

    def _concept(
        self,
        words: tuple[str, ...],
        held: Postings,
        count: int | None = None,
        *,
        is_required: bool = True,
    ) -> Concept:
        """A concept that says more the fewer services have it: ``count``, when a word is rarer
        itself than with all its other names."""
        count = held.count if count is None else count
        rarity = log(1 + (self.meanings.count - count + 0.5) / (count + 0.5))
        weight = max(rarity, 0.05) * (1 if is_required else SIDE)
        return Concept(words, held, weight, is_required)

    def _tell(self, meanings: list[Meaning], part: list[Token]) -> None:
        """Remember by which other words these are searched, and which themes they are about."""
        if not meanings:
            return
        asked = {stem(token.typed) for token in part}
        shown: dict[str, None] = {}
        for meaning in meanings:
            told = self.meanings.told(meaning)
            self.found.themes += told.themes
            for text, stems in told.words:
                if not asked & stems:
                    shown[text] = None
                    self.found.stems |= stems if len(stems) == 1 else set()
        if shown:
            words = tuple(shown)[:MOST_SHOWN]
            self.found.also.append(Also(words, (part[0].first, part[-1].last)))
