"""The map: what it shows is what the list finds, and its data stays light."""

import gzip
import json
import random
import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from socialmap.kit import clock
from socialmap.kit.slugs import slugify
from socialmap.search.filters import Filters
from socialmap.search.mapping import GOALS, short_slug, spots
from socialmap.search.results import search

SERVICE = "reboundvoorziening-de-brug"
POINT_COLUMNS = ("lat", "lon", "about")
SERVICE_COLUMNS = ("name", "slug", "goal", "organization", "place", "count")


@pytest.fixture
def ask(demo_site):
    """Ask for what the script asks for: ``ask("punten.json?q=coach")``."""

    def get(name: str, **headers):
        return demo_site.test_client().get(f"/kaart/{name}", headers=headers)

    return get


def entries(app, **chosen):
    found = search(app.extensions["search"], Filters(chosen=chosen), today=clock.today(), limit=200)
    return [hit.entry for hit in found.hits]


@pytest.mark.parametrize(
    ("query", "services"),
    [("?q=zzzz", 0), ("?q=%22thuiszitterscoach%22&gemeente=leiden", 1), ("", 150)],
)
def test_every_service_that_is_found_is_on_the_map(ask, query, services):
    columns = ask("punten.json" + query).json
    assert columns["told"].startswith(f"{services} plek")
    for name in SERVICE_COLUMNS:
        assert len(columns[name]) == services, name
    for name in POINT_COLUMNS:
        assert len(columns[name]) == sum(columns["count"]), name


def test_columns_say_what_the_services_are(ask, demo_site):
    columns = ask("punten.json").json
    known = {entry.name: entry for entry in entries(demo_site)}
    at = 0
    for row, name in enumerate(columns["name"]):
        entry = known[name]
        assert columns["organizations"][columns["organization"][row]] == entry.organization
        assert columns["places"][columns["place"][row]] == entry.place
        assert GOALS[columns["goal"][row]]
        for lat, lon, about in entry.points:
            assert columns["lat"][at] == round(lat * 10_000)
            assert columns["lon"][at] == round(lon * 10_000)
            assert columns["about"][at] == about
            at += 1


def test_a_service_stands_at_each_of_its_places_and_one_without_is_told_apart(demo_site):
    entry = entries(demo_site)[0]
    two = replace(entry, id="two", points=[[52.16, 4.49, 0], [52.2, 4.4, 1]])
    columns = spots([two, replace(entry, id="none", points=[])])
    assert columns["count"] == [2]
    assert columns["lat"] == [521600, 522000]
    assert columns["about"] == [0, 1]


def read_by_the_script(name: str, given: str) -> str:
    """What static/js/map.js makes of a name and the given ending."""
    if given and not given.startswith("-"):
        return given
    return re.sub(r"^-|-$", "", re.sub(r"[^a-z0-9]+", "-", name.lower())) + given


@pytest.mark.parametrize(
    ("name", "slug", "given"),
    [
        ("Rebound De Brug", "rebound-de-brug", ""),
        ("Rebound De Brug", "rebound-de-brug-2", "-2"),
        ("'t Huis (16+)", "t-huis-16", ""),
        ("Loket Fryslân", "loket-fryslan", "loket-fryslan"),
        ("Rebound De Brug", "de-brug", "de-brug"),
        ("Rebound", "reboundvoorziening", "reboundvoorziening"),
        ("!!", "x", "x"),
    ],
)
def test_an_address_is_not_sent_twice(name, slug, given):
    assert short_slug(name, slug) == given
    assert read_by_the_script(name, given) == slug


def test_every_address_of_the_demo_comes_out_right(ask, demo_site):
    columns = ask("punten.json").json
    made = set(map(read_by_the_script, columns["name"], columns["slug"]))
    assert made == {entry.slug for entry in entries(demo_site)}


def test_a_very_long_name_keeps_its_address():
    name = "Begeleiding " * 12
    slug = slugify(name)
    assert len(slug) < len(name.strip())
    assert read_by_the_script(name, short_slug(name, slug)) == slug


def test_the_points_of_20000_services_stay_under_500_kilobytes(demo_site):
    chance = random.Random(20261123)
    some = entries(demo_site)
    words = [word for entry in some for word in entry.name.split()]
    invented = []
    for number in range(20_000):
        entry = chance.choice(some)
        name = " ".join(chance.sample(words, 3))
        lat, lon = chance.uniform(50.8, 53.4), chance.uniform(3.5, 7.1)
        invented.append(
            replace(
                entry, id=f"x{number}", name=name, slug=f"{slugify(name)}-{number}",
                organization=f"{chance.choice(words)} {chance.choice(words)} {number % 4000}",
                points=[[lat, lon, 0]],
            )
        )  # fmt: skip
    body = json.dumps(spots(invented), separators=(",", ":")).encode()
    assert len(gzip.compress(body, 6)) < 500_000


def test_points_are_not_sent_again_when_nothing_changed(ask):
    response = ask("punten.json?doel=werk")
    assert response.cache_control.max_age
    again = ask("punten.json?doel=werk", **{"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_the_area_of_a_service_are_the_municipalities_that_it_serves(ask, demo_site):
    entry = next(e for e in entries(demo_site) if e.slug == SERVICE)
    area = ask(f"werkgebied/{SERVICE}.json").json
    assert {slugify(name) for name in area["name"]} == set(entry.serves)
    assert len(area["name"]) == len(area["lat"]) == len(area["lon"]) > 1
    assert ask("werkgebied/bestaat-niet.json").status_code == 404


def test_places_with_the_most_services_are_named_first(ask):
    places = ask("plaatsen.json").json
    assert places["name"][0] == "Leiden"
    assert places["count"] == sorted(places["count"], reverse=True)
    assert len(places["name"]) == 342


def names_in_the_list(page, tag: str) -> list[str]:
    """The services of the list, in its order; ``tag`` is that of their names."""
    return [
        "".join(heading.itertext())
        for heading in page.tree.iter(tag)
        if any(link.get("href", "").startswith("/aanbod/") for link in heading.iter("a"))
    ]


def test_without_javascript_the_page_is_the_same_list(demo_page):
    for query in ("?q=coach&doel=school", "?bij=2312&binnen=20&pagina=2"):
        expected = names_in_the_list(demo_page.get("/aanbod" + query), "h2")
        assert expected
        assert names_in_the_list(demo_page.get("/kaart" + query), "h3") == expected
    assert "De kaart heeft JavaScript nodig" in demo_page.main


def test_list_and_map_keep_the_question(demo_page):
    asked = [("q", "coach"), ("doel", "school"), ("bij", "2312"), ("binnen", "20")]
    demo_page.get("/aanbod?q=coach&doel=school&bij=2312&binnen=20")
    demo_page.follow("Op de kaart")
    assert demo_page.address == "/kaart"
    assert parse_qsl(urlsplit(demo_page.links()["Als lijst"]).query) == asked
    assert "Binnen 20 km van 2312 (Leiden)" in demo_page.main


def test_filters_of_the_map_lead_to_the_map(demo_page):
    demo_page.get("/kaart")
    demo_page.fill(bij="Leidn", binnen="10", instroom="2027-02-01").press("Pas filters toe")
    assert demo_page.address == "/kaart"
    assert "Deze postcode of plaats kennen we niet" in demo_page.main
    assert "vóór 1 februari 2027" in demo_page.main
    demo_page.follow("Leiden")
    assert demo_page.address == "/kaart"
    assert "Binnen 10 km van Leiden" in demo_page.main
    demo_page.get("/kaart?q=zzzz&doel=zorg").follow("Bekijk hoe je verder komt")
    assert demo_page.address == "/aanbod"


def test_the_page_names_who_made_the_ground_and_runs_one_script_of_its_own(demo_page):
    response = demo_page.get("/kaart").response
    for maker in ("GeoNames", "CC BY 4.0", "Natural Earth"):
        assert maker in demo_page.links()
    policy = response.headers["Content-Security-Policy"]
    nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", policy)[1]
    assert f'<script nonce="{nonce}">' in response.text
    assert response.cache_control.no_store
    assert "'unsafe" not in policy
    assert "nonce" not in demo_page.get("/aanbod").response.headers["Content-Security-Policy"]
