"""The field table: each field of a service is checked, kept, shown and found.

One row a field. A field of the model that is not in the table makes a test fail, so that
none can be added that no person ever gets to see.
"""

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from socialmap.catalogue import reasons
from socialmap.catalogue.documents import Part, ServiceDocument
from socialmap.catalogue.files import read_records, write_records
from socialmap.catalogue.flat import COLUMNS, RowErrors, read_row, to_row
from socialmap.catalogue.intake import Moment
from socialmap.editorial.normal import Normalizer
from socialmap.editorial.operations import publish
from socialmap.kit.database import transaction
from socialmap.matching.criteria import Rule

from ..conftest import MONDAY
from ..world import make_document, make_organization

FILE = Path(__file__).with_name("full_service.yaml")
(RECORD,) = read_records(FILE)
FULL = read_row(RECORD.values)


@dataclass(frozen=True)
class Row:
    """A value that is refused and why; where the good value is seen, and how it is found.

    What begins with a dash says why a field is not shown or not found. ``lost`` is a
    choice that must not find it; without one, ``found`` must not find a service that
    states nothing.
    """

    bad: Any
    reason: str
    shown: str
    found: str
    lost: str = ""


LONG = "x" * 201
TOO_LONG = "is langer dan 200 tekens"
VERY_LONG = "x" * 8001
FAR_TOO_LONG = "is langer dan 8000 tekens"
NO_DAY = "is geen datum zoals 2026-11-22"
NO_ID = (
    "mag alleen letters zonder accent, cijfers, punten en streepjes hebben (hoogstens 64), "
    "en begint met een letter of cijfer"
)
NO_NUMBER = "moet een getal zijn, zoals 12 of 12,5"
NO_WHOLE_NUMBER = "moet een geheel getal zijn"
NO_FILTER = "- a fact to read, not to search by"

FIELDS = {
    "id": Row("met spatie", NO_ID, "- stands in files and calendars", "- an address has a slug"),
    "name": Row(LONG, TOO_LONG, "Werkplaats De Zwaluw", "q=zwaluw"),
    "organization": Row("", "ontbreekt", "De Brug", "aanbieder=de-brug"),
    "summary": Row(VERY_LONG, FAR_TOO_LONG, "Leren met je handen", "q=handen"),
    "description": Row(VERY_LONG, FAR_TOO_LONG, "zagen, schaven en lijmen", "q=sloophout"),
    "goal": Row(
        "plezier",
        "is geen van: school, work, care, orientation, prevention of day_activity",
        "Oriëntatie",
        "doel=orientatie",
    ),
    "themes": Row(["motivatie", LONG], f"nummer 2: {TOO_LONG}", "Motivatie", "thema=motivatie"),
    "target_groups": Row(
        [LONG], f"nummer 1: {TOO_LONG}", "Studenten die van opleiding", "doelgroep=switcher"
    ),
    "levels": Row(
        [LONG], f"nummer 1: {TOO_LONG}", "Vmbo, mbo 1", "onderwijs=mbo-1", lost="onderwijs=havo"
    ),
    "age_min": Row("vijftien", NO_WHOLE_NUMBER, "15 tot en met 27 jaar", "leeftijd=15",
                   lost="leeftijd=14"),
    "age_max": Row(130, "mag niet meer zijn dan 120", "15 tot en met 27 jaar", "leeftijd=25",
                   lost="leeftijd=28"),
    "municipality": Row(LONG, TOO_LONG, "Leiden", "q=Leiden"),
    "lat": Row("noord", NO_NUMBER, "- a point on the map", "bij=Leiden&binnen=5"),
    "lon": Row("4,49 oost", NO_NUMBER, "- a point on the map", "bij=Leiden&binnen=5"),
    "admission": Row(VERY_LONG, FAR_TOO_LONG, "Zin om met hout te werken", NO_FILTER),
    "intake": Row(VERY_LONG, FAR_TOO_LONG, "Elke eerste maandag begint", NO_FILTER),
    "intake_type": Row(LONG, TOO_LONG, "- the moments say it", "- the moments say it"),
    "contact_role": Row(LONG, TOO_LONG, "Werkmeester", NO_FILTER),
    "updated": Row("gisteren", NO_DAY, "10 november 2026", "- the list of what is new goes by it"),
    "kind": Row(LONG, TOO_LONG, "Leerwerktraject", "soort=leerwerktraject"),
    "text_for_pupil": Row(VERY_LONG, FAR_TOO_LONG, "Die mag je houden", "q=kruk"),
    "locations": Row(
        '[{"name": "De Zwaluw"}]',
        "nummer 1: een locatie heeft een adres, een gemeente of een punt nodig",
        "Havenkade 12, 2312 AB, Leiden",
        "q=Katwijk",
    ),
    "service_area": Row([LONG], f"nummer 1: {TOO_LONG}", "Katwijk, Leiden, Oegstgeest",
                        "gemeente=oegstgeest"),
    "not_for": Row([LONG], f"nummer 1: {TOO_LONG}", "Wie niet met machines mag werken", NO_FILTER),
    "criteria": Row(
        [{"type": "shoe_size"}],
        "nummer 1: type is geen van: age, level, municipality, enrolled, start_qualification, "
        "compulsory, paper, language, situation, referrer, apply_alone",
        "Woont of gaat naar school in Hillegom of Lisse",
        "leeftijd=25",
        lost="leeftijd=26",
    ),
    "required_documents": Row([LONG], f"nummer 1: {TOO_LONG}", "kopie van het zorgplan", NO_FILTER),
    "referrers": Row([LONG], f"nummer 1: {TOO_LONG}", "School of ouder", NO_FILTER),
    "apply_alone": Row(
        "misschien",
        "moet ja of nee zijn (in JSON en YAML: true of false)",
        "Ja, de jongere mag zichzelf aanmelden",
        "zelf=ja",
    ),
    "intake_forms": Row([LONG], f"nummer 1: {TOO_LONG}", "Proefdag of meelopen", NO_FILTER),
    "intake_moments": Row(
        [{"type": "dates", "dates": [{"start": "18 januari"}]}],
        f"nummer 1, dates, nummer 1, start: {NO_DAY}",
        "Maandag 18 januari 2027",
        "instroom=nu",
    ),
    "method": Row(VERY_LONG, FAR_TOO_LONG, "Meester en gezel", "q=schaafbank"),
    "begin_terms": Row(VERY_LONG, FAR_TOO_LONG, "Je draagt veilige schoenen", NO_FILTER),
    "end_terms": Row(VERY_LONG, FAR_TOO_LONG, "Het is klaar met een", "q=praktijkverklaring"),
    "duration": Row(
        {"least": 20, "most": 10},
        "de kortste duur (20) is langer dan de langste",
        "10 tot 20 weken (langer kan)",
        NO_FILTER,
    ),
    "intensity": Row(
        '{"least": 0}', "least: moet meer zijn dan 0", "4 tot 8 dagdelen per week", NO_FILTER
    ),
    "contacts": Row(
        [{"role": "Werkmeester", "email": "meester"}],
        "nummer 1, email: is geen e-mailadres",
        "071 123 45 67",
        NO_FILTER,
    ),
    "holiday_cover": Row(
        "soms", "is geen van: open, deputy of closed", "Coördinator van de loods", NO_FILTER
    ),
    "how_to_refer": Row(
        "fax",
        "is geen van: here, phone_or_mail, own_form of closed",
        "Meld aan op de site van de aanbieder",
        NO_FILTER,
    ),
    "own_form_url": Row(
        "zwaluw.example",
        "is geen webadres dat begint met https://",
        "Naar het formulier (andere site)",
        NO_FILTER,
    ),
    "cost": Row(VERY_LONG, FAR_TOO_LONG, "Gereedschap krijg je te leen", NO_FILTER),
    "cost_amount": Row("een tientje", NO_NUMBER, "€ 12,50", "kosten=betaald"),
    "funded_until": Row("31-02-2027", NO_DAY, "Er is geld tot en met 31 juli 2027", NO_FILTER),
    "funded_by": Row(LONG, TOO_LONG, "het fonds Ambacht", NO_FILTER),
    "places_free": Row(-1, "moet 0 of meer zijn", "2 van 12 plaatsen vrij", NO_FILTER),
    "places_total": Row(0, "moet 1 of meer zijn", "2 van 12 plaatsen vrij", NO_FILTER),
    "places_on": Row("20/11", NO_DAY, "doorgegeven op 20 november 2026", NO_FILTER),
    "waiting_weeks": Row(
        2.5, NO_WHOLE_NUMBER, "Ongeveer 3 weken", "wachttijd=tot-4-weken"
    ),
    "waiting_on": Row(True, NO_DAY, "doorgegeven op 19 november 2026", NO_FILTER),
    "results": Row(
        [{"statement": "Klaar", "number": 3, "of": 2, "period": "2025", "source": "wij"}],
        "nummer 1: 3 is meer dan het totaal van 2",
        "9 van de 14: kreeg een leerbaan (2025-2026, bron: jaarverslag van De Brug)",
        NO_FILTER,
    ),
    "good_practice": Row(
        {"label": "Keurmerk", "given_on": "2025-06-12", "evidence": "bezoek"},
        "given_by: ontbreekt",
        "gegeven door het Kenniscentrum Ambacht op 12 juni 2025",
        NO_FILTER,
    ),
    "languages": Row([LONG], f"nummer 1: {TOO_LONG}", "Oekraïens", "taal=uk"),
    "accessibility": Row([LONG], f"nummer 1: {TOO_LONG}", "Dicht bij trein of bus", NO_FILTER),
    "hub": Row("vol/001", NO_ID, "Dit hoort bij Plein De Haven", "- its own page names it"),
    "links": Row(
        [{"label": "Hout", "url": "leerbanen.example"}],
        "nummer 1, url: is geen webadres dat begint met https://",
        "Leerbanen in het hout",
        NO_FILTER,
    ),
    "status": Row(
        "slapend", "is geen van: active of ended", "- only what ended says so",
        "- only what is active is found",
    ),
    "ended_on": Row("nooit", NO_DAY, "- only what ended says so", "- it is not offered any more"),
    "verified_on": Row("2026-13-01", NO_DAY, "Gecontroleerd op 2 november 2026", NO_FILTER),
    "verified_by": Row(LONG, TOO_LONG, "2 november 2026, door de aanbieder", NO_FILTER),
}  # fmt: skip


def test_every_field_of_a_service_stands_in_the_table():
    assert set(FIELDS) == set(ServiceDocument.model_fields)
    assert set(COLUMNS) == {*FIELDS, "province"}
    assert len(set(COLUMNS.values())) == len(COLUMNS), "each column has a Dutch name of its own"


def test_the_full_service_says_something_in_every_field_and_every_part():
    assert set(RECORD.values) == set(COLUMNS)
    assert dict.fromkeys(stated(FULL)) == dict.fromkeys(every_field_of_a_part())


def every_field_of_a_part() -> set[tuple[str, str]]:
    """Each kind of part with each of its fields, but what says its type."""
    kinds = [*Part.__subclasses__(), *Rule.__subclasses__(), *Moment.__subclasses__()]
    return {(kind.__name__, name) for kind in kinds for name in kind.model_fields} - {
        ("LevelIn", "kind"), ("MayApplyAlone", "kind"),
    }  # fmt: skip


def stated(value: Any) -> set[tuple[str, str]]:
    """Each kind of part in a document with the fields that say something in it."""
    found: set[tuple[str, str]] = set()
    for inner in value if isinstance(value, list | tuple) else []:
        found |= stated(inner)
    if isinstance(value, BaseModel):
        for name, inner in value:
            found |= stated(inner)
            if not isinstance(value, ServiceDocument) and inner not in (None, (), False):
                found.add((type(value).__name__, name))
    return found - {("LevelIn", "kind"), ("MayApplyAlone", "kind")}


# Checked ---------------------------------------------------------------------


@pytest.mark.parametrize("name", FIELDS)
def test_wrong_value_is_refused_in_dutch_by_the_name_of_its_column(name):
    with pytest.raises(RowErrors) as refusal:
        read_row({**RECORD.values, name: FIELDS[name].bad})
    found = [(error.row, error.field, error.reason) for error in refusal.value.errors]
    row = "vol-001" if name != "id" else "met spatie"
    assert found == [(row, name, FIELDS[name].reason)]


WRONG = (
    None, "", " ", "zz", "-", LONG, VERY_LONG, "\ud800", b"\xff", True, -1, 0, 10**30, 1.5,
    math.nan, math.inf, [], {}, [1], ["zz"], [None], [[]], [{}], {"type": "zz"}, [{"type": "zz"}],
    "2026-02-30", "2026-11-22T10:00:00", "9" * 5000, object(), date(1, 1, 1), "9999-12-31",
)  # fmt: skip
ENGLISH = ("should", "input", "valid", "must", "value error", "unable", "expected", "error")


def every_place(value: Any, place: tuple = ()):
    """The way to each value in plain lists and mappings, the whole included."""
    yield place
    if not isinstance(value, dict | list):
        return
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        yield from every_place(part, (*place, key))


def replaced(value: Any, place: tuple, by: Any) -> Any:
    if not place:
        return by
    key, rest = place[0], place[1:]
    if isinstance(value, dict):
        return {**value, key: replaced(value.get(key), rest, by)}
    return [replaced(part, rest, by) if n == key else part for n, part in enumerate(value)]


def wrong_documents():
    """Small documents with one field that is wrong somewhere inside."""
    row = {name: value for name, value in to_row(FULL).items() if name != "province"}
    needed = {name: row[name] for name in ("id", "name", "organization", "goal")}
    for name, good in row.items():
        for place in every_place(good):
            for value in WRONG:
                yield {**needed, name: replaced(good, place, value)}
            if place and isinstance(place[-1], str):
                yield {**needed, name: replaced(good, (*place[:-1], "kleur"), "x")}


def test_whatever_is_wrong_anywhere_is_told_in_dutch():
    kinds = set()
    for facts in wrong_documents():
        try:
            ServiceDocument.model_validate(facts)
        except ValidationError as refusal:
            for error in refusal.errors(include_url=False, include_input=False):
                told = reasons.reason(error)
                kinds.add(error["type"])
                assert told not in ("klopt niet", "heeft niet de goede vorm"), error
                assert not any(word in told.casefold() for word in ENGLISH), (told, error)
    assert len(kinds) > 25, "many kinds of mistakes were made"


# Kept ------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["yaml", "csv", "xlsx", "jsonl"])
def test_every_field_comes_through_a_file_as_it_was(tmp_path, suffix):
    path = tmp_path / f"vol.{suffix}"
    write_records(path, [FULL])
    (record,) = read_records(path)
    again = read_row(record.values)
    assert again == FULL
    assert read_row(record.values, base=FULL) == FULL


@pytest.fixture
def full(site):
    """The full service in the catalogue, and beside it one that states nothing."""
    with transaction():
        for name in ("De Brug", "Plein"):
            make_organization(name, kind="leerbedrijf")
        plain = {"summary": None, "municipality": None, "contact_role": None, "contacts": [],
                 "intake_moments": [], "how_to_refer": "phone_or_mail"}  # fmt: skip
        publish(
            make_document(id="vol-plein", name="Plein De Haven", organization="Plein", **plain),
            actor=None,
            today=MONDAY,
        )
        return publish(FULL, actor=None, today=MONDAY)


def test_every_field_is_stored_as_it_was_told(full):
    assert full.facts == Normalizer().normal(FULL)


# Shown and found --------------------------------------------------------------


def test_every_field_is_shown_on_the_page_of_the_service(full, page):
    page.get(f"/aanbod/{full.slug}")
    wanted = {name: row.shown for name, row in FIELDS.items() if not row.shown.startswith("-")}
    assert {name: words for name, words in wanted.items() if words not in page.main} == {}


def test_every_field_that_one_searches_by_finds_the_service(full, page):
    def finds(question: str) -> set[str]:
        links = page.get(f"/aanbod?{question}").links()
        return {name for name in (full.name, "Plein De Haven") if name in links}

    wrong = {}
    for name, row in FIELDS.items():
        if row.found.startswith("-"):
            continue
        found, lost = finds(row.found), finds(row.lost) if row.lost else {"Plein De Haven"}
        if full.name not in found or full.name in lost or (not row.lost and found != {full.name}):
            wrong[name] = (row.found, found)
    assert wrong == {}
