"""Every page for everybody: axe finds nothing, nothing sticks out, nothing comes from elsewhere."""

from typing import Any

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe

from .test_line import SERVICE, fill_in, slug_of

PUBLIC = (
    "/", "/aanbod", "/aanbod?q=schulden&doel=zorg", "/aanbod?q=zzzz&gemeente=leiden",
    "/aanbod?bij=2312&binnen=20&instroom=2027-02-01", "/instroom?maand=2027-01",
    "/instroom?doel=zorg&q=zzzz", "/netwerk?regio=rijnstreek", "/praktijk", "/praktijk/pasvorm",
    "/pagina/kan-het-niet-wachten", "/aanbod/loopbaanplein-noord",
    "/aanbieders", "/aanbieders/roc-de-vlietlanden", "/privacy", "/toegankelijkheid", "/rechten",
    "/colofon", "/inloggen", "/wachtwoord", "/aanbod/bestaat-niet", SERVICE,
)  # fmt: skip
SIGNED_IN = (
    ("mentor", "/aanmeldingen"),
    ("mentor", "/aanmeldingen?toon=te-laat&q=zzzz&rustig=1"),
    ("mentor", SERVICE),
    ("mentor", SERVICE + "/aanmelden"),
    ("mentor", SERVICE + "/elders-aangemeld"),
    ("mentor", "/aanmeldingen/nieuw"),
    ("mentor", "/aanmeldingen/nieuw/verwijsteam-rijnstreek"),
    ("coordinator", "/beheer/teams"),
    ("mentor", "/account"),
    ("mentor", "/account/afwezig"),
    ("zorgteam", "/aanmeldingen"),
    ("mentor", "/aanmeldingen/zomer"),
    ("zorgteam", "/aanmeldingen/meekijken"),
    ("mentor", "/wat-mis-je"),
    ("aanbieder", "/aanmeldingen"),
    ("aanbieder", "/aanmeldingen/vragen"),
    ("aanbieder", "/aanmeldingen/vragen/reboundvoorziening-de-brug"),
    ("coordinator", "/beheer/gemist"),
    ("coordinator", "/aanmeldingen"),
    ("coordinator", "/beheer/accounts"),
    ("coordinator", "/beheer/regio/rijnstreek"),
    ("admin", "/beheer/accounts"),
    ("admin", "/beheer/mail"),
)


AXE = Axe()
VIOLATIONS: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS = VIOLATIONS | {"runOnly": ["color-contrast"]}
BUT_COLOURS = VIOLATIONS | {"rules": {"color-contrast": {"enabled": False}}}

REMEMBER = """() => {
  const told = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize", "fontWeight"];
  window.drawn = element => {
    const style = getComputedStyle(element);
    return element.checkVisibility() && told.map(name => style[name]).join(";");
  };
  window.before = new Map(Array.from(document.querySelectorAll("*"), e => [e, drawn(e)]));
}"""
JUDGE = "options => axe.run(document, options)"
JUDGE_MAIN = "options => axe.run({include: ['main']}, options)"
JUDGE_WHAT_CHANGED = """async options => {
  const all = Array.from(document.querySelectorAll("body, body *"));
  const include = all.filter(e => e.checkVisibility() && drawn(e) !== before.get(e));
  return include.length ? axe.run({include}, options) : null;
}"""
"""An element that looks as it did in the wide window has the contrast it had there."""


def check(tab, colours_of: str = JUDGE) -> None:
    """Judge the page in front of us: wide in light and dark, narrow in light.

    Judging colours takes longer than all else together. In the dark nothing but colours can
    differ, and in a narrow window only the colours of what appears or is drawn otherwise.
    ``colours_of`` leaves out those of header and footer where a walk passes many pages that
    have the same ones.
    """
    tab.page.evaluate(AXE.axe_script)
    _look(tab, 1280, "light", (JUDGE, BUT_COLOURS), (colours_of, COLOURS))
    tab.page.evaluate(REMEMBER)
    _look(tab, 1280, "dark", (colours_of, COLOURS))
    _look(tab, 320, "light", (JUDGE, BUT_COLOURS), (JUDGE_WHAT_CHANGED, COLOURS))
    tab.assert_clean()


def _look(tab, width: int, scheme: str, *questions: tuple[str, dict[str, Any]]) -> None:
    tab.page.set_viewport_size({"width": width, "height": 900})
    tab.page.emulate_media(color_scheme=scheme)
    tab.assert_fits()
    for judge, options in questions:
        if (answer := tab.page.evaluate(judge, options)) is not None:
            found = AxeResults(answer)
            assert found.violations_count == 0, (
                f"{tab.path} ({width}, {scheme})\n{found.generate_report()}"
            )


def test_colours_that_only_a_narrow_window_has_are_judged(tab):
    tab.go("/toegankelijkheid").page.evaluate(AXE.axe_script)
    tab.page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync("@media (width < 400px) { main p { color: #999; background: #fff } }");
          document.adoptedStyleSheets = [sheet];
        }"""
    )
    with pytest.raises(AssertionError, match="320, light"):
        check(tab)


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page(tab, path):
    tab.go(path)
    if path.endswith("niet"):
        tab.messages.clear()
    check(tab)


@pytest.mark.parametrize("service_id", ["s121", "s032", "s003", "s076"])
def test_service_page(tab, service_id):
    tab.go("/aanbod/" + slug_of(tab, service_id))
    check(tab)


@pytest.mark.parametrize(("who", "path"), SIGNED_IN)
def test_signed_in_page(tab, who, path):
    tab.sign_in(who).go(path)
    check(tab)


def test_every_page_of_a_referral(tab):
    page = tab.page
    tab.sign_in("mentor").go(SERVICE + "/aanmelden")
    page.get_by_role("button", name="Verder naar").click()
    check(tab, JUDGE_MAIN)
    fill_in(tab)
    check(tab, JUDGE_MAIN)
    last = tab.path
    for step in ("waarom", "leerling", "akkoord"):
        tab.go(last.replace("/nalezen", f"/concept/{step}"))
        check(tab, JUDGE_MAIN)
    tab.go(last)
    page.get_by_role("button", name="Verstuur de aanmelding").click()
    check(tab, JUDGE_MAIN)
    page.get_by_role("link", name="Bekijk de aanmelding").click()
    check(tab, JUDGE_MAIN)
    address = tab.path
    tab.sign_in("aanbieder").go(address)
    check(tab, JUDGE_MAIN)
    page.get_by_role("button", name="Openen").click()
    check(tab, JUDGE_MAIN)
    page.get_by_text("Eerst een vraag aan de school").click()
    page.fill("#question", "In welke klas?")
    page.get_by_role("button", name="Verstuur je vraag").click()
    check(tab, JUDGE_MAIN)
    tab.sign_in("mentor").go(address)
    page.get_by_text("Hoorde je iets aan de telefoon?").click()
    check(tab, JUDGE_MAIN)
    page.fill("#answer", "In 4 vmbo.")
    page.get_by_role("button", name="Verstuur je antwoord").click()
    tab.sign_in("aanbieder").go(address)
    page.get_by_text("Nog niet: de leerling moet wachten").click()
    page.get_by_role("button", name="Verstuur: nog niet").click()
    check(tab, JUDGE_MAIN)
    page.select_option("#hold", "waiting_list")
    page.fill("#until", "2027-01-15")
    page.get_by_role("button", name="Verstuur: nog niet").click()
    check(tab, JUDGE_MAIN)
    tab.sign_in("mentor").go(address)
    check(tab, JUDGE_MAIN)
    page.get_by_role("link", name="Trek de aanmelding in").click()
    check(tab, JUDGE_MAIN)
    page.get_by_role("button", name="Trek de aanmelding in").click()
    check(tab, JUDGE_MAIN)
    tab.sign_in("aanbieder").go(address)
    page.get_by_text("Nee, met een advies").click()
    page.get_by_role("button", name="Verstuur: nee, met dit advies").click()
    check(tab, JUDGE_MAIN)
    page.select_option("#reason", "full")
    page.fill("#advice", "Probeer de Pluscoach.")
    page.get_by_role("button", name="Verstuur: nee, met dit advies").click()
    check(tab, JUDGE_MAIN)
    for who in ("mentor", "coordinator"):
        tab.sign_in(who).go(address)
        check(tab, JUDGE_MAIN)


def test_the_lists_of_everybody_who_follows_a_referral(tab):
    tab.sign_in("mentor")
    fill_in(tab)
    tab.page.get_by_role("button", name="Verstuur de aanmelding").click()
    for who in ("mentor", "zorgteam", "aanbieder", "coordinator"):
        tab.sign_in(who).go("/aanmeldingen?toon=alles")
        assert tab.page.locator(".sm-watch .sm-num").count()
        check(tab, JUDGE_MAIN)
    tab.page.get_by_role("link", name="Druk af voor het overleg").click()
    check(tab)
    tab.page.locator("th a").first.click()
    assert tab.path.endswith("/overleg")
    check(tab)


def test_every_page_of_a_referral_after_a_yes(tab):
    page = tab.page
    tab.sign_in("mentor")
    fill_in(tab)
    page.get_by_role("button", name="Verstuur de aanmelding").click()
    page.get_by_role("link", name="Bekijk de aanmelding").click()
    address = tab.path
    tab.sign_in("aanbieder").go(address)
    page.get_by_role("button", name="Openen").click()
    page.fill("#contact", "Noor, 071 123 45 67")
    page.get_by_role("button", name="Verstuur: ja").click()
    check(tab, JUDGE_MAIN)
    page.get_by_text("Plan de kennismaking").last.click()
    page.get_by_role("button", name="Zet in de agenda").click()
    check(tab, JUDGE_MAIN)
    page.fill("#meeting_on", "2026-11-23")
    page.fill("#meeting_at", "14:30")
    page.select_option("#meeting_form", "school")
    page.get_by_role("button", name="Zet in de agenda").click()
    check(tab, JUDGE_MAIN)
    page.get_by_text("Leg vast hoe het gesprek was").click()
    page.get_by_role("button", name="Leg het gesprek vast").click()
    check(tab, JUDGE_MAIN)
    for who in ("pupil", "sender", "receiver"):
        page.check(f"#{who}_there")
    page.fill("#agreed", "De leerling komt elke dag.")
    page.fill("#next_step", "Eerste dag")
    page.fill("#next_on", "2026-12-01")
    page.fill("#whom", "Noor, 071 123 45 67")
    for question in ("support", "old_mentor"):
        page.locator(f"input[name={question}][value=yes]").check()
    page.get_by_role("button", name="Leg het gesprek vast").click()
    check(tab, JUDGE_MAIN)
    page.get_by_role("link", name="Papier voor de leerling").click()
    check(tab, JUDGE_MAIN)
    tab.go(address)
    page.get_by_text("De leerling is begonnen").click()
    page.get_by_role("button", name="Noteer: begonnen").click()
    check(tab, JUDGE_MAIN)
    page.fill("#started_on", "2026-11-23")
    page.get_by_role("button", name="Noteer: begonnen").click()
    check(tab, JUDGE_MAIN)
    page.get_by_text("Het is afgerond").click()
    page.get_by_role("button", name="Noteer: afgerond").click()
    check(tab, JUDGE_MAIN)
    page.select_option("#outcome", "work")
    page.fill("#keeps_eye", "De jobcoach")
    page.get_by_role("button", name="Noteer: afgerond").click()
    for who in ("aanbieder", "mentor", "coordinator"):
        tab.sign_in(who).go(address)
        check(tab, JUDGE_MAIN)
