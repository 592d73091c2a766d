"""When somebody can start: tables that a counsellor could check with a calendar."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from socialmap.catalogue.intake import (
    Start,
    coming_starts,
    earliest,
    is_open_all_year,
    read_moment,
    starts_between,
)

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
        # A rule that ends; the last day itself still counts.
        (weekly("monday", until="2026-11-30"), MONDAY, ["2026-11-23", "2026-11-30"]),
        (weekly("monday", until="2026-11-22"), MONDAY, []),
        # Called off, full and full up, and what does not count is not counted.
        (weekly("monday", cancelled=["2026-11-30"]), MONDAY,
         ["2026-11-23", "2026-12-07", "2026-12-14"]),
        (weekly("monday", full=["2026-11-23"]), MONDAY,
         ["2026-11-23", "2026-11-30", "2026-12-07"]),
        (on({"start": "2026-12-07", "cancelled": True}, "2026-12-14"), MONDAY, ["2026-12-14"]),
        # School holidays of the middle of the country, when the rule says so.
        (weekly("monday", skip_school_holidays=True), date(2026, 12, 14),
         ["2026-12-14", "2027-01-04", "2027-01-11"]),
        (weekly("monday"), date(2026, 12, 14), ["2026-12-14", "2026-12-21", "2026-12-28"]),
        # A fixed date holds on any day, Christmas too.
        (on("2026-12-25"), MONDAY, ["2026-12-25"]),
        # A rule of some months that never meets them.
        (monthly("monday", 1, every=12, anchor="2026-01-05", months=[6]), MONDAY, []),
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
        # Where nobody can begin: called off, full, or too late to apply.
        ([weekly("monday", cancelled=["2026-11-23"], full=["2026-11-30"])], date(2026, 12, 7)),
        ([weekly("monday", deadline_days=1)], date(2026, 11, 30)),
        ([on({"start": "2026-12-07", "places_free": 0, "places_on": "2026-11-02"},
             {"start": "2026-12-14", "places_free": 1, "places_on": "2026-11-02"})],
         date(2026, 12, 14)),
        ([on({"start": "2026-12-07", "cancelled": True})], None),
        ([weekly("monday", until="2026-11-23", full=["2026-11-23"])], None),
    ],
)  # fmt: skip
def test_earliest_day_to_begin(values, day):
    assert earliest(moments(*values), MONDAY) == day


# What a start is told with ---------------------------------------------------


def test_start_tells_its_time_and_its_places():
    facts = {"start": "2026-12-07", "time": "09:30", "places_free": 3, "places_on": "2026-11-02"}
    (start,) = coming_starts(moments(on(facts)), MONDAY)
    assert start == Start(
        date(2026, 12, 7), time="09:30", places_free=3, places_on=date(2026, 11, 2)
    )
    assert not start.is_full


def test_full_start_is_marked_because_a_place_may_come_free():
    starts = coming_starts(moments(weekly("monday", full=["2026-11-30"])), MONDAY)
    assert [start.is_full for start in starts] == [False, True, False]


def test_of_two_starts_at_once_the_one_with_room_counts():
    full = on({"start": "2026-12-07", "places_free": 0, "places_on": "2026-11-02"})
    off = on({"start": "2026-12-07", "cancelled": True})
    (start,) = coming_starts(moments(full, on("2026-12-07"), off), MONDAY)
    assert not start.is_full


def test_two_groups_on_one_day_are_two_starts():
    morning, afternoon = ({"start": "2026-12-07", "time": at} for at in ("09:30", "13:30"))
    starts = coming_starts(moments(on(afternoon, morning)), MONDAY)
    assert [start.time for start in starts] == ["09:30", "13:30"]


def test_agenda_tells_every_start_of_a_time_with_its_state():
    both = moments(
        weekly("monday", cancelled=["2026-11-30"], full=["2026-12-07"], deadline_days=7),
        on("2026-11-29", "2026-12-09", "2026-12-14", {"start": "2026-12-08", "cancelled": True}),
        {"type": "always"},
    )
    starts = starts_between(both, date(2026, 11, 30), date(2026, 12, 9))
    assert [(str(s.day), s.is_cancelled, s.is_full) for s in starts] == [
        ("2026-11-30", True, False), ("2026-12-07", False, True), ("2026-12-08", True, False),
        ("2026-12-09", False, False),
    ]  # fmt: skip
    assert starts[1].deadline == MONDAY + timedelta(days=7)


def test_agenda_tells_one_start_once():
    twice = moments(weekly("monday"), weekly("monday"), on("2026-11-30"))
    starts = starts_between(twice, date(2026, 11, 30), date(2026, 12, 7))
    assert [str(start.day) for start in starts] == ["2026-11-30", "2026-12-07"]


def test_agenda_of_a_day_is_that_day():
    assert len(starts_between(moments(weekly("monday"), on("2026-11-24")), MONDAY, MONDAY)) == 1


@pytest.mark.parametrize(
    ("region", "day"),
    [("noord", "2027-02-15"), ("midden", "2027-02-15"), ("zuid", "2027-02-22")],
)
def test_school_holidays_are_those_of_the_region(region, day):
    rule = moments(weekly("monday", skip_school_holidays=True))
    today = date(2027, 2, 13)
    assert str(earliest(rule, today, holiday_region=region)) == day
    assert str(coming_starts(rule, today, holiday_region=region)[0].day) == day
    (first, *_) = starts_between(rule, today, date(2027, 3, 31), holiday_region=region)
    assert str(first.day) == day


@pytest.mark.parametrize(
    "value",
    [
        weekly("monday", every=3, anchor="2019-01-02"),
        weekly("sunday", every=2, anchor="2019-01-06", months=[1, 6]),
        weekly("wednesday", every=52, anchor="2019-01-02"),
        monthly("monday", 1, every=5, anchor="2019-01-31"),
        monthly("friday", -1, every=2, anchor="2019-02-22"),
        monthly("thursday", 3, anchor="2019-12-30", months=[2, 12]),
    ],
)
def test_rule_keeps_its_turn_from_whatever_day_one_looks(value):
    rule = moments(value)
    whole = starts_between(rule, date(2019, 1, 1), date(2028, 12, 31))
    assert len(whole) > 5
    for first in (date(2018, 1, 1) + timedelta(days=17 * n) for n in range(200)):
        last = first + timedelta(days=400)
        assert starts_between(rule, first, last) == [s for s in whole if first <= s.day <= last]


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
        (weekly("monday", anchor="2026-09-07", until="2026-09-06"), "ligt voor de eerste dag"),
        (weekly("monday", cancelled=["2026-12-08"]), "op 2026-12-08 is er volgens deze regel"),
        (weekly("monday", full=["2026-12-08"]), "op 2026-12-08 is er volgens deze regel"),
        (weekly("monday", every=2, anchor="2026-12-07", full=["2026-12-14"]), "geen start"),
        (monthly("monday", 1, cancelled=["2026-12-14"]), "geen start"),
        (weekly("monday", until="2026-12-07", cancelled=["2026-12-14"]), "geen start"),
        (weekly("monday", time="9:30"), "time"),
        (weekly("monday", time="24:00"), "time"),
        (weekly("monday", time=630), "tussen aanhalingstekens"),
        (on({"start": "2027-01-04", "places_free": 2}), "de dag waarop het is doorgegeven"),
        (on({"start": "2027-01-04", "places_free": -1, "places_on": "2026-11-02"}), "places_free"),
        ({"type": "sometimes"}, "sometimes"),
        ({"type": "always", "from": "2027-01-04"}, "from"),
    ],
)
def test_moment_that_leaves_a_doubt_is_refused(value, part_of_message):
    with pytest.raises(ValidationError) as refusal:
        read_moment(value)
    assert part_of_message in str(refusal.value)
