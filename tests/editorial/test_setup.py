"""The set-up page of an empty site: opens with the code of the start, once."""

import re

import pytest

from socialmap.accounts.models import Role
from socialmap.accounts.queries import all_users, user_by_email
from socialmap.editorial.setup import code_file, make_code
from socialmap.network.queries import organizations, regions
from socialmap.server import set_up_code

ANSWERS = {
    "region": "Rijnstreek",
    "places": "Leiden, katwijk\nAlphen aan den Rijn",
    "organization": "Doorstroompunt Rijnstreek",
    "organization_kind": "doorstroompunt",
    "organization_email": "loket@rijnstreek.example",
    "name": "Carla de Boer",
    "email": "Carla@rijnstreek.example",
    "password": "een lang wachtwoord",
    "password_again": "een lang wachtwoord",
}


@pytest.fixture
def code(site) -> str:
    """What the start prints."""
    return set_up_code(site.extensions["config"])


def fill_in(page, **answers):
    return page.get("/").fill(**{**ANSWERS, **answers})


@pytest.mark.parametrize(
    "address",
    ["/", "/aanbod", "/aanbod/iets", "/inloggen", "/beheer/accounts", "/aanmeldingen",
     "/api/v1/search", "/bestaat-niet"],
)  # fmt: skip
def test_every_address_of_an_empty_site_leads_to_the_set_up(page, address):
    assert page.get(address).address == "/beheer/inrichten"
    assert "Richt de site in" in page.main


def test_empty_site_is_alive(page):
    assert page.get("/healthz").response.json == {"status": "ok"}


def test_code_is_easily_read_over_and_never_the_same():
    codes = {make_code() for _n in range(50)}
    assert len(codes) == 50
    assert all(re.fullmatch(r"[a-hj-km-np-z2-9]{4}-[a-hj-km-np-z2-9]{4}", code) for code in codes)


def test_code_stays_the_same_until_it_was_used_and_only_the_owner_reads_it(site, code):
    config = site.extensions["config"]
    assert set_up_code(config) == code
    assert code_file(config.data_dir).stat().st_mode & 0o777 == 0o600


def test_right_code_builds_the_site(page, site, code):
    fill_in(page, code=f" {code.upper()} ").press("Richt in")
    assert page.address == "/inloggen" and "De site is ingericht" in page.main

    (region,) = regions()
    assert region.name == "Rijnstreek" and not region.is_demo
    names = {place.name for place in region.municipalities}
    assert names == {"Leiden", "Katwijk", "Alphen aan den Rijn"}
    (organization,) = organizations()
    assert (organization.name, organization.kind) == ("Doorstroompunt Rijnstreek", "doorstroompunt")
    assert organization.refers and organization.email == "loket@rijnstreek.example"
    assert organization.region_id == region.id
    coordinator = user_by_email("carla@rijnstreek.example")
    assert coordinator.region_ids(Role.COORDINATOR) == {region.id}

    page.sign_in("carla@rijnstreek.example", ANSWERS["password"])
    assert "Doorstroompunt Rijnstreek" in page.get("/beheer/accounts").text


def test_afterwards_the_page_is_closed_and_the_code_worthless(page, site, code):
    fill_in(page, code=code)
    form, _button = page._form_with("Richt in")
    token = next(e.get("value") for e in form.iter("input") if e.get("name") == "csrf_token")
    page.press("Richt in")
    assert not code_file(site.extensions["config"].data_dir).exists()
    assert page.get("/beheer/inrichten").address == "/"
    second = {**ANSWERS, "code": code, "csrf_token": token, "region": "Tweede"}
    page.post("/beheer/inrichten", second)
    assert [region.name for region in regions()] == ["Rijnstreek"]


@pytest.mark.parametrize("wrong", ["abcd-efgh", "é", "x" * 190, "-"])
def test_wrong_code_is_refused_with_the_form_filled_in(page, code, wrong):
    fill_in(page, code=wrong).press("Richt in", status=422)
    assert page.errors() == ["Deze code klopt niet. Kijk in het venster van de start."]
    for answer in (
        "Rijnstreek",
        "Carla de Boer",
        "Alphen aan den Rijn",
        "loket@rijnstreek.example",
    ):
        assert answer in page.response.text
    assert ANSWERS["password"] not in page.response.text
    assert regions() == [] and all_users() == []


def test_site_whose_start_made_no_code_cannot_be_set_up(page, site):
    fill_in(page, code="abcd-efgh").press("Richt in", status=422)
    assert regions() == []


def test_guessing_the_code_is_stopped(page, code):
    for _guess in range(6):
        fill_in(page, code="abcd-efgh").press("Richt in", status=422)
    fill_in(page, code=code).press("Richt in", status=422)
    assert page.errors() == ["Te veel verkeerde codes. Probeer het over een kwartier."]
    assert regions() == []


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"region": " "}, "Vul de naam van de regio in."),
        ({"places": ""}, "Vul minstens één gemeente in."),
        ({"places": "Leiden, Leide"}, "Deze gemeente kennen we niet: Leide."),
        ({"places": "Leide\nKatwik"}, "Deze gemeenten kennen we niet: Leide, Katwik."),
        ({"organization_kind": ""}, "Kies een soort."),
        ({"organization_email": "geen adres"}, "Dit is geen mailadres."),
        ({"email": "geen adres"}, "Dit is geen mailadres."),
        ({"password": "kort", "password_again": "kort"},
         "Kies een wachtwoord van minstens 12 tekens."),
        ({"password_again": "anders"}, "Deze twee wachtwoorden zijn niet gelijk."),
    ],
)  # fmt: skip
def test_answer_that_does_not_fit_is_told(page, code, answers, message):
    fill_in(page, code=code, **answers).press("Richt in", status=422)
    assert page.errors() == [message]
    assert regions() == []


def test_places_of_nothing_but_commas_are_no_municipalities(page, code):
    fill_in(page, code=code, places=" , ,\n").press("Richt in", status=422)
    assert page.errors() == ["Vul minstens één gemeente in."]


@pytest.fixture
def database_kind() -> str:
    """One page, of which the rows are written by operations tested on both databases."""
    return "sqlite"
