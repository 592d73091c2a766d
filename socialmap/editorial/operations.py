"""``publish()``: the only writer of services and of the words they bring.

It turns a checked document into a row, keeps the whole document as a revision, and tells
the index by a change row, all in the transaction of whoever called it. An import of many
services goes the same way in bulk (``imports``).
"""

import re
from datetime import date

from ..accounts.models import User
from ..catalogue import vocabularies
from ..catalogue.documents import ServiceDocument
from ..catalogue.models import OldSlug, Revision, Service
from ..catalogue.queries import service_by_id, service_by_slug
from ..kit import changes
from ..kit.database import session
from ..kit.errors import Refused
from ..kit.slugs import slugify, unused
from ..kit.words import _
from ..network.models import Agreement, Organization, Region
from ..network.queries import organization_by_slug, organization_named
from .normal import Normalizer


def publish(
    document: ServiceDocument,
    *,
    actor: User | None,
    today: date,
    is_demo: bool = False,
    normalizer: Normalizer | None = None,
) -> Service:
    """Put a service in the catalogue, new or changed.

    ``normalizer`` saves looking the vocabularies up again for each of many documents.
    Raises ``Refused`` when it names an organization or municipality that is not there.
    """
    normalizer = normalizer or Normalizer()
    document = as_stored(normalizer.normal(document), today)
    normalizer.words.add_unknown()
    organization = organization_named(document.organization)
    if organization is None:
        raise Refused(
            _("De organisatie %(name)s staat niet in het netwerk.", name=document.organization)
        )
    service, edited_on = service_by_id(document.id), document.updated or today
    if service is None:
        service = Service(
            id=document.id, slug="", name=document.name, organization_id=organization.id,
            document={}, version=0, created_on=edited_on, edited_on=edited_on, is_demo=is_demo,
        )  # fmt: skip
    _move_to_slug_of(service, document.name)
    place = normalizer.place(document.municipality) if document.municipality else None
    service.name, service.status = document.name, document.status
    service.hub_id = document.hub
    service.organization_id = organization.id
    service.municipality_code = place.code if place else None
    service.document = plain(document)
    service.version += 1
    service.edited_on = edited_on
    service.__dict__.pop("facts", None)
    db = session()
    db.add(service)
    db.flush()
    db.refresh(service)
    db.add(
        Revision(
            service_id=service.id,
            on=today,
            user_id=actor.id if actor else None,
            document=service.document,
        )
    )
    changes.record("service", service.id)
    return service


def as_stored(document: ServiceDocument, today: date) -> ServiceDocument:
    """The document with the day of its last edit in it."""
    return document.model_copy(update={"updated": document.updated or today})


def plain(document: ServiceDocument) -> dict[str, object]:
    """A document as it is kept: plain values, without what nobody stated."""
    kept = document.model_dump(mode="json", exclude_none=True)
    return {name: value for name, value in kept.items() if value != []}


def fits_name(slug: str, name: str) -> bool:
    """Whether an address is the one of this name, with or without a number behind it."""
    return re.fullmatch(re.escape(slugify(name)) + r"(-\d+)?", slug) is not None


def _move_to_slug_of(service: Service, name: str) -> None:
    """Give the service the address of its name; the old address keeps leading to it."""
    if fits_name(service.slug, name):
        return
    db = session()

    def is_taken(slug: str) -> bool:
        holder, before = service_by_slug(slug), db.get(OldSlug, slug)
        return any(
            found is not None and found != service.id
            for found in (holder and holder.id, before and before.service_id)
        )

    old = service.slug
    service.slug = unused(slugify(name), is_taken)
    if old:
        db.add(OldSlug(slug=old, service_id=service.id))
    if mine := db.get(OldSlug, service.slug):
        db.delete(mine)


def create_organization(
    *, name: str, kind: str | None = None, slug: str | None = None, **facts
) -> Organization:
    """A new organization in the network. Raises ``Refused`` when the name is taken."""
    if organization_named(name):
        raise Refused(_("Er is al een organisatie die %(name)s heet.", name=name))
    organization = Organization(
        name=name,
        kind=kind and vocabularies.resolve("organization_kinds", kind),
        slug=unused(slug or slugify(name), lambda s: organization_by_slug(s) is not None),
        **facts,
    )
    session().add(organization)
    session().flush()
    changes.record("organization", organization.slug)
    return organization


def create_agreement(
    *,
    region: Region,
    owner: Organization,
    parties: list[Organization],
    title: str,
    text: str,
    agreed_on: date,
    checked_on: date | None = None,
    is_demo: bool = False,
) -> Agreement:
    """Record an agreement between organizations; the owner takes part in it too."""
    agreement = Agreement(
        region_id=region.id, owner_id=owner.id, title=title, text=text,
        agreed_on=agreed_on, checked_on=checked_on, is_demo=is_demo,
    )  # fmt: skip
    agreement.parties = [owner, *(party for party in parties if party.id != owner.id)]
    session().add(agreement)
    session().flush()
    return agreement
