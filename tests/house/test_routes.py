"""Every address says who may come in, and no page falls over."""

from urllib.parse import quote

import pytest

from socialmap.kit.security import access_of

from ..conftest import DEMO_PASSWORD
from ..page import Page

ROLES = ("mentor", "zorgteam", "aanbieder", "coordinator", "admin")


def routes(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_every_route_says_who_may_come_in(demo_site):
    silent = [r.rule for r in routes(demo_site) if access_of(r.endpoint) is None]
    assert silent == []


def test_what_everybody_may_see_is_a_list_we_chose(demo_site):
    open_to_all = {r.endpoint for r in routes(demo_site) if access_of(r.endpoint) == "public"}
    assert open_to_all == {
        "accounts.forgotten", "accounts.invitation", "accounts.log_in", "accounts.new_password",
        "catalogue.network", "catalogue.organization", "catalogue.organizations",
        "catalogue.service", "catalogue.service_feed",
        "healthz", "pages.accessibility", "pages.colophon", "pages.page", "pages.practice",
        "pages.practice_list", "pages.privacy",
        "pages.rights", "readyz", "search.agenda", "search.agenda_feed", "search.api_search",
        "search.api_suggest", "search.home", "search.map_area", "search.map_page",
        "search.map_places",
        "search.map_points", "search.results", "setup.set_up", "stylesheet",
    }  # fmt: skip


def addresses(app) -> list[str]:
    """Every address that can be opened without more than a service or an organization."""
    values = {
        "slug": {
            "catalogue.organization": "roc-de-vlietlanden",
            "pages.page": "privacy",
            "pages.practice": "pasvorm",
            "regions.region": "rijnstreek",
        }
    }
    found = []
    with app.test_request_context():
        for rule in routes(app):
            if "GET" not in rule.methods or rule.arguments - {"slug"} - set(rule.defaults or ()):
                continue
            slug = values["slug"].get(rule.endpoint, "reboundvoorziening-de-brug")
            given = {"slug": slug} if "slug" in rule.arguments and not rule.defaults else {}
            found.append(rule.build(given)[1])
    return sorted(set(found))


@pytest.mark.parametrize("role", [None, *ROLES])
def test_every_page_can_be_opened_or_is_refused(demo_site, role):
    page = Page(demo_site)
    if role:
        page.sign_in(f"{role}@demo.example", DEMO_PASSWORD)
    for address in addresses(demo_site):
        page.get(address, status=(200, 403))
        if page.tree is not None:
            assert "Voorbeeldgegevens" in page.text


def test_a_stranger_is_sent_to_log_in_for_everything_else(demo_site):
    client = demo_site.test_client()
    closed = {"/aanmeldingen", "/account", "/beheer/accounts"}
    closed |= {a for a in addresses(demo_site) if a.endswith(("/aanmelden", "/elders-aangemeld"))}
    for address in closed:
        response = client.get(address)
        assert response.status_code == 302
        assert response.headers["Location"] == "/inloggen?volgende=" + quote(address)


def test_an_admin_reads_no_referral(demo_site):
    page = Page(demo_site)
    page.sign_in("admin@demo.example", DEMO_PASSWORD).get("/aanmeldingen")
    assert "Met jouw rol zie je geen aanmeldingen" in page.main
    assert "Aanmeldingen" not in page.links()
