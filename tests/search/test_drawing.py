"""A results page keeps what it draws the same for every question; nobody may notice that."""

from datetime import timedelta
from urllib.parse import urlencode

import numpy as np
import pytest
from markupsafe import escape

from socialmap.accounts.models import Role
from socialmap.kit import clock
from socialmap.kit.database import transaction
from socialmap.matching.criteria import MayApplyAlone
from socialmap.network.site import the_site
from socialmap.search.facets import panels
from socialmap.search.filters import CHOICES, Filters
from socialmap.search.results import Facet, Results

from ..page import Page
from ..world import make_document, make_organization, make_service, make_user, publish, the_region

HOSTILE = 'Rebound <b onclick="x">&"Zuid"</b>'


@pytest.fixture
def page(site) -> Page:
    with transaction():
        the_region()
        make_service(
            id="brug", name="Rebound De Brug", summary="Rust voor wie vastloopt op school."
        )
        make_service(id="zuid", name=HOSTILE, summary="Zes weken rust & ruimte.")
    return Page(site)


def cards(page: Page) -> str:
    html = page.response.get_data(as_text=True)
    return html[html.index('<ol class="sm-cards"') : html.index("</ol>")]


def test_a_card_that_was_drawn_before_is_the_same(page):
    first = cards(page.get("/aanbod?q=rebound"))
    assert cards(page.get("/aanbod?q=rebound")) == first
    page.app.extensions["search"].snapshot().entries.kept.clear()
    assert cards(page.get("/aanbod?q=rebound")) == first


def test_a_kept_card_marks_the_words_of_each_question(page):
    assert "<mark>Rebound</mark> De Brug" in cards(page.get("/aanbod?q=rebound"))
    other = cards(page.get("/aanbod?q=%22rust%22"))
    assert "Rebound De Brug</a>" in other and "<mark>Rust</mark> voor wie vastloopt" in other
    assert "<mark>" not in cards(page.get("/aanbod"))


def test_a_name_cannot_bring_a_tag_onto_the_page(page):
    for question in ("", "rebound", "onclick", "ruimte"):
        drawn = cards(page.get(f"/aanbod?q={question}"))
        assert "<b onclick" not in drawn, question
        unmarked = drawn.replace("<mark>", "").replace("</mark>", "")
        assert str(escape(HOSTILE)) in unmarked and "rust &amp; ruimte" in unmarked, question


def test_a_changed_service_is_drawn_anew(page):
    page.get("/aanbod")
    with transaction():
        publish(make_document(id="brug", name="Time-out De Brug"), actor=None, today=clock.today())
    drawn = cards(page.get("/aanbod"))
    assert "Time-out De Brug" in drawn and "Rebound De Brug" not in drawn


def test_another_day_is_drawn_anew(page):
    assert "4 januari" in cards(page.get("/aanbod"))
    clock.fix(clock.today() + timedelta(days=60))
    assert "4 januari" not in cards(page.get("/aanbod")), "that start is over"
    kept = page.app.extensions["search"].snapshot().entries.kept
    assert {day for day, _language in kept} == {clock.today()}, "the cards of yesterday are gone"


def test_a_card_says_how_far_away_it_is_from_each_place(page):
    assert "ongeveer 0 km" not in cards(page.get("/aanbod?bij=leiden"))
    near = cards(page.get("/aanbod?bij=utrecht"))
    assert "km</span>" in near and near != cards(page.get("/aanbod?bij=amsterdam"))
    assert "km</span>" not in cards(page.get("/aanbod"))


def test_a_choice_says_its_count_and_whether_it_was_chosen(page):
    html = page.get("/aanbod?doel=school").response.get_data(as_text=True)
    (school,) = [row for row in html.split("<label") if 'value="school"' in row]
    (work,) = [row for row in html.split("<label") if 'value="werk"' in row]
    assert " checked>" in school and '<span class="sm-choice__count">2<' in school
    assert "> plekken<" in school and "sm-choice--none" not in school
    assert " checked>" not in work and '<span class="sm-choice__count">0<' in work
    assert "sm-choice--none" in work


def test_a_filter_with_nothing_to_choose_is_not_shown(page):
    html = page.get("/aanbod").response.get_data(as_text=True)
    assert "Wie meldt aan?" not in html, "none of these services lets a pupil apply"
    assert "Welk onderwijs?" in html
    with transaction():
        make_service(id="zelf", criteria=[MayApplyAlone()])
    assert "Wie meldt aan?" in page.get("/aanbod").response.get_data(as_text=True)


def facet(counts: list[int], *asked: str, **more: bool) -> Facet:
    values = [(f"waarde-{n}", f"Waarde {n}") for n in range(len(counts))]
    return Facet("thema", values, np.array(counts), asked, **more)


@pytest.mark.parametrize(
    ("shown", "first", "rest", "left_out"),
    [
        (facet([0, 5, 0]), [0, 1, 2], [], 0),
        (facet([1, 0, 3, 3, 0, 9, 1, 1, 4, 1, 1]), [5, 8, 2, 3, 0, 6, 7, 9], [1, 4, 10], 0),
        (facet([0] * 10 + [2, 7]), [11, 10], [*range(10)], 0),
        (facet([0, 9, *[1] * 9], "waarde-0", "waarde-9"), [9, 0, 1, *range(2, 7)], [7, 8, 10], 0),
        (facet([0, 0, *[1] * 10], "waarde-1", only_found=True), [*range(1, 9)], [9, 10, 11], 0),
        (facet([3] * 8 + [1] * 30 + [2] * 40), [*range(8)], [*range(38, 68)], 40),
    ],
)
def test_what_was_chosen_or_gives_most_is_in_view_and_the_rest_in_its_own_order(
    site, shown, first, rest, left_out
):
    facets = {name: shown if name == "thema" else facet([]) for name in CHOICES}
    with site.test_request_context():
        (panel,) = panels(Results(Filters(), 0, [], facets))
    assert (panel.first.tolist(), panel.rest.tolist(), panel.left_out) == (first, rest, left_out)


def test_place_and_age_can_be_asked_where_there_is_nothing_yet(site):
    with transaction():
        the_region()
    html = Page(site).get("/aanbod").response.get_data(as_text=True)
    assert 'id="bij"' in html and 'id="leeftijd"' in html and 'id="instroom"' in html


def test_a_field_that_could_not_be_read_is_told_and_the_next_visitor_sees_nothing_of_it(page):
    wrong = page.get("/aanbod?leeftijd=zestien&bij=qqqq").response.get_data(as_text=True)
    assert 'value="zestien"' in wrong and 'id="leeftijd-fout"' in wrong and 'id="bij-fout"' in wrong
    clean = page.get("/aanbod").response.get_data(as_text=True)
    assert "zestien" not in clean and "-fout" not in clean


# The frame -------------------------------------------------------------------------


def test_a_page_holds_the_question_of_its_own_visitor_only(page):
    page.get("/aanbod?q=eerste+geheim")
    other = page.get("/aanbod?q=rebound").response.get_data(as_text=True)
    assert 'value="rebound"' in other and "<title>" in other and "geheim" not in other
    assert "\0" not in other


def test_a_question_is_text_wherever_the_page_says_it(page):
    forms = page.get("/aanbod").response.get_data(as_text=True).count("<form")
    for question in (HOSTILE, "\0form\0", "{{ form }}", "rust\x85\x9fruimte"):
        html = page.get("/aanbod?" + urlencode({"q": question})).response.get_data(as_text=True)
        assert "<b onclick" not in html, question
        assert html.count("<form") == forms, question


def test_the_results_name_the_region_as_it_is_called_now(page):
    assert "Rijnstreek</title>" in page.get("/aanbod").response.get_data(as_text=True)
    with transaction():
        the_region().name = "Rijnland"
    assert "Rijnland</title>" in page.get("/aanbod").response.get_data(as_text=True)


def test_who_has_an_account_sees_a_frame_of_their_own(page):
    with transaction():
        user = make_user(Role.MENTOR, make_organization(refers=True), name="Sam de Mentor")
    page.get("/aanbod")
    page.sign_in(user.email)
    assert "Sam de Mentor" in page.get("/aanbod").response.get_data(as_text=True)
    assert "Sam de Mentor" not in Page(page.app).get("/aanbod").response.get_data(as_text=True)


# The layout ------------------------------------------------------------------------


def test_every_page_names_the_only_region_and_a_second_one_takes_the_name_away(page):
    assert "Rijnstreek" in page.get("/").response.get_data(as_text=True)
    with transaction():
        the_region().name = "Rijnland"
    renamed = page.get("/").response.get_data(as_text=True)
    assert "Rijnland" in renamed and "Rijnstreek" not in renamed
    assert the_site().region.name == "Rijnland" and not the_site().has_demo


def test_the_menu_tells_each_page_where_it_is(page):
    here = 'aria-current="page">Kaart</a>'
    assert here in page.get("/kaart").response.get_data(as_text=True)
    assert here not in page.get("/instroom").response.get_data(as_text=True)
