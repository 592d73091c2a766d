"""The postcode areas that come with the software, finding a place as people write it, distances."""

import re

import pytest

from socialmap.network.places import (
    OTHER_NAMES,
    Place,
    about,
    areas,
    find_place,
    kilometres,
    suggest_place,
)
from socialmap.network.queries import shipped_municipalities

LEIDEN = (52.1583, 4.4931)
THE_HAGUE = (52.0767, 4.2986)
GRONINGEN = (53.2192, 6.5667)
MAASTRICHT = (50.8483, 5.6889)


def point(place: Place) -> tuple[float, float]:
    return place.lat, place.lon


def test_every_postcode_area_has_a_place_and_a_municipality_of_today():
    codes = {row["code"] for row in shipped_municipalities()}
    assert len(areas()) == 4069
    assert list(areas()) == sorted(areas())
    for pc4, area in areas().items():
        assert re.fullmatch(r"[1-9]\d{3}", pc4) and area.place, area
        assert area.municipality_code in codes, area
    assert {area.municipality_code for area in areas().values()} == codes


def test_every_postcode_area_lies_in_the_netherlands_and_not_far_from_its_municipality():
    centres = {
        row["code"]: (float(row["lat"]), float(row["lon"])) for row in shipped_municipalities()
    }
    for area in areas().values():
        assert 50.7 < area.lat < 53.6 and 3.3 < area.lon < 7.3, area
        assert kilometres(area.lat, area.lon, *centres[area.municipality_code]) < 30, area


@pytest.mark.parametrize(
    ("pc4", "place", "code"),
    [
        ("1012", "Amsterdam", "GM0363"),
        ("1382", "Weesp", "GM0363"),
        ("1462", "Middenbeemster", "GM0439"),
        ("1703", "Heerhugowaard", "GM1980"),
        ("2511", "Den Haag", "GM0518"),
        ("3191", "Hoogvliet", "GM0599"),
        ("3231", "Brielle", "GM1992"),
        ("3921", "Elst (Ut)", "GM0340"),
        ("4871", "Etten-Leur", "GM0777"),
        ("5076", "Haaren", "GM0824"),
        ("5268", "Helvoirt", "GM0865"),
        ("5296", "Esch", "GM0757"),
        ("5401", "Uden", "GM1991"),
        ("5831", "Boxmeer", "GM1982"),
        ("9751", "Haren (Gn)", "GM0014"),
    ],
)
def test_place_and_municipality_of_a_postcode_as_they_are_today(pc4, place, code):
    area = areas()[pc4]
    assert (area.place, area.municipality_code) == (place, code)


@pytest.mark.parametrize(
    "written", ["2312", " 2312 ", "2312 AB", "2312AB", "2312ab", "2312-ab", "2312 AB Leiden"]
)
def test_of_a_postcode_only_the_four_digits_are_kept(written):
    found = find_place(written)
    assert (found.name, found.label, found.kind) == ("2312", "2312 (Leiden)", "postcode")
    assert point(found) == LEIDEN


@pytest.mark.parametrize("written", ["0000", "1000", "2312 1", "23123", "231", "12", "1234 56 AB"])
def test_number_that_is_no_postcode_is_unknown(written):
    assert find_place(written) is None and suggest_place(written) is None


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("leiden", "Leiden"),
        (" LEIDEN ", "Leiden"),
        ("den haag", "Den Haag"),
        ("'s-Gravenhage", "Den Haag"),
        ("’s gravenhage", "Den Haag"),
        ("Den Bosch", "'s-Hertogenbosch"),
        ("s hertogenbosch", "'s-Hertogenbosch"),
        ("sudwest fryslan", "Súdwest-Fryslân"),
        ("alphen a/d rijn", "Alphen aan den Rijn"),
        ("Capelle aan de IJssel", "Capelle aan den IJssel"),
        ("Bergen (NH)", "Bergen (NH.)"),
        ("bergen l", "Bergen (L.)"),
        ("noordwijk", "Noordwijk"),
        ("hengelo", "Hengelo"),
    ],
)
def test_municipality_is_found_as_people_write_it(written, label):
    found = find_place(written)
    assert (found.label, found.kind) == (label, "municipality")


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("rijnsburg", "Rijnsburg"),
        ("etten leur", "Etten-Leur"),
        ("Sint Jacobiparochie", "St.-Jacobiparochie"),
        ("’t Harde", "'t Harde"),
        ("Wergea", "Wergea"),
        ("Goenga", "Goënga"),
        ("elst", "Elst"),
        ("elst (ut.)", "Elst (Ut)"),
        ("hengelo gld", "Hengelo (Gld)"),
        ("Noordwijk, Westerkwartier", "Noordwijk (Westerkwartier)"),
        ("spakenburg", "Bunschoten-Spakenburg"),
    ],
)
def test_smaller_place_is_found_as_people_write_it(written, label):
    assert find_place(written).label == label


def test_place_with_namesakes_says_which_one_it_is():
    assert find_place("Velp").label == "Velp (Rheden)"
    assert find_place("Velp (Land van Cuijk)").label == "Velp (Land van Cuijk)"


def test_whatever_is_found_is_found_again_by_its_label():
    names = {*areas(), *OTHER_NAMES} | {area.place for area in areas().values()}
    names |= {row["name"] for row in shipped_municipalities()}
    for name in names:
        found = find_place(name)
        assert found and find_place(found.label) == found, name


@pytest.mark.parametrize("written", ["", " ", "?", "Leide", "Atlantis", "nergens 12"])
def test_no_near_miss_is_taken_for_a_place(written):
    assert find_place(written) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Leidn", "Leiden"),
        ("Ketwijk", "Katwijk"),
        ("rijnsbrug", "Rijnsburg"),
        ("Den Hag", "Den Haag"),
        ("s Hertogenbos", "'s-Hertogenbosch"),
        ("Den Bos", "'s-Hertogenbosch"),
        ("Atlantis", None),
        ("eLiden", None),
        ("", None),
    ],
)
def test_slip_of_the_pen_brings_the_name_that_was_meant(written, meant):
    assert suggest_place(written) == meant


@pytest.mark.parametrize(
    ("here", "there", "distance", "tolerance"),
    [
        (LEIDEN, LEIDEN, 0, 0),
        (LEIDEN, THE_HAGUE, 16, 1),
        (GRONINGEN, MAASTRICHT, 270, 5),
        ((52.0, 5.0), (53.0, 5.0), 111.2, 0.1),
        ((52.0, 5.0), (52.0, 6.0), 68.5, 0.1),
    ],
)
def test_distance_is_that_over_the_earth_both_ways(here, there, distance, tolerance):
    assert kilometres(*here, *there) == pytest.approx(distance, abs=tolerance)
    assert kilometres(*there, *here) == kilometres(*here, *there)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("Leiden", "Den Haag", 14, 17),
        ("Groningen", "Maastricht", 255, 275),
        ("2231", "Katwijk", 1, 5),
        ("Rosmalen", "Den Bosch", 3, 6),
        ("Stavoren", "Sneek", 24, 29),
    ],
)
def test_known_distances_between_places(one, other, low, high):
    assert low <= kilometres(*point(find_place(one)), *point(find_place(other))) <= high


@pytest.mark.parametrize(("km", "told"), [(0, 1), (0.4, 1), (1.2, 1), (15.6, 16), (260.1, 260)])
def test_distance_is_told_in_whole_kilometres_and_never_as_nothing(km, told):
    assert about(km) == told
