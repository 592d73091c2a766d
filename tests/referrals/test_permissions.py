"""Who may see, read, open, answer: a table of people against states."""

import pytest

from socialmap.accounts.models import Role
from socialmap.accounts.permissions import can
from socialmap.kit.database import transaction
from socialmap.referrals.permissions import Chance, Permission
from socialmap.referrals.states import OPEN, State, Step

from ..world import (
    intaker_of,
    make_organization,
    make_referral,
    make_region,
    make_service,
    make_user,
)

pytestmark = pytest.mark.usefixtures("site")

SEE, READ = Permission.SEE, Permission.READ

TALK_R = {Step.MESSAGE, Step.ASK_PROGRESS, Step.SUPPLEMENT, Step.TAKE_OVER}
ALWAYS_R = TALK_R | {Step.CANCEL, Step.WITHDRAW}
ALWAYS_V = {Step.MESSAGE, Step.PASS_ON, Step.FORWARD}
MEETING = {Step.PLAN, Step.CALL_OFF, Step.RECORD}

BY_SENDER: dict[State, set[Step]] = {
    State.DRAFT: {Step.SEND, Step.DISCARD},
    State.REQUESTED: ALWAYS_R,
    State.RECEIVED: ALWAYS_R,
    State.ON_HOLD: ALWAYS_R,
    State.ACCEPTED: ALWAYS_R | {Step.PLAN},
    State.READY: ALWAYS_R | MEETING,
    State.IN_PROGRESS: ALWAYS_R,
    State.REJECTED: {Step.FOLLOW_UP},
    State.FAILED: {Step.FOLLOW_UP},
    State.CANCELLED: {Step.FOLLOW_UP},
}
BY_RECEIVER: dict[State, set[Step]] = {
    State.REQUESTED: ALWAYS_V | {Step.OPEN, Step.REJECT},
    State.RECEIVED: ALWAYS_V | {Step.ASK, Step.ACCEPT, Step.HOLD, Step.REJECT},
    State.ON_HOLD: ALWAYS_V | {Step.ACCEPT, Step.REJECT},
    State.ACCEPTED: ALWAYS_V | {Step.HOLD, Step.REJECT, Step.PLAN, Step.START, Step.STOP},
    State.READY: ALWAYS_V | MEETING | {Step.REJECT, Step.NO_SHOW, Step.START, Step.STOP},
    State.IN_PROGRESS: ALWAYS_V | {Step.COMPLETE, Step.STOP, Step.CHECK},
    State.COMPLETED: {Step.CHECK},
}
BY_HAND = {Step.REMIND, Step.NOTE, Step.CALL_TEAM}
REASSIGN = {Step.TAKE_OVER, Step.PASS_ON}
READ_BY_RECEIVER = set(BY_RECEIVER) - {State.REQUESTED} | {
    State.REJECTED, State.FAILED
}  # fmt: skip
STATES = [state for state in State if state != State.ERASED]


def allowed(who: str, state: State) -> tuple[set[Permission], set[Step]]:
    """What somebody may look at, and which steps they may take."""
    is_sent = state != State.DRAFT
    match who:
        case "referrer":
            return {SEE, READ}, BY_SENDER.get(state, set())
        case "care team" if is_sent:
            return {SEE, READ}, BY_SENDER.get(state, set())
        case "intake contact" if is_sent:
            reads = {READ} if state in READ_BY_RECEIVER else set()
            return {SEE} | reads, BY_RECEIVER.get(state, set())
        case "coordinator" if is_sent:
            return {SEE}, BY_HAND | ({Step.FORWARD, *REASSIGN} if state in OPEN else set())
        case _:
            return set(), set()


def everybody(referral, school) -> dict:
    other_school = make_organization(refers=True)
    other_service = make_service(organization="De Sluis")
    other_region = make_region("Elders", places=("Utrecht",))
    return {
        "referrer": referral.referrer,
        "care team": make_user(Role.CARETEAM, school),
        "intake contact": intaker_of(referral),
        "coordinator": make_user(Role.COORDINATOR),
        "colleague": make_user(Role.MENTOR, school),
        "other school": make_user(Role.CARETEAM, other_school),
        "other provider": make_user(Role.PROVIDER, other_service.organization),
        "other region": make_user(Role.COORDINATOR, region=other_region),
        "admin": make_user(Role.ADMIN),
    }


@pytest.mark.parametrize("state", STATES)
def test_who_may_do_what(state):
    with transaction():
        school = make_organization(refers=True)
        mentor = make_user(Role.MENTOR, school)
        referral = make_referral(state, mentor=mentor)
        found = {
            who: (
                {p for p in (SEE, READ) if can(user, p, referral)},
                {s for s in Step if can(user, Permission.TAKE_STEP, Chance(referral, s))},
            )
            for who, user in everybody(referral, school).items()
        }
    assert found == {who: allowed(who, state) for who in found}


def test_of_what_asks_no_answer_only_the_receiver_takes_note():
    with transaction():
        school = make_organization(refers=True)
        mentor = make_user(Role.MENTOR, school)
        referral = make_referral(State.RECEIVED, mentor=mentor, wants_action=False)
        found = {
            who: {s for s in Step if can(user, Permission.TAKE_STEP, Chance(referral, s))}
            for who, user in everybody(referral, school).items()
        }
    expected = {who: allowed(who, State.RECEIVED)[1] for who in found}
    expected["intake contact"] = expected["intake contact"] | {Step.ACKNOWLEDGE}
    assert found == expected


def test_nobody_who_is_not_signed_in_may_do_anything():
    with transaction():
        referral = make_referral()
    assert not any(can(None, permission, referral) for permission in Permission)
    assert not any(can(None, Permission.TAKE_STEP, Chance(referral, step)) for step in Step)


def test_a_closed_account_may_do_nothing():
    with transaction():
        referral = make_referral()
        mentor = referral.referrer
        mentor.disabled_at = referral.created_at
        assert not can(mentor, Permission.READ, referral)


def test_a_service_that_was_noted_elsewhere_is_not_read_by_its_provider():
    with transaction():
        referral = make_referral()
        intaker = intaker_of(referral)
        referral.is_elsewhere = True
        assert not can(intaker, Permission.SEE, referral)
