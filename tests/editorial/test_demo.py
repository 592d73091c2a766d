"""The demo: a region that lives, whatever the day on which somebody tries it."""

from collections import Counter
from datetime import date, timedelta

import pytest

from socialmap.accounts.models import Role
from socialmap.accounts.queries import all_users, user_by_email
from socialmap.catalogue.intake import OnDates, coming_starts
from socialmap.catalogue.queries import active_services, can_refer_here, region_of
from socialmap.config import ROOT
from socialmap.editorial import demo
from socialmap.kit.database import transaction
from socialmap.kit.errors import Refused
from socialmap.network.queries import organizations, regions

from ..conftest import DEMO_PASSWORD, MONDAY

FOLDER = ROOT / "content" / "catalogue"


# Dates ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 8, 1), 2026),
        (date(2026, 7, 31), 2025),
        (date(2027, 1, 1), 2026),
        (date(2029, 3, 1), 2028),
    ],
)
def test_school_year_begins_on_the_first_of_august(day, year):
    assert demo.school_year(day) == year


@pytest.mark.parametrize("years", [-1, 0, 1, 2, 3, 6, 10])
def test_date_moves_by_whole_years_on_its_weekday_and_stays_in_its_season(years):
    day = date(2026, 7, 1)
    while day < date(2028, 8, 1):
        moved = demo.shift(day, years)
        assert moved.weekday() == day.weekday()
        about = timedelta(days=round(365.25 * years))
        assert abs(moved - day - about) <= timedelta(days=8), (day, moved)
        day += timedelta(days=1)


def test_without_a_move_every_date_stays():
    assert demo.shift(date(2026, 12, 31), 0) == date(2026, 12, 31)


@pytest.mark.parametrize("years", [1, 2, 5])
def test_deadline_stays_on_or_before_its_start(years):
    for start in (date(2026, 12, 28), date(2027, 1, 1), date(2027, 1, 4), date(2026, 9, 7)):
        for before in (0, 1, 7, 30):
            deadline = start - timedelta(days=before)
            assert demo.shift(deadline, years) <= demo.shift(start, years)


@pytest.mark.parametrize(
    "today",
    [MONDAY, date(2026, 8, 1), date(2027, 7, 31), date(2028, 2, 29), date(2029, 3, 1),
     date(2033, 6, 30)],
)  # fmt: skip
def test_every_service_with_dates_has_a_coming_start_on_any_day(demo_site, today):
    documents = demo.demo_documents(FOLDER, today)
    assert len(documents) == 150
    with_dates = [d for d in documents if any(isinstance(m, OnDates) for m in d.intake_moments)]
    assert len(with_dates) > 20
    for document in with_dates:
        dates = [m for m in document.intake_moments if isinstance(m, OnDates)]
        assert coming_starts(dates, today), (document.id, today)


def test_nothing_in_the_demo_was_checked_in_the_future(demo_site):
    for document in demo.demo_documents(FOLDER, MONDAY):
        assert not document.verified_on or document.verified_on <= MONDAY, document.id
        assert not document.places_on or document.places_on <= MONDAY, document.id


# What a new user meets ------------------------------------------------------


def services():
    return list(active_services())


def test_regions_organizations_and_services_are_there(demo_site):
    assert len(services()) == 150 and all(service.is_demo for service in services())
    assert 8 <= len(regions()) <= 12 and all(region.is_demo for region in regions())
    referring = organizations(refers=True)
    assert len(referring) >= 12
    kinds = {organization.kind for organization in referring}
    assert {"vo-school", "mbo-instelling", "doorstroompunt"} <= kinds
    assert all(organization.email for organization in referring), "a school must hear it"


def test_home_of_the_demo_accounts_is_the_region_with_most_services(demo_site):
    counted = Counter(region_of(service).slug for service in services())
    assert counted.most_common(1)[0][0] == demo.HOME == "rijnstreek"


def test_every_way_to_refer_is_there_to_try(demo_site):
    ways = {service.facts.how_to_refer for service in services()}
    assert ways == {"here", "phone_or_mail", "own_form", "closed"}
    here = [service for service in services() if service.facts.how_to_refer == "here"]
    assert here and all(can_refer_here(service) for service in here)


@pytest.mark.parametrize(
    ("email", "role"),
    [
        ("mentor@demo.example", Role.MENTOR),
        ("zorgteam@demo.example", Role.CARETEAM),
        ("aanbieder@demo.example", Role.PROVIDER),
        ("coordinator@demo.example", Role.COORDINATOR),
        ("admin@demo.example", Role.ADMIN),
    ],
)
def test_demo_account_has_its_role_and_logs_in_with_the_one_password(demo_page, email, role):
    user = user_by_email(email)
    assert user.is_demo and {m.role for m in user.memberships} == {role}
    for membership in user.memberships:
        if role in (Role.MENTOR, Role.CARETEAM):
            assert membership.organization.region.slug == demo.HOME
        if role == Role.COORDINATOR:
            assert membership.region.slug == demo.HOME
    demo_page.sign_in(email, DEMO_PASSWORD).get("/account")
    assert email in demo_page.main


def test_demo_provider_answers_for_every_provider(demo_site):
    provider = user_by_email("aanbieder@demo.example")
    assert provider.organization_ids(Role.PROVIDER) == {s.organization_id for s in services()}


def test_there_are_no_other_accounts(demo_site):
    assert len(all_users()) == 5


def test_demo_is_not_loaded_over_itself(demo_site):
    before = len(regions())
    with pytest.raises(Refused), transaction():
        demo.load(ROOT / "content", today=MONDAY, password=DEMO_PASSWORD)
    assert len(services()) == 150 and len(regions()) == before
