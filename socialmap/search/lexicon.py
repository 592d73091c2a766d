"""What words mean: the thesaurus, the vocabularies, words of newcomers, levels and places.

A meaning is asked by a phrase, a row of stems. Read from the database and the files of
``content/search`` with each generation of the index; asks nothing afterwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from ..catalogue import vocabularies
from ..kit import plain_yaml
from ..network import places
from ..network.places import Place
from ..network.queries import municipality_names
from .analysis import NEGATIONS, STOP, stem, words
from .queries import groups
from .thesaurus import FOLDER, Group
from .vocabulary import Vocabulary

Phrase = tuple[str, ...]
"""Stems in their order, without stop words; a negation stays."""

LONGEST_PHRASE = 6

FILTER_OF = {
    "themes": "thema", "target_groups": "doelgroep", "service_kinds": "soort",
    "levels": "onderwijs", "organization_kinds": "soort_aanbieder", "languages": "taal",
}  # fmt: skip
"""The vocabularies with the filters whose values they name."""

MEANT = ("thema", "doelgroep", "soort")
"""The filters of which a value is understood when somebody types its name."""

PUPIL_LEVELS = ("pro", "vso", "vmbo", "havo", "vwo", "mbo-1", "mbo-2", "mbo-3", "mbo-4", "hbo")
"""The levels that somebody has, when they are named beside something else."""

MBO = ("mbo-1", "mbo-2", "mbo-3", "mbo-4")


@lru_cache(maxsize=20_000)
def phrase(text: str) -> Phrase:
    """A text as it is compared with what somebody types."""
    return tuple(stem(w) for w in words(text) if w not in STOP or w in NEGATIONS)


@dataclass(frozen=True)
class Target:
    """What is searched for a meaning: words, or a value of a filter; and what it counts for."""

    weight: float
    text: str = ""
    """The words as an editor wrote them."""
    filter: tuple[str, str] | None = None

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words that a service must hold; a text that denies is only asked by."""
        found = words(self.text)
        return () if NEGATIONS & set(found) else tuple(w for w in found if w not in STOP)


SAME, ALSO, FILTER = 1.0, 0.5, 0.45
"""What a word of a group, an ``also`` word and a value of a filter count for within it.

A phrase of several words counts as an ``also`` word: it is how somebody says it, and a service
that holds its words somewhere may be about something else."""


@dataclass(frozen=True, eq=False)
class Meaning:
    """Something that can be meant, with all that is searched for it."""

    name: str
    targets: tuple[Target, ...]
    is_shown: bool = True
    """Whether its other words are told as what was searched too."""


@lru_cache(maxsize=5_000)
def _read_group(group: Group) -> tuple[Meaning, frozenset[Phrase], frozenset[str]]:
    """What a group means, by which phrases, and its words as they are written.

    Kept, for when an editor changes one group the hundreds of others mean what they meant.
    """
    targets = [Target(SAME if len(phrase(word)) == 1 else ALSO, word) for word in group.asked_by]
    targets += [Target(ALSO, word) for word in group.also]
    for term in group.terms:
        name, _colon, slug = term.partition(":")
        targets.append(Target(FILTER, filter=(name, slug)))
    meaning = Meaning(group.name, tuple(t for t in targets if t.words or t.filter))
    asked_by = frozenset(phrase(word) for word in group.asked_by) - {()}
    return meaning, asked_by, frozenset(word for text in group.asked_by for word in words(text))


class FirstWords(NamedTuple):
    """The words with which a phrase of several words, a level, a place, a foreign word begin."""

    of_phrases: frozenset[str]
    """Stems, as those of levels."""
    of_levels: frozenset[str]
    of_places: frozenset[str]
    of_translated: frozenset[str]


@dataclass
class Lexicon:
    """All meanings of a site at one moment."""

    meanings: dict[Phrase, list[Meaning]] = field(default_factory=lambda: defaultdict(list))
    translated: dict[Phrase, str] = field(default_factory=dict)
    levels: dict[Phrase, tuple[str, ...]] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    """Filter -> the slugs and names of its values, in the order in which they are shown."""
    places: dict[tuple[str, ...], Place] = field(default_factory=dict)
    municipalities: dict[str, str] = field(default_factory=dict)
    theme_names: dict[str, set[str]] = field(default_factory=dict)
    """The label of each theme and whatever else people call it."""
    whole_words: set[str] = field(default_factory=set)
    """The words of the thesaurus as they are written."""
    side_words: frozenset[str] = frozenset()
    """The stems of words that are welcome in a service but need not be there."""

    @classmethod
    def read(cls, thesaurus: Iterable[Group] | None = None) -> "Lexicon":
        """As files and database say now; ``thesaurus`` tries other groups than theirs."""
        found = cls()
        for group in groups() if thesaurus is None else thesaurus:
            found._add_group(group)
        for vocabulary, name in FILTER_OF.items():
            terms = vocabularies.terms(vocabulary)
            found.labels[name] = {term.slug: term.label for term in terms}
            if name in MEANT:
                for term in terms:
                    found._add_term((name, term.slug), term.label, term.also)
        found._add_levels()
        found.translated = _translated()
        found.side_words = _side_words()
        found.places = _places()
        found.labels["gemeente"] = municipality_names()
        found.municipalities = {name: slug for slug, name in found.labels["gemeente"].items()}
        return found

    def prepare(self) -> None:
        """Work out beforehand what the first misspelled word would wait for."""
        self.vocabulary.prepare()
        self.written.prepare()

    def _add_group(self, group: Group) -> None:
        meaning, asked_by, written = _read_group(group)
        for asked in asked_by:
            self.meanings[asked].append(meaning)
        self.whole_words.update(written)

    def _add_term(self, value: tuple[str, str], label: str, also: Iterable[str]) -> None:
        """A word of a vocabulary means the value of its filter, and no other word of it."""
        meaning = Meaning(label, (Target(FILTER, filter=value),), is_shown=False)
        for asked in {phrase(word) for word in (label, *also)}:
            if asked and meaning not in self.meanings[asked]:
                self.meanings[asked].append(meaning)
        if value[0] == "thema":
            self.theme_names[value[1]] = {label, *also}
        self.whole_words.update(word for text in (label, *also) for word in words(text))

    def _add_levels(self) -> None:
        for term in vocabularies.terms("levels"):
            if term.slug in PUPIL_LEVELS:
                for word in (term.label, *term.also, term.slug):
                    if asked := phrase(word):
                        self.levels.setdefault(asked, (term.slug,))
        self.levels[phrase("mbo")] = MBO
        for number, slug in enumerate(MBO, 1):
            for words_ in (f"mbo {number}", f"mbo niveau {number}", f"niveau {number} mbo"):
                self.levels[phrase(words_)] = (slug,)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every word by which something can be asked."""
        asked = {word for found in self.meanings for word in found}
        asked |= {word for found in self.levels for word in found}
        return Vocabulary(asked - NEGATIONS)

    @cached_property
    def first_words(self) -> FirstWords:
        """The words with which what is longer than a word may begin."""
        return FirstWords(
            of_phrases=frozenset(phrase[0] for phrase in self.meanings if len(phrase) > 1),
            of_levels=frozenset(phrase[0] for phrase in self.levels),
            of_places=frozenset(name[0] for name in self.places),
            of_translated=frozenset(phrase[0] for phrase in self.translated),
        )

    @cached_property
    def written(self) -> Vocabulary:
        """The same words as they are written."""
        return Vocabulary(self.whole_words)

    def translated_at(self, typed: Sequence[str]) -> tuple[int, str] | None:
        """Of words from another language: how many of the first say something, and the Dutch."""
        if typed[0] not in self.first_words.of_translated:
            return None
        for length in range(min(LONGEST_PHRASE, len(typed)), 0, -1):
            if dutch := self.translated.get(tuple(typed[:length])):
                return length, dutch
        return None

    def place_at(self, typed: Sequence[str], start: int) -> tuple[Place, int] | None:
        """The place whose name begins at this word, and how many words it takes."""
        if typed[start] not in self.first_words.of_places:
            return None
        for length in range(min(5, len(typed) - start), 0, -1):
            found = self.places.get(tuple(typed[start : start + length]))
            if found:
                return found, length
        return None


@cache
def _translated() -> dict[Phrase, str]:
    """Phrases of newcomers' languages, with the Dutch words for them."""
    path = FOLDER / "newcomers.yaml"
    with path.open(encoding="utf-8") as file:
        languages = plain_yaml.own(file)
    return {
        asked: str(row["means"])
        for rows in languages.values()
        for row in rows
        for word in row["words"]
        if (asked := tuple(w for w in words(str(word)) if w not in STOP))
    }


@cache
def _side_words() -> frozenset[str]:
    lines = (FOLDER / "stopwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(
        stem(word) for line in lines if not line.startswith("#") for word in words(line)
    )


@cache
def _places() -> dict[tuple[str, ...], Place]:
    """The names of municipalities and places, as the words in which somebody types them."""
    return {tuple(words(name)): place for name, place in places.all_names().items()}
