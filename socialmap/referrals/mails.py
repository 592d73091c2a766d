"""What is told to whom at each step. No mail carries a word about the pupil."""

from flask import current_app

from ..accounts.models import Role
from ..accounts.queries import people_of
from ..catalogue.queries import holiday_ahead, when_to_start
from ..kit.clock import local_day
from ..kit.outbox import Recipient, post
from ..network.models import Organization
from .models import Referral


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
    """The intake contacts of the service: who has an account there, else its mailbox."""
    service = referral.service
    people = people_of(service.organization_id, Role.PROVIDER)
    if people:
        return [(Recipient("user", str(person.id)), person.name) for person in people]
    contact = service.facts.contact
    return [(Recipient("service", service.id), contact.role)] if contact and contact.email else []


def sent(referral: Referral) -> None:
    """The confirmation to the school, and the question to the intake contact."""
    _tell(school_of(referral), "referrals/confirmation", referral)
    _tell(receivers_of(referral), "referrals/new_referral", referral)


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


def _tell(recipients: list[tuple[Recipient, str]], kind: str, referral: Referral) -> None:
    base_url = current_app.extensions["config"].base_url
    day = local_day(referral.edited_at)
    for recipient, name in recipients:
        post(
            recipient,
            kind,
            thread=f"referral-{referral.reference}",
            name=name,
            referral=referral,
            service=referral.service,
            provider=provider_name(referral),
            organization=referral.organization,
            region=referral.region,
            contact=referral.service.facts.contact,
            deputy=referral.service.facts.deputy,
            when=when_to_start(referral.service, day),
            holiday=holiday_ahead(referral.service, day),
            receivers=[receiver for _r, receiver in receivers_of(referral)],
            organization_is_told=bool(referral.organization.email),
            link=f"{base_url}/aanmeldingen/{referral.reference}",
        )


def provider_name(referral: Referral) -> str:
    """The receiving organization by name."""
    organization: Organization = referral.service.organization
    return organization.name
