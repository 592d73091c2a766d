"""Importing a file: what comes in, what stays as it was, and what is told about the rest."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from socialmap.catalogue.models import Revision, Term
from socialmap.kit.database import transaction
from socialmap.network.models import Organization
from socialmap.network.queries import organization_named, region_by_slug

from ..conftest import MONDAY
from ..search.bench import make_catalogue
from ..world import make_organization, make_region
from .importing import (
    LATER,
    bring_in,
    check,
    counts,
    file_of,
    found_by_search,
    row,
    services,
    written,
)

FULL = Path(__file__).parents[1] / "catalogue" / "full_service.yaml"


@pytest.fixture(autouse=True)
def network(site):
    """A region with one organization that offers something."""
    with transaction():
        make_organization("De Brug", kind="samenwerkingsverband")


@pytest.fixture
def bring(tmp_path):
    """Write rows to a file and import it; gives the plan that was carried out."""

    def in_file(*rows, **options):
        return bring_in(file_of(tmp_path, *rows), **options)

    return in_file


@pytest.fixture
def look_at(tmp_path):
    """Write rows to a file and check it; nothing comes in."""

    def in_file(*rows, **options):
        return check(file_of(tmp_path, *rows), **options)

    return in_file


def revisions_of(service_id: str) -> list[Revision]:
    with transaction() as db:
        query = select(Revision).where(Revision.service_id == service_id).order_by(Revision.id)
        return list(db.exec(query))


# New, the same, changed -----------------------------------------------------


def test_new_file_adds_its_services_as_if_somebody_had_published_them(bring, page):
    plan = bring(
        row("a1", name="Rebound De Brug", summary="Opvang", levels=["Vmbo"], age_min=12),
        row("a2", name="Taalklas", municipality="katwijk", hub="a1", updated="2026-10-01"),
    )
    assert counts(plan) == (2, 0, 0)
    first, second = services()["a1"], services()["a2"]
    assert (first.slug, first.version, first.is_demo) == ("rebound-de-brug", 1, False)
    assert (first.created_on, first.edited_on, second.edited_on) == (
        MONDAY, MONDAY, date(2026, 10, 1),
    )  # fmt: skip
    assert first.facts.admitted_levels == ["vmbo"] and first.facts.ages[0].min == 12
    assert (second.municipality.name, second.hub_id) == ("Katwijk", "a1")
    (revision,) = revisions_of("a1")
    assert (revision.on, revision.user_id, revision.document) == (MONDAY, None, first.document)
    assert "Opvang" in page.get("/aanbod/rebound-de-brug").main


def test_same_file_again_writes_nothing(bring):
    rows = [
        row("a1", updated=""),
        row("a2", updated="2026-10-01"),
        row("a3", themes=["Iets heel nieuws"]),
        row("a4", organization="Nieuwe stichting"),
    ]
    bring(*rows)
    before = written()
    assert counts(bring(*rows, today=LATER)) == (0, 0, 4)
    assert written() == before


def test_service_with_every_field_stated_is_unchanged_the_second_time(bring):
    bring(row("vol-plein"))
    assert counts(bring_in(FULL)) == (1, 0, 0)
    assert counts(bring_in(FULL, today=LATER)) == (0, 0, 1)


def test_changed_cell_is_a_new_version_of_that_service_only(bring):
    bring(row("a1", cost="Niets"), row("a2"))
    plan = bring(row("a1", cost="10 euro"), row("a2"), today=LATER)
    assert counts(plan) == (0, 1, 1)
    first, second = services()["a1"], services()["a2"]
    assert (first.facts.cost, first.version, first.edited_on) == ("10 euro", 2, LATER)
    assert first.created_on == MONDAY and first.facts.updated == LATER
    assert [r.document["cost"] for r in revisions_of("a1")] == ["Niets", "10 euro"]
    assert (second.version, second.edited_on, len(revisions_of("a2"))) == (1, MONDAY, 1)


def test_edit_is_of_today_unless_the_file_names_its_day(bring):
    keys = ("a1", "a2", "a3", "a4")
    bring(*(row(key, updated="2026-10-01") for key in keys))
    bring(
        row("a1", cost="Niets", updated="2026-11-30"),
        row("a2", cost="Niets", updated=""),
        row("a3", cost="Niets"),
        # As in a file that was exported and edited: the day in it is the one that stood.
        row("a4", cost="Niets", updated="2026-10-01"),
        today=LATER,
    )
    days = [services()[key].edited_on for key in keys]
    assert days == [date(2026, 11, 30), LATER, LATER, LATER]


def test_field_that_is_not_named_stays_and_an_empty_cell_empties(bring):
    bring(row("a1", cost="Niets", summary="Opvang", themes=["schulden"], age_max=20))
    bring({"id": "a1", "cost": "", "themes": []})
    facts = services()["a1"].facts
    assert (facts.cost, facts.themes) == (None, [])
    assert (facts.summary, facts.ages[0].max, facts.name) == ("Opvang", 20, "Plek a1")


def test_service_that_ended_is_not_found_any_more(bring, site):
    bring(row("a1", name="Zeilschool"))
    assert found_by_search(site, "zeilschool") == ["a1"]
    bring({"id": "a1", "status": "ended", "ended_on": "2026-11-01"})
    assert services()["a1"].status == "ended" and found_by_search(site, "zeilschool") == []


def test_id_with_spaces_around_it_or_as_a_number_is_the_same_service(bring):
    bring(row("a1"), row("17"))
    assert counts(bring(row(" a1 ", name="Plek a1"), row(17))) == (0, 0, 2)


def test_catalogue_of_hundreds_comes_in_and_is_found(bring, site):
    rows = list(make_catalogue.generate(300))
    plan = bring(*rows)
    assert counts(plan) == (300, 0, 0) and len(plan.new_organizations) > 100
    made = services()
    assert len({service.slug for service in made.values()}) == 300
    assert {revisions_of(key)[0].document["name"] for key in ("g000000", "g000299")} == {
        rows[0]["name"], rows[299]["name"],
    }  # fmt: skip
    for values in rows[::150]:
        assert values["id"] in found_by_search(site, f"{values['name']} {values['organisation']}")
    before = written()
    assert counts(bring(*rows, today=LATER)) == (0, 0, 300) and written() == before


# What is told ---------------------------------------------------------------


def test_everything_that_is_wrong_is_told_at_once_and_where(tmp_path):
    path = tmp_path / "aanbod.csv"
    path.write_text(
        "id,naam,organisatie,doel,gemeente,hoort bij,leeftijd vanaf,bijgewerkt op\n"
        "a1,Goed,De Brug,werk,Leiden,,,\n"
        "a2,,De Brug,geluk,Leiden,,veel,\n"
        "a3,Ver weg,De Brug,zorg,Nergenshuizen,,,\n"
        "a4,Los,De Brug,zorg,Leiden,b9,,\n"
        "a5,Later,De Brug,zorg,Leiden,,,morgen\n"
    )
    before = written()
    told = {(r.position, r.field): r.reason for r in check(path).refused}
    assert set(told) == {
        ("rij 3", "naam"), ("rij 3", "doel"), ("rij 3", "leeftijd vanaf"), ("rij 4", "gemeente"),
        ("rij 5", "hoort bij"), ("rij 6", "bijgewerkt op"),
    }  # fmt: skip
    assert told["rij 4", "gemeente"] == "Nergenshuizen is geen gemeente die wij kennen."
    assert told["rij 5", "hoort bij"] == "er is geen plek met id b9"
    assert written() == before


def test_what_is_wrong_inside_a_cell_or_between_rows_is_told_by_row_and_column(look_at):
    plan = look_at(
        row("a1", locations=[{"municipality": "Nergens"}]),
        row("a2", service_area=["Leiden", "Nergens"]),
        row("a3", criteria=[{"type": "municipality", "by": "home", "municipalities": ["Nergens"]}]),
        row("a4", hub="a5"),
        row("a5", goal="geluk"),
        row(" a4 ", name="Anders"),
    )
    assert [(r.position, r.field) for r in plan.refused] == [
        ("regel 1", "locations"), ("regel 2", "service_area"), ("regel 3", "criteria"),
        ("regel 5", "goal"), ("regel 6", "id"),
    ]  # fmt: skip
    assert plan.refused[-1].reason == "id a4 staat ook op regel 4"


def test_hub_may_stand_later_in_the_file_or_in_the_catalogue(bring):
    bring(row("a1"))
    bring(row("b1", hub="b2"), row("b2"), row("b3", hub="a1"))
    assert [services()[key].hub_id for key in ("b1", "b2", "b3")] == ["b2", None, "a1"]


def test_unknown_column_is_reported_once_and_the_rest_comes_in(bring):
    plan = bring(row("a1", kleur="rood", cost="Niets"), row("a2", kleur="blauw", wijk="Noord"))
    assert plan.unknown_columns == ["kleur", "wijk"]
    assert counts(plan) == (2, 0, 0) and services()["a1"].facts.cost == "Niets"


# Words and organizations ----------------------------------------------------


def test_unknown_word_becomes_one_term_that_is_marked_as_new(bring):
    plan = bring(row("a1", themes=["Vissen", "schulden"]), row("a2", themes=["vissen"]))
    assert counts(plan) == (2, 0, 0)
    with transaction() as db:
        (term,) = db.exec(select(Term).where(Term.is_new)).all()
    assert (term.vocabulary, term.slug, term.label) == ("themes", "vissen", "Vissen")
    assert services()["a1"].facts.themes[0] == "vissen" == services()["a2"].facts.themes[0]


def test_unknown_organization_is_made_of_unknown_kind_in_the_region_of_its_services(bring, page):
    bring(
        row("a1", organization="De Boot", municipality=None),
        row("a2", organization="de boot", municipality="Katwijk"),
        row("a3", organization="DE BOOT", municipality="Assen"),
        row("a4", organization="De Boot!", municipality=None),
    )
    with transaction() as db:
        boat, other = organization_named("De Boot"), organization_named("De Boot!")
        assert len(db.exec(select(Organization)).all()) == 3
        assert (boat.slug, boat.kind, boat.region.slug) == ("de-boot", None, "rijnstreek")
        assert (boat.refers, boat.is_demo, boat.municipality.name) == (False, False, "Katwijk")
        assert (other.slug, other.region) == ("de-boot-2", None), "each has its own address"
    assert {service.organization.name for service in services().values()} == {"De Boot", "De Boot!"}
    assert "Plek a2" in page.get("/aanbieders/de-boot").main


def test_region_of_the_command_wins_of_that_of_the_municipality(bring):
    with transaction():
        region = make_region("Drentse Aa", ("Assen",))
    bring(row("a1", organization="De Boot"), region=region)
    with transaction():
        assert organization_named("De Boot").region.slug == "drentse-aa"
        assert organization_named("De Brug").region == region_by_slug("rijnstreek"), "as it was"


def test_organization_in_other_capitals_is_the_same_one_unless_there_are_two(bring):
    plan = bring(row("a1", organization="DE BRUG"))
    assert plan.new_organizations == {} and services()["a1"].organization.name == "De Brug"
    with transaction():
        make_organization("DE BRUG", kind="gemeente")
    rows = row("a1"), row("a2", organization="DE BRUG")
    bring(*rows)
    names = [services()[key].organization.name for key in ("a1", "a2")]
    assert names == ["De Brug", "DE BRUG"] and counts(bring(*rows)) == (0, 0, 2)


# Addresses ------------------------------------------------------------------


def test_other_name_is_another_address_and_the_old_one_leads_there(bring, page):
    bring(row("a1", name="Rebound"))
    bring(row("a1", name="Haven"))
    assert page.get("/aanbod/rebound").address == "/aanbod/haven"
    assert revisions_of("a1")[-1].document["name"] == "Haven"


def test_name_that_comes_back_takes_its_own_address_again(bring):
    for name in ("Rebound", "Haven", "Rebound"):
        bring(row("a1", name=name))
    assert services()["a1"].slug == "rebound" and written()["old slugs"] == {"haven": "a1"}


def test_new_service_never_takes_an_address_that_another_has_or_had(bring):
    bring(row("a1", name="Rebound"), row("a2", name="Rebound"))
    bring(row("a1", name="Haven"), row("a0", name="Rebound"), row("a2", name="Rebound", cost="0"))
    bring(row("a3", name="Rebound"))
    assert {key: service.slug for key, service in services().items()} == {
        "a1": "haven", "a2": "rebound-2", "a0": "rebound-3", "a3": "rebound-4",
    }  # fmt: skip
    assert written()["old slugs"] == {"rebound": "a1"}


def test_services_that_swap_names_swap_no_addresses(bring):
    bring(row("a1", name="Rebound"), row("a2", name="Haven"))
    bring(row("a1", name="Haven"), row("a2", name="Rebound"))
    made = services()
    assert (made["a1"].slug, made["a2"].slug) == ("haven-2", "rebound-2")
    assert written()["old slugs"] == {"rebound": "a1", "haven": "a2"}
