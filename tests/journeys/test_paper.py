"""What is printed: each sheet on one A4, read from the PDF that Chromium makes of it."""

import re
from contextlib import contextmanager
from datetime import date
from urllib.parse import urlsplit

import pytest

from socialmap.accounts.models import Role
from socialmap.kit.database import transaction
from socialmap.referrals import conversation, meetings, operations
from socialmap.referrals.reminders import remind_due
from socialmap.referrals.states import OPEN, Side

from ..page import Page
from ..world import (
    at,
    intaker_of,
    make_organization,
    make_referral,
    make_service,
    make_user,
    record_meeting,
)

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

HOST = "http://kaart.example"


@contextmanager
def opened(browser, site, user, path):
    """A page as this person sees it, in the browser; the site itself answers what it asks."""
    visitor = Page(site).sign_in(user.email)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL")
    tab = context.new_page()

    def answer(route, request):
        asked = urlsplit(request.url)
        with visitor.client.get(f"{asked.path}?{asked.query}") as found:
            kind = {"Content-Type": found.mimetype}
            route.fulfill(status=found.status_code, body=found.data, headers=kind)

    tab.route("**/*", lambda route, request: Page._apart(answer, route, request))
    tab.goto(HOST + path)
    tab.evaluate("document.fonts.ready")
    yield tab
    context.close()


def printed(tab) -> bytes:
    """The page as PDF, on the paper that its own style asks for."""
    return tab.pdf(prefer_css_page_size=True)


def sheets_of(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def smallest_type(tab) -> float:
    """The smallest type on the paper, in points."""
    tab.emulate_media(media="print")
    pixels = tab.evaluate("""() => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        let least = 1000;
        while (walker.nextNode()) {
            const box = walker.currentNode.parentElement;
            if (walker.currentNode.data.trim() && box.checkVisibility() && box.offsetWidth > 1)
                least = Math.min(least, parseFloat(getComputedStyle(box).fontSize));
        }
        return least;
    }""")
    tab.emulate_media(media="null")
    return pixels * 0.75


FULL = {
    "why_here": "Sinds september lukt het in de klas niet meer: de groep is te groot en te druk. "
    "Een kleine groep met vaste begeleiders helpt om weer op gang te komen. Het doel is dat "
    "Dounia na een halfjaar terug kan naar de eigen school, met een rooster dat past.",
    "done_so_far": "Mentorgesprekken sinds september, een aangepast rooster, twee gesprekken met "
    "leerplicht, een plek in de stilteruimte en een gesprek met de ouders over thuis werken.",
    "other_helpers": "Schoolmaatschappelijk werk, de leerplichtambtenaar en het jeugdteam.",
    "papers": ["opp", "grades", "plan"],
    "papers_by": "school",
    "other_reference": "DD-2026-00417",
    "leaves_on": "2027-01-31",
    "leaves_ground": "absence",
    "leaves_by": "school",
    "leaves_cause": "level",
    "parent_who": "parent",
    "parent_on": "2026-11-20",
    "parent_way": "together",
    "own_words": "Ik wil wel leren maar niet in zo’n volle klas. Als het stil is lukt het me wel. "
    "Ik wil graag dat iemand me ’s ochtends even belt, dan kom ik makkelijker.",
}


@pytest.fixture
def full(site):
    """A referral with every answer, and every step from sending to starting, some twice."""
    with transaction():
        school = make_organization("Vmbo Het Kompas", refers=True, phone="071 123 45 00")
        mentor = make_user(Role.MENTOR, school, name="Ingrid Bos")
        referral = make_referral(mentor=mentor, **FULL)
        walk(referral, intaker_of(referral), mentor)
        return referral, mentor, intaker_of(referral)


def walk(referral, intaker, mentor) -> None:
    """Everything that two sides may do before the first day."""
    now = at(date(2026, 11, 24))
    words = "Dounia komt graag op een ochtend, want dan is het rustig."
    as_intaker = {"actor": intaker, "now": now}
    as_mentor = {"actor": mentor, "now": now}
    operations.open_referral(referral, **as_intaker)
    conversation.ask(referral, question="Is er al contact met leerplicht?", **as_intaker)
    conversation.answer(referral, text="Ja, sinds oktober. Zij weten hiervan.", **as_mentor)
    conversation.supplement(
        referral, reach="pupil", reach_details="06 10 20 30 40", note="Nieuw nummer.", **as_mentor
    )
    operations.hold(
        referral, reason="waiting_list", until=date(2026, 12, 15), note=words, **as_intaker
    )
    conversation.ask_progress(referral, **as_mentor)
    conversation.say(referral, side=Side.RECEIVER, text="Over een week is er plek.", **as_intaker)
    operations.accept(referral, contact="Noor, 071 123 45 67", note=words, **as_intaker)
    operations.note_told(referral, told_by="Noor", told_on=date(2026, 11, 24), actor=mentor)
    meeting = {"minutes": 60, "form": "provider", "where": "Kamer 12", "side": Side.RECEIVER}
    for day in (1, 3):
        meetings.plan(referral, starts_at=at(date(2026, 12, day), 14), **meeting, **as_intaker)
    meetings.no_show(referral, who_calls="De mentor", call_by=date(2026, 12, 4), **as_intaker)
    meetings.plan(referral, starts_at=at(date(2026, 12, 8), 14), **meeting, **as_intaker)
    meetings.call_off(referral, side=Side.RECEIVER, reason="De intaker is ziek.", **as_intaker)
    meetings.plan(referral, starts_at=at(date(2026, 12, 10), 14), **meeting, **as_intaker)
    conversation.say(referral, side=Side.REFERRER, text="We komen met zijn drieën.", **as_mentor)
    record_meeting(referral, actor=mentor, side=Side.REFERRER)
    meetings.confirm(referral, **as_intaker)
    operations.start(referral, on=date(2026, 12, 14), **as_intaker)


def test_a_full_referral_prints_on_one_sheet_for_both_sides(browser, site, full):
    referral, *people = full
    for user in people:
        with opened(browser, site, user, f"/aanmeldingen/{referral.reference}") as tab:
            assert "DD-2026-00417" in tab.inner_text("main")
            assert sheets_of(printed(tab)) == 1
            assert smallest_type(tab) >= 9


def test_what_can_only_be_clicked_is_not_on_paper(browser, site, full):
    referral, mentor, _intaker = full
    with opened(browser, site, mentor, f"/aanmeldingen/{referral.reference}") as tab:
        tab.emulate_media(media="print")
        for what in ("button", "form", "nav", "footer"):
            assert not any(box.is_visible() for box in tab.locator(what).all()), what


def test_the_paper_for_the_pupil_is_one_sheet(browser, site, full):
    referral, mentor, _intaker = full
    with opened(browser, site, mentor, f"/aanmeldingen/{referral.reference}/gesprek") as tab:
        assert "dit hebben we afgesproken" in tab.inner_text("h1")
        assert sheets_of(printed(tab)) == 1


def test_the_facts_for_a_team_are_one_sheet(browser, site, full):
    referral, *_people = full
    with transaction():
        coordinator = make_user(Role.COORDINATOR)
    for day in (22, 24, 29):
        remind_due(now=at(date(2026, 12, day)))
    path = f"/aanmeldingen/{referral.reference}/overleg"
    with opened(browser, site, coordinator, path) as tab:
        assert "Herinnerd" in tab.inner_text("main")
        assert sheets_of(printed(tab)) == 1
        assert smallest_type(tab) >= 9


def test_a_list_of_twenty_is_one_sheet(browser, site):
    with transaction():
        coordinator = make_user(Role.COORDINATOR)
        for number in range(4):
            service = make_service(
                name=f"Reboundvoorziening De Lange Brug {number}",
                organization=f"Samenwerkingsverband Rijnstreek Noord {number}",
            )
            for state in OPEN[:5]:
                make_referral(state, service=service)
    with opened(browser, site, coordinator, "/aanmeldingen/overleg?toon=alles") as tab:
        assert tab.locator("tbody tr").count() == 20
        assert sheets_of(printed(tab)) == 1
        assert smallest_type(tab) >= 9
