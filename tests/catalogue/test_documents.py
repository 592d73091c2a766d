"""What enters the catalogue: the checked document, and the flat form that leads to it."""

import pytest
from pydantic import ValidationError

from socialmap.catalogue.documents import ServiceDocument
from socialmap.catalogue.flat import RowError, Words, read_row
from socialmap.matching.criteria import AgeBetween, Kind, LevelIn

from ..world import make_document

ROW = {
    "id": "s001",
    "name": "Rebound",
    "organization": "De Brug",
    "goal": "school",
    "themes": ["verzuim"],
    "levels": ["vmbo"],
    "age_min": 12,
    "age_max": 16,
}
WORDS = Words(
    themes={"psychisch": ["psychosociaal"], "gezin": ["thuissituatie"]},
    target_groups={"pro/vso-leerlingen": ["pro-leerling", "vso-leerling"], "jongeren 0-99": []},
    levels={"havo/vwo": ["havo", "vwo"], "vwo+": ["vwo"]},
)


def row(**facts):
    return read_row({**ROW, **facts}, WORDS)


@pytest.mark.parametrize(
    ("facts", "part_of_message"),
    [
        ({"how_to_refer": "own_form"}, "vraagt het adres ervan"),
        ({"places_free": 2}, "vraagt de dag waarop het is doorgegeven"),
        ({"places_free": 3, "places_total": 2, "places_on": "2026-11-20"}, "meer plaatsen vrij"),
        ({"verified_on": "2026-11-20"}, "iemand die controleerde"),
        ({"verified_by": "de aanbieder"}, "een dag en iemand"),
        ({"age_min": 20, "age_max": 12}, "(20) is hoger dan de hoogste (12)"),
        ({"id": ""}, "id"),
        ({"id": "met spatie"}, "id"),
        ({"id": "../etc"}, "id"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"goal": "fun"}, "goal"),
        ({"age_min": -1}, "age_min"),
        ({"lat": 4.5}, "lat"),
        ({"own_form_url": "javascript:alert(1)"}, "own_form_url"),
        ({"contacts": [{"role": "Intaker", "email": "geen adres"}]}, "email"),
        ({"contacts": [{"role": "Intaker", "name": "Jan"}]}, "name"),
        ({"status": "sleeping"}, "status"),
        ({"places_total": 0}, "places_total"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_document_that_does_not_fit_is_refused_with_the_reason(facts, part_of_message):
    with pytest.raises(ValidationError) as refusal:
        make_document(**facts)
    assert part_of_message in str(refusal.value)


def test_document_with_everything_is_accepted():
    document = make_document(
        how_to_refer="own_form", own_form_url="https://brug.example/aanmelden", places_free=2,
        places_total=2, places_on="2026-11-20", verified_on="2026-11-20", verified_by="aanbieder",
    )  # fmt: skip
    assert document.places_free == 2


def test_document_survives_being_written_down():
    document = make_document(age_min=12, levels=["vmbo"], criteria=[{"type": "age", "max": 30}])
    again = ServiceDocument.model_validate(document.model_dump(mode="json", exclude_none=True))
    assert again == document


@pytest.mark.parametrize(
    ("low", "high", "rules"),
    [
        (12, 16, [AgeBetween(min=12, max=16)]),
        (18, 99, [AgeBetween(min=18)]),
        (0, 23, [AgeBetween(max=23)]),
        (0, 99, []),
        (None, None, []),
        (0, 98, [AgeBetween(max=98)]),
        (1, 120, [AgeBetween(min=1)]),
    ],
)
def test_ages_of_the_flat_form_become_a_rule_unless_they_say_everybody(low, high, rules):
    assert make_document(age_min=low, age_max=high).criteria == rules


def test_levels_of_the_flat_form_become_a_rule_before_the_others():
    document = make_document(
        age_min=12,
        levels=["vmbo", "havo"],
        criteria=[{"type": "age", "kind": "exclusion", "min": 24}],
    )
    assert document.criteria == [
        AgeBetween(min=12),
        LevelIn(levels=("vmbo", "havo")),
        AgeBetween(kind=Kind.EXCLUSION, min=24),
    ]


# The flat form --------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "goal"),
    [("school", "school"), ("werk", "work"), ("zorg", "care"), ("work", "work"), ("care", "care")],
)
def test_goals_are_understood_in_dutch_and_in_english(word, goal):
    assert row(goal=word).goal == goal


def test_organisation_is_understood_in_both_spellings():
    british = {k: v for k, v in ROW.items() if k != "organization"} | {"organisation": "De Brug"}
    assert read_row(british, WORDS).organization == row().organization == "De Brug"


def test_words_become_terms_each_once_and_unknown_words_stay():
    found = row(
        themes=["psychisch", "psychosociaal", "iets nieuws"],
        target_groups=["pro/vso-leerlingen", "jongeren 0-99"],
        levels=["havo/vwo", "vwo+"],
    )
    assert found.themes == ["psychosociaal", "iets nieuws"]
    assert found.target_groups == ["pro-leerling", "vso-leerling"]
    assert found.criteria[-1] == LevelIn(levels=("havo", "vwo"))


def test_province_is_not_kept_for_the_municipality_tells_it():
    assert row(province="Zuid-Holland", municipality="Leiden") == row(municipality="Leiden")


def test_empty_columns_are_no_rules():
    assert row(themes=None, levels=None, age_min=None, age_max=None).criteria == []


@pytest.mark.parametrize(
    ("facts", "field", "reason"),
    [
        ({"colour": "blue"}, "colour", ""),
        ({"age_min": "twaalf"}, "age_min", ""),
        ({"goal": "plezier"}, "goal", "school"),
        ({"how_to_refer": "own_form"}, "hele rij", "vraagt het adres ervan"),
        ({"age_min": 20, "age_max": 12}, "hele rij", "(20) is hoger dan de hoogste (12)"),
        ({"contacts": [{"role": "Intaker", "email": "x"}]}, "contacts.0.email", ""),
    ],
)
def test_wrong_row_is_told_with_row_field_and_reason_in_one_line(facts, field, reason):
    with pytest.raises(RowError) as refusal:
        row(**facts)
    error = refusal.value
    assert (error.row, error.field) == ("s001", field)
    assert reason in error.reason and error.reason
    assert str(error) == f"rij s001, veld {field}: {error.reason}"
    assert "\n" not in str(error)


def test_row_without_an_id_is_told_too():
    with pytest.raises(RowError) as refusal:
        read_row({key: value for key, value in ROW.items() if key != "id"}, WORDS)
    assert refusal.value.field == "id"


def test_a_cell_of_a_table_is_a_list_with_bars_between_the_words():
    assert row(themes=r"verzuim|  taal |dit\|dat").themes == ["verzuim", "taal", "dit|dat"]
