"""The whole line in a browser: by keyboard, at 320 pixels, without JavaScript."""

import pytest

from ..conftest import DEMO_PASSWORD
from ..world import PUPIL, new_initials
from .keyboard import Keyboard

ELEVENTH = "11112026"
"""11 November 2026, whichever of day and month the browser asks first."""
TWELFTH = "12122026"

SERVICE = "/aanbod/reboundvoorziening-de-brug"


def log_in(keyboard: Keyboard, who: str) -> None:
    keyboard.write("email", f"{who}@demo.example")
    keyboard.write("password", DEMO_PASSWORD)
    keyboard.press("Log in")


def test_from_question_to_answer_by_keyboard_on_a_telephone_without_javascript(narrow_tab):
    tab, page = narrow_tab, narrow_tab.page
    keys = Keyboard(page)

    tab.go("/")
    keys.write("q", "reboundvoorziening")
    page.keyboard.press("Enter")
    page.wait_for_url("**/aanbod?**")
    tab.assert_fits()
    keys.press("Reboundvoorziening De Brug")
    assert tab.path == SERVICE
    tab.assert_fits()

    keys.press("Meld een leerling aan")
    assert tab.path == "/inloggen"
    log_in(keys, "mentor")
    assert tab.path == SERVICE + "/aanmelden", "back where one wanted to be"
    keys.choose("handover", "Van school naar hulp")
    for name in ("why_here", "done_so_far", "other_helpers"):
        keys.write(name, PUPIL[name])
    tab.assert_fits()
    keys.press("Verder naar: over de leerling")

    keys.write("called", PUPIL["called"])
    keys.write("initials", new_initials())
    keys.choose("birth_month", "maart")
    keys.write("birth_year", "2012")
    keys.write("municipality", "Leiden")
    keys.choose("education", "Vmbo")
    keys.write("year", PUPIL["year"])
    keys.pick("reach")
    keys.write("own_words", PUPIL["own_words"])
    tab.assert_fits()
    keys.press("Verder naar: akkoord en gesprek")

    keys.pick("pupil_agrees")
    keys.write("pupil_on", ELEVENTH)
    keys.choose("pupil_way", "In een")
    keys.choose("parent_who", "Ouder")
    keys.write("parent_on", ELEVENTH)
    keys.choose("parent_way", "In een")
    keys.pick("meeting")
    tab.assert_fits()
    keys.press("Verder naar: lees na en verstuur")

    assert page.locator(".sm-errors").all_inner_texts() == []
    assert "Dounia" in page.inner_text("main")
    tab.assert_fits()
    keys.press("Verstuur de aanmelding")
    assert "De aanmelding is verstuurd" in page.inner_text("h1")
    tab.assert_fits()
    keys.press("Bekijk de aanmelding")
    address = tab.path
    tab.assert_fits()
    keys.press("Uitloggen")

    tab.go(address)
    log_in(keys, "aanbieder")
    assert tab.path == address
    keys.press("Openen")
    assert "Dounia" in page.inner_text("main")
    tab.assert_fits()
    keys.write("contact", "Noor, 071 123 45 67")
    keys.press("Verstuur: ja")
    assert "zegt ja" in page.inner_text("main")
    keys.press("Uitloggen")

    tab.go(address)
    log_in(keys, "mentor")
    assert "Noor, 071 123 45 67" in page.inner_text("main")
    tab.assert_fits()
    tab.assert_clean()


def _referred(tab) -> str:
    """A referral that was just sent; the address of its page."""
    tab.sign_in("mentor")
    fill_in(tab)
    tab.page.get_by_role("button", name="Verstuur de aanmelding").click()
    tab.page.get_by_role("link", name="Bekijk de aanmelding").click()
    return tab.path


MOST_PAGES, MOST_CLICKS = 3, 6
"""What an intake contact may need between other work, from logging in to the answer sent."""


def test_an_intake_contact_answers_in_three_pages_and_six_clicks(tab, narrow_tab):
    reference = _referred(tab).rsplit("/", 1)[1]
    page, keys = narrow_tab.page, Keyboard(narrow_tab.page)
    loads: list[str] = []
    narrow_tab.go("/inloggen")
    page.on("domcontentloaded", lambda loaded: loads.append(loaded.url))
    log_in(keys, "aanbieder")
    keys.clicks = 0
    if narrow_tab.path != "/aanmeldingen":
        keys.press("Aanmeldingen")
    narrow_tab.assert_fits()
    keys.press(f"Open\n, aanmelding {reference}")
    narrow_tab.assert_fits()
    keys.press("Openen")
    narrow_tab.assert_fits()
    pages = len(loads)
    keys.write("contact", "Noor, 071 123 45 67")
    keys.press("Verstuur: ja")
    assert "zegt ja" in page.inner_text("main")
    assert pages <= MOST_PAGES and keys.clicks <= MOST_CLICKS, (loads, keys.clicks)
    narrow_tab.assert_clean()


def test_from_a_yes_to_the_end_by_keyboard_on_a_telephone_without_javascript(tab, narrow_tab):
    address = _referred(tab)
    tab.sign_in("aanbieder").go(address)
    tab.page.get_by_role("button", name="Openen").click()
    tab.page.fill("#contact", "Noor, 071 123 45 67")
    tab.page.get_by_role("button", name="Verstuur: ja").click()

    page, keys = narrow_tab.page, Keyboard(narrow_tab.page)
    narrow_tab.go(address)
    log_in(keys, "mentor")
    keys.open("Plan de kennismaking")
    keys.write("meeting_on", TWELFTH)
    keys.write("meeting_at", "1111A")
    keys.choose("meeting_form", "Op school")
    keys.press("Zet in de agenda")
    assert "De kennismaking is gepland" in page.inner_text("main")
    narrow_tab.assert_fits()
    keys.press("Uitloggen")

    narrow_tab.go(address)
    log_in(keys, "aanbieder")
    keys.open("Leg vast hoe het gesprek was")
    keys.write("held_on", ELEVENTH)
    for who in ("pupil", "sender", "receiver"):
        keys.tick(f"{who}_there")
    keys.write("agreed", "De leerling komt elke dag.")
    keys.write("next_step", "Eerste dag")
    keys.write("next_on", TWELFTH)
    keys.write("whom", "Noor, 071 123 45 67")
    for question in ("support", "old_mentor"):
        keys.pick(question)
    keys.press("Leg het gesprek vast")
    assert page.locator(".sm-errors").all_inner_texts() == []
    assert "De warme overdracht is bevestigd" in page.inner_text("main")
    narrow_tab.assert_fits()
    keys.press("Papier voor de leerling")
    assert "dit hebben we afgesproken" in page.inner_text("h1")
    narrow_tab.assert_fits()

    narrow_tab.go(address)
    keys.open("De leerling is begonnen")
    keys.write("started_on", ELEVENTH)
    keys.press("Noteer: begonnen")
    keys.open("Het is afgerond")
    keys.choose("outcome", "Terug")
    keys.write("keeps_eye", "De mentor")
    keys.press("Noteer: afgerond")
    assert page.locator(".sm-errors").all_inner_texts() == []
    narrow_tab.assert_fits()
    keys.press("Uitloggen")

    for who in ("zorgteam", "coordinator"):
        narrow_tab.go(address)
        log_in(keys, who)
        assert "Afgerond" in page.inner_text("main")
        assert ("Dounia" in page.inner_text("main")) == (who == "zorgteam")
        narrow_tab.assert_fits()
        if who == "coordinator":
            keys.open("Schrijf een notitie voor de coördinatoren")
            keys.write("facts_only", "In het overleg besproken.")
            keys.press("Bewaar de notitie")
            assert "In het overleg besproken." in page.inner_text("main")
        keys.press("Uitloggen")
    narrow_tab.assert_clean()


def fill_in(tab) -> None:
    """The form, as quickly as a browser can."""
    page = tab.page
    tab.go(SERVICE + "/aanmelden")
    page.select_option("#handover", "to_help")
    for name in ("why_here", "done_so_far"):
        page.fill(f"#{name}", PUPIL[name])
    page.get_by_role("button", name="Verder naar").click()
    pupil = PUPIL | {"initials": new_initials()}
    for name in ("called", "initials", "birth_year", "municipality"):
        page.fill(f"#{name}", pupil[name])
    page.select_option("#birth_month", "3")
    page.select_option("#education", "vmbo")
    page.check("input[name=reach][value=pupil]")
    page.get_by_role("button", name="Verder naar").click()
    page.check("input[name=pupil_agrees][value=yes]")
    page.fill("#pupil_on", "2026-11-20")
    page.select_option("#pupil_way", "together")
    page.check("input[name=meeting][value=together]")
    page.get_by_role("button", name="Verder naar").click()


def references(tab) -> set[str]:
    tab.go("/aanmeldingen?toon=alles")
    return set(tab.page.locator(".sm-watch .sm-num").all_inner_texts())


def test_a_double_click_makes_one_referral(tab):
    tab.sign_in("mentor")
    before = references(tab)
    fill_in(tab)
    tab.page.get_by_role("button", name="Verstuur de aanmelding").dblclick(no_wait_after=True)
    tab.page.wait_for_url("**/bevestiging")
    assert len(references(tab) - before) == 1


def test_the_back_button_and_sending_again_makes_one_referral(tab):
    tab.sign_in("mentor")
    before = references(tab)
    fill_in(tab)
    tab.page.get_by_role("button", name="Verstuur de aanmelding").click()
    tab.page.wait_for_url("**/bevestiging")
    tab.page.go_back()
    again = tab.page.get_by_role("button", name="Verstuur de aanmelding")
    if again.count():
        again.click()
    assert "Verstuur de aanmelding" not in tab.page.inner_text("main")
    assert len(references(tab) - before) == 1
    tab.assert_clean()


def test_a_form_with_mistakes_comes_back_filled_in_with_the_focus_on_what_is_wrong(tab):
    tab.sign_in("mentor").go(SERVICE + "/aanmelden")
    page = tab.page
    page.select_option("#handover", "to_help")
    page.fill("#why_here", "Kleine groep")
    page.get_by_role("button", name="Verder naar").click()
    assert page.title().startswith("Fout:")
    assert page.input_value("#why_here") == "Kleine groep"
    assert page.evaluate("document.activeElement.className") == "sm-errors"
    page.locator(".sm-errors a").first.click()
    assert page.evaluate("document.activeElement.id") == "done_so_far"


def test_a_draft_is_kept_and_taken_up_again(tab):
    tab.sign_in("mentor").go(SERVICE + "/aanmelden")
    tab.page.fill("#why_here", "Half af")
    tab.page.get_by_role("button", name="Bewaar en ga later verder").click()
    assert tab.path == "/aanmeldingen"
    tab.page.get_by_role("link", name="Concept voor Reboundvoorziening De Brug").first.click()
    assert tab.page.input_value("#why_here") == "Half af"


@pytest.mark.parametrize(("born", "asked"), [("2009", False), ("2012", True)])
def test_below_sixteen_a_parent_is_asked_too(tab, born, asked):
    tab.sign_in("mentor").go(SERVICE + "/aanmelden")
    page = tab.page
    page.select_option("#handover", "to_help")
    for name in ("why_here", "done_so_far"):
        page.fill(f"#{name}", "x")
    page.get_by_role("button", name="Verder naar").click()
    for name in ("called", "initials", "municipality"):
        page.fill(f"#{name}", PUPIL[name])
    page.fill("#birth_year", born)
    page.select_option("#birth_month", "3")
    page.select_option("#education", "vmbo")
    page.check("input[name=reach][value=pupil]")
    page.get_by_role("button", name="Verder naar").click()
    assert page.locator("#parent_who").count() == asked


def test_what_is_not_referred_to_here_can_be_noted(tab):
    tab.sign_in("mentor")
    tab.go("/aanbod/" + slug_of(tab, "s121"))
    tab.page.get_by_role("link", name="Noteer: elders aangemeld").click()
    tab.page.fill("#on", "2026-11-20")
    tab.page.fill("#contact", "Balie")
    tab.page.get_by_role("button", name="Noteer").click()
    assert "Gesproken met: Balie" in tab.page.inner_text("main")
    tab.assert_clean()


def slug_of(tab, service_id: str) -> str:
    found = tab.page.request.get(tab.site.address + "/api/v1/search?limit=200").json()
    return next(row["slug"] for row in found["results"] if row["id"] == service_id)
