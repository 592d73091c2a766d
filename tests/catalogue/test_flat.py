"""The flat form: a row in the words of whoever filled it in, and back."""

from datetime import date, datetime

import pytest
from pydantic import BaseModel

from socialmap.catalogue import cells, wording
from socialmap.catalogue.documents import Part, ServiceDocument
from socialmap.catalogue.flat import (
    COLUMNS,
    RowErrors,
    Words,
    column,
    read_row,
    to_row,
    unknown_columns,
)
from socialmap.catalogue.intake import Moment
from socialmap.matching.criteria import AgeBetween, Kind, LevelIn, LivesIn, MayApplyAlone, Rule

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


def row(**facts) -> ServiceDocument:
    return read_row({**ROW, **facts}, WORDS)


def wrong(values, **more) -> list[tuple[str, str, str]]:
    """What is said about a row: row, field and reason of each fault."""
    with pytest.raises(RowErrors) as refusal:
        read_row(values, WORDS, **more)
    return [(error.row, error.field, error.reason) for error in refusal.value.errors]


# Words and columns ------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "goal"),
    [
        ("school", "school"), ("werk", "work"), ("zorg", "care"), ("work", "work"),
        ("care", "care"), ("Zorg", "care"), ("preventie", "prevention"),
    ],
)  # fmt: skip
def test_goals_are_understood_in_dutch_and_in_english(word, goal):
    assert row(goal=word).goal == goal


def test_goals_are_understood_as_pages_and_addresses_write_them():
    for goal, label in wording.GOALS.items():
        assert row(goal=str(label)).goal == row(goal=wording.GOAL_SLUGS[goal]).goal == goal


def test_a_file_may_bring_its_own_words_for_goals():
    assert read_row({**ROW, "goal": "leren"}, Words(goals={"leren": "school"})).goal == "school"


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


def test_every_dutch_column_means_the_same_as_the_english_one():
    english = to_row(row(municipality="Leiden", apply_alone=True, summary="Kort"))
    dutch = {COLUMNS[name]: value for name, value in english.items()}
    assert read_row(dutch) == read_row(english)


@pytest.mark.parametrize(
    "name", ["thema's", "Thema’s", " THEMA'S ", "Leeftijd tot en met", "Age_Max", "age max"]
)
def test_column_is_known_by_any_spelling_people_use(name):
    assert column(name) in ("themes", "age_max")


def test_unknown_columns_are_named_as_the_file_has_them():
    assert unknown_columns(["id", "Kleur", "naam", "organisation", "x"]) == ["Kleur", "x"]


def test_province_is_told_but_not_read_for_the_municipality_tells_it():
    document = row(province="Zeeland", municipality="Leiden")
    assert document == row(municipality="Leiden")
    assert to_row(document)["province"] == "Zuid-Holland"
    assert to_row(row(municipality="GM0546"))["province"] == "Zuid-Holland"
    assert "province" not in to_row(row(municipality="Nergens"))


# Cells -------------------------------------------------------------------------


@pytest.mark.parametrize("empty", [None, "", "  ", [], "|"])
def test_empty_columns_are_no_rules(empty):
    assert row(themes=empty, levels=empty, age_min=None, age_max="").criteria == []


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("lat", "52,16", 52.16),
        ("lat", " 52.16 ", 52.16),
        ("places_total", "12", 12),
        ("places_total", 12.0, 12),
        ("cost_amount", "12,50", 12.5),
        ("updated", "2026-11-22", date(2026, 11, 22)),
        ("updated", "22-11-2026", date(2026, 11, 22)),
        ("updated", "1-2-2027", date(2027, 2, 1)),
        ("updated", date(2026, 11, 22), date(2026, 11, 22)),
        ("updated", datetime(2026, 11, 22), date(2026, 11, 22)),
        ("summary", 2026, "2026"),
        ("summary", 12.0, "12"),
        ("summary", 1.5, "1.5"),
        ("id", " s001 ", "s001"),
        ("status", " ended ", "ended"),
        ("not_for", 18, ["18"]),
        ("duration", '{"least": 2}', {"least": 2}),
    ],
)
def test_cell_says_what_a_person_means_by_it(column, cell, value):
    facts = {"lon": 4.49} if column == "lat" else {}
    found = getattr(row(**{column: cell}, **facts), column)
    if isinstance(found, BaseModel):
        found = found.model_dump(exclude_defaults=True)
    assert found == value


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        *((word, Kind.INCLUSION) for word in ("ja", "JA", "true", "1", 1, True, "waar")),
        *((word, Kind.EXCLUSION) for word in ("nee", "Nee", "false", "0", 0, False, "onwaar")),
    ],
)
def test_yes_and_no_are_understood(cell, kind):
    assert row(apply_alone=cell).criteria[-1] == MayApplyAlone(kind=kind)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (r"verzuim|  taal |dit\|dat", ["verzuim", "taal", "dit|dat"]),
        ("een||twee|", ["een", "twee"]),
        (r"C:\map|server\\", ["C:\\map", "server\\"]),
        (r"eind\\|begin", ["eind\\", "begin"]),
        (r"\\\|", ["\\|"]),
        ("één woord", ["één woord"]),
        ("komma, puntkomma; regel\neinde", ["komma, puntkomma; regel\neinde"]),
    ],
)
def test_a_cell_of_a_table_is_a_list_with_bars_between_the_words(cell, words):
    assert row(themes=cell).themes == words


@pytest.mark.parametrize(
    "words",
    [["a|b", "c"], ["|", "||"], ["\\", "\\\\", "\\|"], ["a\\", "|b"], ["x\\|y\\\\|z\\", "\\a"]],
)
def test_words_come_back_from_a_cell_as_they_were(words):
    cell = cells.written({"themes": words})["themes"]
    assert row(themes=cell).themes == words


def test_a_cell_full_of_backslashes_does_not_keep_a_computer_busy():
    full = "\\" * 300_000
    assert cells.read("themes", f"{full}x|y") == [f"{full}x", "y"]
    assert cells.written({"themes": [f"{full}x"]}) == {"themes": f"{full}x"}


def test_records_stand_in_a_cell_as_json():
    found = row(criteria='[{"type": "age", "kind": "exclusion", "min": 24}]')
    assert found.criteria[-1] == AgeBetween(kind=Kind.EXCLUSION, min=24)


# What is wrong -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "field", "reason"),
    [
        ({"colour": "blue"}, "colour", "deze sleutel kennen we niet"),
        ({"age_min": "twaalf"}, "age_min", "moet een geheel getal zijn"),
        ({"age_min": True}, "age_min", "moet een geheel getal zijn"),
        ({"how_to_refer": "own_form"}, "hele rij", "aanmelden met een eigen formulier vraagt het "
         "adres ervan (own_form_url)"),
        ({"age_min": 20}, "hele rij", "de laagste leeftijd (20) is hoger dan de hoogste (16)"),
        ({"contacts": [{"role": "Intaker", "email": "x"}]}, "contacts",
         "nummer 1, email: is geen e-mailadres"),
        ({"contacts": "Intaker"}, "contacts", "is geen JSON: fout bij teken 1"),
        ({"contacts": '{"role": "Intaker"}'}, "contacts", "moet een lijst zijn"),
        ({"contacts": "[" * 100_000}, "contacts", "is te ingewikkeld"),
        ({"intake_moments": [{"type": "soms"}]}, "intake_moments",
         "nummer 1: type is geen van: always, dates, every"),
        ({"intake_moments": [{}]}, "intake_moments", "nummer 1: de sleutel type ontbreekt"),
        ({"updated": "22-11-26"}, "updated", "is geen datum zoals 2026-11-22"),
        ({"updated": 46348}, "updated", "is geen datum zoals 2026-11-22"),
        ({"updated": datetime(2026, 11, 22, 9)}, "updated", "is geen datum zoals 2026-11-22"),
        ({"summary": date(2026, 2, 1)}, "summary", "moet tekst zijn"),
        ({"lat": "1.052,16", "lon": 4}, "lat", "moet een getal zijn, zoals 12 of 12,5"),
        ({"naam": "Rebound"}, "name", "staat er twee keer, ook als naam"),
        ({"goal": ""}, "goal", "ontbreekt"),
    ],
)  # fmt: skip
def test_wrong_row_is_told_with_row_field_and_reason(facts, field, reason):
    assert wrong({**ROW, **facts}) == [("s001", field, reason)]


def test_everything_that_is_wrong_with_a_row_is_told_at_once():
    found = wrong({**ROW, "naam": "x", "age_min": "x", "updated": "x", "criteria": "x", "goal": ""})
    assert sorted(field for _row, field, _reason in found) == [
        "age_min", "criteria", "goal", "name", "updated",
    ]  # fmt: skip


def test_field_is_named_as_the_file_names_it():
    values = {COLUMNS[name]: value for name, value in ROW.items()} | {"leeftijd vanaf": "x"}
    assert wrong(values) == [("s001", "leeftijd vanaf", "moet een geheel getal zijn")]


def test_what_fields_say_together_is_not_judged_when_one_cannot_be_read():
    found = wrong({**ROW, "places_free": 2, "places_on": "gisteren"})
    assert found == [("s001", "places_on", "is geen datum zoals 2026-11-22")]


def test_row_without_an_id_is_told_too():
    assert wrong({k: v for k, v in ROW.items() if k != "id"}) == [("?", "id", "ontbreekt")]


def test_error_reads_as_one_line():
    with pytest.raises(RowErrors) as refusal:
        row(age_min="x", goal="")
    text = str(refusal.value)
    assert "rij s001, veld age_min: moet een geheel getal zijn" in text
    assert "rij s001, veld goal: ontbreekt" in text and "\n" not in text


def test_unknown_column_without_a_value_is_no_mistake():
    assert row(colour="", kleur=None) == row()


# Over what stands there --------------------------------------------------------

BASE = row(
    summary="Opvang", apply_alone=False, places_free=2, places_total=5, places_on="2026-11-20",
    criteria=[{"type": "municipality", "municipalities": ["GM0546"]}],
)  # fmt: skip
LIVES = LivesIn(municipalities=("GM0546",))


def over(**facts) -> ServiceDocument:
    return read_row({"id": "s001", **facts}, base=BASE)


def test_field_that_a_row_does_not_name_stays_as_it_was():
    assert over() == BASE
    assert over(name="Time-out") == BASE.model_copy(update={"name": "Time-out"})


@pytest.mark.parametrize("empty", [None, "", []])
def test_empty_cell_empties_the_field(empty):
    found = over(summary=empty, themes=empty, places_free=empty, levels=empty, criteria=empty)
    assert (found.summary, found.themes, found.places_free) == (None, [], None)
    assert found.criteria == [AgeBetween(min=12, max=16), MayApplyAlone(kind=Kind.EXCLUSION)]


def test_field_that_must_be_there_cannot_be_emptied():
    assert wrong({"id": "s001", "goal": "", "name": None}, base=BASE) == [
        ("s001", "name", "ontbreekt"),
        ("s001", "goal", "ontbreekt"),
    ]


def test_what_a_row_says_is_judged_together_with_what_stood_there():
    assert wrong({"id": "s001", "places_free": 6}, base=BASE) == [
        ("s001", "hele rij", "er zijn meer plaatsen vrij dan er plaatsen zijn")
    ]


def test_one_age_changes_and_the_other_stays():
    assert over(age_max="18").criteria[0] == AgeBetween(min=12, max=18)
    assert over(age_min="").criteria[0] == AgeBetween(max=16)


def test_column_takes_the_place_of_its_rule_wherever_that_stands():
    first = [{"type": "enrolled"}, {"type": "level", "levels": ["vmbo"]}]
    base = read_row({**ROW, "age_min": "", "age_max": "", "levels": "", "criteria": first})
    found = read_row({"id": "s001", "levels": "havo"}, base=base)
    assert found.criteria == [LevelIn(levels=("havo",)), base.criteria[0]]


def test_rule_takes_the_place_of_its_column_and_the_other_columns_stay():
    found = over(criteria=[{"type": "age", "min": 18}])
    assert found.criteria == [
        LevelIn(levels=("vmbo",)), MayApplyAlone(kind=Kind.EXCLUSION), AgeBetween(min=18),
    ]  # fmt: skip


def test_rule_that_keeps_out_leaves_the_column_as_it_is():
    found = over(criteria=[{"type": "age", "kind": "exclusion", "min": 15}])
    assert found.criteria == [*BASE.criteria[:3], AgeBetween(kind=Kind.EXCLUSION, min=15)]


def test_alone_or_not_is_said_in_one_way_only():
    found = over(criteria=[{"type": "apply_alone"}])
    assert [rule for rule in found.criteria if isinstance(rule, MayApplyAlone)] == [MayApplyAlone()]


# Back to a row -----------------------------------------------------------------


def test_row_has_only_what_is_stated_in_the_order_of_the_columns():
    found = to_row(BASE)
    assert list(found) == [name for name in COLUMNS if name in found]
    assert found == {
        **ROW, "summary": "Opvang", "criteria": [{
            "kind": "inclusion", "type": "municipality", "by": "residence",
            "municipalities": ["GM0546"],
        }], "apply_alone": False, "how_to_refer": "phone_or_mail", "places_free": 2,
        "places_total": 5, "places_on": "2026-11-20", "status": "active",
    }  # fmt: skip


RULES = [
    [],
    [AgeBetween(min=12)],
    [AgeBetween(min=0, max=99)],
    [AgeBetween(max=99)],
    [AgeBetween(kind=Kind.EXCLUSION, min=12), LevelIn(levels=("vmbo",))],
    [LevelIn(levels=("vmbo",)), AgeBetween(min=12)],
    [LevelIn(levels=("vmbo", "vmbo"))],
    [AgeBetween(min=12), AgeBetween(min=14), LevelIn(kind=Kind.EXCLUSION, levels=("vwo",))],
    [MayApplyAlone(), LevelIn(levels=("vmbo",)), MayApplyAlone(kind=Kind.EXCLUSION)],
    [LIVES, AgeBetween(min=12, max=16), MayApplyAlone()],
]


@pytest.mark.parametrize("rules", RULES)
def test_rules_come_back_from_a_row_in_the_same_order(rules):
    plain = {**ROW, "age_min": None, "age_max": None, "levels": None}
    document = read_row({**plain, "criteria": [rule.model_dump() for rule in rules]})
    assert document.criteria == rules
    assert read_row(to_row(document)) == document
    assert read_row(cells.written(to_row(document)), base=document) == document


def test_what_a_part_leaves_out_means_the_same_when_it_is_read():
    for kind in (*Part.__subclasses__(), *Rule.__subclasses__(), *Moment.__subclasses__()):
        for name, info in kind.model_fields.items():
            if info.annotation is bool:
                assert info.default is False, f"{kind.__name__}.{name} would not come back"
            if type(None) in getattr(info.annotation, "__args__", ()):
                assert info.default is None, f"{kind.__name__}.{name} would not come back"
