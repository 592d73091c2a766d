"""A pupil who goes on from one referral to the next, and the same pupil twice at one place.

What was filled in goes along, but for why this place (and why work), what that place asks
itself, and the agreement: that is asked anew for each place. Whether it is the same pupil is
compared within one organization, by reading its own open referrals; no number of a person is
kept for it.
"""

from datetime import date, datetime

from sqlmodel import col, select

from ..accounts.models import Role, User
from ..accounts.queries import people_of
from ..kit.clock import local_day
from ..kit.database import session
from ..kit.errors import Refused
from ..kit.words import _
from . import mails
from .duties import Kind, duty_of
from .models import Referral
from .operations import (
    FORM,
    advance,
    conclude,
    follow_up,
    private_name,
    read_private,
    start_draft,
    write_private,
)
from .receivers import Receiver, receiver_of
from .standing_in import covers_referrer, deputy_for
from .states import OPEN, Side, State, Step

ANSWERS_THAT_GO_ALONG = (
    "done_so_far", "other_helpers", "called", "initials", "birth_month", "birth_year",
    "municipality", "education", "year", "reach", "reach_details", "own_words", "meeting",
    "meeting_times", "papers", "papers_by", "other_reference", "leaves_on", "leaves_ground",
    "leaves_by", "leaves_cause", "handover",
)  # fmt: skip
_SAME = ("initials", "birth_month", "birth_year")


def start_next(
    previous: Referral, *, to: Receiver, actor: User, start_key: str, now: datetime
) -> Referral:
    """A draft for the next place with the same answers, or the one that the key started already.

    Raises ``Refused`` when the place takes no referrals here, or when nothing is left to go along.
    """
    if not to.takes_referrals:
        raise Refused(
            _("Bij %(name)s kun je nu niet via deze site aanmelden. Bel daar even.", name=to.name)
        )
    if previous.is_draft or previous.is_elsewhere or previous.erased_at is not None:
        raise Refused(_("Van deze aanmelding zijn geen antwoorden meer om mee te nemen."))
    draft = start_draft(
        to=to, organization=previous.organization, actor=actor, start_key=start_key, now=now,
    )  # fmt: skip
    if draft.previous_id is None and draft.is_draft:
        draft.previous_id = previous.id
        content = read_private(previous, FORM)
        kept: dict[str, object] = {
            name: content[name] for name in ANSWERS_THAT_GO_ALONG if name in content
        }
        write_private(draft, FORM, kept)
    return draft


def note_landed(referral: Referral, *, actor: User, now: datetime) -> None:
    """A referral that was just sent: what it follows needs no looking after any more."""
    previous = referral.previous
    duty = duty_of(previous) if previous else None
    if previous is not None and duty is not None and duty.kind == Kind.FOLLOW_UP:
        follow_up(previous, actor=actor, landed="next_referral", note="", now=now)


def forward(
    referral: Referral, *, actor: User, side: Side, to: Receiver, advice: str, now: datetime
) -> Referral:
    """The wrong address: it belongs to another place, for which the school finds a draft ready."""
    if to == receiver_of(referral):
        raise Refused(_("Kies een andere plek dan deze."))
    draft = start_next(
        referral, to=to, actor=_whose_draft(referral, local_day(now)),
        start_key=f"forward-{referral.id}-{to.key}", now=now,
    )  # fmt: skip
    event = advance(referral, Step.FORWARD, side=side, actor=actor, now=now)
    write_private(referral, private_name(event), {"advice": advice, "to": to.name})
    conclude(referral, actor, "forward referral")
    mails.forwarded(referral, draft, by=side)
    return draft


def _whose_draft(referral: Referral, today: date) -> User:
    """Who referred; while away the colleague who stands in; when that account is closed one who
    sees the school's referrals."""
    absence = deputy_for(referral, referral.referrer_id, today)
    deputy = absence.deputy if absence else None
    if deputy is not None and covers_referrer(deputy, referral, today):
        return deputy
    if referral.referrer.is_active:
        return referral.referrer
    team = people_of(referral.organization_id, Role.CARETEAM)
    return team[0] if team else referral.referrer


def chain_of(referral: Referral) -> list[Referral]:
    """The referrals of the same pupil that hang together, the first one first; drafts not."""
    first = referral
    while first.previous is not None:
        first = first.previous
    found, border = [first], [first.id]
    while border:
        query = select(Referral).where(
            col(Referral.previous_id).in_(border), Referral.state != State.DRAFT
        )
        following = list(session().exec(query.order_by(col(Referral.id))).unique())
        found += following
        border = [one.id for one in following]
    return found


def open_at_the_same_place(draft: Referral) -> Referral | None:
    """An open referral by the same organization to the same place, of who seems the same pupil."""
    others = session().exec(
        select(Referral).where(
            Referral.organization_id == draft.organization_id,
            Referral.service_id == draft.service_id,
            Referral.team_id == draft.team_id,
            col(Referral.state).in_(OPEN),
            col(Referral.is_elsewhere).is_(False),
            Referral.id != draft.id,
        )
    )
    pupil = _pupil_of(draft)
    return next((other for other in others.unique() if _pupil_of(other) == pupil), None)


def _pupil_of(referral: Referral) -> tuple[str, ...]:
    content = read_private(referral, FORM)
    initials = str(content.get("initials", "")).replace(".", "").replace(" ", "").casefold()
    return initials, *(str(content.get(name, "")) for name in _SAME[1:])


def ended_of(user: User) -> list[Referral]:
    """Somebody's own referrals that ended without a place, and whose answers can go along."""
    query = (
        select(Referral)
        .where(
            Referral.referrer_id == user.id,
            col(Referral.state).in_((State.REJECTED, State.FAILED, State.CANCELLED)),
            col(Referral.erased_at).is_(None),
            col(Referral.is_elsewhere).is_(False),
            Referral.duty == Kind.FOLLOW_UP,
        )
        .order_by(col(Referral.edited_at).desc())
    )
    return list(session().exec(query).unique())
