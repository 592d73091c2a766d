"""The deeds of a referral: what each writes, whom it tells, and what it refuses."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import select

from socialmap.accounts.models import Role
from socialmap.editorial.operations import publish
from socialmap.kit import clock, database
from socialmap.kit.database import session, transaction
from socialmap.kit.errors import Refused
from socialmap.kit.outbox import OutboxMail
from socialmap.network.models import Organization
from socialmap.referrals import operations, queries
from socialmap.referrals.duties import Kind, duty_of
from socialmap.referrals.models import Event, PrivateRecord, Referral
from socialmap.referrals.receivers import Receiver
from socialmap.referrals.states import Side, State, Step

from ..world import (
    at,
    intaker_of,
    make_organization,
    make_referral,
    make_region,
    make_service,
    make_user,
    plan_meeting,
)

pytestmark = pytest.mark.usefixtures("site")


def test_terms_count_from_the_step_before_in_working_days():
    with transaction():
        referral = make_referral()
    assert referral.open_due == date(2026, 11, 25), "two working days after Monday"
    assert referral.answer_due == date(2026, 12, 2), "five after that"
    assert referral.meeting_due == date(2026, 12, 16), "ten after that"


def test_terms_skip_christmas():
    with transaction():
        referral = make_referral(State.DRAFT)
        operations.send(referral, actor=referral.referrer, now=at(date(2026, 12, 23)))
    assert referral.open_due == date(2026, 12, 28)


def test_time_to_answer_starts_anew_when_it_was_opened_early():
    with transaction():
        referral = make_referral(State.RECEIVED)
    assert referral.answer_due == date(2026, 11, 30)


def test_terms_are_those_of_the_region_of_the_school():
    with transaction():
        make_region("Haastland", places=("Utrecht",), open_days=1, answer_days=1, meeting_days=1)
        region = make_region("Kalmland", places=("Zwolle",), open_days=9)
        school = make_organization(region=region, refers=True)
        referral = make_referral(mentor=make_user(Role.MENTOR, school))
    assert referral.open_due == date(2026, 12, 4)


def test_next_intake_moment_is_remembered_as_it_was_told():
    with transaction():
        assert make_referral().first_start == date(2027, 1, 4)


def test_confirmation_goes_to_mentor_and_to_the_mailbox_of_the_school(outbox):
    with transaction():
        referral = make_referral()
        intaker = intaker_of(referral)
    assert {(m.recipient_kind, m.recipient_id, m.kind) for m in outbox.all()} == {
        ("user", str(referral.referrer_id), "referrals/confirmation"),
        ("organization", str(referral.organization_id), "referrals/confirmation"),
        ("user", str(intaker.id), "referrals/new_referral"),
    }


def test_every_intake_contact_of_the_provider_is_asked(outbox):
    with transaction():
        service = make_service()
        second = make_user(Role.PROVIDER, service.organization)
        make_referral(service=service)
    assert [m.kind for m in outbox.to("user", second.id)] == ["referrals/new_referral"]


def test_a_referral_that_is_rolled_back_tells_nobody(outbox):
    with transaction():
        draft = make_referral(State.DRAFT)
    with pytest.raises(RuntimeError), transaction():
        again = session().get_one(Referral, draft.id)
        operations.send(again, actor=again.referrer, now=clock.now())
        raise RuntimeError
    with transaction():
        assert outbox.all() == []
        assert session().exec(select(Referral)).unique().one().state == State.DRAFT


def test_a_step_that_is_not_in_the_table_is_refused_and_changes_nothing():
    with transaction():
        referral = make_referral()
        intaker = intaker_of(referral)
    with pytest.raises(operations.NotThere), transaction():
        operations.accept(referral, actor=intaker, contact="x", note="", now=clock.now())
    with transaction():
        again = session().get_one(Referral, referral.id)
        assert again.state == State.REQUESTED
        assert [e.step for e in again.events] == [Step.SEND]


def test_two_people_who_answer_at_once_do_not_overwrite_each_other():
    with transaction():
        referral = make_referral(State.RECEIVED)
        intaker = intaker_of(referral)
    with database.own_session() as other:
        seen_before = other.get_one(Referral, referral.id)
        with transaction():
            mine = session().get_one(Referral, referral.id)
            operations.accept(mine, actor=intaker, contact="Noor", note="", now=clock.now())
        seen_before.state = State.REJECTED
        with pytest.raises(StaleDataError):
            other.flush()
        other.rollback()


def test_a_service_that_no_longer_takes_referrals_here_refuses_and_keeps_the_draft():
    with transaction():
        draft = make_referral(State.DRAFT)
        facts = draft.service.facts.model_copy(update={"how_to_refer": "phone_or_mail"})
        publish(facts, actor=None, today=clock.today())
    with pytest.raises(Refused), transaction():
        again = session().get_one(Referral, draft.id)
        operations.send(again, actor=again.referrer, now=clock.now())
    with transaction():
        assert session().get_one(Referral, draft.id).is_draft


def test_one_key_starts_one_draft():
    with transaction():
        service = make_service()
        school = make_organization(refers=True)
        mentor = make_user(Role.MENTOR, school)
        first, second = (
            operations.start_draft(
                to=Receiver(service),
                organization=school,
                actor=mentor,
                start_key="k",
                now=clock.now(),
            )
            for _click in range(2)
        )
    assert first.id == second.id


def test_a_draft_thrown_away_leaves_nothing():
    with transaction():
        draft = make_referral(State.DRAFT)
        operations.discard(draft, actor=draft.referrer, now=clock.now())
    with transaction():
        for table in (Referral, Event, PrivateRecord):
            assert session().exec(select(table)).first() is None


def test_drafts_nobody_touched_go_after_the_days_of_the_region():
    with transaction():
        draft = make_referral(State.DRAFT)
    now = clock.now()
    with transaction():
        assert operations.discard_old_drafts(now=now + timedelta(days=29)) == 0
    with transaction():
        assert operations.discard_old_drafts(now=now + timedelta(days=31)) == 1
        assert session().get(Referral, draft.id) is None


@pytest.mark.parametrize(
    ("state", "after"), [(State.REJECTED, State.REJECTED), (State.ACCEPTED, State.FAILED)]
)
def test_what_is_known_about_a_pupil_goes_after_the_months_of_the_region(state, after):
    with transaction():
        referral = make_referral(state)
    now = clock.now()
    with transaction():
        assert operations.erase_after_retention(now=now + timedelta(days=180)) == 0
    with transaction():
        assert operations.erase_after_retention(now=now + timedelta(days=186)) == 1
    with transaction():
        again = session().get_one(Referral, referral.id)
        assert again.state == after
        assert again.reference == referral.reference
        assert operations.read_private(again, operations.FORM) == {}
        assert operations.erase_after_retention(now=now + timedelta(days=400)) == 0


def test_each_region_erases_by_its_own_months(site):
    with transaction():
        quick = make_region("Bollenstreek", ["Noordwijk"], retention_months=1)
        school = make_organization(refers=True, region=quick)
        soon = make_referral(State.REJECTED, mentor=make_user(Role.MENTOR, school))
        later = make_referral(State.REJECTED)
        last = soon.events[-1].at
    with transaction():
        assert operations.erase_after_retention(now=last + timedelta(days=30)) == 0
    with transaction():
        assert operations.erase_after_retention(now=last + timedelta(days=31)) == 1
        assert session().get_one(Referral, soon.id).erased_at
        assert not session().get_one(Referral, later.id).erased_at


def test_elsewhere_is_noted_without_telling_anybody(outbox):
    with transaction():
        service = make_service(how_to_refer="phone_or_mail")
        school = make_organization(refers=True)
        mentor = make_user(Role.MENTOR, school)
        referral = operations.note_elsewhere(
            to=Receiver(service), organization=school, actor=mentor, start_key="k",
            on=date(2026, 11, 20), contact="Balie", note="D.K.", now=clock.now(),
        )  # fmt: skip
        assert referral.is_elsewhere and referral.state == State.REQUESTED
    assert outbox.all() == []


def test_reference_can_be_read_out_and_is_never_used_twice():
    with transaction():
        service, school = make_service(), make_organization(refers=True)
        mentor = make_user(Role.MENTOR, school)
        references = [make_referral(service=service, mentor=mentor).reference for _n in range(20)]
    assert len(set(references)) == 20
    assert all(len(r) == 7 and r[3] == "-" and r.replace("-", "").isdigit() for r in references)


def test_without_an_account_the_mailbox_of_the_service_is_written_to():
    with transaction():
        service = make_service(with_intake_contact=False)
        receiver = operations.mails.receivers_of(
            Referral(service=service, service_id=service.id, organization_id=1, referrer_id=1,
                     reference="1", start_key="x", created_at=clock.now(), edited_at=clock.now())
        )  # fmt: skip
        session().expunge_all()
    assert [(r.kind, r.id) for r, _name in receiver] == [("service", service.id)]


def test_a_mailbox_of_a_school_that_is_empty_is_no_reason_to_fail(outbox):
    with transaction():
        school = make_organization(refers=True, email=None)
        make_referral(mentor=make_user(Role.MENTOR, school))
    kinds = [(m.recipient_kind, m.kind) for m in outbox.all()]
    assert ("organization", "referrals/confirmation") not in kinds
    assert len(kinds) == 2
    assert session().exec(select(Organization).where(Organization.email.is_(None))).first()
    assert session().exec(select(OutboxMail)).first()


# A waiting pupil, and a referral that is taken back ------------------------------------


def test_a_pupil_waits_until_a_day_and_the_school_is_told(outbox):
    with transaction():
        referral = make_referral(State.ON_HOLD)
    assert referral.state == State.ON_HOLD
    assert queries.due_of(referral) == referral.hold_until == date(2026, 12, 23)
    assert not queries.is_late(referral, date(2026, 12, 23))
    assert queries.is_late(referral, date(2026, 12, 24))
    assert outbox.kinds().count("referrals/on_hold") == 2, "to the mentor and to the school"


def test_who_waited_can_be_taken_in_or_refused(outbox):
    with transaction():
        referral = make_referral(State.ON_HOLD)
        operations.accept(
            referral, actor=intaker_of(referral), contact="Noor", note="", now=clock.now()
        )
    assert referral.state == State.ACCEPTED and "referrals/accepted" in outbox.kinds()
    with transaction():
        other = make_referral(State.ON_HOLD)
        operations.reject(
            other, actor=intaker_of(other), reason="full", advice="Bel", now=clock.now()
        )
    assert other.state == State.REJECTED


def test_nobody_is_forgotten_before_a_meeting_that_was_planned_far_ahead():
    with transaction():
        referral = make_referral(State.ACCEPTED)
        plan_meeting(referral, actor=intaker_of(referral), days=300)
        day = referral.planned.day
        operations.erase_after_retention(now=at(day))
        assert referral.state == State.READY
        operations.erase_after_retention(now=at(day + timedelta(days=1)))
        assert referral.state == State.FAILED


def test_nobody_is_forgotten_while_waiting_for_a_day_that_is_still_to_come():
    with transaction():
        referral = make_referral(State.RECEIVED)
        operations.hold(
            referral, actor=intaker_of(referral), reason="waiting_list", note="",
            until=date(2027, 11, 1), now=clock.now(),
        )  # fmt: skip
    with transaction():
        operations.erase_after_retention(now=at(date(2027, 11, 1)))
        assert operations.read_private(referral, operations.FORM)
    with transaction():
        operations.erase_after_retention(now=at(date(2027, 11, 2)))
        again = session().get_one(Referral, referral.id)
        assert again.state == State.FAILED and not operations.read_private(again, operations.FORM)


@pytest.mark.parametrize(
    ("reason", "step"),
    [("pupil", Step.WITHDRAW), ("parent", Step.WITHDRAW), ("other_place", Step.CANCEL)],
)
def test_a_referral_is_taken_back_and_the_receiver_is_told(outbox, reason, step):
    with transaction():
        referral = make_referral(State.RECEIVED)
        operations.cancel(
            referral, actor=referral.referrer, reason=reason, note="", now=clock.now()
        )
    assert referral.state == State.CANCELLED and referral.events[-1].step == step
    receiver = intaker_of(referral)
    assert outbox.to("user", receiver.id)[-1].kind == "referrals/cancelled"
    assert operations.read_private(referral, operations.FORM), "the school still reads it"


def test_what_was_referred_elsewhere_is_taken_back_without_a_mail(outbox):
    with transaction():
        school = make_organization(refers=True)
        mentor = make_user(Role.MENTOR, school)
        referral = operations.note_elsewhere(
            to=Receiver(make_service()), organization=school, actor=mentor, start_key="k",
            on=clock.today(), contact="Balie", note="", now=clock.now(),
        )  # fmt: skip
        operations.cancel(referral, actor=mentor, reason="mistake", note="", now=clock.now())
    assert referral.state == State.CANCELLED and outbox.all() == []


def test_a_closed_referral_cannot_be_taken_back():
    with transaction():
        referral = make_referral(State.REJECTED)
    with pytest.raises(operations.NotThere), transaction():
        again = session().get_one(Referral, referral.id)
        operations.cancel(again, actor=again.referrer, reason="other", note="", now=clock.now())


# From the yes to the end --------------------------------------------------------------


def test_being_placed_is_the_start_and_not_the_yes(outbox):
    with transaction():
        referral = make_referral(State.ACCEPTED)
        assert referral.started_on is None and referral.is_open
        operations.start(
            referral, actor=intaker_of(referral), on=date(2026, 11, 20), now=clock.now()
        )
    assert referral.state == State.IN_PROGRESS and referral.started_on == date(2026, 11, 20)
    assert outbox.to("user", referral.referrer_id)[-1].kind == "referrals/started"


def test_an_end_says_how_the_pupil_goes_on_and_who_keeps_in_touch(outbox):
    with transaction():
        referral = make_referral(State.IN_PROGRESS)
        operations.complete(
            referral, actor=intaker_of(referral), outcome="work", follow_up="de jobcoach",
            now=clock.now(),
        )  # fmt: skip
    assert referral.state == State.COMPLETED
    words = operations.read_private(referral, operations.private_name(referral.events[-1]))
    assert words == {"outcome": "work", "follow_up": "de jobcoach"}
    assert outbox.to("user", referral.referrer_id)[-1].kind == "referrals/completed"


@pytest.mark.parametrize("state", [State.ACCEPTED, State.IN_PROGRESS])
def test_what_stops_early_is_a_duty_of_the_school(outbox, state):
    with transaction():
        referral = make_referral(state)
        operations.stop(
            referral, actor=intaker_of(referral), reason="stays_away", follow_up="de mentor",
            now=clock.now(),
        )  # fmt: skip
    assert referral.state == State.FAILED
    duty = duty_of(referral)
    assert duty and (duty.kind, duty.owner) == (Kind.FOLLOW_UP, Side.REFERRER)
    assert outbox.to("user", referral.referrer_id)[-1].kind == "referrals/stopped"


def test_who_was_taken_in_may_still_have_to_wait():
    with transaction():
        referral = make_referral(State.ACCEPTED)
        operations.hold(
            referral, actor=intaker_of(referral), reason="no_offer", note="",
            until=date(2027, 1, 15), now=clock.now(),
        )  # fmt: skip
    assert referral.state == State.ON_HOLD
