"""Who is away: a colleague stands in, sees, acts and is written to, until it ends by itself."""

from datetime import timedelta

import pytest
from sqlmodel import select

from socialmap import worker
from socialmap.accounts.absences import be_back, colleagues_of, say_away
from socialmap.accounts.models import Absence, Role, User
from socialmap.accounts.operations import disable, give_role
from socialmap.accounts.permissions import can
from socialmap.kit import clock
from socialmap.kit.database import session, transaction
from socialmap.kit.errors import Refused
from socialmap.referrals import conversation, operations
from socialmap.referrals.permissions import Chance, Permission
from socialmap.referrals.states import Side, State, Step

from ..conftest import MONDAY
from ..world import (
    PUPIL_WORDS,
    intaker_of,
    make_organization,
    make_referral,
    make_region,
    make_service,
    make_user,
)
from .test_lists import listed

pytestmark = pytest.mark.usefixtures("site")

FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def school():
    with transaction():
        return make_organization("Vmbo Het Kompas", refers=True)


@pytest.fixture
def mentor(school):
    with transaction():
        return make_user(Role.MENTOR, school, name="Ingrid Bos")


@pytest.fixture
def colleague(school):
    with transaction():
        return make_user(Role.MENTOR, school, name="Bas Smit")


def here(user) -> User:
    """Somebody as this transaction knows them."""
    return session().get_one(User, user.id)


def away(user, deputy, first_day=MONDAY, last_day=FRIDAY) -> Absence:
    return say_away(
        user, first_day=first_day, last_day=last_day, deputy=deputy, today=clock.today()
    )


# Who may stand in, and when -----------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "may"),
    [
        (MONDAY, MONDAY, True),
        (MONDAY - timedelta(days=3), MONDAY, True),
        (MONDAY + timedelta(days=365), MONDAY + timedelta(days=365), True),
        (FRIDAY, MONDAY, False),
        (MONDAY - timedelta(days=9), MONDAY - timedelta(days=1), False),
        (MONDAY, MONDAY + timedelta(days=366), False),
    ],
)
def test_somebody_is_away_until_today_or_later_and_within_a_year(mentor, first, last, may):
    if may:
        assert away(mentor, None, first, last).last_day == last
    else:
        with pytest.raises(Refused):
            away(mentor, None, first, last)


def test_only_a_colleague_who_does_the_same_work_there_can_stand_in(school, mentor, colleague):
    with transaction():
        careteam = make_user(Role.CARETEAM, school)
        disable(make_user(Role.MENTOR, school))
        others = [
            make_user(Role.PROVIDER, school),
            make_user(Role.MENTOR, make_organization(refers=True)),
            make_user(Role.COORDINATOR),
            make_user(Role.ADMIN),
        ]
    assert {person.id for person in colleagues_of(mentor)} == {colleague.id, careteam.id}
    for other in [*others, mentor]:
        with pytest.raises(Refused):
            away(mentor, other)
    with transaction():
        first, second = make_user(Role.COORDINATOR), make_user(Role.COORDINATOR)
        make_user(Role.COORDINATOR, region=make_region("Kust", places=("Den Helder",)))
    assert second in colleagues_of(first) and others[2] in colleagues_of(first)
    assert len(colleagues_of(first)) == 2


ACTS = {Step.MESSAGE, Step.CANCEL, Step.SUPPLEMENT}


@pytest.mark.parametrize(
    ("days", "deputy_is", "state", "may"),
    [
        ((0, 4), "colleague", State.RECEIVED, True),
        ((0, 0), "colleague", State.RECEIVED, True),
        ((-3, 0), "colleague", State.REJECTED, True),
        ((1, 4), "colleague", State.RECEIVED, False),
        ((0, 4), "nobody", State.RECEIVED, False),
        ((0, 4), "another", State.RECEIVED, False),
        ((0, 4), "disabled", State.RECEIVED, False),
        ((0, 4), "who left", State.RECEIVED, False),
        ((0, 4), "colleague", State.DRAFT, False),
    ],
)  # fmt: skip
def test_who_stands_in_sees_and_acts_for_the_referrer_and_nobody_else_does(
    school, mentor, colleague, days, deputy_is, state, may
):
    with transaction():
        mentor, colleague = here(mentor), here(colleague)
        referral = make_referral(state, mentor=mentor)
        other = make_user(Role.MENTOR, school)
        deputy = {"nobody": None, "another": other}.get(deputy_is, colleague)
        away(mentor, deputy, *(MONDAY + timedelta(days=number) for number in days))
        if deputy_is == "disabled":
            disable(colleague)
        if deputy_is == "who left":
            session().delete(colleague.memberships[0])
            give_role(colleague, role=Role.MENTOR, organization=make_organization(refers=True))
            session().flush()
            session().refresh(colleague, ["memberships"])
        found = {
            permission: can(colleague, permission, referral)
            for permission in (Permission.SEE, Permission.READ)
        }
        assert found == dict.fromkeys(found, may)
        if state == State.RECEIVED:
            taken = {s for s in ACTS if can(colleague, Permission.TAKE_STEP, Chance(referral, s))}
            assert taken == (ACTS if may else set())
        assert not can(colleague, Permission.EDIT_DRAFT, referral)


def test_who_stands_in_at_one_school_sees_nothing_of_another(mentor, colleague):
    with transaction():
        mentor, colleague = here(mentor), here(colleague)
        other_school = make_organization(refers=True)
        give_role(mentor, role=Role.MENTOR, organization=other_school)
        referral = make_referral(mentor=mentor)
        referral.organization_id, referral.organization = other_school.id, other_school
        away(mentor, colleague)
        assert not can(colleague, Permission.SEE, referral)


def test_it_ends_by_itself_and_the_worker_forgets_it(site, mentor, colleague, on_day):
    with transaction():
        mentor, colleague = here(mentor), here(colleague)
        referral = make_referral(mentor=mentor)
        away(mentor, colleague)
        assert can(colleague, Permission.READ, referral)
        on_day(FRIDAY + timedelta(days=1))
        assert not can(colleague, Permission.READ, referral)
        # Whoever does not wait for that says so.
        on_day(FRIDAY)
        be_back(mentor)
        assert not can(colleague, Permission.READ, referral)
        away(mentor, colleague)
    worker.tidy_up(site)
    assert session().exec(select(Absence)).all()
    on_day(FRIDAY + timedelta(days=1))
    worker.tidy_up(site)
    assert not session().exec(select(Absence)).all()


# Mail ---------------------------------------------------------------------------------


def test_mail_goes_to_who_stands_in_as_well_and_says_why(outbox, school, mentor, colleague):
    with transaction():
        mentor, colleague = here(mentor), here(colleague)
        referral = make_referral(mentor=mentor)
        away(mentor, colleague)
        operations.open_referral(referral, actor=intaker_of(referral), now=clock.now())
    opened = [m for m in outbox.all() if m.kind == "referrals/opened"]
    assert [(m.recipient_kind, m.recipient_id) for m in opened] == [
        ("user", str(mentor.id)), ("user", str(colleague.id)), ("organization", str(school.id)),
    ]  # fmt: skip
    to_mentor, copy, _mailbox = (mail.body for mail in opened)
    assert "omdat Ingrid Bos afwezig is\ntot en met vrijdag 27 november 2026." in copy
    assert copy.startswith("Dag Bas Smit,") and "afwezig" not in to_mentor
    assert "VRAGEN? BEL" in copy
    assert not any(word in copy for word in PUPIL_WORDS)


def test_nobody_gets_a_mail_twice_and_a_closed_account_gets_none(outbox, mentor, colleague):
    with transaction():
        service = make_service()
        second = make_user(Role.PROVIDER, service.organization)
        third = make_user(Role.PROVIDER, service.organization)
        referral = make_referral(service=service, mentor=mentor)
        intaker = intaker_of(referral)
        away(intaker, second)
        conversation.say(referral, actor=mentor, side=Side.REFERRER, text="Dag", now=clock.now())
        said = [m.recipient_id for m in outbox.all() if m.kind == "referrals/said"]
        assert sorted(said) == sorted(str(p.id) for p in (intaker, second, third))
        conversation.pass_on(referral, actor=second, to=intaker, now=clock.now())
        passed = [m.recipient_id for m in outbox.all() if m.kind == "referrals/passed_on"]
        assert passed == [str(intaker.id), str(second.id)]
        away(mentor, colleague)
        disable(colleague)
        operations.open_referral(referral, actor=intaker, now=clock.now())
    assert not outbox.to("user", colleague.id)


# The pages ----------------------------------------------------------------------------


def test_somebody_says_to_be_away_and_the_deputy_finds_the_referrals(page, mentor, colleague):
    with transaction():
        referral = make_referral(State.RECEIVED, mentor=mentor)
        intaker, reference = intaker_of(referral).email, referral.reference
    page.sign_in(mentor.email).get("/aanmeldingen")
    page.follow("Ben je een tijd afwezig? Kies wie waarneemt")
    page.fill(first_day="2026-11-27", last_day="2026-11-23").press("Bewaar", status=422)
    assert page.errors() == [
        "De laatste dag kan niet vóór de eerste dag liggen.", "Kies wie waarneemt.",
    ]  # fmt: skip
    page.fill(first_day="2026-11-23", last_day="2026-11-27", deputy=colleague.id).press("Bewaar")
    assert "Bas Smit neemt waar." in page.main
    page.sign_out()
    for address in (colleague.email, intaker):
        page.sign_in(address).get("/aanmeldingen")
        assert listed(page) == [reference]
        page.follow(reference)
        assert "Ingrid Bos is afwezig tot en met vrijdag 27 november 2026." in page.main
        assert "Bas Smit neemt waar." in page.main
        page.sign_out()
    page.sign_in(colleague.email).get(f"/aanmeldingen/{reference}")
    page.fill(message="Ik neem waar.").press("Verstuur het bericht")
    assert "Ik neem waar." in page.main
    page.sign_out()
    page.sign_in(mentor.email).get("/account/afwezig").press("Ik ben er weer")
    assert "Dit staat er nu" not in page.main
    page.sign_out()
    page.sign_in(colleague.email).get(f"/aanmeldingen/{reference}", status=403)


def test_who_has_no_colleague_can_be_away_and_an_admin_has_nothing_to_hand_over(page, mentor):
    with transaction():
        admin = make_user(Role.ADMIN)
    page.sign_in(mentor.email).get("/account/afwezig")
    assert "Er is geen collega met dezelfde rol" in page.main
    page.fill(first_day="2026-11-23", last_day="2026-11-27").press("Bewaar")
    assert "Niemand neemt waar." in page.main
    page.sign_out()
    page.sign_in(admin.email).get("/account/afwezig", status=403)
    page.get("/account")
    assert "Ben je een tijd afwezig? Kies wie waarneemt" not in page.links()
