"""Questions made of the words of made services: the same for the same words and seed.

Every word has the same chance, so rare ones are asked as often as frequent ones.
"""

import random
import re
from collections.abc import Iterable, Sequence
from typing import Any

FIELDS = ("name", "summary", "description", "themes", "target_groups", "municipality")
"""Where the words come from."""

MOST_WORDS = 5
TYPO_EVERY = 5
"""Of so many questions one has a typing error."""
LONG = 5
"""Letters of a word in which somebody makes a typing error."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words_of(services: Iterable[dict[str, Any]]) -> list[str]:
    """The different words of services, in the order of the alphabet."""
    found: set[str] = set()
    for service in services:
        for field in FIELDS:
            value = service[field]
            text = " ".join(value) if isinstance(value, list) else value
            found.update(re.findall(r"\w\w+", text.lower()))
    return sorted(found)


def questions(words: Sequence[str], count: int, seed: int) -> list[str]:
    """So many different questions of one to five words."""
    chance = random.Random(f"questions-{seed}")
    asked: dict[str, None] = {}
    while len(asked) < count:
        asked[_question(words, chance, has_typo=len(asked) % TYPO_EVERY == 0)] = None
    return list(asked)


def _question(words: Sequence[str], chance: random.Random, *, has_typo: bool) -> str:
    chosen = [chance.choice(words) for _ in range(chance.randint(1, MOST_WORDS))]
    if has_typo:
        long = [place for place, word in enumerate(chosen) if len(word) >= LONG]
        if not long:
            return _question(words, chance, has_typo=True)
        place = chance.choice(long)
        chosen[place] = mistyped(chosen[place], chance)
    return " ".join(chosen)


def mistyped(word: str, chance: random.Random) -> str:
    """The word with a letter left out, one too many, another one, or two that changed places."""
    at, letter = chance.randrange(len(word) - 1), chance.choice(LETTERS)
    before, here, following, after = word[:at], word[at], word[at + 1], word[at + 2 :]
    wrong = chance.choice(
        [
            before + following + after,
            before + letter + here + following + after,
            before + letter + following + after,
            before + following + here + after,
        ]
    )
    return wrong if wrong != word else mistyped(word, chance)


def beginnings(names: Sequence[str], count: int, seed: int) -> list[str]:
    """What somebody has typed of a name when suggestions are asked: two to six letters."""
    chance = random.Random(f"beginnings-{seed}")
    return [chance.choice(names)[: chance.randint(2, 6)] for _ in range(count)]
