"""Who may manage accounts: every role and permission in one table."""

import pytest
from flask_login import AnonymousUserMixin

from socialmap.accounts.models import Role
from socialmap.accounts.operations import create_user, disable, give_role
from socialmap.accounts.permissions import Permission, can, rule
from socialmap.accounts.queries import (
    accounts_managed_by,
    organizations_managed_by,
    people_of,
    regions_managed_by,
    user_by_id,
)
from socialmap.kit.database import transaction
from socialmap.kit.errors import Refused

from ..world import make_organization, make_region, make_user, the_region

MAY_MANAGE = {
    Role.MENTOR: (False, False, False),
    Role.CARETEAM: (False, False, False),
    Role.PROVIDER: (False, False, False),
    Role.COORDINATOR: (True, True, False),
    Role.ADMIN: (True, True, True),
}
"""Per role: the page of accounts; an account in the own region; one of another region."""


@pytest.fixture
def school(site):
    with transaction():
        return make_organization("Vmbo Het Kompas", refers=True)


@pytest.fixture
def school_elsewhere(school):
    with transaction():
        maasmond = make_region("Maasmond", ("Rotterdam",))
        return make_organization("Pro De Maas", region=maasmond, refers=True)


@pytest.fixture
def somebody_here(school):
    with transaction():
        return make_user(Role.MENTOR, school)


@pytest.fixture
def somebody_elsewhere(school_elsewhere):
    with transaction():
        return make_user(Role.MENTOR, school_elsewhere)


def person(role: Role, school):
    with transaction():
        return make_user(role, school if role not in (Role.COORDINATOR, Role.ADMIN) else None)


def test_table_names_every_role():
    assert set(MAY_MANAGE) == set(Role)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_manage_accounts(role, school, somebody_here, somebody_elsewhere):
    user = person(role, school)
    assert MAY_MANAGE[role] == (
        can(user, Permission.MANAGE_ACCOUNTS),
        can(user, Permission.MANAGE_ACCOUNT, somebody_here),
        can(user, Permission.MANAGE_ACCOUNT, somebody_elsewhere),
    )


def test_nobody_may_anything_without_being_signed_in(somebody_here):
    for nobody in (None, AnonymousUserMixin()):
        assert not can(nobody, Permission.MANAGE_ACCOUNTS)


def test_who_is_disabled_may_nothing(school):
    admin = person(Role.ADMIN, school)
    with transaction():
        disable(admin)
    assert not can(admin, Permission.MANAGE_ACCOUNTS)


def test_what_no_rule_answers_is_not_allowed(school):
    assert not can(person(Role.ADMIN, school), "catalogue.burn")


def test_two_rules_for_one_permission_are_a_fault_of_ours():
    with pytest.raises(ValueError, match="two rules"):

        @rule(Permission.MANAGE_ACCOUNTS)
        def everybody(_user, _thing):
            return True


def test_coordinator_does_not_manage_who_also_works_elsewhere(school, school_elsewhere):
    coordinator, both = person(Role.COORDINATOR, school), person(Role.MENTOR, school)
    with transaction():
        both = user_by_id(both.id)
        give_role(both, role=Role.MENTOR, organization=school_elsewhere)
    assert not can(coordinator, Permission.MANAGE_ACCOUNT, both)


def test_coordinator_does_not_manage_an_admin(school):
    assert not can(
        person(Role.COORDINATOR, school), Permission.MANAGE_ACCOUNT, person(Role.ADMIN, school)
    )


def test_coordinator_chooses_from_the_own_region_only(school, school_elsewhere, somebody_elsewhere):
    coordinator = person(Role.COORDINATOR, school)
    assert organizations_managed_by(coordinator) == [school]
    assert [region.slug for region in regions_managed_by(coordinator)] == ["rijnstreek"]
    assert somebody_elsewhere not in accounts_managed_by(coordinator)
    admin = person(Role.ADMIN, school)
    assert organizations_managed_by(admin) == [school_elsewhere, school]
    assert somebody_elsewhere in accounts_managed_by(admin)


# Giving roles ---------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.MENTOR, Role.CARETEAM, Role.PROVIDER])
def test_role_of_an_organization_needs_one(site, role):
    with pytest.raises(Refused, match="organisatie"), transaction():
        create_user(email="a@b.example", name="A", role=role)


def test_coordinator_needs_a_region(site):
    with pytest.raises(Refused, match="regio"), transaction():
        create_user(email="a@b.example", name="A", role=Role.COORDINATOR)


def test_address_is_known_whatever_its_capitals(site):
    with transaction():
        create_user(email=" Ingrid@Kompas.Example ", name="Ingrid", role=Role.ADMIN)
    with pytest.raises(Refused, match=r"ingrid@kompas\.example"), transaction():
        create_user(email="INGRID@kompas.example", name="Ingrid", role=Role.ADMIN)


def test_role_is_bound_to_its_place_and_to_nothing_else(school):
    with transaction():
        mentor = create_user(
            email="a@b.example", name="A", role=Role.MENTOR, organization=school,
            region=the_region(),
        )  # fmt: skip
    assert mentor.organization_ids(Role.MENTOR) == {school.id}
    assert mentor.organization_ids(Role.PROVIDER) == set() == mentor.region_ids(Role.COORDINATOR)


def test_organization_with_a_mentor_refers(site):
    with transaction():
        school = make_organization("Nieuwe school")
        assert not school.refers
        make_user(Role.MENTOR, school)
    assert school.refers


def test_who_left_is_no_longer_among_the_people_of_an_organization(school):
    stays, leaves = person(Role.PROVIDER, school), person(Role.PROVIDER, school)
    with transaction():
        disable(leaves)
    assert people_of(school.id, Role.PROVIDER) == [stays]
    assert people_of(school.id, Role.MENTOR) == []
