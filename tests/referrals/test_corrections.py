"""The receiver puts right what another noted as told, and may take an end back with it."""

from datetime import date, timedelta

import pytest

from socialmap.accounts.models import Role
from socialmap.kit import clock
from socialmap.kit.database import transaction
from socialmap.kit.errors import Refused
from socialmap.referrals import coordination, corrections, operations
from socialmap.referrals.duties import Kind, duty_of
from socialmap.referrals.operations import read_private
from socialmap.referrals.states import Side, State, Step

from ..conftest import MONDAY
from ..world import PUPIL_WORDS, at, intaker_of, make_referral, make_service, make_user
from .walk import DEEDS

pytestmark = pytest.mark.usefixtures("site")

LAST_DAY = date(2026, 12, 7)
"""Ten working days after the Monday."""


def told(state: State, step: Step, **facts):
    """A referral of which the school noted that the receiver took a step."""
    referral = make_referral(state, **facts)
    DEEDS[step](referral, intaker_of(referral), Side.RECEIVER, at(MONDAY))
    operations.note_told(referral, told_by="Noor", told_on=MONDAY, actor=referral.referrer)
    return referral


def correct(referral, *, reopens: bool, on=MONDAY) -> None:
    corrections.correct(
        referral, actor=intaker_of(referral), text="Dounia is juist welkom", reopens=reopens,
        now=at(on, 15),
    )  # fmt: skip


ENDS = [
    (State.REQUESTED, Step.REJECT),
    (State.RECEIVED, Step.REJECT),
    (State.ON_HOLD, Step.REJECT),
    (State.ACCEPTED, Step.REJECT),
    (State.READY, Step.REJECT),
    (State.ACCEPTED, Step.STOP),
    (State.READY, Step.STOP),
    (State.IN_PROGRESS, Step.STOP),
    (State.IN_PROGRESS, Step.COMPLETE),
]


@pytest.mark.parametrize(("state", "step"), ENDS)
def test_an_end_that_was_told_is_put_back_where_it_was_with_the_receivers_duty(outbox, state, step):
    with transaction():
        referral = make_referral(state)
        before = duty_of(referral)
        count = len(referral.events)
        DEEDS[step](referral, intaker_of(referral), Side.RECEIVER, at(MONDAY))
        operations.note_told(referral, told_by="Noor", told_on=MONDAY, actor=referral.referrer)
        correct(referral, reopens=True)
        assert referral.state == state
        assert [e.step for e in referral.events[count:]] == [step, Step.REOPEN]
        duty = duty_of(referral)
        assert (duty.kind, duty.owner) == (before.kind, before.owner)
        assert referral.due_on == duty.due and duty.since == referral.events[-1].id
        name = operations.private_name(referral.events[-1])
        assert read_private(referral, name) == {"note": "Dounia is juist welkom"}
        with pytest.raises(Refused):
            correct(referral, reopens=False)
    mails = [m for m in outbox.all() if m.kind == "referrals/corrected"]
    assert [m.recipient_kind for m in mails] == ["user", "organization"]
    assert all("staat weer zoals voor het telefoontje" in m.body for m in mails)
    assert not any(word in m.subject + m.body for m in mails for word in PUPIL_WORDS)


def test_a_meeting_that_was_called_off_by_it_stands_in_the_calendars_again(outbox):
    with transaction():
        referral = told(State.READY, Step.REJECT)
        assert referral.planned is None
        sequence = referral.meetings[-1].sequence
        correct(referral, reopens=True)
        assert referral.planned is not None and referral.planned.sequence == sequence + 1
        assert duty_of(referral).kind == Kind.RECORD
    last = outbox.to("user", referral.referrer_id)[-1]
    assert last.kind == "referrals/meeting_planned" and last.invitation


def test_nobody_is_late_by_the_days_that_went_by(outbox):
    with transaction():
        referral = told(State.RECEIVED, Step.REJECT)
        correct(referral, reopens=True, on=LAST_DAY)
        assert duty_of(referral).due == date(2026, 12, 9), "as long as opening may take"


def test_words_alone_change_no_state_and_the_school_goes_on_with_its_duty(outbox):
    with transaction():
        referral = told(State.RECEIVED, Step.REJECT)
        before = duty_of(referral)
        correct(referral, reopens=False)
        assert referral.state == State.REJECTED and duty_of(referral) == before
        with pytest.raises(Refused):
            correct(referral, reopens=False)
        assert referral.events[-1].step == Step.CORRECT
    (mail, *_more) = [m for m in outbox.all() if m.kind == "referrals/corrected"]
    assert "staat weer" not in mail.body


def test_what_was_told_of_a_step_on_the_way_is_put_right_in_words():
    with transaction():
        referral = told(State.RECEIVED, Step.ACCEPT)
        assert referral.state_before is None
        with pytest.raises(Refused):
            correct(referral, reopens=True)
        correct(referral, reopens=False)
        assert referral.state == State.ACCEPTED


@pytest.mark.parametrize("reopens", [True, False])
def test_only_what_was_told_is_put_right_and_only_for_ten_working_days(reopens):
    with transaction():
        said = make_referral(State.REJECTED)
        with pytest.raises(Refused):
            correct(said, reopens=reopens)
        referral = told(State.RECEIVED, Step.REJECT)
        assert corrections.may_correct(referral, LAST_DAY)
        with pytest.raises(Refused):
            correct(referral, reopens=reopens, on=LAST_DAY + timedelta(days=1))
        correct(referral, reopens=reopens, on=LAST_DAY)


def test_an_end_stays_when_something_happened_since_or_all_was_erased():
    with transaction():
        followed = told(State.RECEIVED, Step.REJECT)
        operations.follow_up(
            followed, actor=followed.referrer, landed="work", note="", now=clock.now()
        )
        checked = told(State.IN_PROGRESS, Step.COMPLETE)
        operations.check(
            checked, actor=intaker_of(checked), goes="well", note="", now=at(date(2026, 11, 30))
        )
        erased = told(State.RECEIVED, Step.REJECT)
        erased.erased_at = at(MONDAY)
        for referral in (followed, checked, erased):
            state = referral.state
            with pytest.raises(Refused):
                correct(referral, reopens=True)
            assert referral.state == state
        # What a coordinator does by hand is no such thing.
        noted = told(State.RECEIVED, Step.REJECT)
        coordination.note(
            noted, actor=make_user(Role.COORDINATOR), text="Gebeld", now=at(MONDAY, 12)
        )
        correct(noted, reopens=True)
        assert noted.state == State.RECEIVED


def test_the_receiver_puts_it_right_on_the_page(page, outbox):
    with transaction():
        service = make_service(name="Reboundvoorziening")
        referral = told(State.RECEIVED, Step.REJECT, service=service)
        way = told(State.RECEIVED, Step.ACCEPT, service=service)
        intaker, mentor = intaker_of(referral).email, referral.referrer.email
        address, other = (f"/aanmeldingen/{r.reference}" for r in (referral, way))
    page.sign_in(mentor).get(address)
    assert "Verstuur de verbetering" not in page.buttons()
    page.sign_out()
    page.sign_in(intaker).get(address).press("Verstuur de verbetering", status=422)
    assert page.errors() == ["Schrijf op wat er niet klopt."]
    page.fill(wrong="Dounia is juist welkom.", reopen="y").press("Verstuur de verbetering")
    assert "Wat is jullie antwoord?" in page.main and "Dounia is juist welkom." in page.main
    page.get(other)
    assert not any(field.get("name") == "reopen" for field in page.tree.iter("input"))
    page.fill(wrong="Noor is er niet meer.").press("Verstuur de verbetering")
    assert "Verstuur de verbetering" not in page.buttons()
    page.sign_out()
    page.sign_in(mentor).get(address)
    assert "Verbeterd, en teruggezet zoals het was" in page.main


def test_after_ten_working_days_there_is_nothing_to_press(page, on_day):
    with transaction():
        referral = told(State.RECEIVED, Step.REJECT)
        intaker, address = intaker_of(referral).email, f"/aanmeldingen/{referral.reference}"
    on_day(LAST_DAY + timedelta(days=1))
    page.sign_in(intaker).get(address)
    assert "Verstuur de verbetering" not in page.buttons()
