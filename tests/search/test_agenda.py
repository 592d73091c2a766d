"""The agenda of starts, with the filters of the list, and as a calendar feed."""

from datetime import date

import pytest
from icalendar import Calendar

from socialmap.editorial.operations import publish
from socialmap.kit.database import transaction
from socialmap.search.agenda import Month, by_day, month_asked, starts_in

from ..conftest import MONDAY
from ..world import make_document, make_service


def rows_of(site, month):
    snapshot = site.extensions["search"].snapshot()
    return starts_in(snapshot, snapshot.numbers(snapshot.everything).tolist(), month, MONDAY)


WEEKLY = {"type": "every", "unit": "week", "weekday": "friday", "cancelled": ["2026-12-11"]}
DATES = {
    "type": "dates",
    "dates": [
        {"start": "2026-12-04", "time": "09:30"},
        {"start": "2026-11-02"},
        {"start": "2026-12-07", "places_free": 0, "places_on": "2026-11-20"},
    ],
}
ALWAYS = {"type": "always"}

# Months ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("", date(2026, 11, 1)),
        ("2026-11", date(2026, 11, 1)),
        ("2028-11", date(2028, 11, 1)),
        ("2026-10", None),
        ("2028-12", None),
        ("2026-13", None),
        ("nu", None),
    ],
)
def test_one_leafs_from_this_month_to_two_years_ahead(asked, first):
    found = month_asked(asked, MONDAY)
    assert (found and found.first) == first


def test_months_follow_each_other_over_the_year():
    december = Month(date(2026, 12, 1))
    assert december.last == date(2026, 12, 31) and december.next().value == "2027-01"
    assert december.next().before() == december


def test_starts_of_a_month_from_today_on_in_order_cancelled_and_full_ones_too(site):
    with transaction():
        for name, said in (("B", WEEKLY), ("A", DATES), ("C", ALWAYS)):
            make_service(name=name, intake_moments=[said])
    site.extensions["search"].reindex()
    assert rows_of(site, Month(date(2026, 11, 1)))[0].start.day == date(2026, 11, 27)
    rows = rows_of(site, Month(date(2026, 12, 1)))
    days = [(row.start.day.day, row.entry.name) for row in rows]
    # The 25th is Christmas; a start at no hour comes before one at half past nine.
    assert days == [(4, "B"), (4, "A"), (7, "A"), (11, "B"), (18, "B")]
    assert [row.start.day.day for row in rows if row.start.is_cancelled] == [11]
    assert [row.start.day.day for row in rows if row.start.is_full] == [7]
    assert [len(found) for _day, found in by_day(rows)] == [2, 1, 1, 1]


# The page -------------------------------------------------------------------


def fill(site) -> None:
    with transaction():
        make_service(name="Rebound Noord", themes=["verzuim"], intake_moments=[DATES])
        make_service(name="Elke vrijdag", themes=["schulden"], intake_moments=[WEEKLY])
        make_service(name="Altijd open", themes=["schulden"], intake_moments=[ALWAYS])
    site.extensions["search"].reindex()


def test_agenda_tells_day_hour_place_and_what_does_not_go_on(site, page):
    fill(site)
    page.get("/instroom?maand=2026-12")
    assert "In december 2026 zijn er 5 startmomenten" in page.main
    assert "Bij 1 plek kan een leerling het hele jaar beginnen" in page.main
    assert "om 09.30 uur" in page.main and "Geen plaats vrij" in page.main
    assert "Gaat niet door" in page.main
    assert {"november 2026", "januari 2027"} <= {words.strip() for words in page.links()}


def test_agenda_has_the_filters_of_the_list_and_keeps_them(site, page):
    fill(site)
    page.get("/instroom?maand=2026-12&thema=verzuim")
    assert "Rebound Noord" in page.main and "Elke vrijdag" not in page.main
    onwards = page.links()["januari 2027"]
    assert "thema=verzuim" in onwards and "maand=2027-01" in onwards
    page.get(onwards)
    assert "geen startmomenten bekend" in page.main


@pytest.mark.parametrize("month", ["2026-10", "2026-13", "x", "2030-01"])
def test_month_out_of_reach_is_not_there(site, page, month):
    fill(site)
    page.get(f"/instroom?maand={month}", status=404)


# Feeds ----------------------------------------------------------------------


def events(response) -> list:
    assert response.mimetype == "text/calendar"
    return Calendar.from_ical(response.data).walk("VEVENT")


def test_feed_of_a_theme_holds_its_services_only(site):
    fill(site)
    client = site.test_client()
    all_of_them = events(client.get("/instroom.ics"))
    assert {str(e["SUMMARY"]).split(": ")[-1] for e in all_of_them} == {
        "Rebound Noord",
        "Elke vrijdag",
    }
    (weekly, called_off) = events(client.get("/instroom.ics?thema=schulden"))
    assert weekly["RRULE"]["FREQ"] == ["WEEKLY"] and called_off["STATUS"] == "CANCELLED"


def test_feed_of_a_service_raises_its_sequence_and_keeps_its_uid(site):
    with transaction():
        service = make_service(name="Rebound Noord", intake_moments=[DATES])
    client = site.test_client()
    before = events(client.get("/aanbod/rebound-noord/instroom.ics"))
    changed = {**DATES, "dates": [{**DATES["dates"][0], "cancelled": True}, *DATES["dates"][1:]]}
    with transaction():
        again = make_document(id=service.id, name="Rebound Noord", intake_moments=[changed])
        publish(again, actor=None, today=MONDAY)
    after = events(client.get("/aanbod/rebound-noord/instroom.ics"))
    assert {e["UID"] for e in before} == {e["UID"] for e in after}
    assert {e["SEQUENCE"] for e in before} == {1} and {e["SEQUENCE"] for e in after} == {2}
    status = {e["DTSTART"].dt.day: e.get("STATUS") for e in after}
    assert status[4] == "CANCELLED" and status[7] != "CANCELLED"


def test_what_ended_stays_in_the_feed_of_its_theme_as_cancelled(site):
    with transaction():
        make_service(
            name="Rebound Noord", themes=["verzuim"], intake_moments=[DATES],
            status="ended", ended_on="2026-11-01",
        )  # fmt: skip
    site.extensions["search"].reindex()
    client = site.test_client()
    found = events(client.get("/instroom.ics?thema=verzuim"))
    assert found and {e["STATUS"] for e in found} == {"CANCELLED"}
    assert events(client.get("/instroom.ics?thema=schulden")) == []


def test_a_reader_that_has_the_newest_feed_gets_it_not_again(site):
    fill(site)
    client = site.test_client()
    mark = client.get("/instroom.ics").headers["ETag"]
    assert client.get("/instroom.ics", headers={"If-None-Match": mark}).status_code == 304


def test_feed_of_too_much_asks_for_a_theme_or_region(site, monkeypatch):
    fill(site)
    monkeypatch.setattr("socialmap.search.views.MOST_IN_FEED", 2)
    response = site.test_client().get("/instroom.ics")
    assert response.status_code == 400 and "Kies een thema of een regio" in response.text
    assert site.test_client().get("/instroom.ics?thema=verzuim").status_code == 200


def test_an_age_in_the_words_is_told_with_a_way_to_undo_it_in_the_same_month(demo_page):
    page = demo_page.get("/instroom?q=16+jaar+leiden&maand=2027-01")
    assert "Zo hebben we je vraag begrepen" in page.main
    assert "Alleen plekken voor 16 jaar" in page.main
    assert "staan hoger" not in page.main, "the agenda stands in the order of its days"
    page.follow("Haal weg")
    assert "maand=2027-01" in page.url and "Alleen plekken voor 16 jaar" not in page.main
