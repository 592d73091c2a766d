"""What a coordinator does by hand: remind, note, put another on it, call the team in."""

from datetime import date

import pytest

from socialmap.accounts.models import Role
from socialmap.accounts.operations import disable
from socialmap.kit import clock
from socialmap.kit.database import session, transaction
from socialmap.kit.errors import Refused
from socialmap.network.mails import desk_address
from socialmap.referrals import coordination, lists, operations, queries
from socialmap.referrals.duties import duty_of
from socialmap.referrals.mails import regions_of
from socialmap.referrals.models import Referral
from socialmap.referrals.reminders import remind_due
from socialmap.referrals.states import Side, State

from ..conftest import MONDAY
from ..world import (
    PUPIL_WORDS,
    at,
    intaker_of,
    make_organization,
    make_referral,
    make_service,
    make_user,
)

pytestmark = pytest.mark.usefixtures("site")

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
LATE = date(2026, 11, 26)


@pytest.fixture
def coordinator():
    with transaction():
        return make_user(Role.COORDINATOR, name="Carla Regio")


def mails_of(outbox, kind: str) -> list[tuple[str, str]]:
    return [
        (m.recipient_kind, m.recipient_id) for m in outbox.all() if m.kind == f"referrals/{kind}"
    ]


# Reminding by hand --------------------------------------------------------------------


def test_who_has_the_duty_is_reminded_and_not_again_within_two_working_days(outbox, coordinator):
    with transaction():
        referral = make_referral()
        intaker = intaker_of(referral)
        coordination.remind_now(referral, actor=coordinator, now=at(MONDAY))
        assert [(r.round, r.kind) for r in referral.reminders] == [("by_hand", "open")]
        for day in (MONDAY, TUESDAY):
            with pytest.raises(Refused):
                coordination.remind_now(referral, actor=coordinator, now=at(day, 16))
        assert duty_of(referral).due == referral.due_on == date(2026, 11, 25)
        coordination.remind_now(referral, actor=coordinator, now=at(WEDNESDAY))
        assert len({r.round for r in referral.reminders if r.is_by_hand}) == 2
    assert mails_of(outbox, "reminded_by_hand") == [("user", str(intaker.id))] * 2


def test_a_duty_of_the_school_is_reminded_of_at_the_school_also_after_the_end(outbox, coordinator):
    with transaction():
        referral = make_referral(State.REJECTED)
        coordination.remind_now(referral, actor=coordinator, now=at(MONDAY))
        assert duty_of(referral).owner == Side.REFERRER
    assert mails_of(outbox, "reminded_by_hand") == [
        ("user", str(referral.referrer_id)), ("organization", str(referral.organization_id)),
    ]  # fmt: skip


def test_by_hand_and_by_itself_do_not_both_come_on_one_day_nor_shift_the_turns(outbox, coordinator):
    with transaction():
        referral = make_referral()
        coordination.remind_now(referral, actor=coordinator, now=at(LATE, 8))
    remind_due(now=at(LATE, 14))
    assert not mails_of(outbox, "reminder"), "once a day is enough"
    remind_due(now=at(date(2026, 11, 27)))
    assert len(mails_of(outbox, "reminder")) == 1, "the first turn is still to come"
    with transaction():
        again = session().get_one(Referral, referral.id)
        assert not coordination.may_remind(again, at(date(2026, 11, 27), 15))
        assert coordination.may_remind(again, at(date(2026, 12, 1)))


def test_where_nothing_is_to_be_done_nobody_is_reminded(coordinator):
    with transaction():
        referral = make_referral(State.REJECTED)
        operations.follow_up(
            referral, actor=referral.referrer, landed="work", note="", now=clock.now()
        )
        for deed in (coordination.remind_now, coordination.call_team):
            with pytest.raises(Refused):
                deed(referral, actor=coordinator, now=clock.now())


# A note -------------------------------------------------------------------------------


def test_a_note_is_read_by_coordinators_only_and_keeps_nothing_longer(coordinator):
    with transaction():
        referral = make_referral(State.REJECTED)
        coordination.note(referral, actor=coordinator, text="Gebeld met de school", now=at(MONDAY))
        event = referral.events[-1]
        name = operations.private_name(event)
        readers = {
            user.id: queries.view_for(user, referral, MONDAY).stops[-1].words.get("note")
            for user in (
                coordinator, make_user(Role.COORDINATOR), referral.referrer, intaker_of(referral),
                make_user(Role.CARETEAM, referral.organization),
            )
        }  # fmt: skip
        assert list(readers.values()) == ["Gebeld met de school"] * 2 + [None] * 3
        # What a coordinator writes is no step of the pupil's: all is erased when it was due.
        coordination.note(referral, actor=coordinator, text="Nog eens", now=at(date(2027, 5, 3)))
        operations.erase_after_retention(now=at(date(2027, 5, 25)))
        assert operations.read_private(referral, name) == {}
        with pytest.raises(Refused):
            coordination.note(referral, actor=coordinator, text="Laat", now=at(date(2027, 5, 26)))
        assert duty_of(referral) is None


def test_for_the_lists_nothing_happened_by_what_a_coordinator_did(coordinator):
    with transaction():
        referral = make_referral()
        mentor = referral.referrer
        coordination.note(referral, actor=coordinator, text="Stil", now=at(date(2026, 12, 10)))
        (facts,) = lists.facts_seen_by(mentor, Side.REFERRER, clock.today())
        assert facts.last.step == "send"
        assert lists.is_quiet(facts, date(2026, 12, 14))


# The team -----------------------------------------------------------------------------


def test_the_team_is_called_in_once_in_five_working_days(outbox, coordinator):
    with transaction():
        referral = make_referral()
        other, region = make_user(Role.COORDINATOR), referral.region
        region.desk_email = "loket@rijnstreek.example"
        coordination.call_team(referral, actor=coordinator, now=at(MONDAY))
        for day in (MONDAY, date(2026, 11, 27)):
            with pytest.raises(Refused):
                coordination.call_team(referral, actor=coordinator, now=at(day))
        coordination.call_team(referral, actor=coordinator, now=at(date(2026, 11, 30)))
        assert desk_address(str(region.id)) == (region.desk, "loket@rijnstreek.example")
    told = [("user", str(other.id)), ("desk", str(region.id))]
    assert mails_of(outbox, "team_called") == told * 2
    called = [m for m in outbox.all() if m.kind == "referrals/team_called"]
    assert regions_of(called[1]) == {region.id}
    for mail in called:
        assert referral.reference in mail.subject
        assert not any(word in mail.subject + mail.body for word in PUPIL_WORDS)


def test_a_coordinator_alone_without_a_desk_is_told_that_there_is_nobody_to_call(coordinator):
    with transaction():
        referral = make_referral()
        with pytest.raises(Refused, match="niemand om te mailen"):
            coordination.call_team(referral, actor=coordinator, now=at(MONDAY))
        assert desk_address(str(referral.region_id)) is None


# The page -----------------------------------------------------------------------------


def test_a_coordinator_helps_a_stuck_referral_on_and_reads_nothing_of_the_pupil(
    page, outbox, coordinator
):
    with transaction():
        school = make_organization("Vmbo Het Kompas", refers=True)
        mentor = make_user(Role.MENTOR, school, name="Ingrid Bos")
        bas = make_user(Role.MENTOR, school, name="Bas Smit")
        service = make_service()
        sam = make_user(Role.PROVIDER, service.organization, name="Sam de Vries")
        referral = make_referral(State.RECEIVED, service=service, mentor=mentor)
        region = referral.region
        region.desk_email = "loket@rijnstreek.example"
        address = f"/aanmeldingen/{referral.reference}"
        disable(mentor)
    page.sign_in(coordinator.email).get(address).press("Herinner nu")
    assert "Er is een herinnering verstuurd." in page.text
    assert "heeft de coördinator De Brug herinnerd" in page.main
    assert "Herinner nu" not in page.buttons()
    page.post(f"{address}/herinneren", _form_token(page))
    assert len(mails_of(outbox, "reminded_by_hand")) == 2, "two intake contacts, once each"
    page.get(address).press("Roep het team erbij")
    page.press("Bewaar de notitie", status=422)
    assert page.errors() == ["Schrijf op wat je wilt onthouden."]
    page.fill(facts_only="Gebeld met De Brug").press("Bewaar de notitie")
    assert "Gebeld met De Brug" in page.main
    page.fill(**{"school-person": bas.id}).press("Wijs deze verwijzer aan")
    assert "Bas Smit, Vmbo Het Kompas" in page.main
    page.fill(**{"ontvanger-person": sam.id}).press("Wijs deze ontvanger aan")
    assert not any(word in page.text for word in PUPIL_WORDS)
    (passed,) = [m for m in outbox.all() if m.kind == "referrals/passed_on"]
    assert passed.recipient_id == str(sam.id)
    assert passed.body.startswith("Dag Sam de Vries,\n\nDe coördinator van de regio vraagt je")
    page.sign_out()
    page.sign_in(bas.email).get(address)
    assert "D.K." in page.main and "Notitie van de coördinator" in page.main
    assert "Gebeld met De Brug" not in page.text
    assert {"Herinner nu", "Bewaar de notitie", "Roep het team erbij"}.isdisjoint(page.buttons())
    with transaction() as db:
        again = db.get_one(Referral, referral.id)
        assert (again.referrer_id, again.receiver_id) == (bas.id, sam.id)


def _form_token(page) -> dict[str, str]:
    token = next(f for f in page.tree.iter("input") if f.get("name") == "csrf_token")
    return {"csrf_token": token.get("value")}


@pytest.mark.parametrize(
    "word", ["herinneren", "team-erbij", "notitie", "andere-verwijzer", "andere-ontvanger"]
)
def test_a_deed_of_the_coordinator_is_nobody_elses(page, word):
    with transaction():
        referral = make_referral(State.RECEIVED)
        address = f"/aanmeldingen/{referral.reference}"
        people = [referral.referrer.email, intaker_of(referral).email]
    for email in people:
        page.sign_in(email).get(address)
        page.post(f"{address}/{word}", _form_token(page), status=403)
        page.get("/").sign_out()
