"""Slugs, Markdown, formats, the clock and rules for days that come back: plain functions."""

import sys
from datetime import UTC, date, datetime
from itertools import islice

import pytest
from flask import Flask
from flask_babel import Babel

from socialmap.kit import clock, formats, markdown
from socialmap.kit.calendars import returning_days
from socialmap.kit.logs import WithoutValues
from socialmap.kit.slugs import slugify, unused

from ..conftest import MONDAY

# Slugs ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Loket Fryslân: 't Huis", "loket-fryslan-t-huis"),
        ("  Rebound  De Brug ", "rebound-de-brug"),
        ("Coördinatie & café", "coordinatie-cafe"),
        ("18+", "18"),
        ("../../etc", "etc"),
        ("日本", "x"),
        ("", "x"),
    ],
)
def test_slug_of_a_name(name, slug):
    assert slugify(name) == slug


def test_slug_is_never_too_long_and_never_ends_on_a_dash():
    slug = slugify("heel " * 40)
    assert len(slug) <= 80 and not slug.endswith("-")


def test_taken_slug_gets_the_first_free_number():
    taken = {"de-brug", "de-brug-2"}
    assert unused("de-brug", taken.__contains__) == "de-brug-3"
    assert unused("de-haven", taken.__contains__) == "de-haven"


# Markdown -------------------------------------------------------------------


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        '<a href="/x" onclick="alert(1)">x</a>',
        "[x](javascript:alert(1))",
        '<a href="JaVaScRiPt:alert(1)">x</a>',
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<img src="https://evil.example/pixel" onerror="alert(1)">',
        '<p style="background:url(//evil.example)">x</p>',
        "<style>p { display: none }</style>",
        '<iframe src="https://evil.example"></iframe>',
        '<svg><a href="javascript:alert(1)">x</a></svg>',
        "<form action='//evil.example'><input name=p></form>",
    ],
)
def test_text_of_an_editor_carries_nothing_that_runs_or_calls_out(evil):
    html = markdown.render(f"Voor\n\n{evil}\n\nNa").lower()
    assert "voor" in html and "na" in html
    for word in ("script", "onclick", "onerror", "style", "evil.example", "data:", "<form"):
        assert word not in html


def test_ordinary_text_keeps_its_shape():
    html = markdown.render(
        "## Kop\n\nEen **vet** woord en [een link](https://regio.example/a?b=c).\n\n"
        "- een\n- twee\n\n| dag | tijd |\n| --- | --- |\n| ma | 9.00 |\n"
    )
    for part in ("<h2>Kop</h2>", "<strong>vet</strong>", '<a href="https://regio.example/a?b=c">',
                 "<li>twee</li>", "<th>dag</th>", "<td>9.00</td>"):  # fmt: skip
        assert part in html


@pytest.mark.parametrize("address", ["mailto:loket@regio.example", "tel:0711234567", "/privacy"])
def test_useful_links_stay(address):
    assert f'href="{address}"' in markdown.render(f"[x]({address})")


def test_page_has_one_title_so_text_brings_none():
    html = markdown.render("# Grote kop\n\n## Kop")
    assert "<h1" not in html and "Grote kop" in html


# Formats --------------------------------------------------------------------


@pytest.fixture
def in_dutch():
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: "nl")
    with app.test_request_context():
        yield


@pytest.mark.usefixtures("in_dutch")
def test_dates_read_as_people_say_them():
    day = date(2027, 1, 4)
    assert formats.long_date(day) == "maandag 4 januari 2027"
    assert formats.long_date(day, today=date(2027, 3, 1)) == "maandag 4 januari"
    assert formats.long_date(day, today=date(2026, 12, 31)) == "maandag 4 januari 2027"
    assert formats.plain_date(day) == "4 januari 2027"
    assert formats.leaf(day) == ("ma", "4", "jan")


@pytest.mark.usefixtures("in_dutch")
@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 23, 13, 12, tzinfo=UTC), "maandag 23 november 2026, 14.12 uur"),
        (datetime(2026, 7, 1, 22, 5, tzinfo=UTC), "donderdag 2 juli 2026, 0.05 uur"),
    ],
)
def test_moments_read_in_dutch_time(at, words):
    assert formats.moment(at) == words


def test_telephone_numbers_as_a_telephone_takes_them():
    assert formats.telephone_link("071 123 45 67") == "tel:0711234567"
    assert formats.telephone_link("+31 (0)71-1234567") == "tel:+310711234567"


def test_sentence_start_changes_nothing_else():
    assert formats.sentence_start("vmbo of HAVO") == "Vmbo of HAVO"
    assert formats.sentence_start("") == ""


# The clock ------------------------------------------------------------------


def test_fixed_day_is_believed(on_day):
    on_day(date(2027, 5, 17))
    assert clock.is_fixed()
    assert clock.today() == date(2027, 5, 17)
    assert clock.local_day(clock.now()) == date(2027, 5, 17)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2027, 3, 28), date(2026, 10, 25)])
def test_days_that_other_years_or_hours_lack_can_be_believed(on_day, day):
    on_day(day)
    assert clock.today() == day


def test_without_a_fixed_day_it_is_now(on_day):
    on_day(None)
    assert not clock.is_fixed()
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), MONDAY),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_dutch_day_of_a_moment(moment, day):
    assert clock.local_day(moment) == day


# Days that come back --------------------------------------------------------


def days(count=3, **rule) -> list[date]:
    return list(islice(returning_days(**rule), count))


def test_every_other_week_counts_from_the_first_day():
    found = days(anchor=date(2026, 9, 7), start=MONDAY, every=2, unit="week", weekday="monday")
    assert found == [date(2026, 11, 30), date(2026, 12, 14), date(2026, 12, 28)]


def test_the_day_itself_counts():
    found = days(1, anchor=MONDAY, start=MONDAY, every=1, unit="week", weekday="monday")
    assert found == [MONDAY]


def test_last_friday_of_some_months():
    found = days(
        anchor=date(2026, 1, 1), start=MONDAY, every=1, unit="month", weekday="friday", nth=-1,
        months=(2, 11),
    )  # fmt: skip
    assert found == [date(2026, 11, 27), date(2027, 2, 26), date(2027, 11, 26)]


def test_a_trace_in_the_log_ends_with_the_kind_of_error_and_tells_no_value():
    try:
        raise ValueError("Dounia woont in Leiden")
    except ValueError:
        text = WithoutValues().formatException(sys.exc_info())
    assert text.endswith("ValueError")
    assert "test_small" in text
    assert "Dounia woont" not in text.splitlines()[-1]
