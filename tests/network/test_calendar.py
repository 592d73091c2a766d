"""Working days, public holidays and school holidays of the Netherlands."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from socialmap.network.calendar import (
    current_or_next_holiday,
    in_school_holidays,
    is_public_holiday,
    is_working_day,
    school_holidays,
    working_days_after,
)

REGIONS = ("noord", "midden", "zuid")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),  # an ordinary Monday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),  # Christmas, a Friday
        (date(2027, 1, 1), False),  # a Friday
        (date(2027, 3, 29), False),  # Easter Monday
        (date(2027, 4, 27), False),  # King's day, a Tuesday
        (date(2025, 4, 26), False),  # King's day on Saturday, for the 27th is a Sunday
        (date(2025, 4, 28), True),
        (date(2027, 5, 6), False),  # Ascension day
        (date(2027, 5, 17), False),  # Whit Monday
        (date(2027, 12, 31), True),
    ],
)
def test_working_day(day, works):
    assert is_working_day(day) is works


def test_kings_day_moves_when_the_27th_is_a_sunday():
    assert is_public_holiday(date(2025, 4, 26))
    assert not is_public_holiday(date(2025, 4, 27))


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 1, date(2026, 11, 24)),  # the day itself does not count
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # from Friday over the weekend
        (date(2026, 11, 21), 2, date(2026, 11, 24)),  # sent on Saturday
        (date(2026, 12, 24), 2, date(2026, 12, 29)),  # over Christmas and a weekend
        (date(2026, 12, 30), 2, date(2027, 1, 4)),  # over the turn of the year
        (date(2027, 3, 26), 1, date(2027, 3, 30)),  # over Easter
        (date(2027, 4, 26), 1, date(2027, 4, 28)),  # over King's day
        (date(2026, 11, 23), 20, date(2026, 12, 21)),
    ],
)
def test_last_day_of_a_term(day, count, last):
    assert working_days_after(day, count) == last


@pytest.mark.parametrize("region", REGIONS)
def test_school_holidays_are_in_order_and_do_not_overlap(region):
    found = school_holidays(region)
    assert len(found) >= 10
    for holiday in found:
        assert timedelta(0) <= holiday.last_day - holiday.first_day <= timedelta(days=45), holiday
        assert holiday.first_day.weekday() == 5 and holiday.last_day.weekday() == 6, holiday
    for one, following in pairwise(found):
        assert one.last_day < following.first_day, (one, following)


@pytest.mark.parametrize("region", REGIONS)
def test_every_school_year_we_know_has_its_five_holidays(region):
    names = [holiday.name for holiday in school_holidays(region)]
    assert len(names) % 5 == 0
    for year in range(0, len(names), 5):
        assert names[year : year + 5] == [
            "herfstvakantie", "kerstvakantie", "voorjaarsvakantie", "meivakantie", "zomervakantie"
        ]  # fmt: skip


def test_regions_know_the_same_school_years():
    first, *others = [{h.first_day.year for h in school_holidays(r)} for r in REGIONS]
    assert all(other == first for other in others)


def test_unknown_holiday_region_has_no_holidays():
    assert school_holidays("oost") == ()
    assert current_or_next_holiday("oost", date(2026, 11, 23)) is None


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 12, 18), "kerstvakantie"),  # the day before
        (date(2026, 12, 19), "kerstvakantie"),  # its first day
        (date(2027, 1, 3), "kerstvakantie"),  # its last day
        (date(2027, 1, 4), "voorjaarsvakantie"),  # school again, the next within two months
        (date(2027, 5, 3), None),  # summer is more than two months away
    ],
)
def test_holiday_of_now_or_soon(day, name):
    found = current_or_next_holiday("midden", day)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("region", "day", "is_free"),
    [
        ("midden", date(2026, 10, 16), False),  # the last day of school
        ("midden", date(2026, 10, 17), True),
        ("midden", date(2026, 10, 25), True),
        ("midden", date(2026, 10, 26), False),  # school again
        ("noord", date(2026, 10, 12), True),  # a week before the others
        ("zuid", date(2026, 10, 12), False),
        ("zuid", date(2028, 9, 3), True),  # the last day that we know
        ("zuid", date(2028, 9, 4), False),
        ("oost", date(2026, 12, 25), False),  # a region that is not there
    ],
)
def test_day_in_the_school_holidays(region, day, is_free):
    assert in_school_holidays(day, region) is is_free


@pytest.mark.parametrize("region", REGIONS)
def test_days_off_are_those_of_the_holidays(region):
    free = {
        holiday.first_day + timedelta(days=n)
        for holiday in school_holidays(region)
        for n in range((holiday.last_day - holiday.first_day).days + 1)
    }
    days = [date(2026, 8, 1) + timedelta(days=n) for n in range(800)]
    assert {day for day in days if in_school_holidays(day, region)} == free & set(days)
