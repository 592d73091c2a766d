"""What a school is told about its summer list: how many rows, and where the list is."""

from flask import current_app

from ..accounts.models import Role, User
from ..accounts.queries import people_of
from ..kit.outbox import Recipient, post
from ..network.models import Organization
from .summer import Season

PAGE = "/aanmeldingen/zomer"


def silent(organization: Organization, count: int, *, owners: list[User]) -> None:
    """Nobody called about so many rows for three weeks."""
    _tell("referrals/summer_silent", organization, owners, f"{PAGE}?toon=stil", count=count)


def call_again(
    organization: Organization, count: int, season: Season, *, owners: list[User]
) -> None:
    """So many rows are still open: the round of 1 October begins."""
    _tell(
        "referrals/summer_call_again", organization, owners, PAGE,
        count=count, last_day=season.last_day,
    )  # fmt: skip


def _recipients(organization: Organization, owners: list[User]) -> list[tuple[Recipient, str]]:
    """The school's own mailbox and its care team; without either, whose pupils they are."""
    people = people_of(organization.id, Role.CARETEAM)
    mailbox = (
        [(Recipient("organization", str(organization.id)), organization.name)]
        if organization.email
        else []
    )
    return mailbox + [
        (Recipient("user", str(person.id)), person.name)
        for person in people or ([] if mailbox else owners)
    ]


def _tell(kind: str, organization: Organization, owners: list[User], page: str, **more) -> None:
    base_url: str = current_app.extensions["config"].base_url
    for recipient, name in _recipients(organization, owners):
        post(
            recipient, kind, thread=f"summer-{organization.id}", name=name,
            organization=organization, region=organization.region, link=f"{base_url}{page}",
            **more,
        )  # fmt: skip
