"""What is missing of a service is said by name, and nothing is taken as stated that is not."""

import pytest

from socialmap.catalogue.completeness import ESSENTIAL, FURTHER, completeness

from ..world import make_document


def missing(**facts) -> set[str]:
    return {str(label) for label in completeness(make_document(**facts)).missing}


def test_bare_service_misses_what_people_ask(site):
    with site.test_request_context():
        found = completeness(make_document(contacts=[], intake_moments=[]))
        assert not found.is_complete and found.asked == len(ESSENTIAL) + len(FURTHER)
        assert found.stated + len(found.missing) == found.asked
        assert "wat het kost" in {str(label) for label in found.lacks_essentials}
        assert "wie je belt of mailt" in {str(label) for label in found.lacks_essentials}


@pytest.mark.parametrize(
    ("facts", "label"),
    [
        ({"cost_amount": 0}, "wat het kost"),
        ({"cost": "Vraag het na"}, "wat het kost"),
        ({"waiting_weeks": 0, "waiting_on": "2026-11-01"}, "hoe lang de wachttijd is"),
        ({"apply_alone": False}, "of een jongere zichzelf mag aanmelden"),
        ({"referrers": ["jongere"]}, "of een jongere zichzelf mag aanmelden"),
        ({"service_area": ["Leiden"]}, "uit welke gemeenten"),
        (
            {"criteria": [{"type": "municipality", "municipalities": ["Leiden"]}]},
            "uit welke gemeenten",
        ),
        ({"levels": ["vmbo"]}, "voor welk onderwijs"),
        ({"age_max": 23}, "voor welke leeftijd"),
        ({"locations": [{"address": "Kade 1"}]}, "het adres"),
    ],
)
def test_a_stated_no_or_nothing_is_an_answer_too(site, facts, label):
    with site.test_request_context():
        assert label in missing() and label not in missing(**facts)


def test_location_without_an_address_is_no_address(site):
    with site.test_request_context():
        assert "het adres" in missing(locations=[{"municipality": "Leiden"}])


def test_sixty_services_of_the_demo_answer_every_question_on_their_page(demo_page):
    demo_page.get("/aanbod/reboundvoorziening-de-brug")
    assert "Alle 32 vragen die mensen stellen zijn beantwoord" in demo_page.main
    assert "niet opgegeven" not in demo_page.main
