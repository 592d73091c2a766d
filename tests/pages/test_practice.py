"""The good-practice cards: found by theme, told with their source, never taken for offer of now."""

import pytest

from socialmap.catalogue import wording
from socialmap.catalogue.vocabularies import shipped
from socialmap.config import ROOT
from socialmap.pages.heads import BadHead
from socialmap.pages.queries import (
    practice_card,
    practice_cards,
    practice_for_themes,
    theme_counts,
)

from .test_texts import heading_levels, steps_down

FOLDER = ROOT / "content" / "praktijk"
HEAD = {
    "title": "Eerst landen",
    "place": "Arnhem",
    "year": 2006,
    "goal": "school",
    "themes": "[verzuim]",
    "for_whom": "Leerlingen",
    "source": "Een almanak (2006)",
}


def write(folder, name="kaart", text="Zo ging het.", **facts):
    head = {key: value for key, value in {**HEAD, **facts}.items() if value is not None}
    lines = "".join(f"{key}: {value}\n" for key, value in head.items())
    (folder / f"{name}.md").write_text(f"---\n{lines}---\n{text}\n")


def label(slug: str) -> str:
    return next(term["label"] for term in shipped()["themes"] if term["slug"] == slug)


# The shipped cards ------------------------------------------------------------


def test_themes_and_goals_of_the_cards_are_words_of_the_vocabularies():
    themes = {term["slug"] for term in shipped()["themes"]}
    cards = practice_cards(FOLDER)
    assert len(cards) >= 30
    assert {
        card.slug: set(card.themes) - themes for card in cards if set(card.themes) - themes
    } == {}
    assert {card.goal for card in cards} <= set(wording.GOALS)


def test_the_cards_are_from_the_years_that_the_page_names():
    assert {card.slug for card in practice_cards(FOLDER) if not 2003 <= card.year <= 2022} == set()


def test_every_card_says_when_it_was_where_it_comes_from_and_that_it_is_no_offer(demo_page):
    for card in practice_cards(FOLDER):
        demo_page.get(f"/praktijk/{card.slug}")
        assert card.title in demo_page.title
        for words in (
            f"Dit is een voorbeeld uit {card.year}. Het is geen aanbod van nu.",
            card.where,
            card.for_whom,
            f"Bron: {card.source}.",
        ):
            assert words in demo_page.main, card.slug
        assert steps_down(heading_levels(demo_page)), card.slug
        assert "Meld een leerling aan" not in demo_page.text
        offer = {label(theme): f"/aanbod?thema={theme}" for theme in card.themes}
        assert offer.items() <= demo_page.links().items()


def test_unknown_card_is_not_there(demo_page):
    demo_page.get("/praktijk/bestaat-niet", status=404)


def test_list_tells_what_it_is_before_the_first_card_and_the_year_with_each(demo_page):
    demo_page.get("/praktijk")
    cards = practice_cards(FOLDER)
    assert f"{len(cards)} voorbeelden" in demo_page.main
    assert demo_page.main.index("geen aanbod van nu") < demo_page.main.index(cards[0].title)
    for card in cards:
        assert f"Voorbeeld uit {card.year}, {card.where}" in demo_page.main
        assert f"Voor wie: {card.for_whom}" in demo_page.main
        assert card.teaser in demo_page.main
    assert steps_down(heading_levels(demo_page))


def test_theme_gives_as_many_cards_as_it_promised(demo_page):
    counts = theme_counts(practice_cards(FOLDER))
    theme, number = counts.most_common()[-1]
    demo_page.get("/praktijk")
    assert f"{label(theme)} {number} " in demo_page.main
    demo_page.follow(label(theme))
    shown = {card.slug for card in practice_cards(FOLDER) if theme in card.themes}
    links = demo_page.links().values()
    assert {link for link in links if link.startswith("/praktijk/")} == {
        f"/praktijk/{slug}" for slug in shown
    }
    assert len(shown) == number
    assert label(theme) in demo_page.title


def test_filter_is_taken_away_with_a_click(demo_page):
    demo_page.get("/praktijk?thema=verzuim").follow("Haal weg: Verzuim")
    assert f"{len(practice_cards(FOLDER))} voorbeelden" in demo_page.main


def test_unknown_theme_says_so_and_leads_on(demo_page):
    demo_page.get("/praktijk?thema=zzz")
    assert "Bij dit thema is er geen voorbeeld." in demo_page.main
    demo_page.follow("Bekijk alle voorbeelden")
    assert demo_page.address == "/praktijk"


def test_section_for_a_service_warns_and_shows_what_it_is_given(demo_site):
    cards = practice_for_themes(FOLDER, ["verzuim", "thuiszitten"])
    with demo_site.test_request_context():
        drawn = demo_site.jinja_env.get_template("components/practice.html").module
        html = drawn.related_practice(cards)
        assert drawn.related_practice(()).strip() == ""
    assert "Je kunt hier niemand aanmelden." in html
    assert html.count("<li") == len(cards) == 3
    for card in cards:
        assert f"/praktijk/{card.slug}" in html
        assert f"Voorbeeld uit {card.year}" in html


# Reading and choosing ---------------------------------------------------------


def test_card_reads_what_its_file_says(tmp_path):
    write(
        tmp_path, place=None, region="Achterhoek", organization="Het loket", result="Goed.",
        text="## Hoe?\n\nSamen *aan* tafel.",
    )  # fmt: skip
    card = practice_card(tmp_path, "kaart")
    assert (card.title, card.where, card.year) == ("Eerst landen", "Achterhoek", 2006)
    assert (card.themes, card.organization, card.result) == (("verzuim",), "Het loket", "Goed.")
    assert "<h2>" in card.html
    assert card.teaser == "Samen aan tafel."


def test_result_stands_on_the_page_of_its_card(demo_page):
    with_result = [card for card in practice_cards(FOLDER) if card.result]
    assert with_result
    demo_page.get(f"/praktijk/{with_result[0].slug}")
    assert with_result[0].result in demo_page.main


@pytest.mark.parametrize("key", ["title", "place", "year", "goal", "themes", "for_whom", "source"])
def test_card_without_a_needed_fact_is_refused_by_name(tmp_path, key):
    write(tmp_path, **{key: None})
    with pytest.raises(BadHead, match=rf"^kaart\.md.*{key}"):
        practice_cards(tmp_path)


def test_card_with_a_year_in_words_is_refused_by_name(tmp_path):
    write(tmp_path, year="rond 2006")
    with pytest.raises(BadHead, match=r"^kaart\.md: year is 'rond 2006'"):
        practice_cards(tmp_path)


@pytest.mark.parametrize(
    ("text", "teaser"),
    [
        ("Kort. En nog een zin.", "Kort. En nog een zin."),
        ("Zij & [wij](/praktijk) **samen**.", "Zij & wij samen."),
        ("Een zin op\ntwee regels.", "Een zin op twee regels."),
        ("Eerste zin. " + "Tweede " * 30, "Eerste zin."),
        ("Om 14.00 uur begon het. Daarna niet.", "Om 14.00 uur begon het. Daarna niet."),
        ("Woord " * 40 + "einde. Nog een.", "Woord " * 40 + "einde."),
        ("- alleen een lijst", ""),
    ],
)
def test_teaser_is_whole_sentences_without_marks(tmp_path, text, teaser):
    write(tmp_path, text=text)
    assert practice_card(tmp_path, "kaart").teaser == teaser


def test_newest_card_comes_first_and_then_by_title(tmp_path):
    write(tmp_path, "oud", year=2003, title="Aap")
    write(tmp_path, "b", year=2017, title="zebra")
    write(tmp_path, "a", year=2017, title="Beer")
    assert [card.slug for card in practice_cards(tmp_path)] == ["a", "b", "oud"]


def test_cards_for_a_service_share_most_themes_then_are_newest(tmp_path):
    write(tmp_path, "both", year=2003, themes="[verzuim, gedrag]")
    write(tmp_path, "new", year=2022, themes="[verzuim, stage]")
    write(tmp_path, "old", year=2006, themes="[gedrag]")
    write(tmp_path, "other", year=2022, themes="[stage]")
    themes = ("verzuim", "gedrag")
    assert [c.slug for c in practice_for_themes(tmp_path, themes)] == ["both", "new", "old"]
    assert [c.slug for c in practice_for_themes(tmp_path, themes, count=1)] == ["both"]
    assert practice_for_themes(tmp_path, ()) == ()
