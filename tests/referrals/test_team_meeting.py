"""Paper for a team meeting: facts and dates, for who may see them, and nothing about a pupil."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from socialmap.accounts.models import AccessEntry, Role
from socialmap.kit import clock
from socialmap.kit.clock import local_day
from socialmap.kit.database import session, transaction
from socialmap.referrals import conversation, coordination, operations
from socialmap.referrals.duties import Kind
from socialmap.referrals.receivers import Receiver
from socialmap.referrals.reminders import remind_due
from socialmap.referrals.states import Side, State, Step
from socialmap.referrals.team_meeting import brief_of

from ..world import (
    PUPIL_WORDS,
    at,
    intaker_of,
    make_organization,
    make_referral,
    make_service,
    make_user,
    plan_meeting,
    record_meeting,
)

pytestmark = pytest.mark.usefixtures("site")

TODAY = date(2026, 11, 23)


def told(brief) -> list[tuple[Kind, date]]:
    return [(ahead.kind, ahead.day) for ahead in brief.ahead]


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (State.REQUESTED, [Kind.OPEN, Kind.ANSWER, Kind.MEETING]),
        (State.RECEIVED, [Kind.ANSWER, Kind.MEETING]),
        (State.ON_HOLD, [Kind.HOLD]),
        (State.ACCEPTED, [Kind.MEETING, Kind.START]),
        (State.READY, [Kind.RECORD, Kind.START]),
        (State.IN_PROGRESS, [Kind.CHECK]),
        (State.COMPLETED, [Kind.CHECK]),
        (State.REJECTED, [Kind.FOLLOW_UP]),
        (State.CANCELLED, [Kind.FOLLOW_UP]),
    ],
)
def test_the_days_to_come_stand_in_order(state, kinds):
    with transaction():
        found = told(brief_of(make_referral(state), TODAY))
    assert [kind for kind, _day in found] == kinds
    assert [day for _kind, day in found] == sorted(day for _kind, day in found)


def test_a_question_comes_before_the_answer_that_waits_for_it():
    with transaction():
        referral = make_referral(State.RECEIVED)
        conversation.ask(referral, actor=intaker_of(referral), question="Hoe?", now=clock.now())
        brief = brief_of(referral, TODAY)
    assert brief.asked_on == TODAY
    assert brief.duty and brief.duty.kind == Kind.QUESTION
    assert Kind.QUESTION in dict(told(brief))


def test_after_the_meeting_the_term_of_the_first_day_counts():
    with transaction():
        referral = make_referral(State.READY)
        record_meeting(referral, actor=intaker_of(referral))
        brief = brief_of(referral, TODAY)
    assert dict(told(brief))[Kind.START] == referral.start_due


def test_how_long_it_took_stops_when_it_is_closed():
    with transaction():
        open_one, closed = make_referral(), make_referral(State.REJECTED)
        later = TODAY + timedelta(days=30)
        assert brief_of(open_one, later).age == 30
        assert brief_of(closed, later).age == 0


def test_each_step_stands_with_its_day_and_side():
    with transaction():
        referral = make_referral(State.ACCEPTED)
        steps = brief_of(referral, TODAY).steps
    assert [(taken.step, taken.side) for taken in steps] == [
        (Step.SEND, Side.REFERRER), (Step.OPEN, Side.RECEIVER), (Step.ACCEPT, Side.RECEIVER)
    ]  # fmt: skip
    assert {local_day(taken.at) for taken in steps} == {TODAY}


@pytest.fixture
def talked_over():
    """A referral with a meeting to come, about which somebody was reminded."""
    with transaction():
        referral = make_referral()
        coordinator = make_user(Role.COORDINATOR)
        intaker = intaker_of(referral)
    remind_due(now=at(date(2026, 11, 26)))
    with transaction() as db:
        referral = db.get_one(type(referral), referral.id)
        now = at(date(2026, 11, 26), 12)
        operations.open_referral(referral, actor=intaker, now=now)
        operations.accept(referral, actor=intaker, contact="Noor", note="Dounia komt", now=now)
        operations.note_told(referral, told_by="Noor", told_on=TODAY, actor=referral.referrer)
        plan_meeting(referral, actor=intaker, days=9)
        return referral, referral.referrer, intaker, coordinator


def test_both_sides_and_the_coordinator_read_the_facts_and_nobody_reads_of_the_pupil(
    page, talked_over
):
    referral, *people = talked_over
    for person in people:
        page.sign_in(person.email).get(f"/aanmeldingen/{referral.reference}")
        page.follow("Feiten voor het overleg, zonder leerling")
        for words in (
            referral.reference, referral.organization.name, referral.service.name,
            "Terug naar school",
            "Leg de kennismaking vast", "De Brug", "26 november 2026 Geopend",
            "(aan de telefoon)", "26 november 2026: wie aan zet was (Open de aanmelding)",
            "woensdag 2 december 2026, 15.00 uur",
        ):  # fmt: skip
            assert words in page.main, words
        for word in PUPIL_WORDS:
            assert word not in page.response.text
        page.sign_out()


def test_who_may_not_see_a_referral_does_not_get_its_facts(page, talked_over):
    referral, *_people = talked_over
    with transaction():
        others = [
            make_user(Role.MENTOR, make_organization(refers=True)),
            make_user(Role.ADMIN),
        ]
    for other in others:
        page.sign_in(other.email).get(f"/aanmeldingen/{referral.reference}/overleg", status=403)
        page.get("/").sign_out()


def test_a_draft_has_no_facts_yet(page):
    with transaction():
        draft = make_referral(State.DRAFT)
        writer = draft.referrer.email
    page.sign_in(writer).get(f"/aanmeldingen/{draft.reference}/overleg")
    assert page.address != f"/aanmeldingen/{draft.reference}/overleg"


def test_a_referral_noted_only_says_so(page):
    with transaction():
        school = make_organization(refers=True)
        mentor = make_user(Role.MENTOR, school)
        referral = operations.note_elsewhere(
            to=Receiver(make_service(how_to_refer="phone_or_mail")), organization=school,
            actor=mentor,
            start_key="k", on=TODAY, contact="Balie", note="D.K.", now=clock.now(),
        )  # fmt: skip
    page.sign_in(mentor.email).get(f"/aanmeldingen/{referral.reference}/overleg")
    assert "Aangemeld buiten deze site" in page.main
    assert "D.K." not in page.response.text and "Balie" not in page.main


@pytest.fixture
def listed(site):
    """Three referrals of one mentor: one with the provider, one with the school, one closed."""
    with transaction():
        mentor = make_user(Role.MENTOR, make_organization("Het Kompas", refers=True))
        waiting = make_referral(mentor=mentor)
        asked = make_referral(State.RECEIVED, mentor=mentor)
        conversation.ask(asked, actor=intaker_of(asked), question="Hoe?", now=clock.now())
        closed = make_referral(State.REJECTED, mentor=mentor)
        coordinator = make_user(Role.COORDINATOR)
        return mentor, coordinator, waiting, asked, closed


def rows(page) -> list[str]:
    return [
        " ".join("".join(row.itertext()).split()) for body in page.tree.iter("tbody")
        for row in body.iter("tr")
    ]  # fmt: skip


def test_the_list_for_a_team_has_the_filters_of_the_watch_list(page, listed):
    _mentor, coordinator, waiting, asked, closed = listed
    page.sign_in(coordinator.email).get("/aanmeldingen")
    page.follow("Druk af voor het overleg, zonder leerlingen")
    assert {row.split()[0] for row in rows(page)} == {waiting.reference, asked.reference}
    page.get("/aanmeldingen/overleg?toon=gesloten")
    assert [row.split()[0] for row in rows(page)] == [closed.reference]
    page.get(f"/aanmeldingen/overleg?toon=alles&q={asked.reference}")
    assert [row.split()[0] for row in rows(page)] == [asked.reference]
    page.get("/aanmeldingen/overleg?toon=stil")
    assert "Er staat nu niets op deze lijst." in page.main


def test_a_row_tells_whose_turn_it_is_until_when_and_what_comes_next(page, listed):
    mentor, _coordinator, waiting, asked, _closed = listed
    page.sign_in(mentor.email).get("/aanmeldingen/overleg?rustig=1")
    found = {row.split()[0]: row for row in rows(page)}
    for words in ("Het Kompas", "aanbieder", "25 november 2026", "Open", waiting.service.name):
        assert words in found[waiting.reference], words
    assert "school" in found[asked.reference] and "Beantwoord de vraag" in found[asked.reference]


def test_a_list_on_paper_names_no_pupil_and_is_noted(page, listed):
    mentor, *_more = listed
    page.sign_in(mentor.email).get("/aanmeldingen/overleg?toon=alles")
    assert len(rows(page)) == 3
    for word in PUPIL_WORDS:
        assert word not in page.response.text
    with transaction():
        noted = session().exec(select(AccessEntry.action)).all()
    assert "print list" in noted


def test_an_admin_has_no_list_to_print(page, listed):
    with transaction():
        admin = make_user(Role.ADMIN)
    page.sign_in(admin.email).get("/aanmeldingen/overleg", status=403)


def test_the_paper_tells_whom_a_coordinator_reminded_and_counts_no_note(page):
    with transaction():
        referral = make_referral(State.REJECTED)
        coordinator = make_user(Role.COORDINATOR)
        coordination.remind_now(referral, actor=coordinator, now=clock.now())
        later = clock.now() + timedelta(days=21)
        coordination.note(referral, actor=coordinator, text="Gebeld", now=later)
        assert brief_of(referral, later.date()).age == 0
    page.sign_in(coordinator.email).get(f"/aanmeldingen/{referral.reference}/overleg")
    assert "wie aan zet was, door de coördinator" in page.main
