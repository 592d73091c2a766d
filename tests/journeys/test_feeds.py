"""Our calendars as another reader takes them: ical.js, in a browser, with nothing of ours.

Every start that the rules of the catalogue give over two school years must be found in
the file on the same day, at the same local time and at the same moment, with its state.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rruleset, rrulestr
from icalendar import Calendar

from socialmap.catalogue.feeds import FeedService, events_of
from socialmap.catalogue.intake import Start, read_moment, starts_between
from socialmap.kit.calendars import CalendarEvent, Rule, calendar_file

FIRST, LAST = date(2026, 8, 1), date(2028, 7, 31)
"""Two school years: the clock changes four times."""
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ICAL = Path(__file__).parent.parent / "ical"

weekly = {"type": "every", "unit": "week"}
monthly = {"type": "every", "unit": "month"}
CASES = {
    "every Monday": weekly | {"weekday": "monday"},
    "every Thursday at a time": weekly | {"weekday": "thursday", "time": "09:30"},
    "in the hour after the clock changed": weekly | {"weekday": "sunday", "time": "03:30"},
    "every other week": weekly | {"weekday": "tuesday", "every": 2, "anchor": "2026-09-01"},
    "every other week, counted from another weekday":
        weekly | {"weekday": "monday", "every": 2, "anchor": "2026-09-03", "time": "13:00"},
    "every third week since long ago":
        weekly | {"weekday": "wednesday", "every": 3, "anchor": "2019-01-30", "time": "09:30"},
    "every other week of some months":
        weekly | {"weekday": "friday", "every": 2, "anchor": "2026-08-14", "months": [1, 2, 9]},
    "first Monday of the month": monthly | {"weekday": "monday", "nth": 1, "time": "09:30"},
    "fourth Wednesday of the month": monthly | {"weekday": "wednesday", "nth": 4},
    "last Friday of the month": monthly | {"weekday": "friday", "nth": -1, "time": "09:30"},
    "last Sunday, on which the clock changes":
        monthly | {"weekday": "sunday", "nth": -1, "months": [3, 10], "time": "09:30"},
    "every other month": monthly | {"weekday": "monday", "nth": 2, "every": 2,
        "anchor": "2026-09-20"},
    "in February and September":
        monthly | {"weekday": "monday", "nth": 1, "months": [2, 9], "time": "09:30"},
    "not in school holidays":
        weekly | {"weekday": "monday", "time": "09:30", "skip_school_holidays": True},
    "not in school holidays, all day": weekly | {"weekday": "friday", "skip_school_holidays": True},
    "until a day": weekly | {"weekday": "monday", "anchor": "2026-09-07", "until": "2026-12-07",
        "time": "09:30"},
    "until a day, all day": weekly | {"weekday": "monday", "anchor": "2026-09-07",
        "until": "2026-12-07"},
    "with days called off and full":
        weekly | {"weekday": "monday", "time": "09:30", "deadline_days": 7,
        "cancelled": ["2026-08-03", "2026-10-26", "2027-03-22"], "full": ["2026-11-23"]},
    "with days called off and full, all day":
        monthly | {"weekday": "thursday", "nth": 3, "cancelled": ["2026-12-17"],
        "full": ["2027-01-21"]},
    "on fixed dates": {"type": "dates", "dates": [
        {"start": "2026-10-25", "time": "09:30"},
        {"start": "2026-12-25", "places_free": 0, "places_on": "2026-11-01"},
        {"start": "2027-03-28", "time": "09:30", "cancelled": True},
    ]},
}  # fmt: skip

LOAD = """
async (library) => {
  const address = URL.createObjectURL(new Blob([library], { type: 'text/javascript' }));
  window.ICAL = (await import(address)).default;
}
"""
EXPAND = """
([files, first, last]) => {
  const told = (time, component) => [
    time.toString().slice(0, 10),
    time.isDate ? null : time.toString().slice(11, 16),
    time.isDate ? null : time.toUnixTime(),
    component.getFirstPropertyValue('status'),
    component.getFirstPropertyValue('summary').split(':')[0],
  ];
  const expand = (file) => {
    const calendar = new ICAL.Component(ICAL.parse(file));
    for (const zone of calendar.getAllSubcomponents('vtimezone'))
      ICAL.TimezoneService.register(zone);
    const events = calendar.getAllSubcomponents('vevent').map((c) => new ICAL.Event(c));
    const others = events.filter((event) => event.isRecurrenceException());
    const found = [];
    for (const event of events.filter((event) => !others.includes(event))) {
      if (!event.isRecurring()) {
        found.push(told(event.startDate, event.component));
        continue;
      }
      others.filter((other) => other.uid === event.uid)
        .forEach((other) => event.relateException(other));
      const days = event.iterator();
      for (let day = days.next(); day; day = days.next()) {
        const { item, startDate } = event.getOccurrenceDetails(day);
        found.push(told(startDate, item.component));
      }
    }
    ICAL.TimezoneService.reset();
    return found.filter(([day]) => first <= day && day <= last);
  };
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, expand(file)]));
}
"""


def service(moment: dict[str, object], region: str = "midden") -> FeedService:
    return FeedService(
        id="s001",
        name="Reboundvoorziening De Brug",
        organization="Stichting De Brug",
        address="/aanbod/reboundvoorziening-de-brug",
        moments=(read_moment(moment),),
        sequence=3,
        edited_at=datetime(2026, 7, 31, 22, 30, tzinfo=UTC),
        holiday_region=region,
    )


def file_of(*services: FeedService) -> str:
    events = events_of(services, today=FIRST, base_url="https://kaart.example")
    return calendar_file("Instroom", events).decode()


def expected(moment: dict[str, object], region: str = "midden") -> list[list[object]]:
    starts = starts_between([read_moment(moment)], FIRST, LAST, holiday_region=region)
    return in_order(map(told, starts))


def told(start: Start) -> list[object]:
    """A start as the browser tells it: day, local time, seconds since 1970, state, first word."""
    at = start.time and datetime.combine(start.day, time.fromisoformat(start.time), AMSTERDAM)
    state = "CANCELLED" if start.is_cancelled else "CONFIRMED"
    word = "Gaat niet door" if start.is_cancelled else "Vol" if start.is_full else "Start"
    return [str(start.day), start.time, at and int(at.timestamp()), state, word]


@pytest.fixture(scope="module")
def expand(browser):
    """Every start that ical.js finds in each of some files, in order."""
    page = browser.new_page()
    page.evaluate(LOAD, (ICAL / "ical.min.js").read_text())

    def run(files: dict[str, str]) -> dict[str, list[list[object]]]:
        found = page.evaluate(EXPAND, [files, str(FIRST), str(LAST)])
        return {name: in_order(starts) for name, starts in found.items()}

    yield run
    page.close()


def in_order(starts: Iterable[list[object]]) -> list[list[object]]:
    return sorted(starts, key=json.dumps)


@pytest.fixture(scope="module")
def found(expand):
    """All cases in one go."""
    files = {name: file_of(service(moment)) for name, moment in CASES.items()}
    return expand(files)


@pytest.mark.parametrize("name", CASES)
def test_another_reader_finds_the_same_starts(found, name):
    assert found[name] == expected(CASES[name])
    assert found[name], "a case without a start proves nothing"


def test_cases_meet_what_readers_quarrel_about(found):
    """The proof is only worth its cases: both clock changes, holidays, each state."""
    changes = {"2026-10-25", "2027-03-28", "2027-10-31", "2028-03-26"}
    assert {day for day, *_ in found["last Sunday, on which the clock changes"]} == changes - {
        "2027-03-28"  # Easter: a rule skips it
    }
    assert "2027-03-28" in {day for day, *_ in found["on fixed dates"]}
    assert "2028-03-26" in {day for day, *_ in found["in the hour after the clock changed"]}
    moments = {(at, seconds % 86400) for _, at, seconds, *_ in found["every Thursday at a time"]}
    assert moments == {("09:30", 7.5 * 3600), ("09:30", 8.5 * 3600)}
    mondays = {day for day, *_ in found["every Monday"]}
    assert "2027-03-22" in mondays and "2027-03-29" not in mondays
    schooldays = {day for day, *_ in found["not in school holidays"]}
    assert "2026-10-12" in schooldays and "2026-10-19" not in schooldays
    states = {(state, word) for *_, state, word in found["with days called off and full"]}
    assert states == {("CONFIRMED", "Start"), ("CONFIRMED", "Vol"), ("CANCELLED", "Gaat niet door")}


def test_each_holiday_region_has_its_own_calendar(expand):
    moment = CASES["not in school holidays"]
    regions = ("noord", "midden", "zuid")
    found = expand({region: file_of(service(moment, region)) for region in regions})
    assert found == {region: expected(moment, region) for region in regions}
    assert found["noord"] != found["midden"] != found["zuid"]


def test_services_in_one_file_keep_apart(expand):
    names = ("with days called off and full", "every other week", "on fixed dates")
    services = [replace(service(CASES[name]), id=f"s{number}") for number, name in enumerate(names)]
    together = [start for name in names for start in expected(CASES[name])]
    assert expand({"all": file_of(*services)})["all"] == in_order(together)


def test_whole_service_that_ended_is_called_off(expand):
    ended = replace(service(CASES["every Monday"]), ended_on=date(2027, 1, 1))
    found = expand({"ended": file_of(ended)})["ended"]
    coming = [start for start in expected(CASES["every Monday"]) if start[0] >= "2027-01-01"]
    assert [start[0] for start in found] == [start[0] for start in coming]
    assert {start[3] for start in found} == {"CANCELLED"}


def test_readers_agree_on_a_first_day_that_is_left_out(expand):
    """Ours never begins so; whoever reads it, ical.js or dateutil, takes it alike."""
    easter = date(2027, 3, 29)
    event = CalendarEvent(
        uid="x", sequence=0, stamp=datetime(2026, 8, 1, tzinfo=UTC), summary="Start: x",
        description="", url="https://kaart.example/", day=easter,
        rule=Rule(1, "week", "monday", None, (), until=date(2027, 4, 12)), left_out=(easter,),
    )  # fmt: skip
    text = calendar_file("x", [event]).decode()
    rule = re.search(r"RRULE:.*", text)
    assert rule
    others = rruleset()
    others.rrule(rrulestr(rule[0], dtstart=datetime(2027, 3, 29)))
    others.exdate(datetime(2027, 3, 29))
    days = [day for day, *_ in expand({"x": text})["x"]]
    assert days == ["2027-04-05", "2027-04-12"] == [str(day.date()) for day in others]


def test_our_own_library_reads_every_file_back():
    for name, moment in CASES.items():
        text = file_of(service(moment))
        calendar = Calendar.from_ical(text)
        assert not calendar.errors, name
        assert calendar.to_ical().decode() == text, name


def test_reader_is_the_one_that_was_published():
    told = re.search(r"sha256 +(\w+)", (ICAL / "ORIGIN").read_text())
    assert told
    assert told[1] == sha256((ICAL / "ical.min.js").read_bytes()).hexdigest()
