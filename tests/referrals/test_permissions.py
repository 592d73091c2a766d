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

SEE, READ, OPEN, ANSWER, HOLD, CANCEL = ASKED = (
    Permission.SEE,
    Permission.READ,
    Permission.OPEN,
    Permission.ANSWER,
    Permission.HOLD,
    Permission.CANCEL,
)

SENDER = {SEE, READ, CANCEL}
ALLOWED = {
    # who:            draft, requested, received, on hold, rejected, cancelled
    "referrer": ({SEE, READ}, SENDER, SENDER, SENDER, {SEE, READ}, {SEE, READ}),
    "care team": (set(), SENDER, SENDER, SENDER, {SEE, READ}, {SEE, READ}),
    "intake contact": (
        set(), {SEE, OPEN}, {SEE, READ, ANSWER, HOLD}, {SEE, READ, ANSWER}, {SEE, READ}, {SEE},
    ),
    "coordinator": (set(), {SEE}, {SEE}, {SEE}, {SEE}, {SEE}),
    **dict.fromkeys(
        ("colleague", "other school", "other provider", "other region", "admin"), (set(),) * 6
    ),
}  # fmt: skip
STATES = (
    State.DRAFT, State.REQUESTED, State.RECEIVED, State.ON_HOLD, State.REJECTED, State.CANCELLED,
)  # fmt: skip


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


@pytest.mark.parametrize(("number", "state"), list(enumerate(STATES)))
def test_who_may_do_what(number, state):
    with transaction():
        school = make_organization(refers=True)
        mentor = make_user(Role.MENTOR, school)
        referral = make_referral(state, mentor=mentor)
        found = {
            who: {p for p in ASKED if can(user, p, referral)}
            for who, user in everybody(referral, school).items()
        }
    assert found == {who: allowed[number] for who, allowed in ALLOWED.items()}


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
