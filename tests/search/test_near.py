"""Near a place, before a day, free or with a language: the filters beside the words."""

import numpy as np
import pytest

from socialmap.kit.database import transaction
from socialmap.network import places
from socialmap.search.columns import on_earth
from socialmap.search.snapshot import _kilometres

from ..world import make_service

LEIDEN, UTRECHT = (52.16, 4.49), (52.09, 5.12)


@pytest.fixture
def town(site, page):
    """Three services: in Leiden, in Utrecht, and one of which only the municipality is known."""
    with transaction():
        make_service(
            name="In Leiden", lat=LEIDEN[0], lon=LEIDEN[1], cost_amount=0, kind="rebound",
            languages=["nl", "ar"], waiting_weeks=2, waiting_on="2026-11-20",
        )  # fmt: skip
        make_service(
            name="In Utrecht", municipality="Utrecht", lat=UTRECHT[0], lon=UTRECHT[1],
            cost_amount=25, waiting_weeks=0, waiting_on="2026-11-20",
            intake_moments=[{"type": "dates", "dates": [{"start": "2027-03-01"}]}],
        )  # fmt: skip
        make_service(name="Ergens in Katwijk", municipality="Katwijk", apply_alone=True)
    site.extensions["search"].reindex()
    return page


def names(page) -> list[str]:
    known = ("In Leiden", "In Utrecht", "Ergens in Katwijk")
    return sorted((name for name in known if name in page.main), key=page.main.index)


def test_nearest_comes_first_and_distance_is_said_as_about(town):
    town.get("/aanbod?bij=2312+AB")
    assert names(town) == ["In Leiden", "Ergens in Katwijk", "In Utrecht"]
    assert "ongeveer 1 km" in town.main and "ongeveer 4" in town.main


def test_within_so_many_kilometres_is_a_wall(town):
    town.get("/aanbod?bij=Leiden&binnen=15")
    assert names(town) == ["In Leiden", "Ergens in Katwijk"]
    town.get("/aanbod?bij=Leiden&binnen=5")
    assert names(town) == ["In Leiden"]


def test_distance_without_a_place_and_a_place_without_distance_keep_everything(town):
    for address in ("/aanbod?binnen=5", "/aanbod?bij=Leiden"):
        town.get(address)
        assert len(names(town)) == 3


def test_unknown_place_is_told_with_what_was_probably_meant(town):
    town.get("/aanbod?bij=Leidn&binnen=5")
    assert "Deze postcode of plaats kennen we niet" in town.main
    assert "bij=Leiden" in town.links()["Leiden"] and "binnen=5" in town.links()["Leiden"]
    assert len(names(town)) == 3, "nothing is hidden by a place that nobody knows"


def test_can_begin_before_a_day(town):
    for typed in ("2027-02-01", "1-2-2027", "01-02-2027"):
        town.get(f"/aanbod?instroom={typed}")
        assert names(town) == ["Ergens in Katwijk", "In Leiden"], typed
        assert "vóór 1 februari 2027" in town.main, typed


def test_day_that_does_not_exist_is_told_and_hides_nothing(town):
    for typed in ("31-02-2027", "2027-13-01", "12"):
        town.get(f"/aanbod?instroom={typed}")
        assert "Vul de dag in als 1-2-2027" in town.main and len(names(town)) == 3, typed


def test_further_filters(town):
    for query, found in (
        ("kosten=gratis", ["In Leiden"]),
        ("kosten=betaald", ["In Utrecht"]),
        ("kosten=niet-opgegeven", ["Ergens in Katwijk"]),
        ("taal=ar", ["In Leiden"]),
        ("soort=time-out", ["In Leiden"]),
        ("wachttijd=geen", ["In Utrecht"]),
        ("wachttijd=tot-4-weken", ["In Leiden", "In Utrecht"]),
        ("wachttijd=niet-opgegeven", ["Ergens in Katwijk"]),
        ("zelf=ja", ["Ergens in Katwijk"]),
    ):
        town.get(f"/aanbod?{query}")
        assert names(town) == found, query


def test_nothing_near_says_what_there_is_further_away_and_whom_to_call(town):
    town.get("/aanbod?bij=Maastricht&binnen=5")
    assert "Niets gevonden" in town.main and "Zonder het filter 5 km zijn er 3 plekken" in town.main
    assert "Kan het niet wachten?" in town.main and "0800 2000" in town.main


def test_api_tells_a_wrong_place(town, site):
    response = site.test_client().get("/api/v1/search?bij=Nergenshuizen")
    assert response.status_code == 400 and response.json["error"]["field"] == "bij"


def test_of_several_locations_the_nearest_counts_also_of_a_service_that_came_later(town):
    locations = [
        {"name": name, "lat": lat, "lon": lon}
        for name, (lat, lon) in (("Utrecht", UTRECHT), ("Leiden", LEIDEN))
    ]
    with transaction():
        make_service(name="Ergens in Katwijk", municipality="Katwijk", locations=locations)
    town.get("/aanbod?bij=Leiden&binnen=5")
    assert names(town) == ["Ergens in Katwijk", "In Leiden"], "equally near: by name"
    with transaction():
        make_service(name="Zonder plek", municipality="Utrecht", locations=locations[:1])
    town.get("/aanbod?bij=Leiden&binnen=5")
    assert "Zonder plek" not in town.main
    town.get("/aanbod?bij=Utrecht&binnen=5")
    assert "Zonder plek" in town.main and "Ergens in Katwijk" in town.main


@pytest.mark.parametrize("there", [LEIDEN, UTRECHT, (50.85, 5.69), (53.22, 6.57)])
def test_a_straight_line_is_as_long_as_the_way_over_the_earth(there):
    here = places.Place("Leiden", *LEIDEN, "municipality")
    point = np.array([on_earth(*there)], np.float32)
    assert _kilometres(here, point)[0] == pytest.approx(
        places.kilometres(*LEIDEN, *there), abs=0.02
    )
