"""Sets and shares of services: what arrays say is what a hand counts."""

from random import Random

import numpy as np
import pytest

from socialmap.search import postings
from socialmap.search.postings import Few, Many

SIZE = 1000
EVERYBODY = np.arange(SIZE, dtype=np.int32)


def some(seed: int, count: int) -> dict[int, int]:
    """Services with a share, by chance but always the same."""
    chance = Random(seed)
    return {n: chance.randint(1, 255) for n in sorted(chance.sample(range(SIZE), count))}


def packed(shares: dict[int, int]) -> postings.Postings:
    ids = np.array(list(shares), np.int32)
    return postings.packed(ids, np.array(list(shares.values()), np.uint8), SIZE)


def test_a_rare_word_and_a_frequent_one_are_kept_in_their_own_way():
    assert isinstance(packed(some(1, 20)), Few) and isinstance(packed(some(1, 500)), Many)


@pytest.mark.parametrize("count", [0, 1, 20, 124, 125, 500, 1000])
@pytest.mark.parametrize("asked", [0, 1, 30, 400, 1000])
def test_shares_are_those_of_the_services_asked(count, asked):
    shares = some(2, count)
    members = np.array(sorted(Random(3).sample(range(SIZE), asked)), np.int32)
    assert packed(shares).at(members).tolist() == [shares.get(int(n), 0) for n in members]


@pytest.mark.parametrize("count", [0, 7, 600])
def test_a_set_holds_the_services_with_the_word(count):
    shares = some(4, count)
    held = packed(shares)
    assert postings.numbers(held.bits, SIZE).tolist() == list(shares)
    assert held.count == count == held.bits.bit_count()


def test_merging_loses_nobody_and_two_say_more_than_one():
    rare, frequent = some(5, 40), some(6, 700)
    found = postings.settled([(packed(rare), 1.0), (packed(frequent), 0.5)], SIZE)
    assert set(postings.numbers(found.bits, SIZE).tolist()) == rare.keys() | frequent.keys()
    for number, share in zip(range(SIZE), found.at(EVERYBODY).tolist(), strict=True):
        best = max(rare.get(number, 0), frequent.get(number, 0) // 2)
        both = rare.get(number, 0) + frequent.get(number, 0) / 2 + 2
        assert best <= share <= min(255, both)


def test_alternatives_put_together_later_say_the_same():
    parts = tuple((packed(some(seed, 60 * seed)), 1 / seed) for seed in range(1, 6))
    now, later = postings.settled(parts, SIZE), postings.Either(parts)
    assert (now.bits, now.count) == (later.bits, later.count)
    assert now.at(EVERYBODY).tolist() == later.at(EVERYBODY).tolist()


def test_what_counts_for_next_to_nothing_is_still_found():
    found = postings.settled([(packed(some(6, 700)), 0.0001)], SIZE)
    assert found.count == 700 and max(found.at(EVERYBODY)) == 1


@pytest.mark.parametrize("counts", [(30, 30), (30, 700), (700, 800), (5, 6)])
def test_who_has_all_words_has_the_least_share_of_them(counts):
    one, other = some(7, counts[0]), some(8, counts[1])
    found = postings.AllOf((packed(one), packed(other)))
    both = sorted(one.keys() & other.keys())
    assert postings.numbers(found.bits, SIZE).tolist() == both
    assert found.at(np.array(both, np.int32)).tolist() == [min(one[n], other[n]) for n in both]


def test_many_sets_are_counted_at_once():
    sets = [packed(some(seed, 10 * seed)).bits for seed in range(1, 30)]
    members = packed(some(99, 500)).bits
    stack = postings.Stack([*sets, sets[3]], SIZE)
    counted = [(one & members).bit_count() for one in sets]
    assert stack.counts(members).tolist() == [*counted, counted[3]]


def test_a_row_and_a_set_are_the_same():
    members = packed(some(9, 300)).bits
    assert postings.bits_of_row(postings.row(members, SIZE)) == members
