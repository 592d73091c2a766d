"""Answers are packed on the wire, but never a page that holds somebody's secret."""

import gzip

from socialmap.accounts.models import Role
from socialmap.kit.database import transaction

from ..page import Page
from ..world import make_region, make_user

PACKED = {"Accept-Encoding": "gzip"}


def test_public_page_is_packed_and_the_same_when_unpacked(site):
    with transaction():
        make_region()
    client = site.test_client()
    plain, packed = client.get("/privacy"), client.get("/privacy", headers=PACKED)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_who_does_not_ask_for_it_gets_it_plain(site):
    assert "Content-Encoding" not in site.test_client().get("/privacy").headers


def test_page_of_who_is_signed_in_is_never_packed(site):
    with transaction():
        make_region()
        user = make_user(Role.COORDINATOR)
    page = Page(site)
    page.sign_in(user.email)
    response = page.client.get("/account", headers=PACKED)
    assert response.status_code == 200 and "Content-Encoding" not in response.headers


def test_what_holds_no_secret_is_packed_for_who_is_signed_in_too(site):
    with transaction():
        make_region()
        user = make_user(Role.COORDINATOR)
    site.extensions["search"].reindex()
    page = Page(site)
    page.sign_in(user.email)
    for address in ("/static/css/layout.css", "/api/v1/search"):
        asked = {"Accept-Encoding": "gzip, deflate, br"}
        with page.client.get(address, headers=asked) as response:
            assert response.data and response.headers["Content-Encoding"] == "br", address
