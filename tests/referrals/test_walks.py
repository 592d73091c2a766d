"""Every step from every state, and steps at random: what is not in the table never happens."""

import random
from datetime import timedelta

import pytest

from socialmap.accounts.models import Role
from socialmap.accounts.queries import people_of_region
from socialmap.kit.database import session, transaction
from socialmap.kit.errors import Refused
from socialmap.referrals import operations
from socialmap.referrals.duties import Kind, duty_of
from socialmap.referrals.models import Referral
from socialmap.referrals.permissions import TOLD_STEPS
from socialmap.referrals.receivers import receiver_of
from socialmap.referrals.states import BESIDE, OPEN, Side, State, Step, may_take, next_state

from ..conftest import MONDAY
from ..world import at, intaker_of, make_organization, make_referral, make_team, make_user
from .walk import DEEDS

pytestmark = pytest.mark.usefixtures("site")

STATES = [state for state in State if state not in (State.DRAFT, State.ERASED)]
AFTER_CLOSING = (State.REJECTED, State.FAILED, State.CANCELLED)


def people_of(referral: Referral) -> dict[Side, object]:
    team = people_of_region(referral.region_id, Role.COORDINATOR)
    return {
        Side.REFERRER: referral.referrer, Side.RECEIVER: intaker_of(referral), Side.TEAM: team[0]
    }  # fmt: skip


def make_coordinators() -> None:
    """Two coordinators, so that one can call the other in."""
    for _number in range(2):
        make_user(Role.COORDINATOR)


def side_of(step: Step) -> list[Side]:
    """The sides in whose name a person takes the step; a deed of one side has one."""
    return [
        side for side in (Side.REFERRER, Side.RECEIVER, Side.TEAM)
        if any(may_take(state, step, side) for state in State)
    ]  # fmt: skip


def attempt(referral: Referral, step: Step, side: Side, now) -> bool:
    """Try a step; whether it was taken. What was refused leaves nothing behind."""
    try:
        with session().begin_nested():
            DEEDS[step](referral, people_of(referral)[side], side, now)
    except Refused:
        session().expire_all()
        return False
    return True


@pytest.mark.parametrize("wants_action", [True, False])
@pytest.mark.parametrize("state", STATES)
def test_each_step_of_each_side_is_taken_or_refused_as_the_table_says(state, wants_action):
    now = at(MONDAY + timedelta(days=1))
    with transaction() as db:
        referral = make_referral(state, wants_action=wants_action)
        make_coordinators()
        before = [event.step for event in referral.events]
        for step, side in [(s, side) for s in DEEDS for side in side_of(s)]:
            expected = may_take(state, step, side) and referral.has_what_it_takes(step)
            expected &= step != Step.TAKE_OVER  # there is no colleague
            trial = db.begin_nested()
            assert attempt(referral, step, side, now) is expected, (state, step, side)
            assert [event.step for event in referral.events] == before + [step] * expected
            assert referral.state == (next_state(state, step) if expected else state)
            trial.rollback()
            db.expire_all()


@pytest.mark.parametrize("seed", range(8))
def test_steps_at_random_never_leave_the_table_lose_an_event_or_leave_nobody_to_act(seed):
    chance = random.Random(seed)
    with transaction():
        referral = make_referral(
            mentor=make_user(Role.MENTOR, make_organization(refers=True)),
            wants_action=bool(seed % 2), team=make_team() if seed % 3 == 0 else None,
        )  # fmt: skip
        make_user(Role.CARETEAM, referral.organization)
        make_user(Role.PROVIDER, receiver_of(referral).organization)
        make_coordinators()
        day, events = MONDAY, [event.id for event in referral.events]
        for _turn in range(40):
            day += timedelta(days=chance.randrange(3))
            step = chance.choice(list(DEEDS))
            side = chance.choice(side_of(step))
            before, back_to = State(referral.state), before_what_was_told(referral)
            taken = attempt(referral, step, side, at(day))
            if taken and step in TOLD_STEPS and chance.random() < 0.5:
                operations.note_told(referral, told_by="Noor", told_on=day, actor=referral.referrer)
            known = [event.id for event in referral.events]
            assert known[: len(events)] == events, "an event was lost"
            assert len(known) == len(events) + taken
            expected = back_to if step == Step.REOPEN else next_state(before, step)
            assert referral.state == (expected if taken else before)
            assert_one_owner(referral)
            events = known


def before_what_was_told(referral: Referral) -> State | None:
    """Where the referral stood before the last step of the line, if that was told and ended it."""
    line = [event for event in referral.events if event.step not in BESIDE]
    return State(line[-2].state) if len(line) > 1 and line[-1].is_told else None


def test_an_end_is_taken_back_only_when_it_was_told():
    for state, end in ((State.READY, Step.REJECT), (State.IN_PROGRESS, Step.COMPLETE)):
        with transaction():
            referral = make_referral(state)
            make_coordinators()
            assert attempt(referral, end, Side.RECEIVER, at(MONDAY))
            assert not attempt(referral, Step.REOPEN, Side.RECEIVER, at(MONDAY))
            operations.note_told(referral, told_by="Noor", told_on=MONDAY, actor=referral.referrer)
            assert attempt(referral, Step.REOPEN, Side.RECEIVER, at(MONDAY))
            assert referral.state == state
            assert_one_owner(referral)


def assert_one_owner(referral: Referral) -> None:
    """Exactly one side has the duty while there is one, and nobody after it."""
    duty, state = duty_of(referral), State(referral.state)
    if state in OPEN:
        assert duty is not None
        assert duty.owner in (Side.REFERRER, Side.RECEIVER)
    elif state in AFTER_CLOSING:
        line = [event.step for event in referral.events if event.step not in BESIDE]
        is_followed = line[-1] == Step.FOLLOW_UP
        assert (duty is None) == is_followed
        assert duty is None or (duty.kind, duty.owner) == (Kind.FOLLOW_UP, Side.REFERRER)
    else:
        is_looked_after = referral.count_of(Step.CHECK) == 3
        was_noted = referral.events[-1].step == Step.ACKNOWLEDGE
        assert (duty is None) == (is_looked_after or was_noted)
    assert referral.due_on == (duty.due if duty else None)


def test_a_refused_step_tells_nobody(outbox):
    with transaction():
        referral = make_referral(State.REJECTED)
    before = len(outbox.all())
    with pytest.raises(operations.NotThere), transaction():
        again = session().get_one(Referral, referral.id)
        operations.accept(again, actor=intaker_of(again), contact="x", note="", now=at(MONDAY))
    assert len(outbox.all()) == before
