"""The municipalities that come with the software, and finding one as people write it."""

import re

import pytest

from socialmap.kit.database import transaction
from socialmap.kit.slugs import slugify
from socialmap.network.models import Municipality
from socialmap.network.operations import create_region, load_municipalities
from socialmap.network.queries import (
    municipalities,
    municipalities_by_code,
    municipality_named,
    shipped_municipalities,
    site_is_set_up,
)
from socialmap.network.site import the_site

PROVINCES = {
    "Groningen", "Fryslân", "Drenthe", "Overijssel", "Flevoland", "Gelderland", "Utrecht",
    "Noord-Holland", "Zuid-Holland", "Zeeland", "Noord-Brabant", "Limburg",
}  # fmt: skip


def test_codes_names_and_slugs_are_unique():
    rows = shipped_municipalities()
    assert len(rows) == 342
    assert all(re.fullmatch(r"GM\d{4}", row["code"]) for row in rows)
    for what in ("code", "name"):
        assert len({row[what] for row in rows}) == len(rows), what
    assert len({slugify(row["name"]) for row in rows}) == len(rows)


def test_every_municipality_lies_in_the_netherlands():
    for row in shipped_municipalities():
        assert row["province"] in PROVINCES, row
        assert 50.7 < float(row["lat"]) < 53.6 and 3.3 < float(row["lon"]) < 7.3, row
    assert {row["province"] for row in shipped_municipalities()} == PROVINCES


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("GM0363", "Amsterdam"),
        ("GM0599", "Rotterdam"),
        ("GM0518", "'s-Gravenhage"),
        ("GM0344", "Utrecht"),
        ("GM0546", "Leiden"),
        ("GM0014", "Groningen"),
        ("GM0935", "Maastricht"),
        ("GM1900", "Súdwest-Fryslân"),
        ("GM0484", "Alphen aan den Rijn"),
    ],
)
def test_well_known_codes(code, name):
    names = {row["code"]: row["name"] for row in shipped_municipalities()}
    found = names[code]
    assert found == name or (code, found) == ("GM0518", "Den Haag")


def test_loading_again_adds_nothing_and_mends_what_changed(site):
    with transaction() as db:
        db.get_one(Municipality, "GM0363").name = "Mokum"
    with transaction():
        assert load_municipalities() == 0
    assert municipality_named("Amsterdam").name == "Amsterdam"
    assert len(municipalities()) == len(shipped_municipalities())


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("leiden", "GM0546"),
        ("LEIDEN ", "GM0546"),
        ("sudwest fryslan", "GM1900"),
        ("Súdwest-Fryslân", "GM1900"),
        ("'s-Hertogenbosch", "GM0796"),
        ("’s Hertogenbosch", "GM0796"),
        ("s-hertogenbosch", "GM0796"),
        ("alphen aan den rijn", "GM0484"),
    ],
)
def test_found_as_people_write_it(site, written, code):
    assert municipality_named(written).code == code


def test_no_near_miss_is_taken_for_a_municipality(site):
    assert municipality_named("Leide") is None
    assert municipality_named("") is None


def test_municipalities_by_code_come_by_name_and_skip_the_unknown(site):
    found = municipalities_by_code(["GM0599", "GM9999", "GM0363"])
    assert [place.name for place in found] == ["Amsterdam", "Rotterdam"]


def test_region_takes_its_municipalities_in(site):
    assert not site_is_set_up()
    with transaction():
        region = create_region(
            name="Rijnstreek", municipalities=[municipality_named("Leiden")], upper_age=23
        )
    assert site_is_set_up() and the_site().region.name == "Rijnstreek"
    assert [place.name for place in region.municipalities] == ["Leiden"]
    assert municipality_named("Leiden").region.upper_age == 23
    assert municipality_named("Katwijk").region is None


def test_second_region_of_the_same_name_gets_an_address_of_its_own(site):
    with transaction():
        create_region(name="Rijnstreek", municipalities=[])
        other = create_region(name="Rijnstreek", municipalities=[])
    assert other.slug == "rijnstreek-2"
    assert the_site().region is None, "with two regions the site bears no name"


def test_desk_has_a_name_also_when_nobody_gave_one(site):
    with transaction():
        region = create_region(name="Rijnstreek", municipalities=[], function_name="RMC")
        named = create_region(name="Maasmond", municipalities=[], desk_name="Loket 18+")
    assert region.desk == "RMC Rijnstreek" and named.desk == "Loket 18+"
