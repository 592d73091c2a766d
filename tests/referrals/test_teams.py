"""First the team: a referral to a team or desk of the region, which then points the way."""

import pytest

from socialmap.accounts.models import Role
from socialmap.accounts.operations import give_role
from socialmap.accounts.permissions import can
from socialmap.kit import clock
from socialmap.kit.database import session, transaction
from socialmap.kit.errors import Refused
from socialmap.network.models import ReceivesAs
from socialmap.network.operations import let_receive
from socialmap.network.queries import organization_named
from socialmap.referrals import chains, operations, queries
from socialmap.referrals.lists import facts_seen_by, lists_of
from socialmap.referrals.permissions import Permission
from socialmap.referrals.receivers import Receiver, receiver_named, teams_for
from socialmap.referrals.states import Side, State

from ..world import (
    PUPIL_WORDS,
    intaker_of,
    make_organization,
    make_referral,
    make_region,
    make_service,
    make_team,
    make_user,
    new_initials,
)

pytestmark = pytest.mark.usefixtures("site")


def mentor_and_team(**facts):
    mentor = make_user(Role.MENTOR, make_organization(refers=True))
    return mentor, make_team(**facts)


def token_of(page) -> str:
    """What a form of the page at hand would send against forgery."""
    return next(e.get("value") for e in page.tree.iter("input") if e.get("name") == "csrf_token")


def test_a_mentor_sees_the_teams_of_the_own_region_that_somebody_answers_for():
    with transaction():
        mentor, team = mentor_and_team()
        desk = make_team("Loket", receives_as=ReceivesAs.DESK)
        make_organization("Nog niemand", receives_as=ReceivesAs.TEAM)
        far = make_region("Maasmond", ["Rotterdam"])
        elsewhere = make_organization("Ver weg", region=far, receives_as=ReceivesAs.TEAM)
        make_user(Role.CARETEAM, elsewhere)
        assert teams_for(mentor) == [team, desk]


def test_nobody_refers_to_the_team_in_which_they_sit_themselves():
    with transaction():
        _mentor, team = mentor_and_team()
        member = Receiver(team=team).people[0]
        assert teams_for(member) == []


def test_a_mentor_refers_to_a_team_and_the_team_answers(page):
    with transaction():
        mentor, team = mentor_and_team()
        make_service(name="Pluscoach", organization="De Sluis")
        member, slug = Receiver(team=team).people[0], team.slug
    page.sign_in(mentor.email).get("/aanmeldingen/nieuw")
    assert "Verwijsteam" in page.main
    page.get(f"/aanmeldingen/nieuw/{slug}")
    page.fill(
        handover="other_handover", why_here="Er speelt veel.", done_so_far="Gesprekken"
    ).press("Verder naar: over de leerling")
    with transaction():
        draft = queries.drafts_of(mentor)[0]
        assert (draft.service_id, draft.team.name) == (None, "Verwijsteam")
        reference = draft.reference
        content = make_referral(State.DRAFT, team=team, initials=new_initials())
        operations.write_private(draft, "form", operations.read_private(content, "form"))
    page.get(f"/aanmeldingen/{reference}/nalezen")
    assert "Zo komt het bij Verwijsteam." in page.main
    page.press("Verstuur de aanmelding")
    page.get("/aanmeldingen").sign_out()
    page.sign_in(member.email).get("/aanmeldingen")
    assert "Bij jullie binnengekomen" in page.main and reference in page.main
    page.get(f"/aanmeldingen/{reference}").press("Openen")
    page.get(f"/aanmeldingen/{reference}")
    assert "Er speelt veel." in page.main or "Kleine groep" in page.main
    page.fill(belongs_to="Pluscoach", forward_advice="Een coach past.")
    page.press("Verwijs door")
    page.get("/aanmeldingen").sign_out()
    page.sign_in(mentor.email).get(f"/aanmeldingen/{reference}")
    assert "Verwijsteam wijst een andere plek" in page.main and "Doorverwezen" in page.main
    with transaction():
        assert [queries.receiver_of(d).name for d in queries.drafts_of(mentor)][:1] == ["Pluscoach"]


def test_the_team_is_told_by_mail_and_nothing_of_the_pupil_is_in_it(outbox):
    with transaction():
        _mentor, team = mentor_and_team()
        referral = make_referral(team=team)
        member = intaker_of(referral)
    mails = outbox.to("user", member.id)
    assert [mail.kind for mail in mails] == ["referrals/new_referral"]
    assert not any(word in mail.body for mail in outbox.all() for word in PUPIL_WORDS)


def test_a_team_without_accounts_hears_in_its_mailbox_and_a_closed_account_does_not_count(outbox):
    with transaction():
        mentor, team = mentor_and_team()
        member = Receiver(team=team).people[0]
        referral = make_referral(State.DRAFT, team=team, mentor=mentor)
        member.disabled_at = clock.now()
        session().flush()
        assert teams_for(mentor) == []
        with pytest.raises(Refused, match="Bij Verwijsteam kun je nu niet"):
            operations.send(referral, actor=mentor, now=clock.now())


@pytest.mark.parametrize(
    ("who", "sees", "reads"),
    [
        ("mentor", True, True),
        ("careteam of the school", True, True),
        ("member of the team", True, True),
        ("intake contact of the team", True, True),
        ("mentor of the team", False, False),
        ("member of another team", False, False),
        ("intake contact elsewhere", False, False),
        ("coordinator", True, False),
        ("admin", False, False),
    ],
)
def test_who_sees_and_reads_what_went_to_a_team(who, sees, reads):
    with transaction():
        mentor, team = mentor_and_team()
        referral = make_referral(State.RECEIVED, team=team, mentor=mentor)
        people = {
            "mentor": mentor,
            "careteam of the school": make_user(Role.CARETEAM, referral.organization),
            "member of the team": intaker_of(referral),
            "intake contact of the team": make_user(Role.PROVIDER, team),
            "mentor of the team": make_user(Role.MENTOR, team),
            "member of another team": Receiver(team=make_team("Ander team")).people[0],
            "intake contact elsewhere": make_user(Role.PROVIDER, make_organization()),
            "coordinator": make_user(Role.COORDINATOR),
            "admin": make_user(Role.ADMIN),
        }
        assert can(people[who], Permission.SEE, referral) is sees
        assert can(people[who], Permission.READ, referral) is reads


def test_a_team_that_is_stopped_keeps_what_came_in():
    with transaction():
        mentor, team = mentor_and_team()
        referral = make_referral(State.RECEIVED, team=team, mentor=mentor)
        let_receive(team, None)
        assert teams_for(mentor) == []
        assert can(intaker_of(referral), Permission.READ, referral)


def test_a_provider_sends_on_to_the_desk_by_its_name():
    with transaction():
        make_team("Loket Rijnstreek", receives_as=ReceivesAs.DESK)
        referral = make_referral(State.RECEIVED)
        to = receiver_named("loket rijnstreek")
        draft = chains.forward(
            referral, actor=intaker_of(referral), side=Side.RECEIVER, to=to, advice="Te veel.",
            now=clock.now(),
        )  # fmt: skip
        assert draft.team is not None and draft.team.name == "Loket Rijnstreek"
        assert receiver_named("Bestaat niet") is None


def test_after_a_no_the_school_asks_the_team_with_the_same_answers(page):
    with transaction():
        referral = make_referral(State.REJECTED)
        make_team()
        mentor = referral.referrer
    page.sign_in(mentor.email).get(f"/aanmeldingen/{referral.reference}")
    page.press("Vraag Verwijsteam")
    with transaction():
        draft = queries.drafts_of(mentor)[0]
        assert draft.team is not None and draft.previous_id == referral.id
        assert operations.read_private(draft, "form")["called"] == "Dounia"


def test_only_the_school_asks_the_team_and_only_a_team_of_its_own_region(page):
    with transaction():
        referral = make_referral(State.REJECTED)
        make_team()
        intaker, mentor = intaker_of(referral), referral.referrer
    address = f"/aanmeldingen/{referral.reference}/naar-team"
    page.sign_in(intaker.email)
    page.post(f"{address}/verwijsteam", {"csrf_token": token_of(page)}, status=403)
    page.get("/aanmeldingen").sign_out()
    page.sign_in(mentor.email)
    page.post(f"{address}/bestaat-niet", {"csrf_token": token_of(page)}, status=404)


def test_the_same_pupil_at_the_same_team_is_asked_about():
    with transaction():
        mentor, team = mentor_and_team()
        first = make_referral(State.REQUESTED, team=team, mentor=mentor)
        again = make_referral(State.DRAFT, team=team, mentor=mentor)
        at_service = make_referral(State.DRAFT, mentor=mentor)
        assert chains.open_at_the_same_place(again) == first
        assert chains.open_at_the_same_place(at_service) is None


def test_a_referral_goes_to_a_service_or_a_team_and_never_to_both_or_none():
    with transaction() as db:
        referral = make_referral(State.DRAFT)
        db.flush()
        referral.service_id = None
        with pytest.raises(Exception, match="goes_to_one_place"):
            db.flush()
        db.rollback()


def test_a_coordinator_says_which_teams_and_desk_there_are(page):
    with transaction():
        make_organization("Loket Rijnstreek", kind="doorstroompunt")
        make_organization("Tweede loket", kind="gemeente")
        coordinator = make_user(Role.COORDINATOR)
    page.sign_in(coordinator.email).get("/beheer/teams")
    page.fill(organization="Bestaat niet", receives_as="desk").press("Voeg toe", status=422)
    assert page.errors() == ["Deze organisatie staat niet in jouw regio."]
    page.fill(organization="loket rijnstreek", receives_as="desk").press("Voeg toe")
    page.get("/beheer/teams")
    assert "Loket van de regio" in page.main and "Nog niemand met een account" in page.main
    page.fill(organization="Tweede loket", receives_as="desk").press("Voeg toe", status=422)
    assert page.errors() == ["Het loket is nu Loket Rijnstreek. Er is één loket: stop dat eerst."]
    page.get("/beheer/teams").press("Geen nieuwe aanmeldingen meer : Loket Rijnstreek")
    with transaction():
        assert organization_named("Loket Rijnstreek").receives_as is None


def test_a_coordinator_of_another_region_does_not_stop_a_team(page):
    with transaction():
        make_team()
        far = make_region("Maasmond", ["Rotterdam"])
        coordinator = make_user(Role.COORDINATOR, region=far)
    page.sign_in(coordinator.email).get("/beheer/teams")
    token = {"csrf_token": token_of(page)}
    page.post("/beheer/teams/verwijsteam/stoppen", token, status=404)


def test_where_a_service_takes_no_referrals_here_the_desk_is_named(page):
    with transaction():
        mentor, _team = mentor_and_team(name="Loket", receives_as=ReceivesAs.DESK)
        service = make_service(how_to_refer="phone_or_mail")
    page.sign_in(mentor.email).get(f"/aanbod/{service.slug}/elders-aangemeld")
    assert "Liever via een team of loket?" in page.main


def test_the_list_of_a_team_has_what_went_to_it_beside_services():
    with transaction():
        _mentor, team = mentor_and_team()
        referral = make_referral(team=team)
        make_referral()
        found = facts_seen_by(intaker_of(referral), Side.RECEIVER, clock.today())
        assert [(f.reference, f.service, f.provider.name) for f in found] == [
            (referral.reference, "Verwijsteam", "Verwijsteam")
        ]


def test_who_refers_and_sits_in_a_team_begins_with_what_was_sent():
    with transaction():
        _mentor, team = mentor_and_team()
        both = make_user(Role.CARETEAM, make_organization(refers=True))
        give_role(both, role=Role.CARETEAM, organization=team)
        session().refresh(both)
        intaker = intaker_of(make_referral())
        assert lists_of(both, clock.today()) == [Side.REFERRER, Side.RECEIVER]
        assert lists_of(intaker, clock.today()) == [Side.RECEIVER]
