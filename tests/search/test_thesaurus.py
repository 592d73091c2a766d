"""The word lists of an editor: read whole, and every group finds something."""

from socialmap.search import meanings as meanings_module
from socialmap.search.filters import CHOICES
from socialmap.search.lexicon import Lexicon, phrase
from socialmap.search.meanings import Meanings
from socialmap.search.thesaurus import Group, shipped


def test_there_are_many_groups_each_with_words_of_its_own():
    groups = shipped()
    assert len(groups) >= 300
    for group in groups.values():
        asked = [word.lower() for word in group.asked_by]
        assert len(set(asked)) == len(asked), group.name


def test_filters_of_a_group_exist():
    for group in shipped().values():
        assert {term.partition(":")[0] for term in group.terms} <= set(CHOICES), group.name


def test_every_group_finds_something_in_the_demo(demo_site):
    snapshot = demo_site.extensions["search"].snapshot()
    meanings = Meanings(snapshot, snapshot.lexicon)
    of_groups = {
        meaning
        for found in snapshot.lexicon.meanings.values()
        for meaning in found
        if meaning.is_shown
    }
    assert {meaning.name for meaning in of_groups} == set(shipped())
    assert [meaning.name for meaning in of_groups if meanings.of(meaning) is None] == []


def test_words_of_newcomers_mean_something_here(demo_site):
    snapshot = demo_site.extensions["search"].snapshot()
    meanings = Meanings(snapshot, snapshot.lexicon)
    dutch = set(snapshot.lexicon.translated.values())
    assert len(dutch) >= 60
    assert [words for words in sorted(dutch) if meanings.of_words(words) is None] == []


def test_a_group_is_asked_by_its_name_and_words_and_not_by_what_is_near_to_it(site):
    lexicon = Lexicon.read([Group("wiet", ("jointje",), ("verslaving",))])
    asked = {said for said, found in lexicon.meanings.items() if found[0].name == "wiet"}
    assert asked == {phrase("wiet"), phrase("jointje")}


def test_what_is_kept_of_words_stays_small_and_says_the_same(demo_site, monkeypatch):
    snapshot = demo_site.extensions["search"].snapshot()
    asked = sorted(snapshot.base.written.known)[:300]
    at_once = [_found(Meanings(snapshot, snapshot.lexicon), word) for word in asked]
    monkeypatch.setattr(meanings_module, "MOST_KEPT", 20_000)
    meanings = Meanings(snapshot, snapshot.lexicon)
    assert [_found(meanings, word) for word in asked] == at_once
    assert 0 < len(meanings._kept) < 100


def _found(meanings: Meanings, word: str) -> int:
    held = meanings.of_word(word)
    return held.bits if held else 0
