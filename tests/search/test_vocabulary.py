"""The ways from a word that nobody wrote to one that somebody did."""

import pytest

from socialmap.search.analysis import stem
from socialmap.search.vocabulary import Vocabularies, Vocabulary, apart, sound

KNOWN = [
    "schuld", "schuldhulpverlening", "verlening", "hulp", "hulpverlening", "verzuim",
    "begeleiding", "verzuimbegeleiding", "huiswerkbegeleiding", "huiswerk", "coach",
    "thuiszitterscoach", "thuiszitter", "zorg", "verslaving", "verslavingszorg", "jongeren",
    "jongerenloket", "loket", "leer", "werk", "leerwerktraject", "traject", "boerderij",
    "zorgboerderij", "dagbesteding", "psycholoog", "dyslexie", "faalangst", "urban", "les",
    "taalles", "taal", "autisme", "stage",
]  # fmt: skip


@pytest.fixture
def words() -> Vocabularies:
    half = len(KNOWN) // 2
    return Vocabularies(
        Vocabulary(stem(word) for word in KNOWN[:half]),
        Vocabulary(stem(word) for word in KNOWN[half:]),
    )


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ("stage", "stage", 0),
        ("stage", "stge", 1),
        ("stage", "staage", 1),
        ("stage", "stahe", 1),
        ("stage", "satge", 1),
        ("stage", "sage", 1),
        ("stage", "tsaeg", 2),
        ("begeleiding", "begeledng", 2),
    ],
)
def test_difference_counts_letters(one, other, difference):
    assert apart(one, other) == apart(other, one) == difference


@pytest.mark.parametrize(
    "pair",
    [
        "begeleiding begelijding", "psycholoog psygoloog", "dyslexie dislexie", "auto outo",
        "training trainning", "cito kito", "thuis tuis", "typen tiepen", "grof chrof",
    ],
)  # fmt: skip
def test_what_sounds_the_same_is_the_same(pair):
    one, other = pair.split()
    assert apart(sound(one), sound(other)) <= 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("schuldhulpverlning", "schuldhulpverlening"),
        ("dagbestedign", "dagbesteding"),
        ("verslavingzorg", "verslavingszorg"),
        ("begelijding", "begeleiding"),
        ("psygoloog", "psycholoog"),
        ("dislexie", "dyslexie"),
        ("faalanst", "faalangst"),
        ("autsme", "autisme"),
    ],
)
def test_a_misspelled_word_leads_to_the_right_one(typed, meant):
    assert Vocabulary(KNOWN).near(typed)[0][1] == meant


@pytest.mark.parametrize("typed", ["zzzz", "ab", "xylofoon", "rstage"])
def test_a_word_that_is_like_none_leads_nowhere(words, typed):
    assert words.near(stem(typed)) == [] == Vocabulary(KNOWN).near(typed)


@pytest.mark.parametrize(
    ("part", "compounds"),
    [
        ("schulden", {"schuldhulpverlening"}),
        ("begeleiding", {"verzuimbegeleiding", "huiswerkbegeleiding"}),
        ("boerderij", {"zorgboerderij"}),
        ("verslaving", {"verslavingszorg"}),
        ("jongeren", {"jongerenloket"}),
        ("coach", {"thuiszitterscoach"}),
        ("an", set()),
    ],
)
def test_a_word_is_found_inside_compounds(words, part, compounds):
    assert set(words.compounds(part)) == {stem(word) for word in compounds}


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("verzuimcoach", ["verzuim", "coach"]),
        ("verslavingsbegeleiding", ["verslaving", "begeleiding"]),
        ("jongerencoach", ["jongeren", "coach"]),
        ("taalloket", ["taal", "loket"]),
        ("huiswerkhulpverlening", ["huiswerk", "hulpverlening"]),
        ("xqxqxq", []),
        ("coach", []),
    ],
)
def test_a_compound_that_nobody_wrote_is_taken_apart(words, compound, parts):
    assert [stem(part) for part in words.parts_of(compound)] == [stem(part) for part in parts]


def test_what_was_added_later_is_known_with_the_rest(words):
    assert stem("stage") in words and stem("schuld") in words and "nieuw" not in words
    assert words.knows("stages") and words.goes_on("zorgboe") and not words.goes_on("zorgbx")
