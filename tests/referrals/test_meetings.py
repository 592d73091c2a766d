"""The handover meeting: planned, moved, called off, missed, held; and when it is warm."""

from datetime import date, timedelta
from itertools import combinations

import icalendar
import pytest

from socialmap.kit import clock
from socialmap.kit.calendars import Invitation, invitation_file
from socialmap.kit.database import session, transaction
from socialmap.referrals import meetings, operations, queries
from socialmap.referrals.meetings import PRESENT, is_warm
from socialmap.referrals.models import Meeting, MeetingStatus
from socialmap.referrals.states import Side, State, Step

from ..world import (
    PUPIL_WORDS,
    intaker_of,
    make_referral,
    plan_meeting,
    record_meeting,
)

pytestmark = pytest.mark.usefixtures("site")


def test_warm_is_pupil_and_both_sides_and_nothing_less():
    warm = [set(some) for count in range(5) for some in combinations(PRESENT, count)
            if is_warm(some)]  # fmt: skip
    assert warm == [{"pupil", "sender", "receiver"}, {"pupil", "parent", "sender", "receiver"}]


def invitations_to(outbox, person) -> list[Invitation]:
    return [
        Invitation.from_json(m.invitation) for m in outbox.to("user", person.id) if m.invitation
    ]


def test_both_sides_get_the_meeting_and_a_move_of_it_for_their_calendars(outbox):
    with transaction():
        referral = make_referral(State.READY)
        mentor, intaker = referral.referrer, intaker_of(referral)
        plan_meeting(referral, actor=mentor, days=5, side=Side.REFERRER)
    for person in (mentor, intaker):
        first, moved = invitations_to(outbox, person)
        assert first.uid == moved.uid
        assert (first.sequence, moved.sequence) == (0, 1)
        assert moved.starts_at - first.starts_at == timedelta(days=2)
    with transaction():
        assert len(session().get_one(type(referral), referral.id).meetings) == 1


def test_called_off_it_leaves_the_calendars_and_a_new_one_is_to_be_planned(outbox):
    with transaction():
        referral = make_referral(State.READY)
        intaker = intaker_of(referral)
        meetings.call_off(
            referral, actor=intaker, side=Side.RECEIVER, reason="Ziek", now=clock.now()
        )
        assert referral.state == State.ACCEPTED
        assert referral.meeting_due == date(2026, 12, 7), "ten working days from now"
        assert referral.planned is None
        plan_meeting(referral, actor=intaker)
        assert referral.state == State.READY
    first, off, second = invitations_to(outbox, intaker)
    assert (off.uid, off.is_cancelled, off.sequence) == (first.uid, True, 1)
    assert (second.uid != first.uid, second.sequence) == (True, 0)


@pytest.mark.parametrize("ending", ["cancel", "reject", "stop"])
def test_when_a_referral_ends_its_meeting_leaves_the_calendars(outbox, ending):
    with transaction():
        referral = make_referral(State.READY)
        mentor, intaker = referral.referrer, intaker_of(referral)
        by = {"actor": intaker, "now": clock.now()}
        match ending:
            case "cancel":
                operations.cancel(referral, actor=mentor, reason="pupil", note="", now=clock.now())
            case "reject":
                operations.reject(referral, reason="full", advice="Bel", **by)
            case "stop":
                operations.stop(referral, reason="own_wish", follow_up="De mentor", **by)
    assert invitations_to(outbox, mentor)[-1].is_cancelled
    assert invitations_to(outbox, intaker)[-1].is_cancelled


def test_what_is_in_a_calendar_says_nothing_about_the_pupil(outbox):
    with transaction():
        referral = make_referral(State.READY)
    invitation = invitations_to(outbox, referral.referrer)[0]
    file = invitation_file(invitation, organizer="kaart@example.nl", attendee="m@school.example")
    for word in (*PUPIL_WORDS, "Kamer 12"):
        assert word not in file.decode()
    calendar = icalendar.Calendar.from_ical(file)
    event = calendar.walk("VEVENT")[0]
    assert calendar["METHOD"] == "REQUEST"
    assert event["SUMMARY"] == f"Kennismaking aanmelding {referral.reference}"
    assert event["ATTENDEE"] == "mailto:m@school.example"
    assert event["ORGANIZER"] == "mailto:kaart@example.nl"
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=1)
    assert event.decoded("DTSTART").utcoffset() == timedelta(hours=1), "winter in the Netherlands"


def test_what_the_receiver_writes_down_is_confirmed_at_once(outbox):
    with transaction():
        referral = make_referral(State.READY)
        record_meeting(referral, actor=intaker_of(referral))
        held = referral.held
        assert held and held.is_warm and held.confirmed_at
        assert referral.start_due == date(2026, 12, 21), "twenty working days after the meeting"
        assert queries.due_of(referral) == referral.start_due
    last = outbox.to("user", referral.referrer_id)[-1]
    assert last.kind == "referrals/meeting_confirmed"
    assert last.subject.startswith("Bevestigd: warme overdracht")


def test_what_the_school_writes_down_waits_for_the_receiver(outbox):
    with transaction():
        referral = make_referral(State.READY)
        mentor, intaker = referral.referrer, intaker_of(referral)
        record_meeting(referral, actor=mentor, side=Side.REFERRER)
        assert referral.held and referral.held.confirmed_at is None
        assert outbox.to("user", intaker.id)[-1].kind == "referrals/meeting_to_confirm"
        meetings.confirm(referral, actor=intaker, now=clock.now())
        assert referral.held.confirmed_at
        with pytest.raises(operations.NotThere):
            meetings.confirm(referral, actor=intaker, now=clock.now())
    assert outbox.to("user", mentor.id)[-1].kind == "referrals/meeting_confirmed"


def test_without_the_school_it_is_no_warm_handover_and_the_school_reads_so(outbox):
    with transaction():
        referral = make_referral(State.READY)
        record_meeting(referral, actor=intaker_of(referral), present=("pupil", "receiver"))
        assert referral.held and referral.held.is_warm is False
    assert "niet iedereen was erbij" in outbox.to("user", referral.referrer_id)[-1].body


def test_a_pupil_who_did_not_come_is_called_and_there_is_a_new_meeting_to_plan(outbox):
    with transaction():
        referral = make_referral(State.READY)
        intaker = intaker_of(referral)
        meetings.no_show(
            referral, actor=intaker, who_calls="De mentor", call_by=date(2026, 11, 25),
            now=clock.now(),
        )  # fmt: skip
        assert referral.state == State.ACCEPTED
        meeting = session().get_one(Meeting, referral.meetings[0].id)
        assert meeting.status == MeetingStatus.MISSED
    assert outbox.to("user", referral.referrer_id)[-1].kind == "referrals/no_show"


def test_without_a_meeting_there_is_nothing_to_write_down():
    with transaction():
        referral = make_referral(State.READY)
        intaker = intaker_of(referral)
        record_meeting(referral, actor=intaker)
        with pytest.raises(operations.NotThere):
            record_meeting(referral, actor=intaker)
        plan_meeting(referral, actor=intaker)
        assert len(referral.meetings) == 2, "a second meeting is another one"


def test_a_meeting_is_to_be_written_down_within_the_term_after_its_day():
    with transaction():
        referral = make_referral(State.READY)
        assert queries.due_of(referral) == date(2026, 11, 30), "Thursday and two working days"
        assert not queries.is_late(referral, date(2026, 11, 30))
        assert queries.is_late(referral, date(2026, 12, 1))


def test_the_record_is_kept_encrypted_and_goes_with_the_rest():
    with transaction():
        referral = make_referral(State.READY)
        record_meeting(referral, actor=intaker_of(referral))
        record = queries.record_of(referral)
        assert record and record.whom == "Noor, 071 123 45 67"
        event = next(e for e in referral.events if e.step == Step.RECORD)
        assert operations.read_private(referral, operations.private_name(event))
        operations.erase_private(referral)
        assert queries.record_of(referral) is None
        assert referral.held and referral.held.is_warm, "that it was warm is a fact that stays"


def test_a_double_click_plans_one_meeting_and_mails_it_once(outbox):
    with transaction():
        referral = make_referral(State.READY)
        with pytest.raises(operations.NotThere):
            plan_meeting(referral, actor=intaker_of(referral))
        assert [m.sequence for m in referral.meetings] == [0]
    assert outbox.kinds().count("referrals/meeting_planned") == 3, "mentor, school, provider"


def test_of_a_referral_noted_elsewhere_the_provider_hears_nothing_and_has_nothing_to_confirm(
    outbox,
):
    with transaction():
        referral = make_referral(State.ACCEPTED)
        referral.is_elsewhere = True
        mentor, intaker = referral.referrer, intaker_of(referral)
        intaker_id = intaker.id
        before = len(outbox.to("user", intaker_id))
        plan_meeting(referral, actor=mentor, side=Side.REFERRER)
        record_meeting(referral, actor=mentor, side=Side.REFERRER)
        assert referral.held and referral.held.confirmed_at
        assert queries.due_of(referral) == referral.start_due
    assert len(outbox.to("user", intaker_id)) == before
