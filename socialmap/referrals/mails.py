"""What is told to whom at each step. No mail carries a word about the pupil."""

from collections.abc import Iterator
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlmodel import select

from ..accounts.models import Absence, Role, User
from ..accounts.queries import people_of
from ..catalogue.models import Service
from ..kit import clock
from ..kit.calendars import Invitation
from ..kit.clock import local_day
from ..kit.database import session
from ..kit.outbox import OutboxMail, Recipient, post
from ..network.models import Organization, Region
from .duties import Duty, Kind
from .models import Meeting, MeetingStatus, Referral
from .receivers import receiver_of
from .standing_in import deputy_for
from .states import Side

MEETING_FORMS = {
    "provider": _("Bij de aanbieder"),
    "school": _("Op school"),
    "video": _("Beeldbellen"),
    "telephone": _("Aan de telefoon"),
    "elsewhere": _("Ergens anders"),
}
"""In which form people meet."""

HOLIDAYS = {
    "herfstvakantie": _("herfstvakantie"),
    "kerstvakantie": _("kerstvakantie"),
    "voorjaarsvakantie": _("voorjaarsvakantie"),
    "meivakantie": _("meivakantie"),
    "zomervakantie": _("zomervakantie"),
}
"""The school holidays, as a mail says them."""

THREAD = "referral-"
"""What the mails about a referral are kept in order by, followed by its reference."""


def school_of(referral: Referral) -> list[tuple[Recipient, str]]:
    """The referring side: who referred, and the organization's own mailbox, so that it is
    heard when a mentor is ill."""
    recipients = [(Recipient("user", str(referral.referrer_id)), referral.referrer.name)]
    if referral.organization.email:
        recipients.append(
            (Recipient("organization", str(referral.organization_id)), referral.organization.name)
        )
    return recipients


def receivers_of(referral: Referral) -> list[tuple[Recipient, str]]:
    """Who takes care of it at the receiver, else every intake contact, else its mailbox.

    Nobody of a referral that was noted only: this site tells the provider nothing about it.
    """
    if referral.is_elsewhere:
        return []
    to = receiver_of(referral)
    if referral.receiver and referral.receiver.is_active:
        return [(Recipient("user", str(referral.receiver_id)), referral.receiver.name)]
    if people := to.people:
        return [(Recipient("user", str(person.id)), person.name) for person in people]
    if to.service:
        contact = to.contact
        known = contact is not None and contact.email
        return [(Recipient("service", to.service.id), contact.role)] if contact and known else []
    mailbox = (Recipient("organization", str(referral.team_id)), to.name)
    return [mailbox] if to.organization.email else []


def sent(referral: Referral) -> None:
    """The confirmation to the school, and the question to the intake contact."""
    receivers = receivers_of(referral)
    _tell(
        school_of(referral), "referrals/confirmation", referral,
        receivers=[name for _recipient, name in receivers],
        when=receiver_of(referral).when(local_day(referral.edited_at)),
    )  # fmt: skip
    _tell(receivers, "referrals/new_referral", referral)


def told_at_sending(referral: Referral) -> tuple[list[str], list[str]]:
    """Names of who was written to when the referral was sent: the school's side, the receiver's."""
    return (
        [name for _recipient, name in school_of(referral)],
        [name for _recipient, name in receivers_of(referral)],
    )


def opened(referral: Referral) -> None:
    _tell(school_of(referral), "referrals/opened", referral)


def accepted(referral: Referral) -> None:
    _tell(school_of(referral), "referrals/accepted", referral)


def acknowledged(referral: Referral) -> None:
    _tell(school_of(referral), "referrals/acknowledged", referral)


def on_hold(referral: Referral) -> None:
    _tell(school_of(referral), "referrals/on_hold", referral)


def started(referral: Referral) -> None:
    _tell(school_of(referral), "referrals/started", referral)


def completed(referral: Referral) -> None:
    _tell(school_of(referral), "referrals/completed", referral)


def stopped(referral: Referral) -> None:
    _tell(school_of(referral), "referrals/stopped", referral)


def cancelled(referral: Referral) -> None:
    """To the receiving side, which may have been at work on it."""
    _tell(receivers_of(referral), "referrals/cancelled", referral)


def rejected(referral: Referral) -> None:
    _tell(school_of(referral), "referrals/rejected", referral)


def asked(referral: Referral) -> None:
    _tell(school_of(referral), "referrals/asked", referral)


def answered(referral: Referral) -> None:
    _tell(receivers_of(referral), "referrals/answered", referral)


def said(referral: Referral, *, by: Side) -> None:
    """To the other side than the one that wrote; to both what somebody wrote who looks along."""
    if by == Side.LOOKER:
        _tell_both(referral, "referrals/said", is_of_looker=True)
    elif by == Side.RECEIVER:
        _tell(school_of(referral), "referrals/said", referral)
    else:
        _tell(receivers_of(referral), "referrals/said", referral)


def progress_asked(referral: Referral) -> None:
    _tell(receivers_of(referral), "referrals/progress_asked", referral)


def supplemented(referral: Referral) -> None:
    _tell(receivers_of(referral), "referrals/supplemented", referral)


def taken_over(referral: Referral) -> None:
    """To both sides, for both have somebody else to turn to."""
    _tell_both(referral, "referrals/taken_over")


def passed_on(referral: Referral, *, by: Side) -> None:
    """To the one whose it is now."""
    _tell(receivers_of(referral), "referrals/passed_on", referral, by_team=by == Side.TEAM)


def told(referral: Referral, *, told_by: str) -> None:
    """To the receiving side: another noted what it said by telephone."""
    _tell(receivers_of(referral), "referrals/told", referral, told_by=told_by)


def meeting_planned(referral: Referral, meeting: Meeting, *, is_moved: bool) -> None:
    """To both sides, with the meeting for their calendars."""
    _tell_both(
        referral, "referrals/meeting_planned", is_moved=is_moved, meeting=meeting,
        meeting_form=MEETING_FORMS[meeting.form],
        invitation=lambda: _invitation(referral, meeting),
    )  # fmt: skip


def meeting_called_off(referral: Referral, meeting: Meeting) -> None:
    """To both sides, and out of their calendars."""
    _tell_both(
        referral, "referrals/meeting_called_off", meeting=meeting,
        invitation=lambda: _invitation(referral, meeting),
    )  # fmt: skip


def meeting_confirmed(referral: Referral, meeting: Meeting) -> None:
    _tell(school_of(referral), "referrals/meeting_confirmed", referral, meeting=meeting)


def meeting_to_confirm(referral: Referral, meeting: Meeting) -> None:
    _tell(receivers_of(referral), "referrals/meeting_to_confirm", referral, meeting=meeting)


def no_show(referral: Referral) -> None:
    _tell(school_of(referral), "referrals/no_show", referral)


def deputy_of(referral: Referral) -> list[tuple[Recipient, str]]:
    """Who stands in at the receiver, where the service names somebody with an address."""
    deputy = receiver_of(referral).deputy
    if deputy is None or not deputy.email or referral.service_id is None:
        return []
    return [(Recipient("deputy", referral.service_id), deputy.role)]


def stand_ins_of_school(referral: Referral) -> list[tuple[Recipient, str]]:
    """Who minds the referrals while the mentor has holidays: the mailbox and the care team."""
    careteam = people_of(referral.organization_id, Role.CARETEAM)
    mailbox = [one for one in school_of(referral) if one[0].kind == "organization"]
    return mailbox + [
        (Recipient("user", str(person.id)), person.name)
        for person in careteam
        if person.id != referral.referrer_id
    ]


ASKED = {
    Kind.OPEN: _("Open de aanmelding"),
    Kind.HEAR: _("Vraag de aanbieder hoe het staat"),
    Kind.ANSWER: _("Geef antwoord"),
    Kind.TAKE_NOTE: _("Neem voor kennisgeving aan of pak het op"),
    Kind.QUESTION: _("Beantwoord de vraag"),
    Kind.HOLD: _("Zeg of er plek is"),
    Kind.MEETING: _("Plan de kennismaking"),
    Kind.RECORD: _("Leg de kennismaking vast"),
    Kind.CONFIRM: _("Bevestig het gesprek"),
    Kind.START: _("Noteer of de leerling is begonnen"),
    Kind.CHECK: _("Vertel hoe het nu gaat"),
    Kind.COMPLETE: _("Noteer hoe het afliep"),
    Kind.FOLLOW_UP: _("Noteer waar de leerling nu is"),
}
"""What is asked of who has the duty."""


def _about(referral: Referral, duty: Duty) -> dict[str, Any]:
    """What a mail about a duty tells."""
    is_of_receiver = duty.owner == Side.RECEIVER
    return {
        "duty": duty,
        "todo": ASKED[duty.kind],
        "owner_name": provider_name(referral) if is_of_receiver else referral.organization.name,
    }


def reminded(referral: Referral, duty: Duty, recipients: list[tuple[Recipient, str]]) -> None:
    """To who has the duty: its day has passed."""
    _tell(recipients, "referrals/reminder", referral, **_about(referral, duty))


def overdue(referral: Referral, duty: Duty) -> None:
    """To the school: the other side is late, and was reminded."""
    _tell(school_of(referral), "referrals/overdue", referral, **_about(referral, duty))


def escalated(referral: Referral, duty: Duty, recipients: list[tuple[Recipient, str]]) -> None:
    """To the coordinator: a reminder did not help."""
    _tell(recipients, "referrals/escalated", referral, **_about(referral, duty))


def reminded_by_hand(
    referral: Referral, duty: Duty, recipients: list[tuple[Recipient, str]]
) -> None:
    """To who has the duty, late or not: the coordinator asks."""
    _tell(recipients, "referrals/reminded_by_hand", referral, **_about(referral, duty))


def team_called(
    referral: Referral, duty: Duty, recipients: list[tuple[Recipient, str]], *, by: str
) -> None:
    """To the team of the region: this one is stuck. Number, places and dates."""
    assert referral.sent_at is not None  # nobody sees a draft but who writes it
    _tell(
        recipients, "referrals/team_called", referral, by=by,
        sent_on=local_day(referral.sent_at), **_about(referral, duty),
    )  # fmt: skip


def corrected(referral: Referral, *, is_reopened: bool) -> None:
    """To the school: what was noted as told was not so."""
    _tell(school_of(referral), "referrals/corrected", referral, is_reopened=is_reopened)


def checked(referral: Referral, *, is_well: bool) -> None:
    _tell(school_of(referral), "referrals/checked", referral, is_well=is_well)


def forwarded(referral: Referral, draft: Referral, *, by: Side) -> None:
    """To the school: it belongs elsewhere, and a draft for that place is ready. To the receiver,
    which may be at work on it, when it was not the one that said so."""
    if by != Side.RECEIVER:
        _tell(receivers_of(referral), "referrals/cancelled", referral, by_coordinator=True)
    _tell(
        school_of(referral), "referrals/forwarded", referral,
        link=_link(draft), other=receiver_of(draft), other_provider=provider_name(draft),
    )  # fmt: skip


def _invitation(referral: Referral, meeting: Meeting) -> Invitation:
    """The meeting for a calendar: number, place of the meeting and link, no word of a pupil.

    In the language spoken now, which is that of the recipient.
    """
    provider, reference = provider_name(referral), referral.reference
    places = {"provider": provider, "school": referral.organization.name}
    return Invitation(
        uid=f"{meeting.uid}@socialmap",
        sequence=meeting.sequence,
        stamp=referral.edited_at,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        summary=str(_("Kennismaking aanmelding %(reference)s", reference=reference)),
        description=str(
            _(
                "%(service)s, %(provider)s. Waar precies en met wie staat op de site.",
                service=receiver_of(referral).name,
                provider=provider,
            )
        ),
        location=places.get(meeting.form) or str(MEETING_FORMS[meeting.form]),
        url=_link(referral),
        is_cancelled=meeting.status == MeetingStatus.CALLED_OFF,
    )


def _link(referral: Referral) -> str:
    base_url: str = current_app.extensions["config"].base_url
    return f"{base_url}/aanmeldingen/{referral.reference}"


def _tell_both(referral: Referral, kind: str, **more: Any) -> None:
    _tell(school_of(referral), kind, referral, **more)
    _tell(receivers_of(referral), kind, referral, **more)


def _tell(
    recipients: list[tuple[Recipient, str]], kind: str, referral: Referral, **more: Any
) -> None:
    schools, to = school_of(referral) + stand_ins_of_school(referral), receiver_of(referral)
    holiday = to.holiday(local_day(referral.edited_at))
    told: dict[str, Any] = {
        "referral": referral,
        "to": to,
        "provider": provider_name(referral),
        "organization": referral.organization,
        "region": referral.region,
        "contact": to.contact,
        "deputy": to.deputy,
        "holiday": holiday,
        "holiday_name": HOLIDAYS.get(holiday.name, holiday.name) if holiday else None,
        "organization_is_told": bool(referral.organization.email),
        "link": _link(referral),
    } | more
    for recipient, name, absence in _with_deputies(referral, recipients):
        post(
            recipient,
            kind,
            thread=f"{THREAD}{referral.reference}",
            name=name,
            to_school=(recipient, name) in schools
            or (absence is not None and absence.user_id == referral.referrer_id),
            absence=absence,
            **told,
        )


def _with_deputies(
    referral: Referral, recipients: list[tuple[Recipient, str]]
) -> Iterator[tuple[Recipient, str, Absence | None]]:
    """Everybody who is told, and who stands in for them: because of whose absence."""
    told = {recipient.id for recipient, _name in recipients if recipient.kind == "user"}
    for recipient, name in recipients:
        yield recipient, name, None
        if recipient.kind != "user":
            continue
        absence = deputy_for(referral, int(recipient.id), clock.today())
        if absence and absence.deputy and str(absence.deputy_id) not in told:
            told.add(str(absence.deputy_id))
            yield Recipient("user", str(absence.deputy_id)), absence.deputy.name, absence


def people_told(referral: Referral) -> list[int]:
    """Who of both sides is written to by name."""
    told = school_of(referral) + receivers_of(referral)
    return [int(recipient.id) for recipient, _name in told if recipient.kind == "user"]


def provider_name(referral: Referral) -> str:
    """The receiving organization by name."""
    return receiver_of(referral).organization.name


# What a mail in the outbox was about, and for whom ----------------------------------


def referral_of(mail: OutboxMail) -> Referral | None:
    """The referral that a mail tells about; ``None`` for a mail about something else."""
    if not mail.thread.startswith(THREAD):
        return None
    reference = mail.thread.removeprefix(THREAD)
    return session().exec(select(Referral).where(Referral.reference == reference)).unique().first()


def recipient_of(mail: OutboxMail) -> User | Organization | Service | Region | None:
    """Whom a mail was for, also when there is no address any more."""
    match mail.recipient_kind:
        case "user":
            return session().get(User, int(mail.recipient_id))
        case "organization":
            return session().get(Organization, int(mail.recipient_id))
        case "service" | "deputy":
            return session().get(Service, mail.recipient_id)
        case "desk":
            return session().get(Region, int(mail.recipient_id))
        case _:
            return None


def regions_of(mail: OutboxMail) -> set[int | None]:
    """Whose concern a mail is: the region of its referral, else those of the recipient."""
    if referral := referral_of(mail):
        return {referral.region_id}
    match recipient_of(mail):
        case User() as user:
            held = user.memberships
            return {m.organization.region_id if m.organization else m.region_id for m in held}
        case Organization() as organization:
            return {organization.region_id}
        case Service() as service:
            return {service.organization.region_id}
        case Region() as region:
            return {region.id}
        case _:
            return set()
