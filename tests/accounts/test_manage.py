"""The page of accounts: a coordinator for the own region, an admin for all."""

import pytest

from socialmap.accounts.models import Role, User
from socialmap.accounts.queries import user_by_email
from socialmap.kit.database import session, transaction

from ..page import PASSWORD, Page
from ..world import make_organization, make_region, make_user, the_region


@pytest.fixture
def database_kind() -> str:
    """The words of these pages; what the two databases might do apart is tested elsewhere."""
    return "sqlite"


@pytest.fixture
def school(site):
    with transaction():
        return make_organization("Vmbo Het Kompas", refers=True)


@pytest.fixture
def coordinator(school):
    with transaction():
        return make_user(Role.COORDINATOR, name="Carla Coördinator")


@pytest.fixture
def admin(school):
    with transaction():
        return make_user(Role.ADMIN)


@pytest.fixture
def mentor(school):
    with transaction():
        return make_user(Role.MENTOR, school, name="Ingrid Bos")


@pytest.fixture
def elsewhere(school):
    """A mentor and a school in another region."""
    with transaction():
        maasmond = make_region("Maasmond", ("Rotterdam",))
        school = make_organization("Pro De Maas", region=maasmond, refers=True)
        return make_user(Role.MENTOR, school, name="Mo Elders")


def account(school, **other) -> dict[str, object]:
    return {
        "name": "Nieuwe Collega", "email": "nieuw@kompas.example", "role": "mentor",
        "organization": school.id, **other,
    }  # fmt: skip


def token_on(page) -> str:
    form, _button = page._form_with("Verstuur uitnodiging")
    return next(e.get("value") for e in form.iter("input") if e.get("name") == "csrf_token")


def test_coordinator_invites_a_mentor_who_gets_a_mail(page, coordinator, school, outbox):
    page.sign_in(coordinator.email).get("/beheer/accounts")
    page.fill(**account(school)).press("Verstuur uitnodiging")
    assert "Nieuwe Collega krijgt een mail" in page.main and "Uitgenodigd" in page.main
    made = user_by_email("nieuw@kompas.example")
    assert made.organization_ids(Role.MENTOR) == {school.id} and made.password_hash is None
    assert outbox.only().recipient_id == str(made.id)


def test_coordinator_invites_a_coordinator_of_the_own_region(page, coordinator, school):
    page.sign_in(coordinator.email).get("/beheer/accounts")
    page.fill(**account(school, role="coordinator", region=the_region().id))
    page.press("Verstuur uitnodiging")
    made = user_by_email("nieuw@kompas.example")
    assert made.region_ids(Role.COORDINATOR) == {the_region().id}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "Vul de naam in."),
        ({"email": "geen adres"}, "Dit is geen mailadres."),
        ({"organization": ""}, "Kies de organisatie waar deze rol bij hoort."),
        ({"role": "coordinator"}, "Kies de regio van deze coördinator."),
        ({"role": []}, "Kies een rol."),
    ],
)
def test_what_is_missing_is_told_with_the_form_filled_in(
    page, coordinator, school, change, message, outbox
):
    page.sign_in(coordinator.email).get("/beheer/accounts")
    page.fill(**account(school, **change)).press("Verstuur uitnodiging", status=422)
    assert page.errors() == [message]
    kept = page.response.text
    assert "Nieuwe Collega" in kept or "name" in change
    assert "nieuw@kompas.example" in kept or "email" in change
    assert outbox.all() == []


def test_second_account_on_one_address_is_refused(page, coordinator, mentor, school):
    page.sign_in(coordinator.email).get("/beheer/accounts")
    page.fill(**account(school, email=mentor.email.upper()))
    page.press("Verstuur uitnodiging", status=422)
    assert page.errors() == ["Er is al een account met dit mailadres."]


@pytest.mark.parametrize("role", [Role.MENTOR, Role.CARETEAM, Role.PROVIDER])
def test_others_do_not_see_the_page(page, school, role):
    with transaction():
        user = make_user(role, school)
    page.sign_in(user.email)
    assert "Beheer" not in page.links()
    page.get("/beheer/accounts", status=403)


def test_visitor_is_sent_to_the_log_in(page, school):
    assert page.get("/beheer/accounts").address == "/inloggen"


# Only the own region, only below oneself ------------------------------------


def test_coordinator_sees_the_own_region_only(page, coordinator, mentor, elsewhere):
    page.sign_in(coordinator.email).get("/beheer/accounts")
    assert "Ingrid Bos" in page.main
    assert "Mo Elders" not in page.main and "Pro De Maas" not in page.main


@pytest.mark.parametrize("deed", ["uitzetten", "aanzetten", "uitnodigen"])
def test_coordinator_cannot_touch_an_account_of_another_region(page, coordinator, elsewhere, deed):
    page.sign_in(coordinator.email).get("/beheer/accounts")
    token = {"csrf_token": token_on(page)}
    page.post(f"/beheer/accounts/{elsewhere.id}/{deed}", token, status=403)
    assert session().get(User, elsewhere.id).is_active


def test_coordinator_cannot_place_somebody_in_another_region(page, coordinator, school, elsewhere):
    page.sign_in(coordinator.email).get("/beheer/accounts")
    (other,) = elsewhere.organization_ids(Role.MENTOR)
    data = {"csrf_token": token_on(page), **account(school, organization=other)}
    page.post("/beheer/accounts", data, status=422)
    assert page.errors() == ["Kies iets uit de lijst."]
    assert user_by_email("nieuw@kompas.example") is None


def test_coordinator_makes_no_admin(page, coordinator, school):
    page.sign_in(coordinator.email).get("/beheer/accounts")
    assert "Technisch beheer" not in page.main
    data = {"csrf_token": token_on(page), **account(school, role="admin")}
    page.post("/beheer/accounts", data, status=422)
    assert user_by_email("nieuw@kompas.example") is None


def test_admin_makes_an_admin(page, admin, school):
    page.sign_in(admin.email).get("/beheer/accounts")
    page.fill(**account(school, role="admin", organization="")).press("Verstuur uitnodiging")
    assert user_by_email("nieuw@kompas.example").holds(Role.ADMIN)


def test_account_that_is_not_there_is_not_found(page, admin):
    page.sign_in(admin.email).get("/beheer/accounts")
    page.post("/beheer/accounts/99999/uitzetten", {"csrf_token": token_on(page)}, status=404)


# Off and on -----------------------------------------------------------------


def test_account_is_put_off_and_on_again(site, page, coordinator, mentor):
    them = Page(site)
    them.sign_in(mentor.email)
    page.sign_in(coordinator.email).get("/beheer/accounts").press("Zet Ingrid Bos uit")
    assert "Ingrid Bos kan niet meer inloggen" in page.main
    assert them.get("/account").address == "/inloggen", "out at once"
    them.fill(email=mentor.email, password=PASSWORD).press("Log in", status=422)

    page.press("Zet Ingrid Bos weer aan")
    assert "Ingrid Bos kan weer inloggen" in page.main
    them.sign_in(mentor.email)
    assert them.get("/account").address == "/account"


def test_nobody_puts_oneself_off(page, coordinator):
    page.sign_in(coordinator.email).get("/beheer/accounts")
    assert "Zet Carla Coördinator uit" not in page.buttons()
    token = {"csrf_token": token_on(page)}
    page.post(f"/beheer/accounts/{coordinator.id}/uitzetten", token, status=403)


def test_invitation_is_sent_again(page, coordinator, school, outbox):
    page.sign_in(coordinator.email).get("/beheer/accounts")
    page.fill(**account(school)).press("Verstuur uitnodiging")
    page.press("Nodig Nieuwe Collega opnieuw uit")
    assert outbox.kinds() == ["accounts/invitation"] * 2
