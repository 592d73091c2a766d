"""How Dutch words become what is compared: forms of one word meet, other words do not."""

import pytest

from socialmap.search.analysis import joined, root, stem, stems, weighed

FORMS = [
    "schuld schulden",
    "leerwerktraject leerwerktrajecten",
    "huis huizen huisje huisjes",
    "dakloze dakloos",
    "plek plekje plekjes plekken",
    "baan baantje baantjes banen",
    "kamer kamertje kamers",
    "loket loketje loketten",
    "coach coaches coachen",
    "intake intakes",
    "ruzie ruzies",
    "dief dieven",
    "stop stoppen",
    "woning woningen",
]
KIN = [
    "pesten gepest",
    "verslaving verslaafd verslaafde",
    "scheiding gescheiden",
    "boos boosheid",
    "zwanger zwangerschap",
    "schorsing geschorst",
    "mishandeling mishandeld",
    "begeleiding begeleider begeleidt",
    "spijbelen spijbelt",
    "kinderen kind",
]
APART = ["school schuld", "gezin zin", "wonen winnen", "leren lenen", "werk weer", "taal tafel"]


@pytest.mark.parametrize("words", FORMS)
def test_inflected_forms_and_diminutives_have_one_stem(words):
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize("words", KIN)
def test_kin_have_one_root(words):
    assert len({root(stem(word)) for word in words.split()}) == 1


@pytest.mark.parametrize("words", APART)
def test_other_words_stay_apart(words):
    assert len({root(stem(word)) for word in words.split()}) == 2


def test_words_that_every_text_has_are_left_out():
    assert stems("Hulp voor wie niet naar school is") == [stem("hulp"), stem("school")]


def test_a_hyphen_makes_parts_and_one_word():
    assert joined("een leer-werktraject, time-out") == [stem("leerwerktraject"), stem("timeout")]
    assert {stem("leer"), stem("werktraject"), stem("leerwerktraject")} <= set(
        weighed({"summary": "Leer-werktraject"})
    )


def test_a_word_weighs_the_sum_of_the_parts_it_stands_in():
    found = weighed({"name": "Schuldhulp", "description": "Schuldhulp, schuldhulp!"})
    assert found[stem("schuldhulp")] == 3.0 + 1.0 + 1.0
