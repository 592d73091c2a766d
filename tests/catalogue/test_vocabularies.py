"""The controlled words: those that come with the software, and those that an import brings."""

import re

import pytest
from sqlmodel import select

from socialmap.catalogue import vocabularies
from socialmap.catalogue.models import Term
from socialmap.catalogue.vocabularies import NAMES, labels, load, resolve, shipped
from socialmap.kit.database import session, transaction

GOALS = {"school", "work", "care", "orientation", "prevention", "day_activity"}


@pytest.mark.parametrize("name", NAMES)
def test_words_that_come_with_the_software_are_in_order(name):
    words = shipped()[name]
    slugs = [word["slug"] for word in words]
    assert slugs and len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)
    assert len({word["label"].casefold() for word in words}) == len(words)
    assert all(word["label"] == word["label"].strip() and word["label"] for word in words)


@pytest.mark.parametrize("name", NAMES)
def test_no_other_word_is_the_name_of_another_term(name):
    """Else it would depend on the order which term a word means."""
    names = {word["slug"]: {word["slug"], word["label"].casefold()} for word in shipped()[name]}
    for word in shipped()[name]:
        for also in word.get("also") or []:
            others = [slug for slug, known in names.items() if also.casefold() in known]
            assert set(others) <= {word["slug"]}, (also, others)


def test_file_holds_nothing_that_is_not_read():
    assert set(shipped()) - set(NAMES) == set()


@pytest.mark.parametrize(
    ("vocabulary", "word", "slug"),
    [
        ("themes", "psychosociaal", "psychosociaal"),
        ("themes", "Psychische klachten", "psychosociaal"),
        ("themes", "PSYCHISCHE KLACHTEN", "psychosociaal"),
        ("themes", "faalangst", "psychosociaal"),
        ("levels", "mbo-2", "mbo-2"),
        ("organization_kinds", "cwi", "uwv"),
        ("referrers", "Leerplichtambtenaar", "leerplicht"),
    ],
)
def test_word_is_known_by_slug_label_or_what_people_call_it(site, vocabulary, word, slug):
    assert resolve(vocabulary, word) == slug
    assert session().exec(select(Term).where(Term.is_new)).all() == []


def test_unknown_word_becomes_a_term_for_an_editor_to_look_at(site):
    with transaction():
        assert resolve("themes", "Dansen in de regen") == "dansen-in-de-regen"
    (term,) = session().exec(select(Term).where(Term.is_new)).all()
    assert (term.vocabulary, term.label) == ("themes", "Dansen in de regen")
    assert list(labels("themes"))[-1] == "dansen-in-de-regen", "after the words we know"


@pytest.mark.parametrize(
    "again", ["Dansen, in de regen!", "dansen in de regen", "DANSEN-IN-DE-REGEN"]
)
def test_unknown_word_written_a_little_otherwise_is_the_same_term(site, again):
    with transaction():
        first = resolve("themes", "Dansen in de regen")
        assert resolve("themes", again) == first
    assert len(session().exec(select(Term).where(Term.is_new)).all()) == 1


def test_same_word_may_stand_in_two_vocabularies(site):
    with transaction():
        assert resolve("themes", "Nieuw") == resolve("target_groups", "Nieuw") == "nieuw"


def test_loading_again_adds_nothing_and_what_an_editor_changed_wins(site):
    before = len(session().exec(select(Term)).all())
    with transaction() as db:
        term = db.exec(select(Term).where(Term.slug == "psychosociaal")).one()
        term.label = "Hoofd en hart"
    with transaction():
        load()
    assert vocabularies.labels("themes")["psychosociaal"] == "Hoofd en hart"
    assert len(session().exec(select(Term)).all()) == before
