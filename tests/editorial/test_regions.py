"""What a coordinator sets for a region: terms, desk and protocols, and from when they hold."""

from datetime import date

import pytest
from sqlmodel import select

from socialmap.accounts.models import AccessEntry, Role
from socialmap.accounts.operations import give_role
from socialmap.kit import clock
from socialmap.kit.database import session, transaction
from socialmap.kit.errors import Refused
from socialmap.network.operations import Link, change_region, fits_address, set_protocols
from socialmap.network.queries import municipality_named, protocol_for, region_by_slug
from socialmap.referrals import lists
from socialmap.referrals.duties import duty_of
from socialmap.referrals.models import Referral
from socialmap.referrals.states import Side, State

from ..world import (
    intaker_of,
    make_organization,
    make_referral,
    make_region,
    make_service,
    make_user,
    plan_meeting,
    the_region,
)

pytestmark = pytest.mark.usefixtures("site")

PAGE = "/beheer/regio/rijnstreek"
NIGHTSHIFT = Link("Meldprotocol verzuim", "https://rijnstreek.example/melden")


@pytest.fixture
def coordinator():
    with transaction():
        return make_user(Role.COORDINATOR)


def terms(region) -> tuple[int, ...]:
    return (
        region.open_days, region.answer_days, region.meeting_days, region.start_days,
        region.overdue_days,
    )  # fmt: skip


def test_a_coordinator_sets_terms_and_desk_and_it_is_noted_who_did(page, coordinator):
    page.sign_in(coordinator.email).get("/beheer/regio")
    assert page.address == PAGE, "with one region there is nothing to choose"
    assert "gelden voor wat vanaf nu begint" in page.main
    assert "6 maanden na de laatste stap" in page.main
    page.fill(
        open_days="1", answer_days="4", meeting_days="9", start_days="60", overdue_days="20",
        function_name="RMC", desk_name="Het loket", desk_phone="071 1", desk_email="l@r.example",
    ).press("Bewaar")  # fmt: skip
    assert "Bewaard" in page.text
    region = region_by_slug("rijnstreek")
    assert terms(region) == (1, 4, 9, 60, 20)
    assert (region.function_name, region.desk) == ("RMC", "Het loket")
    assert (region.desk_phone, region.desk_email) == ("071 1", "l@r.example")
    noted = session().exec(select(AccessEntry).where(AccessEntry.action == "change region")).one()
    assert (noted.user_id, noted.thing) == (coordinator.id, "rijnstreek")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"open_days": "0"}, "Vul een heel getal in van 1 tot en met 60."),
        ({"answer_days": "61"}, "Vul een heel getal in van 1 tot en met 60."),
        ({"meeting_days": "twee"}, "Vul een heel getal in van 1 tot en met 60."),
        ({"start_days": ""}, "Vul een aantal werkdagen in."),
        ({"overdue_days": "21"}, "Vul een heel getal in van 1 tot en met 20."),
        ({"function_name": " "}, "Vul in hoe het loket heet."),
        ({"desk_email": "loket"}, "Dit is geen mailadres."),
        (
            {"title_region": "Melden", "url_region": "http://r.example/m"},
            "Vul een adres in dat begint met https://.",
        ),
        ({"title_region": "Melden"}, "Vul ook het adres van het protocol in."),
        ({"url_GM0546": "https://r.example/m"}, "Vul ook in hoe het protocol heet."),
    ],
)
def test_a_wrong_value_comes_back_with_its_error_and_changes_nothing(
    page, coordinator, wrong, error
):
    before = terms(region_by_slug("rijnstreek"))
    page.sign_in(coordinator.email).get(PAGE).fill(desk_name="Nieuw", **wrong)
    page.press("Bewaar", status=422)
    assert page.errors() == [error]
    typed = {field.get("name"): field.get("value") for field in page.tree.iter("input")}
    assert typed["desk_name"] == "Nieuw"
    assert {name: typed[name] for name in wrong} == {n: v.strip() for n, v in wrong.items()}
    session().expire_all()
    assert terms(region_by_slug("rijnstreek")) == before
    assert region_by_slug("rijnstreek").desk_name is None


@pytest.mark.parametrize("days", [0, -1, 61])
def test_a_term_outside_its_limits_is_refused_whoever_asks(days):
    with transaction(), pytest.raises(Refused):
        change_region(
            the_region(), terms={"open_days": days}, function_name="x", desk_name="",
            desk_phone="", desk_email="",
        )  # fmt: skip


def test_who_has_more_regions_chooses_and_nobody_changes_the_region_of_another(page, coordinator):
    with transaction():
        other = make_region("Kust", places=("Den Helder",))
        both = make_user(Role.COORDINATOR)
        give_role(both, role=Role.COORDINATOR, region=other)
        admin = make_user(Role.ADMIN)
        mentor = make_user(Role.MENTOR, make_organization(refers=True))
    for user in (both, admin):
        page.sign_in(user.email).get("/beheer/regio").follow("Kust")
        assert page.address == "/beheer/regio/kust"
        page.sign_out()
    page.sign_in(coordinator.email).get("/beheer/regio/kust", status=403)
    page.get("/").sign_out()
    page.sign_in(mentor.email).get(PAGE, status=403).get("/beheer/regio", status=403)


def test_an_admin_finds_the_page_in_the_menu(page, coordinator):
    with transaction():
        admin = make_user(Role.ADMIN)
    page.sign_in(admin.email).follow("Beheer").follow("Regio")
    assert page.address == PAGE


@pytest.mark.parametrize("state", [State.READY, State.REJECTED, State.RECEIVED])
def test_new_terms_hold_for_duties_that_begin_from_then_on(state):
    with transaction():
        referral = make_referral(state)
        due = duty_of(referral).due
        region = referral.region
        set_all_terms(region, 30)
        session().flush()
        assert duty_of(referral).due == referral.due_on == due
        if state == State.READY:
            plan_meeting(referral, actor=intaker_of(referral), days=4)
            assert duty_of(referral).due == referral.due_on > date(2026, 12, 30)
    with transaction():
        again = session().get_one(Referral, referral.id)
        assert make_referral(state).due_on > due
        row = next(f for f in lists.facts_seen_by(again.referrer, Side.REFERRER, clock.today()))
        assert row.due == again.due_on


def set_all_terms(region, days: int) -> None:
    names = ("open_days", "answer_days", "meeting_days", "start_days")
    change_region(
        region, terms=dict.fromkeys(names, days), function_name=region.function_name,
        desk_name="", desk_phone="", desk_email="",
    )  # fmt: skip


# The protocol -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://r.example", "javascript:alert(1)", "https://", "https://r", "r.example",
        "https://a b.example", "https://me:secret@r.example", "https://[x",
    ],
)  # fmt: skip
def test_an_address_that_is_not_safe_to_follow_is_refused(url):
    with pytest.raises(Refused):
        fits_address(url)


def test_a_region_names_protocols_for_its_own_municipalities_only():
    with transaction(), pytest.raises(Refused):
        set_protocols(the_region(), {municipality_named("Utrecht").code: NIGHTSHIFT})


def test_the_protocol_is_that_of_the_pupils_municipality_else_that_of_the_region():
    with transaction():
        region = the_region()
        other = make_region("Kust", places=("Den Helder",))
        leiden, katwijk = (municipality_named(name) for name in ("Leiden", "Katwijk"))
        helder, utrecht = (municipality_named(name) for name in ("Den Helder", "Utrecht"))
        assert protocol_for(region, leiden) is None and protocol_for(None) is None
        ours = Link("Van Leiden", "https://leiden.example/melden")
        set_protocols(region, {None: NIGHTSHIFT, leiden.code: ours})
        found = {
            place.name: getattr(protocol_for(region, place), "owner", None)
            for place in (leiden, katwijk, helder, utrecht)
        }
        assert found == {
            "Leiden": "Leiden", "Katwijk": "Rijnstreek", "Den Helder": "Rijnstreek",
            "Utrecht": "Rijnstreek",
        }  # fmt: skip
        set_protocols(other, {None: Link("Kust", "https://kust.example/melden")})
        assert protocol_for(region, helder).owner == "Kust"
        set_protocols(region, {leiden.code: ours})
        assert protocol_for(region) is None, "what is not filled in any more is gone"


def test_who_refers_sees_the_protocol_beside_the_form(page, coordinator):
    with transaction():
        service = make_service()
        mentor = make_user(Role.MENTOR, make_organization(refers=True))
        draft = make_referral(State.DRAFT, service=service, mentor=mentor)
        region = draft.organization.region
        leiden = municipality_named("Leiden").code
    page.sign_in(coordinator.email).get(PAGE)
    page.fill(**{
        "title_region": NIGHTSHIFT.title, "url_region": NIGHTSHIFT.url,
        f"title_{leiden}": "Leidse meldwijzer", f"url_{leiden}": "https://leiden.example/melden",
    }).press("Bewaar")  # fmt: skip
    page.sign_out()
    page.sign_in(mentor.email).get(f"/aanbod/{service.slug}/aanmelden")
    assert page.links()[f"Meldprotocol van {region.name}"] == NIGHTSHIFT.url
    page.get(f"/aanmeldingen/{draft.reference}/nalezen")
    assert page.links()["Meldprotocol van Leiden"] == "https://leiden.example/melden"
    assert "Leidse meldwijzer" in page.main
    page.get(f"/aanmeldingen/{draft.reference}/concept/waarom")
    assert "Meldprotocol van Leiden" in page.links()
