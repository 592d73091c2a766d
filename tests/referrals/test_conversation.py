"""What the two sides say to each other, and who speaks for them."""

from datetime import date

import pytest

from socialmap.accounts.models import Role
from socialmap.accounts.permissions import can
from socialmap.kit import clock
from socialmap.kit.database import transaction
from socialmap.kit.errors import Refused
from socialmap.referrals import conversation, operations, queries
from socialmap.referrals.answers import answers_of
from socialmap.referrals.permissions import Permission
from socialmap.referrals.states import Side, State, Step

from ..world import at, intaker_of, make_organization, make_referral, make_user

pytestmark = pytest.mark.usefixtures("site")

TUESDAY, THURSDAY = date(2026, 11, 24), date(2026, 11, 26)


def make_asked():
    """A referral about which the receiver asked something on Tuesday, and both people."""
    referral = make_referral(State.RECEIVED)
    intaker = intaker_of(referral)
    conversation.ask(referral, actor=intaker, question="Welke klas?", now=at(TUESDAY))
    return referral, referral.referrer, intaker


def test_a_question_makes_the_school_the_owner_and_stops_the_time_of_the_receiver():
    with transaction():
        referral, mentor, _intaker = make_asked()
        view = queries.view_for(mentor, referral, date(2026, 12, 1))
        assert view.owner == Side.REFERRER
        assert referral.answer_due == date(2026, 11, 30), "the day by which it had to answer"
        assert view.due == date(2026, 12, 1), "five working days for the school"
        assert not view.is_late


def test_after_the_answer_the_receiver_has_as_many_days_left_as_when_it_asked():
    with transaction():
        referral, mentor, _intaker = make_asked()
        conversation.answer(referral, actor=mentor, text="4 vmbo", now=at(THURSDAY))
        assert referral.answer_due == date(2026, 12, 2), "four were left"
        assert referral.meeting_due == date(2026, 12, 16)
        view = queries.view_for(mentor, referral, THURSDAY)
        assert view.owner == Side.RECEIVER


def test_a_late_answer_leaves_the_receiver_at_least_a_day():
    with transaction():
        referral, mentor, intaker = make_asked()
        conversation.answer(referral, actor=mentor, text="4 vmbo", now=at(THURSDAY))
        conversation.ask(referral, actor=intaker, question="En?", now=at(date(2026, 12, 4)))
        conversation.answer(referral, actor=mentor, text="Ja", now=at(date(2026, 12, 7)))
        assert referral.answer_due == date(2026, 12, 8)


def test_there_is_one_question_at_a_time_and_no_answer_without_one():
    with transaction():
        referral, mentor, intaker = make_asked()
        with pytest.raises(operations.NotThere):
            conversation.ask(referral, actor=intaker, question="En?", now=at(THURSDAY))
        conversation.answer(referral, actor=mentor, text="4 vmbo", now=at(THURSDAY))
        with pytest.raises(operations.NotThere):
            conversation.answer(referral, actor=mentor, text="Nog iets", now=at(THURSDAY))


def test_who_says_yes_asks_no_more():
    with transaction():
        referral, mentor, intaker = make_asked()
        operations.accept(referral, actor=intaker, contact="Noor", note="", now=at(THURSDAY))
        assert not referral.is_asked
        assert queries.view_for(mentor, referral, THURSDAY).owner == Side.RECEIVER


def test_a_message_goes_to_the_other_side_and_changes_no_state(outbox):
    with transaction():
        referral = make_referral(State.RECEIVED)
        mentor, intaker = referral.referrer, intaker_of(referral)
        conversation.say(
            referral, actor=mentor, side=Side.REFERRER, text="Hoe is het?", now=clock.now()
        )
        conversation.say(referral, actor=intaker, side=Side.RECEIVER, text="Goed.", now=clock.now())
        assert referral.state == State.RECEIVED
        words = [stop.words.get("note") for stop in queries.view_for(
            mentor, referral, clock.today()).stops]  # fmt: skip
    assert words[-2:] == ["Hoe is het?", "Goed."]
    assert [m.kind for m in outbox.to("user", intaker.id)][-1] == "referrals/said"
    assert [m.kind for m in outbox.to("user", mentor.id)][-1] == "referrals/said"


def test_progress_is_asked_once_in_five_working_days(outbox):
    with transaction():
        referral = make_referral(State.RECEIVED)
        mentor = referral.referrer
        conversation.ask_progress(referral, actor=mentor, now=at(TUESDAY))
        with pytest.raises(Refused):
            conversation.ask_progress(referral, actor=mentor, now=at(date(2026, 11, 30)))
        conversation.ask_progress(referral, actor=mentor, now=at(date(2026, 12, 1)))
    told = [m.kind for m in outbox.to("user", intaker_of(referral).id)]
    assert told.count("referrals/progress_asked") == 2


def test_a_telephone_number_is_put_right_after_sending(outbox):
    with transaction():
        referral = make_referral(State.RECEIVED)
        conversation.supplement(
            referral, actor=referral.referrer, reach="parent", reach_details="06 99 88 77 66",
            note="Het nummer klopte niet.", now=clock.now(),
        )  # fmt: skip
        kept = answers_of(referral)
        assert (kept.get("reach"), kept.get("reach_details")) == ("parent", "06 99 88 77 66")
        assert kept.get("called") == "Dounia", "the rest stays"
    last = outbox.to("user", intaker_of(referral).id)[-1]
    assert last.kind == "referrals/supplemented"
    assert "06 99" not in last.body


def test_a_colleague_takes_over_and_is_told_from_then_on(outbox):
    with transaction():
        referral = make_referral(State.RECEIVED)
        first, school = referral.referrer, referral.organization
        colleague = make_user(Role.MENTOR, school, name="Bas Smit")
        conversation.take_over(referral, actor=first, by=colleague, now=clock.now())
        assert can(colleague, Permission.READ, referral)
        assert not can(first, Permission.READ, referral), "it is no longer theirs"
        operations.accept(
            referral, actor=intaker_of(referral), contact="Noor", note="", now=clock.now()
        )
    kinds = [m.kind for m in outbox.to("user", colleague.id)]
    assert kinds == ["referrals/taken_over", "referrals/accepted"]


def test_only_somebody_of_the_same_school_takes_over():
    with transaction():
        referral = make_referral(State.RECEIVED)
        stranger = make_user(Role.MENTOR, make_organization(refers=True))
        with pytest.raises(Refused):
            conversation.take_over(referral, actor=referral.referrer, by=stranger, now=clock.now())


def test_passed_on_inside_only_that_person_is_written_to(outbox):
    with transaction():
        referral = make_referral(State.RECEIVED)
        first = intaker_of(referral)
        second = make_user(Role.PROVIDER, referral.service.organization, name="Sam de Vries")
        conversation.pass_on(referral, actor=first, to=second, now=clock.now())
        conversation.ask_progress(referral, actor=referral.referrer, now=clock.now())
    assert [m.kind for m in outbox.to("user", second.id)] == [
        "referrals/passed_on", "referrals/progress_asked"
    ]  # fmt: skip
    assert [m.kind for m in outbox.to("user", first.id)] == ["referrals/new_referral"]


def test_when_who_took_it_on_has_left_everybody_there_is_written_to_again(outbox):
    with transaction():
        referral = make_referral(State.RECEIVED)
        first = intaker_of(referral)
        second = make_user(Role.PROVIDER, referral.service.organization, name="Sam de Vries")
        conversation.pass_on(referral, actor=first, to=second, now=clock.now())
        second.disabled_at = clock.now()
        conversation.ask_progress(referral, actor=referral.referrer, now=clock.now())
    assert outbox.to("user", first.id)[-1].kind == "referrals/progress_asked"


def test_what_was_told_by_telephone_says_so_and_the_receiver_can_see_it(outbox):
    with transaction():
        referral = make_referral()
        mentor = referral.referrer
        operations.open_referral(referral, actor=mentor, now=clock.now())
        operations.note_told(referral, told_by="Noor", told_on=TUESDAY, actor=mentor)
        operations.accept(referral, actor=mentor, contact="Noor", note="", now=clock.now())
        operations.note_told(referral, told_by="Noor", told_on=TUESDAY, actor=mentor)
        stops = queries.view_for(mentor, referral, clock.today()).stops
    assert [(s.event.step, s.event.side, s.event.is_told) for s in stops[1:]] == [
        (Step.OPEN, Side.RECEIVER, True), (Step.ACCEPT, Side.RECEIVER, True)
    ]  # fmt: skip
    assert stops[-1].words["contact"] == "Noor" and stops[-1].words["told_by"] == "Noor"
    assert outbox.to("user", intaker_of(referral).id)[-1].kind == "referrals/told"


def test_a_double_click_sends_one_message(outbox):
    with transaction():
        referral = make_referral(State.RECEIVED)
        words = {"actor": referral.referrer, "side": Side.REFERRER, "now": clock.now()}
        conversation.say(referral, text="Hoe is het?", **words)
        with pytest.raises(operations.NotThere):
            conversation.say(referral, text="Hoe is het?", **words)
        conversation.say(referral, text="Nog iets.", **words)
    assert outbox.kinds().count("referrals/said") == 2
