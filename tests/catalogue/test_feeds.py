"""What a calendar tells of a start: which event, in which words, and what never.

That other programs read the days and times as we mean them is proven in a browser.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from icalendar import Calendar

from socialmap.catalogue.feeds import FeedService, events_of
from socialmap.catalogue.intake import read_moment
from socialmap.kit.calendars import Rule, calendar_file

MONDAY = date(2026, 11, 23)
BASE = "https://kaart.example"


def on(*dates, **facts):
    return {"type": "dates", "dates": list(dates), **facts}


def weekly(weekday="monday", **facts):
    return {"type": "every", "unit": "week", "weekday": weekday, **facts}


def monthly(weekday, nth, **facts):
    return {"type": "every", "unit": "month", "weekday": weekday, "nth": nth, **facts}


def service(*moments, **facts):
    told = {
        "id": "s121",
        "name": "Reboundvoorziening De Brug",
        "organization": "Stichting De Brug",
        "address": "/aanbod/reboundvoorziening-de-brug",
        "moments": tuple(read_moment(moment) for moment in moments),
        "sequence": 4,
        "edited_at": datetime(2026, 11, 2, 9, 15, tzinfo=UTC),
        "categories": ("Terug naar school",),
    }
    return FeedService(**told | facts)


def events(*moments, today=MONDAY, **facts):
    return events_of([service(*moments, **facts)], today=today, base_url=BASE)


def event(*moments, **facts):
    (found,) = events(*moments, **facts)
    return found


# Fixed dates ----------------------------------------------------------------


def test_fixed_date_is_told_with_where_to_read_on():
    found = event(on({"start": "2027-01-04", "deadline": "2026-12-11"}))
    assert found.day == date(2027, 1, 4)
    assert found.at is None
    assert found.summary == "Start: Reboundvoorziening De Brug"
    assert found.description == (
        "Aanbieder: Stichting De Brug.\nAanmelden tot en met vrijdag 11 december 2026."
    )
    assert found.url == "https://kaart.example/aanbod/reboundvoorziening-de-brug"
    assert found.categories == ("Terug naar school",)
    assert (found.sequence, found.stamp) == (4, datetime(2026, 11, 2, 9, 15, tzinfo=UTC))


def test_time_is_that_of_the_netherlands():
    assert event(on({"start": "2027-01-04", "time": "09:30"})).at == time(9, 30)


@pytest.mark.parametrize(
    ("facts", "summary", "line", "is_cancelled"),
    [
        ({}, "Start: ", None, False),
        ({"cancelled": True}, "Gaat niet door: ", "Deze start gaat niet door.", True),
        ({"places_free": 0}, "Vol: ", "Vol (doorgegeven op 20 november 2026).", False),
        ({"places_free": 1}, "Start: ", "1 plaats vrij (doorgegeven op 20 november 2026).", False),
        ({"places_free": 3}, "Start: ", "3 plaatsen vrij (doorgegeven op 20 november 2026).",
         False),
        ({"cancelled": True, "places_free": 0}, "Gaat niet door: ", "Deze start gaat niet door.",
         True),
    ],
)  # fmt: skip
def test_state_of_a_fixed_date(facts, summary, line, is_cancelled):
    found = event(on({"start": "2027-01-04", "places_on": "2026-11-20", **facts}))
    assert found.summary == summary + "Reboundvoorziening De Brug"
    assert found.description.split("\n")[1:] == ([line] if line else [])
    assert found.is_cancelled is is_cancelled


def test_dates_of_the_year_before_last_are_history():
    old, recent, far = "2024-12-30", "2025-01-06", "2031-09-01"
    found = events(on({"start": old}, {"start": recent}, {"start": far}))
    assert [str(one.day) for one in found] == [recent, far]


# Rules ----------------------------------------------------------------------


def test_rule_is_one_event_that_comes_back():
    found = event(weekly(every=2, anchor="2026-09-07", deadline_days=14))
    assert found.day == date(2026, 9, 7)
    assert found.rule == Rule(2, "week", "monday", None, (), until=date(2028, 12, 31))
    assert found.description.endswith("Aanmelden tot en met 14 dagen voor de start.")


@pytest.mark.parametrize(
    ("days", "line"),
    [
        (0, "Aanmelden tot en met de dag van de start."),
        (1, "Aanmelden tot en met 1 dag voor de start."),
    ],
)
def test_deadline_of_a_rule(days, line):
    assert event(weekly(deadline_days=days)).description.split("\n")[1] == line


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        # The day of the first turn is no day of the rule: the first that is one counts.
        (weekly(every=2, anchor="2026-09-03"), "2026-09-14"),
        (monthly("monday", 1, anchor="2026-09-09", every=2), "2026-11-02"),
        # A holiday is never the first: Easter Monday 2027, and all of the summer holidays.
        (weekly(anchor="2027-03-29"), "2027-04-05"),
        (weekly(anchor="2027-07-19", skip_school_holidays=True), "2027-08-30"),
        # Without a first day: from the last edit, which was on a Monday.
        (weekly(), "2026-11-02"),
        (weekly("friday"), "2026-11-06"),
        # A rule of long ago keeps its turn, but not its history.
        (weekly(every=3, anchor="2015-06-01"), "2025-01-06"),
    ],
)
def test_first_day_is_one_on_which_somebody_starts(moment, first):
    found = event(moment)
    assert str(found.day) == first
    assert found.day not in found.left_out


def test_holidays_are_left_out():
    found = event(weekly(until="2027-05-31"))
    assert found.left_out == (date(2027, 3, 29), date(2027, 5, 17))
    assert found.rule.until == date(2027, 5, 31)


def test_school_holidays_of_its_region_are_left_out_when_the_rule_says_so():
    moment = weekly(until="2027-03-01", skip_school_holidays=True)
    christmas = (date(2026, 12, 21), date(2026, 12, 28))
    assert event(moment).left_out == (*christmas, date(2027, 2, 22))
    assert event(moment, holiday_region="zuid").left_out == (*christmas, date(2027, 2, 15))


def test_day_called_off_stays_in_the_calendar_as_cancelled():
    found = event(weekly(cancelled=["2026-12-07"], full=["2026-12-14"], deadline_days=3))
    off, full = found.changed
    assert (off.day, off.is_cancelled) == (date(2026, 12, 7), True)
    assert off.summary == "Gaat niet door: Reboundvoorziening De Brug"
    assert (full.day, full.is_cancelled) == (date(2026, 12, 14), False)
    assert full.summary == "Vol: Reboundvoorziening De Brug"
    assert full.description.split("\n")[1:] == [
        "Aanmelden tot en met vrijdag 11 december 2026.", "Vol."
    ]  # fmt: skip
    assert not {off.day, full.day} & set(found.left_out)


def test_day_called_off_before_the_first_is_no_day_of_the_event():
    assert event(weekly(cancelled=["2026-10-05"])).changed == ()


@pytest.mark.parametrize(
    "moment",
    [
        {"type": "always"},
        weekly(until="2026-10-01"),
        weekly(anchor="2030-01-07"),
        monthly("monday", 1, every=12, anchor="2026-01-01", months=[6]),
        weekly(anchor="2027-03-29", until="2027-04-04"),
    ],
)
def test_what_gives_no_day_gives_no_event(moment):
    assert events(moment) == []


# A service that ended -------------------------------------------------------


def test_coming_starts_of_a_service_that_ended_are_cancelled():
    found = events(
        on({"start": "2026-11-16"}, {"start": "2026-11-20"}, {"start": "2027-01-04"}),
        weekly(),
        ended_on=date(2026, 11, 20),
    )
    assert [(str(one.day), one.is_cancelled) for one in found] == [
        ("2026-11-16", False), ("2026-11-20", True), ("2027-01-04", True), ("2026-11-23", True)
    ]  # fmt: skip
    assert found[-1].description == "Aanbieder: Stichting De Brug.\nDit aanbod is gestopt."


def test_what_was_cancelled_stays_so_when_its_day_has_passed():
    moment = on({"start": "2027-01-04"})
    for today in (MONDAY, date(2027, 1, 4), date(2027, 6, 1)):
        assert event(moment, ended_on=date(2026, 11, 20), today=today).is_cancelled


# Names of events ------------------------------------------------------------


def uids(*moments, **facts):
    return [one.uid for one in events(*moments, **facts)]


def test_event_keeps_its_name_when_something_else_changes():
    before = uids(on({"start": "2027-01-04"}), weekly(time="09:30"))
    after = uids(
        on({"start": "2026-12-21"}, {"start": "2027-01-04", "cancelled": True}),
        weekly(time="09:30", cancelled=["2026-12-07"], deadline_days=7, until="2027-07-01"),
        sequence=5, name="De Brug", edited_at=datetime(2026, 12, 1, tzinfo=UTC),
        ended_on=date(2026, 12, 15),
    )  # fmt: skip
    assert before == ["s121-2027-01-04@kaart.example", "s121-week-1-monday-at0930@kaart.example"]
    assert set(before) < set(after)


def test_no_two_events_have_one_name():
    found = uids(
        on({"start": "2027-01-04", "time": "09:30"}, {"start": "2027-01-04", "time": "13:30"}),
        weekly(), weekly("tuesday"), weekly(months=[1]), weekly(months=[2]), weekly(time="09:30"),
        weekly(until="2026-12-31"), weekly(every=2, anchor="2026-09-07"),
        weekly(every=2, anchor="2026-09-14"), monthly("monday", 1), monthly("monday", -1),
    )  # fmt: skip
    assert len(found) == 12
    assert len(set(found)) == len(found)


# The file -------------------------------------------------------------------


def test_file_is_the_same_for_the_same_facts():
    moments = (weekly(time="09:30", cancelled=["2026-12-07"]), on({"start": "2027-01-04"}))
    one, other = (calendar_file("Instroom", events(*moments, today=day))
                  for day in (MONDAY, date(2026, 12, 31)))  # fmt: skip
    assert one == other


def test_file_is_as_the_standard_wants_it():
    moment = on({"start": "2027-01-04", "time": "09:30"})
    name = "Instroom, komma; en een streep \\ en ëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëëë"
    found = calendar_file(name, events(moment, name="Regel 1\nBEGIN:VEVENT"))
    lines = found.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert lines.count(b"BEGIN:VEVENT") == 1
    calendar = Calendar.from_ical(found)
    assert calendar["name"] == calendar["x-wr-calname"] == name
    (read,) = calendar.walk("VEVENT")
    assert read["summary"] == "Start: Regel 1\nBEGIN:VEVENT"
    assert read["dtstart"].params["tzid"] == "Europe/Amsterdam"
    assert read.decoded("dtstamp") == read.decoded("last-modified")


def test_file_says_when_to_ask_again_and_that_nobody_is_busy():
    lines = calendar_file("Instroom", events(weekly())).decode().split("\r\n")
    for line in (
        "VERSION:2.0", "REFRESH-INTERVAL;VALUE=DURATION:P1D", "X-PUBLISHED-TTL:P1D",
        "DTSTART;VALUE=DATE:20261102", "SEQUENCE:4", "STATUS:CONFIRMED", "TRANSP:TRANSPARENT",
        "DTSTAMP:20261102T091500Z",
    ):  # fmt: skip
        assert line in lines
    assert any(line.startswith("PRODID:") for line in lines)
    assert "BEGIN:VTIMEZONE" not in lines, "no time is told, so no zone is needed"


def test_file_without_events_is_a_calendar_too():
    assert Calendar.from_ical(calendar_file("Instroom", [])).walk("VEVENT") == []


def test_file_names_nobody():
    found = calendar_file("Instroom", events(weekly(cancelled=["2026-12-07"])))
    for name in (b"ORGANIZER", b"ATTENDEE", b"CONTACT", b"mailto:", b"tel:"):
        assert name not in found


def test_services_stand_in_the_order_given():
    one = service(on({"start": "2027-01-04"}))
    found = events_of([replace(one, id="b"), replace(one, id="a")], today=MONDAY, base_url=BASE)
    assert [event.uid[0] for event in found] == ["b", "a"]
