"""When somebody can start: tables that a counsellor could check with a calendar."""

from datetime import date

import pytest
from pydantic import ValidationError

from socialmap.catalogue.intake import coming_starts, earliest, is_open_all_year, read_moment

MONDAY = date(2026, 11, 23)


def moments(*values):
    return [read_moment(value) for value in values]


def on(*days, **facts):
    dates = [day if isinstance(day, dict) else {"start": day} for day in days]
    return {"type": "dates", "dates": dates, **facts}


def weekly(weekday, **facts):
    return {"type": "every", "unit": "week", "weekday": weekday, **facts}


def monthly(weekday, nth, **facts):
    return {"type": "every", "unit": "month", "weekday": weekday, "nth": nth, **facts}


@pytest.mark.parametrize(
    ("value", "today", "days"),
    [
        # Fixed dates.
        (on("2027-01-04", "2026-12-07"), MONDAY, ["2026-12-07", "2027-01-04"]),
        (on("2026-11-23"), MONDAY, ["2026-11-23"]),
        (on("2026-11-22"), MONDAY, []),
        # A deadline: the day itself is still in time, the day after is not.
        (on({"start": "2027-01-04", "deadline": "2026-11-23"}), MONDAY, ["2027-01-04"]),
        (on({"start": "2027-01-04", "deadline": "2026-11-22"}), MONDAY, []),
        (on("2026-12-07", deadline_days=14), MONDAY, ["2026-12-07"]),
        (on("2026-12-06", deadline_days=14), MONDAY, []),
        (on({"start": "2026-12-01", "deadline": "2026-11-30"}, deadline_days=14), MONDAY,
         ["2026-12-01"]),
        # Every so many weeks.
        (weekly("monday"), MONDAY, ["2026-11-23", "2026-11-30", "2026-12-07"]),
        (weekly("sunday"), MONDAY, ["2026-11-29", "2026-12-06", "2026-12-13"]),
        (weekly("monday", every=3, anchor="2026-09-07"), MONDAY,
         ["2026-11-30", "2026-12-21", "2027-01-11"]),
        (weekly("monday", every=2, anchor="2027-01-04"), MONDAY,
         ["2027-01-04", "2027-01-18", "2027-02-01"]),
        (weekly("monday", deadline_days=7), MONDAY, ["2026-11-30", "2026-12-07", "2026-12-14"]),
        # A public holiday is skipped: Easter Monday, Christmas and New Year on a Friday.
        (weekly("monday"), date(2027, 3, 22), ["2027-03-22", "2027-04-05", "2027-04-12"]),
        (weekly("friday"), date(2026, 12, 18), ["2026-12-18", "2027-01-08", "2027-01-15"]),
        # Weeks in which the clock changes are weeks like any other.
        (weekly("sunday", every=1), date(2026, 10, 18), ["2026-10-18", "2026-10-25", "2026-11-01"]),
        (weekly("wednesday", every=2, anchor="2027-03-17"), date(2027, 3, 18),
         ["2027-03-31", "2027-04-14", "2027-04-28"]),
        # A weekday of the month.
        (monthly("monday", 1), MONDAY, ["2026-12-07", "2027-01-04", "2027-02-01"]),
        (monthly("monday", 4), MONDAY, ["2026-11-23", "2026-12-28", "2027-01-25"]),
        (monthly("friday", -1), MONDAY, ["2026-11-27", "2027-01-29", "2027-02-26"]),
        (monthly("thursday", 3), date(2026, 11, 20), ["2026-12-17", "2027-01-21", "2027-02-18"]),
        (monthly("monday", 1, months=[2, 9]), MONDAY, ["2027-02-01", "2027-09-06", "2028-02-07"]),
        (monthly("monday", 1, every=2, anchor="2026-09-07"), MONDAY,
         ["2027-01-04", "2027-03-01", "2027-05-03"]),
        # Over the end of a year, and on a day that other years lack.
        (weekly("thursday"), date(2026, 12, 30), ["2026-12-31", "2027-01-07", "2027-01-14"]),
        (monthly("tuesday", -1), date(2028, 2, 29), ["2028-02-29", "2028-03-28", "2028-04-25"]),
        # All year round is no date.
        ({"type": "always"}, MONDAY, []),
    ],
)  # fmt: skip
def test_coming_starts(value, today, days):
    assert [str(start.day) for start in coming_starts(moments(value), today)] == days


def test_several_rules_are_read_together_and_a_day_counts_once():
    both = moments(weekly("monday"), on("2026-11-25", "2026-11-30"), {"type": "always"})
    found = [str(start.day) for start in coming_starts(both, MONDAY)]
    assert found == ["2026-11-23", "2026-11-25", "2026-11-30"]


def test_deadline_is_told_with_the_start():
    (start,) = coming_starts(moments(on("2027-01-04", deadline_days=24)), MONDAY)
    assert start.deadline == date(2026, 12, 11)
    (start,) = coming_starts(moments(on("2027-01-04")), MONDAY)
    assert start.deadline is None


def test_number_of_starts_is_what_one_asks_for():
    assert len(coming_starts(moments(weekly("monday")), MONDAY, count=1)) == 1
    assert len(coming_starts(moments(weekly("monday")), MONDAY, count=20)) == 20


def test_rule_is_not_followed_for_ever():
    once_in_a_while = weekly("monday", every=52, anchor="2026-11-16")
    assert len(coming_starts(moments(once_in_a_while), MONDAY, count=10)) == 2


@pytest.mark.parametrize(
    ("values", "day"),
    [
        ([], None),
        ([on("2026-09-07")], None),
        ([{"type": "always"}], MONDAY),
        ([on("2027-01-04"), {"type": "always"}], MONDAY),
        ([on("2027-01-04"), monthly("monday", 1)], date(2026, 12, 7)),
    ],
)
def test_earliest_day_to_begin(values, day):
    assert earliest(moments(*values), MONDAY) == day


def test_open_all_year():
    assert is_open_all_year(moments(on("2027-01-04"), {"type": "always"}))
    assert not is_open_all_year(moments(on("2027-01-04")))
    assert not is_open_all_year([])


@pytest.mark.parametrize(
    ("value", "part_of_message"),
    [
        (on({"start": "2027-01-04", "deadline": "2027-01-05"}), "ligt na de start"),
        (on(), "dates"),
        (on("2027-02-30"), "start"),
        (on("2027-01-04", deadline_days=-1), "deadline_days"),
        (weekly("monday", every=2), "anchor"),
        (weekly("maandag"), "weekday"),
        (weekly("monday", every=0), "every"),
        (monthly("monday", None), "nth"),
        (monthly("monday", 5), "nth"),
        (monthly("monday", 1, months=[13]), "months"),
        ({"type": "sometimes"}, "sometimes"),
        ({"type": "always", "from": "2027-01-04"}, "from"),
    ],
)
def test_moment_that_leaves_a_doubt_is_refused(value, part_of_message):
    with pytest.raises(ValidationError) as refusal:
        read_moment(value)
    assert part_of_message in str(refusal.value)
