"""Making people, organizations, services and referrals for a test, through the real operations."""

import itertools
from datetime import UTC, datetime, time, timedelta
from functools import cache
from string import ascii_uppercase

from socialmap.accounts.models import Role, User
from socialmap.accounts.operations import choose_language, create_user
from socialmap.accounts.queries import people_of
from socialmap.catalogue.documents import ServiceDocument
from socialmap.catalogue.models import Service
from socialmap.editorial.operations import create_organization, publish
from socialmap.kit import clock
from socialmap.kit.database import session
from socialmap.kit.language import DUTCH
from socialmap.network.models import Organization, ReceivesAs, Region
from socialmap.network.operations import create_region
from socialmap.network.queries import municipality_named, organization_named, region_by_slug
from socialmap.referrals import meetings
from socialmap.referrals import operations as referrals
from socialmap.referrals.models import Referral
from socialmap.referrals.receivers import Receiver, receiver_of
from socialmap.referrals.states import Side, State

from .conftest import QUICK_HASHER
from .page import PASSWORD

_number = itertools.count(1)

PUPIL = {
    "handover": "to_help",
    "why_here": "Kleine groep helpt haar weer op gang.",
    "done_so_far": "Mentorgesprekken en een aangepast rooster.",
    "other_helpers": "Schoolmaatschappelijk werk",
    "called": "Dounia",
    "initials": "D.K.",
    "birth_month": "3",
    "birth_year": "2009",
    "municipality": "Leiden",
    "education": "vmbo",
    "year": "leerjaar 4",
    "reach": "pupil",
    "reach_details": "06 10 20 30 40",
    "own_words": "Ik wil wel leren maar niet in zo’n volle klas.",
    "pupil_agrees": "yes",
    "pupil_on": "2026-11-20",
    "pupil_way": "together",
    "meeting": "together",
    "meeting_times": "donderdag na 15.00 uur",
}
"""A form about an invented pupil; every free text in it may be searched for in mails and logs."""

_letters = itertools.product(ascii_uppercase, repeat=3)


def new_initials() -> str:
    """Initials that nobody had before: a pupil who is referred twice is asked about."""
    return "".join(f"{letter}." for letter in next(_letters))


PUPIL_WORDS = (
    "Dounia", "D.K.", "Kleine groep", "Mentorgesprekken", "Schoolmaatschappelijk werk",
    "06 10 20 30 40", "volle klas", "donderdag na",
)  # fmt: skip


def at(day, hour: int = 10) -> datetime:
    """A moment on a day."""
    return datetime.combine(day, time(hour), tzinfo=UTC)


def make_region(name: str = "Rijnstreek", places=("Leiden", "Katwijk"), **settings) -> Region:
    found = [municipality_named(place) for place in places]
    return create_region(name=name, municipalities=found, **settings)


def the_region() -> Region:
    return region_by_slug("rijnstreek") or make_region()


def make_organization(name: str | None = None, *, kind: str = "vo-school", **facts):
    region = facts.pop("region", None) or the_region()
    name = name or f"School {next(_number)}"
    facts.setdefault("email", f"post{next(_number)}@school.example")
    return create_organization(name=name, kind=kind, region_id=region.id, **facts)


@cache
def _hashed() -> str:
    """The password of everybody."""
    return QUICK_HASHER.hash(PASSWORD)


def make_user(role: Role, organization: Organization | None = None, **facts) -> User:
    number, language = next(_number), facts.pop("language", DUTCH)
    user = create_user(
        email=facts.pop("email", f"{role}{number}@mail.example"),
        name=facts.pop("name", f"{role} {number}".capitalize()),
        role=role,
        organization=organization,
        region=facts.pop("region", None) or (the_region() if role == Role.COORDINATOR else None),
        **facts,
    )
    user.password_hash = user.password_hash or _hashed()
    choose_language(user, language)
    return user


def make_document(**facts) -> ServiceDocument:
    number = next(_number)
    values: dict[str, object] = {
        "id": f"t{number:03d}",
        "name": f"Rebound {number}",
        "organization": "De Brug",
        "summary": "Tijdelijke opvang voor leerlingen.",
        "goal": "school",
        "municipality": "Leiden",
        "how_to_refer": "here",
        "contact_role": "Coördinator rebound",
        "contacts": [
            {"role": "Coördinator rebound", "phone": "071 123 45 67", "email": "r@brug.example"},
            {"role": "Intaker", "phone": "071 123 45 60", "deputy": True},
        ],
        "intake_moments": [
            {"type": "dates", "dates": [{"start": "2027-01-04", "deadline": "2026-12-11"}]}
        ],
    }
    return ServiceDocument.model_validate({**values, **facts})


def make_service(**facts) -> Service:
    """A service with, unless it is told apart, an organization that has an intake contact."""
    with_contact = facts.pop("with_intake_contact", True)
    document = make_document(**facts)
    organization = organization_named(document.organization) or make_organization(
        document.organization, kind="samenwerkingsverband"
    )
    if with_contact and not people_of(organization.id, Role.PROVIDER):
        make_user(Role.PROVIDER, organization, name="Noor Intake")
    return publish(document, actor=None, today=clock.today())


def make_referral(
    state: State = State.REQUESTED, *, service: Service | None = None, mentor: User | None = None,
    team: Organization | None = None, wants_action: bool = True, **answers,
) -> Referral:  # fmt: skip
    """A referral, to a service or to this team, that came to this state by its real steps."""
    to = Receiver(team=team) if team else Receiver(service or make_service())
    mentor = mentor or make_user(Role.MENTOR, make_organization(refers=True))
    school = session().get(Organization, next(iter(mentor.organization_ids(Role.MENTOR))))
    referral = referrals.start_draft(
        to=to, organization=school, actor=mentor, start_key=f"key-{next(_number)}",
        now=clock.now(),
    )  # fmt: skip
    referrals.save_draft(referral, {**PUPIL, **answers}, wants_action=wants_action, now=clock.now())
    if state == State.DRAFT:
        return referral
    referrals.send(referral, actor=mentor, now=clock.now())
    if state == State.REQUESTED:
        return referral
    intaker = intaker_of(referral)
    referrals.open_referral(referral, actor=intaker, now=clock.now())
    accepted = (State.ACCEPTED, State.READY, State.IN_PROGRESS, State.COMPLETED, State.FAILED)
    if state in accepted:
        referrals.accept(referral, actor=intaker, contact="Noor", note="", now=clock.now())
    if state == State.READY:
        plan_meeting(referral, actor=intaker)
    if state in (State.IN_PROGRESS, State.COMPLETED):
        referrals.start(referral, actor=intaker, on=clock.today(), now=clock.now())
    if state == State.COMPLETED:
        referrals.complete(
            referral, actor=intaker, outcome="work", follow_up="De jobcoach", now=clock.now()
        )
    if state == State.FAILED:
        referrals.stop(
            referral, actor=intaker, reason="own_wish", follow_up="De mentor", now=clock.now()
        )
    if state == State.REJECTED:
        referrals.reject(referral, actor=intaker, reason="full", advice="Bel", now=clock.now())
    if state == State.ON_HOLD:
        referrals.hold(
            referral, actor=intaker, reason="waiting_list", note="",
            until=clock.today() + timedelta(days=30), now=clock.now(),
        )  # fmt: skip
    if state == State.CANCELLED:
        referrals.cancel(referral, actor=mentor, reason="pupil", note="", now=clock.now())
    return referral


def plan_meeting(referral: Referral, *, actor: User, days: int = 3, side: Side = Side.RECEIVER):
    """Plan or move the meeting of a referral, so many days from today."""
    meetings.plan(
        referral, actor=actor, side=side, starts_at=at(clock.today() + timedelta(days=days), 14),
        minutes=60, form="provider", where="Kamer 12", now=clock.now(),
    )  # fmt: skip


def record_meeting(referral: Referral, *, actor: User, side: Side = Side.RECEIVER, **written):
    """Write down a meeting at which everybody was, or what else is given."""
    record = {
        "held_on": clock.today(),
        "form": "provider",
        "present": ("pupil", "parent", "sender", "receiver"),
        "agreed": "Dounia komt elke dag om 9 uur.",
        "next_step": "Eerste dag",
        "next_on": clock.today() + timedelta(days=14),
        "contact": "Noor, 071 123 45 67",
        "has_support_agreements": True,
        "calls_old_mentor": True,
    }
    found = meetings.Record(**(record | written))
    meetings.record(referral, actor=actor, side=side, written=found, now=clock.now())


def intaker_of(referral: Referral) -> User:
    return receiver_of(referral).people[0]


def make_team(name: str = "Verwijsteam", *, receives_as: ReceivesAs = ReceivesAs.TEAM):
    """A team or desk of the region, with somebody who takes care of what comes in."""
    team = make_organization(name, kind="samenwerkingsverband", receives_as=receives_as)
    make_user(Role.CARETEAM, team, name="Tess van het team")
    return team
