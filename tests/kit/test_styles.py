"""The style sheets come as one file, which a browser may keep."""

import re

import pytest

from socialmap.config import ROOT
from socialmap.kit.database import transaction

from ..world import make_region


@pytest.fixture
def client(site):
    with transaction():
        make_region()
    return site.test_client()


def test_a_page_has_one_sheet_which_holds_all(client):
    (address,) = re.findall(r'rel="stylesheet" href="([^"]+)"', client.get("/privacy").text)
    answer = client.get(address)
    assert answer.status_code == 200 and answer.mimetype == "text/css"
    for name in ("theme", "layout"):
        assert (ROOT / f"static/css/{name}.css").read_text() in answer.text
    assert ".utrecht-button" in answer.text


def test_who_is_signed_in_keeps_it_too(client):
    with client.session_transaction() as session:
        session["anything"] = "of a visitor"
    address = "/static/css/site.css"
    answer = client.get(address)
    assert "public" in answer.headers["Cache-Control"] and "no-store" not in str(answer.headers)
    assert "Set-Cookie" not in answer.headers


def test_what_a_sheet_refers_to_is_there(client):
    sheet = client.get("/static/css/site.css").text
    files = set(re.findall(r'url\("?([^")]+)"?\)', sheet)) - {"#default#VML"}
    assert files, "the fonts at least"
    for file in files:
        if not file.startswith("data:"):
            assert client.get(f"/static/css/{file}", buffered=True).status_code == 200, file
