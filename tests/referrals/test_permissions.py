"""Who may see, read, open, answer: a table of people against states."""

import pytest

from socialmap.accounts.models import Role
from socialmap.accounts.permissions import can
from socialmap.kit.database import transaction
from socialmap.referrals.permissions import Permission
from socialmap.referrals.states import State

from ..world import (
    intaker_of,
    make_organization,
    make_referral,
    make_region,
    make_service,
    make_user,
)

pytestmark = pytest.mark.usefixtures("site")

SEE, READ, OPEN, ANSWER, HOLD, CANCEL, START, COMPLETE, STOP = ASKED = (
    Permission.SEE,
    Permission.READ,
    Permission.OPEN,
    Permission.ANSWER,
    Permission.HOLD,
    Permission.CANCEL,
    Permission.START,
    Permission.COMPLETE,
    Permission.STOP,
)

BY_SENDER = {
    State.DRAFT: set(), State.REQUESTED: {CANCEL}, State.RECEIVED: {CANCEL},
    State.ON_HOLD: {CANCEL}, State.ACCEPTED: {CANCEL}, State.IN_PROGRESS: {CANCEL},
    State.REJECTED: set(), State.CANCELLED: set(),
}  # fmt: skip
BY_RECEIVER = {
    State.DRAFT: set(),
    State.REQUESTED: {SEE, OPEN},
    State.RECEIVED: {SEE, READ, ANSWER, HOLD},
    State.ON_HOLD: {SEE, READ, ANSWER},
    State.ACCEPTED: {SEE, READ, HOLD, START, STOP},
    State.IN_PROGRESS: {SEE, READ, COMPLETE, STOP},
    State.REJECTED: {SEE, READ},
    State.CANCELLED: {SEE},
}


def allowed(who: str, state: State) -> set[Permission]:
    is_sent = state != State.DRAFT
    match who:
        case "referrer":
            return {SEE, READ} | BY_SENDER[state]
        case "care team":
            return {SEE, READ} | BY_SENDER[state] if is_sent else set()
        case "intake contact":
            return BY_RECEIVER[state]
        case "coordinator":
            return {SEE} if is_sent else set()
        case _:
            return set()


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


@pytest.mark.parametrize("state", BY_RECEIVER)
def test_who_may_do_what(state):
    with transaction():
        school = make_organization(refers=True)
        mentor = make_user(Role.MENTOR, school)
        referral = make_referral(state, mentor=mentor)
        found = {
            who: {p for p in ASKED if can(user, p, referral)}
            for who, user in everybody(referral, school).items()
        }
    assert found == {who: allowed(who, state) for who in found}


def test_nobody_who_is_not_signed_in_may_do_anything():
    with transaction():
        referral = make_referral()
    assert not any(can(None, permission, referral) for permission in Permission)


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
