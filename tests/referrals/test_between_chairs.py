"""Nobody falls between two chairs, and nobody reads what was not meant for them."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from socialmap.accounts.absences import say_away
from socialmap.accounts.models import Role
from socialmap.accounts.operations import disable
from socialmap.accounts.permissions import can
from socialmap.kit import clock
from socialmap.kit.database import transaction
from socialmap.kit.errors import Refused
from socialmap.network.operations import let_receive
from socialmap.referrals import (
    chains,
    conversation,
    coordination,
    corrections,
    look_along,
    mails,
    operations,
    reminders,
)
from socialmap.referrals.duties import Kind, duty_of
from socialmap.referrals.gaps import Demand
from socialmap.referrals.models import Referral
from socialmap.referrals.permissions import Permission
from socialmap.referrals.receivers import Receiver, receiver_of
from socialmap.referrals.states import Side, State

from ..conftest import MONDAY
from ..world import (
    at,
    intaker_of,
    make_organization,
    make_referral,
    make_service,
    make_team,
    make_user,
    plan_meeting,
)

pytestmark = pytest.mark.usefixtures("site")


def forwarded(referral: Referral, side: Side = Side.RECEIVER, actor=None) -> Referral:
    to = Receiver(make_service(name="Pluscoach", organization="De Sluis"))
    return chains.forward(
        referral, actor=actor or intaker_of(referral), side=side, to=to, advice="Past beter.",
        now=clock.now(),
    )  # fmt: skip


def told(referral: Referral) -> None:
    """The step just taken was noted after a call."""
    operations.note_told(referral, told_by="Noor", told_on=MONDAY, actor=referral.referrer)


def reopened(referral: Referral, day: date) -> None:
    corrections.correct(
        referral, actor=intaker_of(referral), text="Dat klopt niet.", reopens=True, now=at(day)
    )


# Somebody always has it ---------------------------------------------------------------


def test_who_is_pointed_to_another_place_is_the_schools_until_that_referral_is_sent(on_day):
    with transaction():
        referral = make_referral(State.RECEIVED, team=make_team())
        draft = forwarded(referral)
        duty = duty_of(referral)
        assert duty is not None and (duty.kind, duty.owner) == (Kind.FOLLOW_UP, Side.REFERRER)
        late = duty.due + timedelta(days=1)
    on_day(late)
    assert reminders.remind_due(now=at(late)) == 1
    with transaction() as db:
        draft = db.get_one(Referral, draft.id)
        operations.send(draft, actor=draft.referrer, now=at(late))
        chains.note_landed(draft, actor=draft.referrer, now=at(late))
        assert duty_of(db.get_one(Referral, referral.id)) is None


def test_a_draft_for_the_right_place_is_for_who_stands_in_while_the_mentor_is_away():
    with transaction():
        school = make_organization(refers=True)
        mentor, deputy = make_user(Role.MENTOR, school), make_user(Role.MENTOR, school)
        say_away(
            mentor, first_day=MONDAY, last_day=MONDAY + timedelta(days=9), deputy=deputy,
            today=MONDAY,
        )  # fmt: skip
        draft = forwarded(make_referral(State.RECEIVED, mentor=mentor))
        assert can(deputy, Permission.SEE, draft)


def test_a_team_that_is_stopped_still_has_its_list(page):
    with transaction():
        team = make_team()
        referral = make_referral(team=team)
        let_receive(team, None)
        member = intaker_of(referral)
    page.sign_in(member.email).get("/aanmeldingen?lijst=ontvangen")
    assert "Bij jullie binnengekomen" in page.main and referral.reference in page.main


def test_a_provider_hears_that_the_coordinator_sent_the_pupil_elsewhere(outbox):
    with transaction():
        referral = make_referral(State.ACCEPTED)
        intaker, coordinator = intaker_of(referral), make_user(Role.COORDINATOR)
        forwarded(referral, Side.TEAM, coordinator)
    mail = outbox.to("user", intaker.id)[-1]
    assert mail.kind == "referrals/cancelled"
    assert "De coördinator van de regio wijst deze leerling een andere plek." in mail.body


def test_a_coordinator_reminds_nobody_who_cannot_be_written_to():
    with transaction():
        phone_only = [{"role": "Coördinator rebound", "phone": "071 123 45 67"}]
        referral = make_referral(service=make_service(contacts=phone_only))
        for person in receiver_of(referral).people:
            disable(person)
        assert mails.receivers_of(referral) == []
        coordinator = make_user(Role.COORDINATOR)
        with pytest.raises(Refused, match="Bel zelf even"):
            coordination.remind_now(referral, actor=coordinator, now=clock.now())
        assert not referral.reminders


def test_nobody_is_late_with_aftercare_when_the_start_is_noted_afterwards():
    with transaction():
        referral = make_referral(State.ACCEPTED)
        operations.start(
            referral, actor=intaker_of(referral), on=MONDAY - timedelta(days=30), now=at(MONDAY)
        )
        duty = duty_of(referral)
        assert duty is not None and duty.kind == Kind.CHECK
        assert duty.due == referral.due_on == MONDAY + timedelta(days=2)


# Back to where it stood ---------------------------------------------------------------


def test_a_question_that_waited_waits_again_when_the_end_was_not_so():
    with transaction():
        referral = make_referral(State.RECEIVED)
        conversation.ask(
            referral, actor=intaker_of(referral), question="Welk niveau?", now=clock.now()
        )
        operations.reject(
            referral, actor=referral.referrer, reason="full", advice="x", now=clock.now()
        )
        told(referral)
        reopened(referral, MONDAY + timedelta(days=1))
        duty = duty_of(referral)
        assert duty is not None and (duty.kind, duty.owner) == (Kind.QUESTION, Side.REFERRER)


def test_a_full_that_nobody_said_is_not_counted_as_demand():
    with transaction() as db:
        referral = make_referral(State.RECEIVED)
        operations.reject(
            referral, actor=referral.referrer, reason="full", advice="x", now=clock.now()
        )
        told(referral)
        assert len(db.exec(select(Demand)).all()) == 1
        reopened(referral, MONDAY + timedelta(days=1))
        assert db.exec(select(Demand)).all() == []


def test_nobody_is_late_with_a_day_that_passed_while_it_was_closed():
    with transaction():
        referral = make_referral(State.ON_HOLD)
        referral.hold_until = MONDAY + timedelta(days=2)
        operations.reject(
            referral, actor=referral.referrer, reason="full", advice="x", now=clock.now()
        )
        told(referral)
        later = MONDAY + timedelta(days=8)
        reopened(referral, later)
        assert not duty_of(referral).is_late(later)


def test_what_was_told_to_be_noted_only_can_be_taken_back_too():
    with transaction():
        referral = make_referral(State.RECEIVED, wants_action=False)
        operations.acknowledge(referral, actor=referral.referrer, now=clock.now())
        told(referral)
        reopened(referral, MONDAY + timedelta(days=1))
        assert referral.state == State.RECEIVED


def test_nobody_is_invited_to_a_meeting_whose_day_has_passed(outbox, on_day):
    with transaction():
        referral = make_referral(State.ACCEPTED)
        plan_meeting(referral, actor=intaker_of(referral), days=2)
        operations.reject(
            referral, actor=referral.referrer, reason="full", advice="x", now=clock.now()
        )
        told(referral)
        planned = outbox.kinds().count("referrals/meeting_planned")
        reopened(referral, MONDAY + timedelta(days=8))
        assert referral.planned is not None
    assert outbox.kinds().count("referrals/meeting_planned") == planned


# For whom it is written ---------------------------------------------------------------


@pytest.fixture
def school_and_looker():
    """A school that lets a desk read along, its mentor, and somebody of the desk."""
    with transaction():
        school = make_organization(refers=True)
        desk = make_organization("Doorstroompunt", kind="doorstroompunt")
        look_along.allow(
            school=school, organization=desk, may_read=True, until=date(2027, 7, 31),
            actor=make_user(Role.CARETEAM, school), now=at(date(2026, 11, 20)),
        )  # fmt: skip
        return school, make_user(Role.MENTOR, school), make_user(Role.MENTOR, desk)


def test_what_was_noted_only_is_read_by_the_school_alone(page, school_and_looker):
    school, mentor, looker = school_and_looker
    with transaction():
        noted = operations.note_elsewhere(
            to=Receiver(make_service()), organization=school, actor=mentor, start_key="k",
            on=MONDAY, contact="Balie", note="D.K.", now=clock.now(),
        )  # fmt: skip
    page.sign_in(looker.email).get(f"/aanmeldingen/{noted.reference}")
    assert "D.K." not in page.text and "Balie" not in page.text


def test_where_a_pupil_went_on_is_read_by_the_school_alone(page, school_and_looker):
    _school, mentor, looker = school_and_looker
    with transaction():
        referral = make_referral(State.REJECTED, mentor=mentor)
        operations.follow_up(
            referral, actor=mentor, landed="own_school", note="Oma belt elke week",
            now=clock.now(),
        )  # fmt: skip
        people = [intaker_of(referral).email, looker.email, mentor.email]
    seen = []
    for email in people:
        page.sign_in(email).get(f"/aanmeldingen/{referral.reference}")
        seen.append("Oma belt elke week" in page.text)
        page.sign_out()
    assert seen == [False, False, True]


def test_somebody_who_reads_along_since_the_page_was_opened_is_named_first(page):
    with transaction():
        school = make_organization(refers=True)
        desk = make_organization("Doorstroompunt", kind="doorstroompunt")
        mentor, careteam = make_user(Role.MENTOR, school), make_user(Role.CARETEAM, school)
        draft = make_referral(State.DRAFT, mentor=mentor)
    page.sign_in(mentor.email).get(f"/aanmeldingen/{draft.reference}/nalezen")
    with transaction():
        look_along.allow(
            school=school, organization=desk, may_read=True, until=date(2027, 7, 31),
            actor=careteam, now=clock.now(),
        )  # fmt: skip
    page.press("Verstuur de aanmelding")
    assert "Lees samen na wie." in page.text and "Doorstroompunt" in page.main
    page.press("Verstuur de aanmelding")
    assert "De aanmelding is verstuurd" in page.main


def test_a_character_that_cannot_be_seen_is_left_out(page):
    with transaction():
        make_service(name="Pluscoach", organization="De Sluis")
        referral = make_referral(State.RECEIVED)
        intaker = intaker_of(referral)
    page.sign_in(intaker.email).get(f"/aanmeldingen/{referral.reference}")
    page.fill(belongs_to="Plus\x00coach", forward_advice="Past\x07 beter").press("Verwijs door")
    with transaction() as db:
        assert db.get_one(Referral, referral.id).state == State.REJECTED
