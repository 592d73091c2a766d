"""The words that something knows, and the ways to one that is written a little differently.

Words are stems. A word is found by its kin (another form of the same word), by a compound
that it is part of, by its beginning, and by what sounds or is spelled nearly the same.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import islice
from zlib import crc32

from .analysis import root, stem

LINKS = ("", "s", "e", "en", "er", "n", "es")
"""What may stand between the two parts of a Dutch compound."""

SHORTEST_PART = 4
"""Letters of a word, as it is typed, that may be sought inside compounds."""

SHORTEST_REST = 3
"""Letters of the other part of such a compound."""

_SOUND_OF = {
    "ij": "ei", "ey": "ei", "y": "ei", "ou": "au", "ph": "f", "sch": "sg", "ch": "g", "th": "t",
    "ck": "k", "c": "k", "q": "k", "x": "ks", "v": "f", "z": "s", "d": "t", "dt": "t",
}  # fmt: skip
"""What sounds as what; a d only at the end of a word."""
_SOUNDS = re.compile(r"ij|ey|y|ou|ph|sch|ch|th|ck|[cqxvz]|dt?\b")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=64)
def sound(word: str) -> str:
    """What a word sounds like: the same for spellings that an ear cannot tell apart."""
    heard = _SOUNDS.sub(lambda found: _SOUND_OF[found[0]], word)
    return _TWICE.sub(r"\1", heard)


def apart(one: str, other: str) -> int:
    """How much two words differ: 0 not, 1 by one letter more, less, other or swapped, else 2."""
    if one == other:
        return 0
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    is_one_letter = len(one) <= 1 and len(other) <= 1
    is_swapped = len(one) == 2 and one == other[::-1]
    return 1 if is_one_letter or is_swapped else 2


def allowed(word: str) -> int:
    """How many letters of a word may be wrong."""
    return 0 if len(word) < 4 else 1 if len(word) < 7 else 2


class Vocabulary:
    """Some words, all known when it is made."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = frozenset(known)
        self._sorted = sorted(self.known)

    def __contains__(self, word: str) -> bool:
        return word in self.known

    @cached_property
    def _backwards(self) -> list[str]:
        return sorted(word[::-1] for word in self._sorted)

    @cached_property
    def _roots(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for word in self._sorted:
            found[root(word)].append(word)
        return dict(found)

    def kin(self, word: str) -> list[str]:
        """The other words of the same root."""
        return [other for other in self._roots.get(root(word), ()) if other != word]

    def beginning_with(self, letters: str, most: int) -> list[str]:
        return list(islice(_from(self._sorted, letters), most))

    def goes_on(self, letters: str) -> bool:
        """Whether a word begins with letters."""
        place = bisect_left(self._sorted, letters)
        return place < len(self._sorted) and self._sorted[place].startswith(letters)

    def goes_further(self, word: str) -> bool:
        """Whether a longer word begins with this one."""
        place = bisect_right(self._sorted, word)
        return place < len(self._sorted) and self._sorted[place].startswith(word)

    def beginning_or_ending_with(self, letters: str) -> Iterator[tuple[str, str, bool]]:
        """Longer words, what is left of each, and whether the letters are its beginning."""
        for word in _from(self._sorted, letters):
            yield word, word[len(letters) :], True
        for backwards in _from(self._backwards, letters[::-1]):
            word = backwards[::-1]
            yield word, word[: -len(letters)], False

    def near(self, word: str) -> list[tuple[int, str]]:
        """Words that sound or are spelled nearly the same, with how much they differ.

        Two letters at most: one dropped from each gives the same.
        """
        most = allowed(word) if self._sorted else 0
        if not most:
            return []
        heard, found = sound(word), []
        for place in self._heard_nearly(heard):
            other, its_sound = self._sorted[place], self._sounds[place]
            if other[0] != word[0] and its_sound[:1] != heard[:1]:
                continue  # who mistypes a word gets its first letter right
            difference = min(apart(word, other), apart(heard, its_sound))
            if difference <= most:
                found.append((difference, other))
        return sorted(found)

    def _heard_nearly(self, heard: str) -> set[int]:
        """The places of words that become the same when at most one letter of each is dropped."""
        places = self._dropped
        found: set[int] = set()
        for mark in _marks_of(heard):
            held = places.get(mark)
            if isinstance(held, int):
                found.add(held)
            elif held:
                found.update(held)
        return found

    @cached_property
    def _sounds(self) -> list[str]:
        return [sound(word) for word in self._sorted]

    @cached_property
    def _dropped(self) -> dict[int, int | tuple[int, ...]]:
        """By the checksum of every word and of every word with a letter dropped: its place, or
        the places of several."""
        found: dict[int, int | tuple[int, ...]] = {}
        for place, word in enumerate(self._sorted):
            if len(word) > 3:
                for mark in _marks_of(self._sounds[place]):
                    held = found.get(mark)
                    if held is None:
                        found[mark] = place
                    else:
                        found[mark] = (*(held if isinstance(held, tuple) else (held,)), place)
        return found

    def prepare(self) -> None:
        """Work out beforehand what the first question would wait for."""
        _ = self._backwards, self._roots, self._dropped


@lru_cache(maxsize=64)
def _marks_of(heard: str) -> set[int]:
    """The checksums of a word and of every word with a letter dropped."""
    forms = (heard, *(heard[:i] + heard[i + 1 :] for i in range(len(heard))))
    return {crc32(form.encode()) for form in forms}


def _from(words: list[str], letters: str) -> Iterator[str]:
    """The words of a sorted row that begin with letters and go on."""
    for place in range(bisect_left(words, letters), len(words)):
        if not words[place].startswith(letters):
            return
        if words[place] != letters:
            yield words[place]


class Vocabularies:
    """Several as one: of the catalogue, of what was changed in it since, of the thesaurus."""

    def __init__(self, *parts: Vocabulary) -> None:
        self.parts = tuple(part for part in parts if part.known)

    def __contains__(self, word: str) -> bool:
        for part in self.parts:  # noqa: SIM110 - asked very often, see goes_on
            if word in part.known:
                return True
        return False

    def knows(self, word: str) -> bool:
        """Whether a word, as it is typed, is known in this or another form."""
        return word in self or stem(word) in self

    def kin(self, word: str) -> list[str]:
        return [other for part in self.parts for other in part.kin(word)]

    def beginning_with(self, letters: str, most: int) -> list[str]:
        return [word for part in self.parts for word in part.beginning_with(letters, most)][:most]

    def goes_on(self, letters: str) -> bool:
        """Whether a word begins with letters."""
        for part in self.parts:  # noqa: SIM110 - asked very often: a generator costs too much
            if part.goes_on(letters):
                return True
        return False

    def goes_further(self, word: str) -> bool:
        """Whether a longer word begins with this one."""
        for part in self.parts:  # noqa: SIM110 - asked very often, see goes_on
            if part.goes_further(word):
                return True
        return False

    def near(self, word: str) -> list[tuple[int, str]]:
        """The nearest words to one that nobody knows, each once."""
        found: dict[str, int] = {}
        for part in self.parts:
            for difference, other in part.near(word):
                found[other] = min(difference, found.get(other, difference))
        return sorted((difference, other) for other, difference in found.items())

    def compounds(self, typed: str) -> list[str]:
        """The known words that a word, as it is typed, is the first or last part of."""
        if len(typed) < SHORTEST_PART:
            return []
        forms = {stem(typed), typed}
        found: dict[str, None] = {}
        for part in self.parts:
            for form in forms:
                for word, rest, is_first in part.beginning_or_ending_with(form):
                    if self._is_part(rest, is_last=is_first):
                        found[word] = None
        return [word for word in found if word not in forms]

    def _is_part(self, rest: str, *, is_last: bool) -> bool:
        """Whether the rest of a compound, but for a link, is a word."""
        for link in LINKS:
            if is_last and not rest.startswith(link):
                continue
            if not is_last and not rest.endswith(link):
                continue
            bare = rest.removeprefix(link) if is_last else rest.removesuffix(link)
            if len(bare) >= SHORTEST_REST and (bare in self or stem(bare) in self):
                return True
        return False

    def parts_of(self, typed: str) -> list[str]:
        """The words that a compound, as it is typed, is made of; nothing when it is none."""
        return self._split(typed, deep=True) or []

    def _split(self, typed: str, *, deep: bool) -> list[str] | None:
        """In two, or in three; of several ways the one whose shortest part is longest."""
        best: list[str] = []
        for place in range(SHORTEST_REST, len(typed) - SHORTEST_REST + 1):
            front, rest = typed[:place], typed[place:]
            if not self.knows(front):
                continue
            for link in LINKS:
                back = rest.removeprefix(link)
                if not rest.startswith(link) or len(back) < SHORTEST_REST:
                    continue
                tail = [back] if self.knows(back) else None
                if tail is None and deep and len(back) >= 2 * SHORTEST_REST:
                    tail = self._split(back, deep=False)
                if tail and _shortest([front, *tail]) > _shortest(best):
                    best = [front, *tail]
        return best or None


def _shortest(parts: list[str]) -> int:
    return min(map(len, parts), default=0)
