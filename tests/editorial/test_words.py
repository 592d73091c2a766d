"""The thesaurus and the words that people search by, as a coordinator sees and changes them."""

import shutil
from datetime import timedelta

import pytest
from sqlmodel import col, select

from socialmap.accounts.models import AccessEntry, Role
from socialmap.editorial.words import about
from socialmap.kit import clock, plain_yaml
from socialmap.kit.database import session, transaction
from socialmap.kit.errors import Refused
from socialmap.search import counts, operations, queries
from socialmap.search.counts import CountedWord
from socialmap.search.nearby import count_words
from socialmap.search.thesaurus import Group, shipped

from ..conftest import DEMO_PASSWORD, MONDAY
from ..page import Page
from ..world import make_organization, make_user, the_region


@pytest.fixture
def coordinator(site):
    """Somebody who changes words, on a site of its own."""
    with transaction():
        return make_user(Role.COORDINATOR)


@pytest.fixture
def words(demo_page) -> Page:
    """The coordinator of the demo, signed in."""
    counts._buffer.take()
    return demo_page.sign_in("coordinator@demo.example", DEMO_PASSWORD)


@pytest.fixture
def save(coordinator):
    def deed(name, *words, also=(), terms=()):
        with transaction():
            group = Group(name, words, also, terms)
            return operations.save_group(group, actor=coordinator, now=clock.now())

    return deed


def ask(word: str, *, times: int = 5, days: int = 1, known: bool = True, found: bool = False):
    """Visitors search for a word, so many times on so many days."""
    for day in range(days):
        for _time in range(times):
            counts.note([CountedWord(word, known, found)])
        counts.flush(MONDAY - timedelta(days=day))


def finds(page: Page, question: str) -> list[str]:
    """The names that a visitor finds."""
    page.get(f"/aanbod?q={question}")
    assert page.tree is not None
    return [
        "".join(title.itertext()).strip()
        for title in page.tree.iter("h2")
        if "sm-card__title" in (title.get("class") or "")
    ]


# What wins, and what goes back ------------------------------------------------


def test_what_came_with_the_software_holds_until_somebody_changes_it(site):
    assert queries.groups() == list(shipped().values())


def test_a_changed_group_wins_and_can_be_put_back(coordinator, save):
    save("blowen", "jointje", "blowtje", terms=("thema:verslaving",))
    assert queries.group_named("blowen") == Group(
        "blowen", ("jointje", "blowtje"), (), ("thema:verslaving",)
    )
    assert len(queries.groups()) == len(shipped())
    with transaction():
        operations.restore_group("blowen", actor=coordinator)
    assert queries.groups() == list(shipped().values())


def test_a_removed_group_is_gone_until_it_is_put_back(coordinator):
    with transaction():
        operations.remove_group("blowen", actor=coordinator, now=clock.now())
    assert queries.group_named("blowen") is None
    assert len(queries.groups()) == len(shipped()) - 1
    with transaction():
        operations.restore_group("blowen", actor=coordinator)
    assert queries.group_named("blowen") == shipped()["blowen"]


def test_an_own_group_that_is_removed_leaves_nothing(coordinator, save):
    save("paardencoach", "hippotherapie")
    with transaction():
        operations.remove_group("paardencoach", actor=coordinator, now=clock.now())
    assert queries.standing_of("paardencoach") is None


def test_a_group_saved_as_it_came_is_not_changed(save):
    save("blowen", "jointje")
    group = shipped()["blowen"]
    save(group.name, *group.words, also=group.also, terms=group.terms)
    assert not queries.standing_of("blowen").is_edited


def test_every_group_of_the_software_passes_the_rules_of_an_editor():
    for group in shipped().values():
        assert operations._checked(group) == group


def test_the_file_says_what_the_site_searches_by(save):
    save(
        "blowen",
        "jointje",
        "nee",
        "1e hulp: 's nachts",
        also=("drugs",),
        terms=("thema:verslaving",),
    )
    save("paardencoach")
    rows = plain_yaml.own(queries.as_yaml())
    assert {"name": "paardencoach"} in rows
    read = [
        Group(r["name"], *(tuple(r.get(p, ())) for p in ("words", "also", "terms"))) for r in rows
    ]
    assert read == queries.groups()


@pytest.mark.parametrize(
    ("group", "kept"),
    [
        (Group("  de   blowen "), Group("de blowen")),
        (
            Group("blowen", (" jointje ", "", "Jointje", "een  jointje")),
            Group("blowen", ("jointje", "een jointje")),
        ),
        (Group("blowen", ("Blowen", "hasj")), Group("blowen", ("hasj",))),
        (
            Group("blowen", (), (), ("doel:zorg", "doel:zorg")),
            Group("blowen", (), (), ("doel:zorg",)),
        ),
        (Group("w" * 60, ("x" * 60,)), Group("w" * 60, ("x" * 60,))),
    ],
)
def test_words_are_tidied(save, group, kept):
    assert save(group.name, *group.words, also=group.also, terms=group.terms) == kept


@pytest.mark.parametrize(
    ("group", "told"),
    [
        (Group("  "), "minstens één letter"),
        (Group("?!"), "minstens één letter"),
        (Group("w" * 61), "60 tekens"),
        (Group("blowen", ("x" * 61,)), "60 tekens"),
        (Group("blowen", ("!",)), "geen letter"),
        (Group("blowen", tuple(f"woord {n}" for n in range(61))), "te veel woorden"),
        (Group("blowen", (), tuple(f"woord {n}" for n in range(61))), "te veel woorden"),
        (Group("blowen", (), (), ("kleur:rood",)), "kennen we niet"),
        (Group("blowen", (), (), ("thema:",)), "kennen we niet"),
        (Group("blowen", (), (), ("thema",)), "kennen we niet"),
    ],
)
def test_what_does_not_fit_is_refused(save, group, told):
    with pytest.raises(Refused, match=told):
        save(group.name, *group.words, also=group.also, terms=group.terms)


def test_who_changed_a_group_is_written_down(coordinator, save):
    save("blowen", "jointje")
    with transaction():
        operations.remove_group("blowen", actor=coordinator, now=clock.now())
    entries = session().exec(select(AccessEntry).order_by(col(AccessEntry.id))).all()
    assert [(e.user_id, e.action, e.thing) for e in entries] == [
        (coordinator.id, "save thesaurus group", "thesaurus blowen"),
        (coordinator.id, "remove thesaurus group", "thesaurus blowen"),
    ]


# Who may come in --------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.MENTOR, Role.CARETEAM, Role.PROVIDER, Role.ADMIN])
def test_others_see_no_words(page, site, role):
    with transaction():
        the_region()
        user = make_user(role, None if role == Role.ADMIN else make_organization())
    page.sign_in(user.email)
    assert not {"Zoekwoorden", "Woordenlijst"} & set(page.links())
    for address in (
        "/beheer/zoekwoorden", "/beheer/woordenlijst", "/beheer/woordenlijst.yaml",
        "/beheer/woordenlijst/nieuw", "/beheer/woordenlijst/groep/blowen",
        "/beheer/woordenlijst/groep/blowen/weghalen",
    ):  # fmt: skip
        page.get(address, status=403)


def test_visitor_is_sent_to_the_log_in(demo_page):
    assert demo_page.get("/beheer/zoekwoorden").address == "/inloggen"


# The list ---------------------------------------------------------------------


def test_coordinator_finds_a_group_by_its_name_or_a_word_and_sees_what_it_finds(words):
    words.follow("Beheer").follow("Woordenlijst")
    words.fill(zoek="Spijbelt").press("Zoek")
    assert "verzuim" in words.links() and "schulden" not in words.links()
    words.fill(zoek="verzuim").press("Zoek")
    link = next(label for label in words.links() if label.endswith("voor verzuim"))
    total = int(link.split()[1])
    assert total > 0
    words.follow(link)
    assert f"{total} plekken gevonden" in words.main


def test_the_list_is_shown_in_pages_and_keeps_what_was_asked(words):
    words.get("/beheer/woordenlijst?zoek=a")
    words.follow("Volgende")
    assert "1 tot en met 40" not in words.main and "41 tot en met" in words.main
    assert "zoek=a" in words.url
    words.get("/beheer/woordenlijst?pagina=999")
    total = len(queries.groups())
    assert f"tot en met {total} van {total}" in words.main
    words.get("/beheer/woordenlijst?pagina=²")


def test_a_word_that_is_in_no_group_can_become_one(words):
    words.get("/beheer/woordenlijst?zoek=hippotherapie")
    assert "In geen groep staat hippotherapie" in words.main
    words.follow("Maak er een groep voor")
    words.fill(name="paardencoach").press("Bewaar de groep")
    assert "De groep paardencoach is gemaakt" in words.main
    assert queries.group_named("paardencoach").words == ("hippotherapie",)


# A group ----------------------------------------------------------------------


def test_what_an_editor_saves_is_found_by_a_visitor_and_shown_at_once(demo_site, words):
    visitor = Page(demo_site)
    assert finds(visitor, "hippotherapie") == []
    words.get("/beheer/woordenlijst/nieuw")
    words.fill(name="schuldhulpverlening jongeren", words="hippotherapie,  paardje\nponykamp")
    words.fill(terms=["thema:schulden"]).press("Bewaar de groep")
    assert "vindt nu" in words.main
    found = finds(visitor, "hippotherapie")
    assert found and found == finds(visitor, "ponykamp")
    assert found[0] in words.get("/beheer/woordenlijst/groep/schuldhulpverlening-jongeren").main


def test_trying_other_words_changes_nothing_for_a_visitor(demo_site):
    index = demo_site.extensions["search"]
    asked = {"today": MONDAY, "words": "hippotherapie"}
    with demo_site.test_request_context():
        tried = count_words(index, groups=[Group("schulden", ("hippotherapie",))], **asked)
        assert tried == count_words(index, "schulden", today=MONDAY, groups=[])
        assert tried[0] > 5 and len(tried[1]) == 5
        assert count_words(index, **asked) == (0, [])


def test_a_node_without_an_index_says_so(demo_site, words):
    shutil.rmtree(demo_site.extensions["config"].index_dir)
    demo_site.extensions["search"].forget()
    assert words._apart(words.client.get, "/beheer/woordenlijst").status_code == 503


def test_changed_group_is_marked_and_put_back(words):
    words.get("/beheer/woordenlijst/groep/blowen")
    assert "Zet terug zoals hij met de site kwam" not in words.buttons()
    words.fill(words="jointje").press("Bewaar de groep")
    assert "De groep blowen is bewaard" in words.main
    words.get("/beheer/woordenlijst?toon=veranderd")
    assert "Veranderd" in words.main and list(words.links()).count("blowen") == 1
    words.follow("blowen").press("Zet terug zoals hij met de site kwam")
    assert "De groep blowen is weer zoals eerst" in words.main
    assert queries.group_named("blowen") == shipped()["blowen"]


def test_what_the_form_does_not_show_changed_stays(words):
    before = queries.group_named("blowen")
    words.get("/beheer/woordenlijst/groep/blowen")
    words.fill(words="\n".join([*before.words, "toeter"])).press("Bewaar de groep")
    after = queries.group_named("blowen")
    assert after == Group("blowen", (*before.words, "toeter"), before.also, before.terms)


def test_group_is_removed_after_a_question_and_put_back_from_the_list(words):
    words.get("/beheer/woordenlijst/groep/blowen").follow("Haal deze groep weg")
    assert queries.group_named("blowen"), "only the button does it"
    words.press("Ja, haal weg")
    assert "De groep blowen is weggehaald" in words.main
    assert queries.group_named("blowen") is None
    words.get("/beheer/woordenlijst?toon=weggehaald").press("Zet blowen terug")
    assert queries.group_named("blowen") == shipped()["blowen"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": ""}, "Vul het gewone woord in."),
        ({"name": "Blowen"}, "Er is al een groep die blowen heet."),
        ({"name": "w" * 61}, "Deze naam is te lang: er passen 60 tekens in."),
        (
            {"words": "x" * 61},
            "Het woord dat begint met xxxxxxxxxxxxxxxxxxxx is te lang: er passen 60 tekens in.",
        ),
        (
            {"also": ",".join(f"woord {n}" for n in range(61))},
            "Dit zijn te veel woorden: er passen er 60 in.",
        ),
    ],
)
def test_a_mistake_is_told_with_the_form_filled_in(words, change, error):
    words.get("/beheer/woordenlijst/nieuw")
    facts = {"name": "paardencoach", "words": "ponykamp", "also": "dieren", "terms": ["doel:zorg"]}
    words.fill(**{**facts, **change}).press("Bewaar de groep", status=422)
    assert words.errors() == [error]
    kept = words.response.text
    assert all(word in kept for name, word in facts.items() if name not in (*change, "terms"))
    assert 'value="doel:zorg" checked' in kept
    assert queries.group_named("paardencoach") is None


def test_a_filter_that_is_not_in_the_list_is_refused(words):
    words.get("/beheer/woordenlijst/nieuw")
    words.fill(name="paardencoach", terms=["kleur:rood"]).press("Bewaar de groep", status=422)
    assert words.errors() == ["Kies iets uit de lijst."]


def test_group_that_is_not_there_is_not_found(words):
    words.get("/beheer/woordenlijst/groep/bestaat-niet", status=404)


def test_the_list_is_downloaded_as_a_file(words):
    words.get("/beheer/woordenlijst").follow("Download de woordenlijst")
    assert words.response.headers["Content-Disposition"].endswith("thesaurus.yaml")
    assert len(plain_yaml.own(words.response.text)) == len(shipped())


# What people search by --------------------------------------------------------


def test_one_click_makes_a_word_find_something_and_shows_the_difference(demo_site, words):
    ask("verslavingszrg", days=5, times=2, known=False)
    visitor = Page(demo_site)
    words.follow("Beheer")
    assert "verslavingszrg" in words.main and "10 tot 25 keer" in words.main
    words.press("verslavingszrg: hoort bij verslavingszorg")
    assert "Verslavingszrg hoort nu bij" in words.main
    assert "Eerst gevonden" in words.main and "Nu gevonden" in words.main
    found = finds(visitor, "verslavingszrg")
    assert found and all(name in words.main for name in found[:5])
    words.get("/beheer/zoekwoorden")
    assert "hoort bij" not in words.main, "it finds something now"


def test_a_click_adds_the_word_to_the_group_that_holds_the_term(words):
    group = queries.group_asked_by("joint")
    ask("jointjo")
    words.get("/beheer/zoekwoorden").press("jointjo: hoort bij joint")
    assert queries.group_named(group.name).words == (*group.words, "jointjo")
    words.follow(f"Bekijk of verander de groep {group.name}")
    assert "jointjo" in words.response.text


def test_before_and_after_are_told_as_numbers_and_names(words):
    """The same words asked before the click and after it."""
    ask("qqtrapje")
    words.get("/beheer/zoekwoorden")
    token = next(e.get("value") for e in words.tree.iter("input") if e.get("name") == "csrf_token")
    data = {"csrf_token": token, "woord": "qqtrapje", "term": "schulden"}
    words.post("/beheer/zoekwoorden", data)
    assert "Eerst gevonden 0 plekken Nu gevonden" in words.main
    group = queries.group_asked_by("qqtrapje")
    assert "schulden" in group.asked_by
    words.get(words.url)
    assert "Eerst gevonden 0 plekken" in words.main, "the page can be opened again"


def test_frequent_words_that_find_something_are_only_told_as_asked(words):
    ask("schulden", found=True, times=30)
    ask("angst", times=6)
    words.get("/beheer/zoekwoorden")
    assert "Er zijn geen woorden die vaak zijn gezocht en niets vinden" in words.main
    assert "schulden 25 tot 50 keer" in words.main and "angst 5 tot 10 keer" in words.main


def test_rare_and_unread_words_are_not_shown(words):
    ask("qqtrapje", times=4)
    ask("qqjansen", times=9, days=4, known=False)
    words.get("/beheer/zoekwoorden")
    assert "qqtrapje" not in words.main and "qqjansen" not in words.main
    ask("qqjansen", times=1, days=5, known=False)
    assert "qqjansen" in words.get("/beheer/zoekwoorden").main


def test_a_word_without_anything_near_leads_to_a_new_group(words):
    ask("qqxzwv")
    words.get("/beheer/zoekwoorden")
    assert "We kennen geen woord dat hierop lijkt" in words.main
    words.follow("Maak een groep met qqxzwv").fill(name="schulden en zo").press("Bewaar de groep")
    assert queries.group_named("schulden en zo").words == ("qqxzwv",)


@pytest.mark.parametrize(
    "data", [{}, {"woord": "x"}, {"term": "schulden"}, {"woord": " ", "term": "x"}]
)
def test_half_a_click_is_refused(words, data):
    words.get("/beheer/woordenlijst/groep/blowen")
    token = next(e.get("value") for e in words.tree.iter("input") if e.get("name") == "csrf_token")
    words.post("/beheer/zoekwoorden", {"csrf_token": token, **data}, status=400)


@pytest.mark.parametrize(
    ("times", "told"),
    [
        (5, "5 tot 10 keer"), (9, "5 tot 10 keer"), (10, "10 tot 25 keer"),
        (99, "50 tot 100 keer"), (250, "250 tot 1000 keer"), (1000, "1000 keer of vaker"),
    ],
)  # fmt: skip
def test_times_are_told_roughly(demo_site, times, told):
    with demo_site.test_request_context():
        assert about(times) == told
