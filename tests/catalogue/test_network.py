"""Who takes part in the network, what each brings in, what was agreed; and urgent numbers."""

from datetime import date

import pytest

from socialmap.editorial.operations import create_agreement
from socialmap.kit.database import transaction
from socialmap.network.urgent import NATIONAL, urgent_numbers

from ..world import make_organization, make_region, make_service, the_region


@pytest.fixture
def network(page):
    with transaction():
        other = make_region("Kust", places=("Den Helder",))
        school = make_organization("Vmbo Zee", contribution="Een vaste mentor per klas.")
        desk = make_organization("Loket", kind="doorstroompunt")
        make_organization("Verre school", region=other)
        make_organization("Onbekend", kind=None)
        make_service(name="Rebound")
        create_agreement(
            region=the_region(), owner=desk, parties=[school, desk],
            title="Geen uitschrijving zonder overdracht", text="De school belt eerst het loket.",
            agreed_on=date(2024, 9, 1), checked_on=date(2025, 9, 1),
        )  # fmt: skip
    return page


def test_network_tells_who_takes_part_under_the_kind_and_what_each_brings(network):
    network.get("/netwerk?regio=rijnstreek")
    assert "4 organisaties doen mee" in network.main
    assert "Doorstroompunt" in network.main and "Soort niet opgegeven" in network.main
    assert "Een vaste mentor per klas" in network.main and "niet opgegeven" in network.main
    assert "1 plek" in network.main and "Verre school" not in network.main


def test_agreement_tells_owner_parties_and_that_its_check_is_old(network):
    network.get("/netwerk?regio=rijnstreek")
    assert "De school belt eerst het loket" in network.main
    assert "1 september 2024" in network.main and "1 september 2025" in network.main
    assert "langer dan een jaar geleden" in network.main
    network.get(network.links()["Loket"])
    assert "Geen uitschrijving zonder overdracht" in network.main, "also on the owner's page"
    network.get("/aanbieders/vmbo-zee")
    assert "De school belt eerst het loket" in network.main
    assert "Een vaste mentor per klas" in network.main


def test_region_without_agreements_says_so(network):
    network.get("/netwerk?regio=kust")
    assert "nog geen afspraken" in network.main and "Verre school" in network.main


def test_all_regions_together_when_none_is_chosen(network):
    network.get("/netwerk")
    assert "5 organisaties doen mee" in network.main and "Rijnstreek" in network.main


def test_many_organizations_are_shown_a_letter_at_a_time(network, monkeypatch):
    with transaction():
        for name in ("Aarde", "’t Huis", "42 Buurt"):
            make_service(name=f"Aanbod {name}", organization=name)
    network.get("/aanbieders")
    assert all(name in network.main for name in ("Aarde", "’t Huis", "42 Buurt", "De Brug"))
    monkeypatch.setattr("socialmap.catalogue.views.ONE_PAGE", 3)
    network.get("/aanbieders")
    assert "42 Buurt" in network.main and "Aarde" not in network.main
    network.get(network.links()["T"])
    assert "’t Huis" in network.main and "42 Buurt" not in network.main


# Urgent numbers -------------------------------------------------------------

OWN = [{"when": "Nu gevaar", "name": "Meldkamer", "number": "112", "hours": "altijd"}]


def test_region_without_numbers_of_its_own_has_the_national_ones(site):
    with transaction():
        region = make_region()
    assert urgent_numbers(region) is NATIONAL and urgent_numbers(None) is NATIONAL
    assert {"112", "0800 0113", "0800 2000", "0800 0432"} == {n.number for n in NATIONAL.numbers}


def test_numbers_of_a_region_stand_with_their_date_where_somebody_may_need_them(site, page):
    with transaction():
        region = make_region(urgent_numbers_json=OWN, urgent_checked_on=date(2026, 10, 1))
        service = make_service()
        assert urgent_numbers(region).numbers[0].name == "Meldkamer"
    site.extensions["search"].reindex()
    for address in ("/", f"/aanbod/{service.slug}", "/aanbod?q=bestaatniet"):
        page.get(address)
        assert "Kan het niet wachten?" in page.main, address
        assert "Meldkamer" in page.main and "1 oktober 2026" in page.main, address


def test_numbers_without_a_date_of_checking_are_not_trusted(site):
    with transaction():
        region = make_region(urgent_numbers_json=OWN)
    assert urgent_numbers(region) is NATIONAL
