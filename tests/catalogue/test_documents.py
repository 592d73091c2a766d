"""What enters the catalogue: the checked document."""

import pytest
from pydantic import ValidationError

from socialmap.catalogue.documents import ServiceDocument, flat_criteria
from socialmap.matching.criteria import AgeBetween, Kind, LevelIn

from ..world import make_document

LOCATION = {"address": "Havenkade 12", "municipality": "Leiden"}
HOURS = {"weekday": "monday", "opens": "09:00", "closes": "12:00"}
CLOSURE = {"first_day": "2026-12-21", "last_day": "2027-01-01"}
RESULT = {"statement": "weer op school", "number": 1, "period": "2025", "source": "wij"}


@pytest.mark.parametrize(
    ("facts", "part_of_message"),
    [
        ({"how_to_refer": "own_form"}, "vraagt het adres ervan"),
        ({"places_free": 2}, "vraagt de dag waarop het is doorgegeven"),
        ({"places_free": 3, "places_total": 2, "places_on": "2026-11-20"}, "meer plaatsen vrij"),
        ({"verified_on": "2026-11-20"}, "iemand die controleerde"),
        ({"verified_by": "de aanbieder"}, "een dag en iemand"),
        ({"waiting_weeks": 3}, "vraagt de dag waarop die is doorgegeven"),
        ({"holiday_cover": "deputy", "contacts": []}, "vraagt een contact met deputy"),
        ({"id": "s1", "hub": "s1"}, "niet bij zichzelf"),
        ({"lat": 52.1}, "een breedte (lat) en een lengte (lon)"),
        ({"locations": [{"address": "Kade 1", "lon": 4.5}]}, "een breedte (lat) en een lengte"),
        ({"locations": [{"name": "Loods"}]}, "een adres, een gemeente of een punt"),
        ({"locations": [LOCATION | {"opening_hours": [HOURS | {"closes": "08:00"}]}]},
         "sluitingstijd 08:00 ligt niet na 09:00"),
        ({"locations": [LOCATION | {"opening_hours": [HOURS | {"opens": "24:00"}]}]}, "opens"),
        ({"locations": [LOCATION | {"closures": [CLOSURE | {"last_day": "2026-12-01"}]}]},
         "de laatste dag 2026-12-01 ligt voor 2026-12-21"),
        ({"locations": [LOCATION | {"postcode": "0123 AB"}]}, "postcode"),
        ({"duration": {}}, "een getal of een toelichting"),
        ({"duration": {"least": 3, "most": 2}}, "de kortste duur (3) is langer"),
        ({"intensity": {}}, "een getal of een toelichting"),
        ({"intensity": {"least": 3, "most": 2.5}}, "de laagste intensiteit (3) is meer"),
        ({"results": [RESULT | {"number": 3, "of": 2}]}, "3 is meer dan het totaal van 2"),
        ({"links": [{"label": "Bank", "url": "ftp://bank.example"}]}, "url"),
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
)  # fmt: skip
def test_document_that_does_not_fit_is_refused_with_the_reason(facts, part_of_message):
    with pytest.raises(ValidationError) as refusal:
        make_document(**facts)
    assert part_of_message in str(refusal.value)


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


def test_rules_are_told_in_columns_only_where_these_give_them_back():
    document = make_document(
        age_min=12, levels=["vmbo"], referrers=["school"], apply_alone=False,
        criteria=[{"type": "enrolled"}],
    )  # fmt: skip
    columns, left = flat_criteria(document)
    assert columns == {
        "age_min": 12, "age_max": None, "levels": ["vmbo"], "referrers": ["school"],
        "apply_alone": False,
    }  # fmt: skip
    assert left == document.criteria[-1:]
    nobody_below_zero = make_document(criteria=[{"type": "age", "min": 0, "max": 16}])
    assert flat_criteria(nobody_below_zero) == ({}, nobody_below_zero.criteria)


# What pages ask ----------------------------------------------------------------


def test_contact_and_deputy_are_told_apart():
    document = make_document()
    assert (document.contact.role, document.deputy.role) == ("Coördinator rebound", "Intaker")
    nobody = make_document(contacts=[])
    assert (nobody.contact, nobody.deputy) == (None, None)


@pytest.mark.parametrize(
    ("facts", "may"),
    [
        ({}, None),
        ({"apply_alone": True}, True),
        ({"apply_alone": False, "referrers": ["jongere"]}, False),
        ({"referrers": ["school", "jongere"]}, True),
        ({"referrers": ["iedereen"]}, True),
        ({"referrers": ["school"]}, None),
    ],
)
def test_pupil_may_apply_when_it_is_said_in_either_way(facts, may):
    assert make_document(**facts).pupil_may_apply is may


def test_every_rule_about_levels_narrows_who_is_let_in():
    document = make_document(
        levels=["vmbo", "havo"],
        criteria=[
            {"type": "level", "levels": ["havo", "vwo"]},
            {"type": "level", "kind": "exclusion", "levels": ["vwo"]},
        ],
    )
    assert document.admitted_levels == ["havo"]


def test_opening_hours_are_told_from_monday_on():
    hours = [HOURS | {"weekday": "friday"}, HOURS | {"opens": "10:00"}, HOURS]
    place = make_document(locations=[LOCATION | {"opening_hours": hours}]).locations[0]
    assert [(day, [h.opens for h in hours]) for day, hours in place.week] == [
        ("monday", ["09:00", "10:00"]), ("friday", ["09:00"]),
    ]  # fmt: skip


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f"])
@pytest.mark.parametrize("field", ["name", "description"])
def test_sign_that_nobody_can_write_or_store_is_refused(field, sign):
    with pytest.raises(ValidationError):
        make_document(**{field: f"Re{sign}bound"})
