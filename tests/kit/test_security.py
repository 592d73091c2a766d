"""What must hold for every answer: headers, a closed door unless said, no deed without our form."""

from dataclasses import replace

import pytest
from flask import request

from socialmap import create_app
from socialmap.accounts.gate import signed_in
from socialmap.accounts.models import Role
from socialmap.kit import database
from socialmap.kit.database import session, transaction
from socialmap.kit.security import public

from ..page import PASSWORD
from ..world import make_organization, make_user


@pytest.fixture
def database_kind() -> str:
    """What is asked here is asked of the site; its rows are tested on both databases elsewhere."""
    return "sqlite"


@pytest.fixture
def mentor(site):
    with transaction():
        return make_user(Role.MENTOR, make_organization(refers=True))


def a_page(page):
    return page.get("/inloggen")


def not_found(page):
    return page.get("/bestaat-niet", status=404)


def refused(page):
    return page.post("/inloggen", {"email": "x"}, status=400)


def api(page):
    return page.get("/api/v1/search")


def api_error(page):
    return page.get("/api/v1/bestaat-niet", status=404)


def static(page):
    page.get("/static/favicon.svg").response.close()
    return page


def health(page):
    return page.get("/healthz")


@pytest.mark.parametrize(
    "visit", [a_page, not_found, refused, api, api_error, static, health], ids=lambda v: v.__name__
)
def test_every_kind_of_answer_carries_the_headers(page, mentor, visit):
    headers = visit(page).response.headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers, "there is no https on this machine"


def test_fault_of_ours_carries_the_headers_too(site, page, mentor):
    @site.get("/breekt")
    @public
    def breaks():
        raise RuntimeError("Dounia")

    site.testing = False
    page.get("/breekt", status=500)
    assert "default-src 'none'" in page.response.headers["Content-Security-Policy"]
    assert "Dounia" not in page.response.text and "RuntimeError" not in page.response.text


def test_behind_https_cookie_and_browser_hold_on_to_https(site, mentor):
    database.engine().dispose()
    app = create_app(replace(site.extensions["config"], base_url="https://kaart.example"))
    answer = app.test_client().get("/inloggen")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_page_of_somebody_signed_in_is_kept_by_no_cache(page, mentor):
    page.sign_in(mentor.email)
    assert page.get("/account").response.headers["Cache-Control"] == "no-store"


# Closed unless said ---------------------------------------------------------


@pytest.mark.parametrize("signed", [False, True])
def test_view_that_says_nothing_is_closed_to_everybody(site, page, mentor, signed):
    site.add_url_rule("/zonder-woord", "naked", lambda: "geheim")
    if signed:
        page.sign_in(mentor.email)
    assert "geheim" not in page.get("/zonder-woord", status=403).text


def test_view_for_accounts_sends_a_stranger_to_the_log_in_and_back(site, page, mentor):
    @site.get("/alleen-wij")
    @signed_in
    def only_us():
        return {"dag": request.args["dag"]}

    page.get("/alleen-wij?dag=ma")
    assert page.address == "/inloggen"
    page.fill(email=mentor.email, password=PASSWORD).press("Log in")
    assert page.response.json == {"dag": "ma"}


def test_stranger_at_the_api_gets_a_plain_refusal(site, page, mentor):
    @site.get("/api/v1/alleen-wij")
    @signed_in
    def only_us():
        return "welkom"

    answer = page.get("/api/v1/alleen-wij", status=403).response.json
    assert answer["error"]["code"] == "403" and answer["error"]["message"]


# No deed without our form ---------------------------------------------------


@pytest.mark.parametrize("data", [{}, {"csrf_token": "geraden"}])
def test_form_from_elsewhere_does_nothing(page, mentor, data):
    page.sign_in(mentor.email)
    page.post("/uitloggen", data, status=400)
    assert "Dit formulier is verlopen" in page.main
    assert page.get("/account").address == "/account", "still signed in"


def test_token_of_another_visitor_does_not_fit(site, page, mentor):
    other = type(page)(site)
    other.sign_in(mentor.email).get("/account")
    form, _button = other._form_with("Bewaar wachtwoord")
    token = next(e.get("value") for e in form.iter("input") if e.get("name") == "csrf_token")
    page.sign_in(mentor.email)
    page.post("/uitloggen", {"csrf_token": token}, status=400)


def test_enormous_form_is_refused(page, mentor):
    page.get("/inloggen")
    page.post("/inloggen", {"email": "x" * 3_000_000}, status=413)
    assert "te veel tekst" in page.main


def test_visitor_who_looks_around_gets_no_cookie_and_no_row(site, mentor):
    client = site.test_client()
    for address in ("/healthz", "/aanbieders", "/bestaat-niet"):
        assert "Set-Cookie" not in client.get(address).headers, address
    rows = session().connection().exec_driver_sql("SELECT count(*) FROM web_session").scalar()
    assert rows == 0


def test_wrong_way_to_ask_is_told_in_words(page, mentor):
    assert "Zo werkt deze pagina niet" in page.get("/uitloggen", status=405).main
