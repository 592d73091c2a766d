"""What is made of a question: concepts and other words, age, level and place, quotes."""

import numpy as np
import pytest

from socialmap.kit import clock
from socialmap.search.analysis import words
from socialmap.search.filters import Filters
from socialmap.search.lexicon import Lexicon
from socialmap.search.results import search
from socialmap.search.thesaurus import Group
from socialmap.search.understand import understand


@pytest.fixture
def read(demo_site):
    """How the site understands a question, on the services of the demo."""
    snapshot = demo_site.extensions["search"].snapshot()
    return lambda question: understand(question, snapshot, snapshot.lexicon)


@pytest.fixture
def read_with(demo_site):
    """The same with a thesaurus of one's own."""
    snapshot = demo_site.extensions["search"].snapshot()
    return lambda question, *groups: understand(question, snapshot, Lexicon.read(groups))


@pytest.fixture
def find(demo_site):
    def ask(q, **chosen):
        filters = Filters(q=q, age=chosen.pop("age", None), chosen=chosen)
        return search(demo_site.extensions["search"], filters, today=clock.today(), limit=200)

    return ask


def clues(found) -> dict[str, tuple[str, ...]]:
    return {clue.name: clue.values for clue in found.clues}


# Age, level and place -----------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "age"),
    [
        ("16 zonder diploma werk Leiden", "16"),
        ("jongen van 15 jaar die spijbelt", "15"),
        ("16-jarige zonder school", "16"),
        ("18+ verzuimt veel", "18"),
        ("zestien jaar en schulden", "16"),
        ("schulden 22jr", "22"),
        ("schulden", None),
        ("begeleiding 16 tot 23 jaar", None),
        ("mbo niveau 2 schulden", None),
        ("3 dagen per week werken", None),
        ("16 uur verzuim", None),
        ("schulden 4500 euro", None),
        ("cluster 4 gedrag", None),
        ("na 1 oktober beginnen", None),
    ],
)
def test_an_age_is_read_in_the_words(read, question, age):
    assert clues(read(question)).get("leeftijd") == (age and (age,))


@pytest.mark.parametrize(
    ("question", "levels"),
    [
        ("autisme begeleiding mbo", ("mbo-1", "mbo-2", "mbo-3", "mbo-4")),
        ("schulden mbo niveau 2", ("mbo-2",)),
        ("faalangst havo", ("havo",)),
        ("stage praktijkonderwijs", ("pro",)),
        ("vso dagbesteding", ("vso",)),
        ("schulden", None),
    ],
)
def test_a_level_beside_something_else_is_the_level_of_the_pupil(read, question, levels):
    assert clues(read(question)).get("onderwijs") == levels


def test_a_level_alone_is_what_is_sought(read, find):
    found = read("praktijkonderwijs")
    assert not found.clues and [concept.words for concept in found.concepts]
    assert find("praktijkonderwijs").total > 0


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("schulden Leiden", "Leiden"),
        ("schulden leiden", "Leiden"),
        ("opvang in alphen aan den rijn", "Alphen aan den Rijn"),
        ("drachten terug naar school", "Drachten"),
        ("den bosch werk", "'s-Hertogenbosch"),
        ("wat past het best bij schulden", None),
        ("mijn buren maken ruzie", None),
        ("echt heel somber", None),
    ],
)
def test_a_place_is_read_in_the_words(read, question, place):
    found = read(question).place
    assert (found and found.name) == place


def test_a_place_is_a_wish_and_not_a_wall(find):
    everywhere, there = find("schulden"), find("schulden leiden")
    assert there.total == everywhere.total
    assert there.hits[0].entry.place == "Leiden" or "leiden" in there.hits[0].entry.serves


def test_what_the_words_say_is_a_filter_that_one_click_takes_away(find):
    found = find("schulden 16 jaar mbo")
    told = {clue.name: clue for clue in found.understood.filters}
    assert told["leeftijd"].label == "16 jaar" and told["onderwijs"].label == "Mbo"
    assert told["leeftijd"].without.q == "schulden mbo"
    assert told["onderwijs"].without.q == "schulden 16 jaar"
    assert (
        found.total
        == find("schulden", age=16, onderwijs=("mbo-1", "mbo-2", "mbo-3", "mbo-4")).total
    )


def test_a_filter_that_somebody_chose_goes_before_the_words(find):
    assert find("schulden 16 jaar", age=22).total == find("schulden", age=22).total
    assert not find("schulden 16 jaar", age=22).understood.filters


# Other words --------------------------------------------------------------------

CANNABIS = Group("cannabis", ("wiet", "blowen", "jointje"), ("verslaving",), ("thema:verslaving",))


def test_another_word_of_the_group_is_searched_too_and_told(read_with):
    found = read_with("jointje", CANNABIS)
    (also,) = found.also
    assert "blowen" in also.words and "jointje" not in also.words
    assert found.concepts[0].postings.count > 0


def test_a_phrase_is_one_thing_whatever_stands_between(read_with):
    group = Group("thuiszitten", ("komt niet meer op school", "thuiszitter"))
    (concept,) = read_with("hij komt niet meer op school", group).concepts
    assert concept.words == ("komt", "niet", "school")
    assert len(read_with("hij komt graag op school", group).concepts) > 1, "nothing is denied"


def test_an_exact_word_beats_a_synonym_and_a_synonym_beats_a_guess(read_with):
    group = Group("thuiszitter", ("huismus",), ("zorgboerderij",))
    exact = read_with("thuiszitter").concepts[0].postings
    same = read_with("huismus", group).concepts[0].postings
    guess = read_with("thuiszittr").concepts[0].postings
    number = int(exact.bits & same.bits & guess.bits).bit_length() - 1
    member = np.array([number], np.int32)
    shares = [int(held.at(member)[0]) for held in (exact, same, guess)]
    assert shares == sorted(shares, reverse=True) and shares[0] > shares[2]


def test_what_stands_between_quotes_is_taken_as_it_is(read_with):
    found = read_with('"jointje"', CANNABIS)
    assert found.literal and not found.also and found.missed == ["jointje"]


def test_one_word_that_nobody_knows_does_not_lose_the_others(find):
    assert find("schulden qqqqq").total == find("schulden").total


def test_a_word_of_another_language_means_the_dutch_one(read_with, demo_site):
    snapshot = demo_site.extensions["search"].snapshot()
    lexicon = Lexicon.read([])
    lexicon.translated = {tuple(words(word)): "schulden" for word in ("debts", "borç")}
    for question in ("debts", "borç"):
        (concept,) = understand(question, snapshot, lexicon).concepts
        assert concept.postings.count == read_with("schulden").concepts[0].postings.count


# Compounds ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("thuis zitter coach", "Thuiszitterscoach"),
        ("verslaving zorg", "Verslavingszorg Jeugd"),
        ("rebound voorziening", "Reboundvoorziening"),
    ],
)
def test_words_written_apart_find_the_compound(find, question, name):
    assert name in find(question).hits[0].entry.name


def test_a_part_finds_the_compound(find):
    assert any("schuld" in hit.entry.name.lower() for hit in find("schulden").hits[:3])


def test_a_compound_that_nobody_wrote_finds_its_parts(read):
    assert [c.words for c in read("faalangstgesprek").concepts] == [("faalangst",), ("gesprek",)]
