"""Who hears that something is due: the one who can act, then the school, then the coordinator."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from socialmap.accounts.models import Role
from socialmap.editorial.operations import publish
from socialmap.kit import clock
from socialmap.kit.database import engine, transaction
from socialmap.referrals import conversation, operations
from socialmap.referrals.duties import Kind, check_days, duty_of
from socialmap.referrals.receivers import Receiver
from socialmap.referrals.reminders import remind_due, round_today
from socialmap.referrals.states import Side, State

from ..world import (
    at,
    intaker_of,
    make_organization,
    make_referral,
    make_service,
    make_user,
    the_region,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("site")

REMINDERS = ("referrals/reminder", "referrals/overdue", "referrals/escalated")


def walk(first: date, last: date) -> None:
    """What the worker does on each of these days, twice a day."""
    day = first
    while day <= last:
        for hour in (8, 14):
            remind_due(now=at(day, hour))
        day += timedelta(days=1)


def told(outbox) -> list[tuple[str, str, str]]:
    """The reminders that went out: kind, kind of recipient and id, in order."""
    return [
        (m.kind.removeprefix("referrals/"), m.recipient_kind, m.recipient_id)
        for m in outbox.all()
        if m.kind in REMINDERS
    ]


def test_each_is_told_once_and_in_turn(outbox):
    with transaction():
        referral = make_referral()
        coordinator = make_user(Role.COORDINATOR)
        intaker = intaker_of(referral)
    walk(date(2026, 11, 23), date(2026, 11, 25))
    assert told(outbox) == [], "Wednesday is the last day to open it"
    walk(date(2026, 11, 26), date(2026, 11, 27))
    assert told(outbox) == [("reminder", "user", str(intaker.id))]
    walk(date(2026, 11, 28), date(2026, 12, 20))
    assert told(outbox)[1:] == [
        ("overdue", "user", str(referral.referrer_id)),
        ("overdue", "organization", str(referral.organization_id)),
        ("escalated", "user", str(coordinator.id)),
    ]
    days = [local.date() for local in (r.at for r in referral_again(referral).reminders)]
    assert days == [date(2026, 11, 26), date(2026, 11, 30), date(2026, 12, 2)]


@pytest.mark.parametrize(
    ("owner", "told", "told_on", "round_"),
    [
        (Side.RECEIVER, 0, None, "owner"),
        (Side.RECEIVER, 1, 25, None),
        (Side.RECEIVER, 1, 24, "school"),
        (Side.RECEIVER, 2, 24, "coordinator"),
        (Side.RECEIVER, 3, 2, None),
        (Side.REFERRER, 0, None, "owner"),
        (Side.REFERRER, 1, 24, "coordinator"),
        (Side.REFERRER, 2, 2, None),
    ],
)
def test_who_is_told_today_of_what_is_late(owner, told, told_on, round_):
    """On Thursday the 26th, in a region that waits two working days between rounds."""
    day = date(2026, 11, told_on) if told_on else None
    today = date(2026, 11, 26)
    found = round_today(Kind.OPEN, owner, told=told, told_on=day, wait=2, today=today)
    assert found == round_


def test_what_was_told_about_is_not_looked_at_again_every_hour(outbox):
    with transaction():
        for _number in range(3):
            make_referral()
        make_user(Role.COORDINATOR)
    walk(date(2026, 11, 26), date(2026, 12, 11))
    with asked_of_the_database() as statements:
        assert remind_due(now=at(date(2026, 12, 14))) == 0
    assert len(statements) == 1, "the same however many are late"
    with asked_of_the_database() as statements:
        assert remind_due(now=at(date(2026, 12, 13))) == 0
    assert statements == [], "on a Sunday nobody is told anything"


@contextmanager
def asked_of_the_database():
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        statements.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine(), "before_cursor_execute", note)


def test_a_region_decides_how_long_is_waited_between_rounds(outbox):
    with transaction():
        make_referral()
        the_region().overdue_days = 4
    walk(date(2026, 11, 26), date(2026, 12, 1))
    assert [kind for kind, *_who in told(outbox)] == ["reminder"]
    walk(date(2026, 12, 2), date(2026, 12, 2))
    assert {kind for kind, *_who in told(outbox)} == {"reminder", "overdue"}


def referral_again(referral):
    with transaction() as db:
        again = db.get_one(type(referral), referral.id)
        assert again.reminders is not None
        return again


def test_who_acts_hears_no_more_and_the_next_duty_begins_anew(outbox):
    with transaction():
        referral = make_referral()
        intaker = intaker_of(referral)
    walk(date(2026, 11, 26), date(2026, 11, 26))
    with transaction() as db:
        operations.open_referral(
            db.get_one(type(referral), referral.id), actor=intaker, now=at(date(2026, 11, 26), 15)
        )
    walk(date(2026, 11, 27), date(2026, 12, 3))
    assert [kind for kind, *_who in told(outbox)] == ["reminder"]
    walk(date(2026, 12, 4), date(2026, 12, 4))
    assert [kind for kind, *_who in told(outbox)] == ["reminder", "reminder"], "to answer"


def test_a_message_or_another_contact_does_not_begin_a_duty_anew(outbox):
    with transaction():
        referral = make_referral()
        intaker = intaker_of(referral)
    walk(date(2026, 11, 26), date(2026, 11, 26))
    with transaction() as db:
        again = db.get_one(type(referral), referral.id)
        conversation.say(
            again, actor=intaker, side=Side.RECEIVER, text="Nog even.", now=at(date(2026, 11, 27))
        )
    walk(date(2026, 11, 27), date(2026, 11, 29))
    assert [kind for kind, *_who in told(outbox)] == ["reminder"]


def test_a_school_that_has_to_answer_is_reminded_itself_and_then_the_coordinator(outbox):
    with transaction():
        referral = make_referral(State.RECEIVED)
        coordinator = make_user(Role.COORDINATOR)
        conversation.ask(
            referral, actor=intaker_of(referral), question="Hoe?", now=at(date(2026, 11, 23))
        )
    walk(date(2026, 11, 24), date(2026, 12, 20))
    assert told(outbox) == [
        ("reminder", "user", str(referral.referrer_id)),
        ("reminder", "organization", str(referral.organization_id)),
        ("escalated", "user", str(coordinator.id)),
    ]


def with_deputy(**facts):
    contacts = [
        {"role": "Intaker", "phone": "071 123 45 67", "email": "in@brug.example"},
        {"role": "Waarnemer", "email": "waar@brug.example", "deputy": True},
    ]
    return make_service(contacts=contacts, contact_role="Intaker", **facts)


def test_what_stays_unopened_is_told_to_the_deputy_too(outbox):
    with transaction():
        service = with_deputy()
        referral = make_referral(service=service)
        intaker = intaker_of(referral)
    walk(date(2026, 11, 26), date(2026, 11, 26))
    assert told(outbox) == [
        ("reminder", "user", str(intaker.id)), ("reminder", "deputy", service.id)
    ]  # fmt: skip


def test_in_a_school_holiday_the_deputy_is_told_instead(outbox):
    with transaction():
        service = with_deputy()
        referral = make_referral(State.RECEIVED, service=service)
        referral.answer_due = date(2026, 12, 22)
        operations.note_due(referral)
    walk(date(2026, 12, 23), date(2026, 12, 23))
    assert told(outbox) == [("reminder", "deputy", service.id)]


def asked_before_christmas(**of_school):
    """A question to a school, to be answered on the Tuesday of the Christmas holidays."""
    school = make_organization(refers=True, **of_school)
    mentor = make_user(Role.MENTOR, school)
    referral = make_referral(State.RECEIVED, mentor=mentor)
    conversation.ask(
        referral, actor=intaker_of(referral), question="Hoe?", now=at(date(2026, 12, 15))
    )
    assert referral.question_due == date(2026, 12, 22)
    return referral


def test_in_a_school_holiday_the_school_is_told_and_not_the_mentor_who_is_away(outbox):
    with transaction():
        referral = asked_before_christmas()
        careteam = make_user(Role.CARETEAM, referral.organization)
        make_user(Role.CARETEAM, referral.organization).disabled_at = at(date(2026, 12, 1))
    walk(date(2026, 12, 23), date(2026, 12, 23))
    assert told(outbox) == [
        ("reminder", "organization", str(referral.organization_id)),
        ("reminder", "user", str(careteam.id)),
    ]


def test_a_school_without_mailbox_and_care_team_leaves_only_the_mentor_to_tell(outbox):
    with transaction():
        referral = asked_before_christmas(email=None)
    walk(date(2026, 12, 23), date(2026, 12, 23))
    assert told(outbox) == [("reminder", "user", str(referral.referrer_id))]


def test_the_holidays_of_the_school_count_and_not_those_of_another_region(outbox):
    with transaction():
        school = make_organization(refers=True)
        mentor = make_user(Role.MENTOR, school)
        referral = make_referral(State.REJECTED, mentor=mentor)
        referral.organization.region.holiday_region = "zuid"
        referral.events[-1].at = at(date(2027, 1, 29))
        operations.note_due(referral)
        assert referral.due_on == date(2027, 2, 12)
    walk(date(2027, 2, 15), date(2027, 2, 15))
    (_kind, whom, _id) = told(outbox)[0]
    assert whom == "organization", "the south has its spring holidays in this week"


def test_nobody_is_told_on_a_day_off(outbox):
    with transaction():
        make_referral()
    walk(date(2026, 12, 25), date(2026, 12, 27))
    assert told(outbox) == []


def test_a_worker_that_was_down_tells_one_round_a_day_at_most(outbox):
    with transaction():
        make_referral()
        make_user(Role.COORDINATOR)
    walk(date(2026, 12, 14), date(2026, 12, 14))
    assert [kind for kind, *_who in told(outbox)] == ["reminder"]


def test_a_pupil_referred_elsewhere_is_watched_like_the_others(outbox):
    with transaction():
        service = make_service(how_to_refer="phone_or_mail")
        school = make_organization(refers=True)
        mentor = make_user(Role.MENTOR, school)
        referral = operations.note_elsewhere(
            to=Receiver(service), organization=school, actor=mentor, start_key="e",
            on=date(2026, 11, 23), contact="Balie", note="D.K.", now=at(date(2026, 11, 23)),
        )  # fmt: skip
        duty = duty_of(referral)
        assert duty and (duty.kind, duty.owner) == (Kind.HEAR, Side.REFERRER)
        assert duty.due == date(2026, 12, 2), "as long as opening and answering may take"
    walk(date(2026, 12, 3), date(2026, 12, 3))
    assert {kind for kind, *_who in told(outbox)} == {"reminder"}
    assert ("reminder", "user", str(mentor.id)) in told(outbox)


def test_aftercare_is_asked_after_a_week_and_after_three_and_six_months(outbox):
    assert check_days(date(2026, 11, 23)) == [
        date(2026, 11, 30), date(2027, 2, 23), date(2027, 5, 24)
    ]  # fmt: skip
    assert check_days(date(2027, 1, 30))[0] == date(2027, 2, 8), "a Saturday moves to Monday"
    with transaction():
        referral = make_referral(State.IN_PROGRESS)
        intaker = intaker_of(referral)
        for day in (date(2026, 11, 30), date(2027, 2, 23)):
            duty = duty_of(referral)
            assert duty and (duty.kind, duty.due) == (Kind.CHECK, day)
            operations.check(referral, actor=intaker, goes="well", note="", now=at(day))
        operations.complete(
            referral, actor=intaker, outcome="work", follow_up="De coach", now=at(day)
        )
        duty = duty_of(referral)
        assert duty and duty.due == date(2027, 5, 24), "the last one comes after the end too"
        operations.check(
            referral, actor=intaker, goes="gone", note="Thuis", now=at(date(2027, 5, 24))
        )
        assert duty_of(referral) is None
    last = outbox.to("user", referral.referrer_id)[-1]
    assert last.subject.startswith("Bel de leerling") and "Thuis" not in last.body


def test_after_a_no_the_school_sees_that_the_pupil_lands(outbox):
    with transaction():
        referral = make_referral(State.REJECTED)
        duty = duty_of(referral)
        assert duty and (duty.kind, duty.owner) == (Kind.FOLLOW_UP, Side.REFERRER)
        assert duty.due == date(2026, 12, 7)
        operations.follow_up(
            referral, actor=referral.referrer, landed="work", note="", now=clock.now()
        )
        assert duty_of(referral) is None and referral.due_on is None


def test_what_has_been_erased_asks_nothing_more(outbox):
    with transaction():
        referral = make_referral(State.REJECTED)
        operations.erase_after_retention(now=at(date(2027, 6, 1)))
        assert duty_of(referral) is None and referral.due_on is None
    walk(date(2027, 6, 2), date(2027, 6, 2))
    assert told(outbox) == []


def test_a_service_that_left_the_catalogue_meanwhile_is_still_watched(outbox):
    with transaction():
        referral = make_referral()
        facts = referral.service.facts.model_copy(update={"status": "ended"})
        publish(facts, actor=None, today=clock.today())
    walk(date(2026, 11, 26), date(2026, 11, 26))
    assert [kind for kind, *_who in told(outbox)] == ["reminder"]


def test_one_that_cannot_be_told_about_keeps_nobody_else_from_being_told(outbox):
    with transaction():
        broken, whole = make_referral(), make_referral()
        broken.state = "no such state"
        broken.due_on = date(2026, 11, 20)
    walk(date(2026, 11, 26), date(2026, 11, 26))
    assert [m.thread for m in outbox.all() if m.kind in REMINDERS] == [
        f"referral-{whole.reference}"
    ]
