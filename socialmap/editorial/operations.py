"""``publish()``: the only writer of services and of the words they bring.

It turns a checked document into a row, keeps the whole document as a revision, and tells
the index by a change row, all in the transaction of whoever called it.
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
from ..matching.criteria import LevelIn
from ..network.models import Municipality, Organization
from ..network.queries import municipality_named, organization_by_slug, organization_named

_PLAIN = (
    "name", "summary", "description", "goal", "lat", "lon", "admission", "not_for", "intake",
    "intake_type", "contact_role", "how_to_refer", "own_form_url", "cost", "places_free",
    "places_total", "places_on", "status", "ended_on", "verified_on", "verified_by",
)  # fmt: skip


def publish(
    document: ServiceDocument, *, actor: User | None, today: date, is_demo: bool = False
) -> Service:
    """Put a service in the catalogue, new or changed.

    Raises ``Refused`` when it names an organization or municipality that is not there.
    """
    organization = organization_named(document.organization)
    if organization is None:
        raise Refused(
            _("De organisatie %(name)s staat niet in het netwerk.", name=document.organization)
        )
    service, edited_on = service_by_id(document.id), document.updated or today
    if service is None:
        service = Service(
            id=document.id, slug="", name=document.name, goal=document.goal,
            organization_id=organization.id, created_on=edited_on, edited_on=today, is_demo=is_demo,
        )  # fmt: skip
    _move_to_slug_of(service, document.name)
    service.organization_id = organization.id
    service.municipality_code = _code_of(document.municipality)
    for name in _PLAIN:
        setattr(service, name, getattr(document, name))
    service.themes = _terms("themes", document.themes)
    service.target_groups = _terms("target_groups", document.target_groups)
    service.referrers = _terms("referrers", document.referrers)
    criteria = [
        rule.model_copy(update={"levels": tuple(_terms("levels", rule.levels))})
        if isinstance(rule, LevelIn)
        else rule
        for rule in document.criteria
    ]
    service.criteria_json = [c.model_dump(mode="json", exclude_none=True) for c in criteria]
    service.intake_moments_json = [
        m.model_dump(mode="json", exclude_none=True) for m in document.intake_moments
    ]
    service.contacts_json = [
        c.model_dump(mode="json", exclude_none=True) for c in document.contacts
    ]
    service.edited_on = edited_on
    db = session()
    db.add(service)
    db.flush()
    db.refresh(service)
    db.add(
        Revision(
            service_id=service.id,
            on=today,
            user_id=actor.id if actor else None,
            document=document.model_dump(mode="json", exclude_none=True),
        )
    )
    changes.record("service", service.id)
    return service


def _move_to_slug_of(service: Service, name: str) -> None:
    """Give the service the address of its name; the old address keeps leading to it."""
    wanted = slugify(name)
    if re.fullmatch(re.escape(wanted) + r"(-\d+)?", service.slug):
        return

    db = session()

    def is_taken(slug: str) -> bool:
        holder, before = service_by_slug(slug), db.get(OldSlug, slug)
        return any(
            found is not None and found != service.id
            for found in (holder and holder.id, before and before.service_id)
        )

    old = service.slug
    service.slug = unused(wanted, is_taken)
    if old:
        db.add(OldSlug(slug=old, service_id=service.id))
    if mine := db.get(OldSlug, service.slug):
        db.delete(mine)


def _terms(vocabulary: str, words) -> list[str]:
    return list(dict.fromkeys(vocabularies.resolve(vocabulary, word) for word in words))


def _code_of(name: str | None) -> str | None:
    if name is None:
        return None
    place: Municipality | None = municipality_named(name)
    if place is None:
        raise Refused(_("%(name)s is geen gemeente die wij kennen.", name=name))
    return place.code


def create_organization(*, name: str, kind: str, slug: str | None = None, **facts) -> Organization:
    """A new organization in the network. Raises ``Refused`` when the name is taken."""
    if organization_named(name):
        raise Refused(_("Er is al een organisatie die %(name)s heet.", name=name))
    organization = Organization(
        name=name,
        kind=vocabularies.resolve("organization_kinds", kind),
        slug=unused(slug or slugify(name), lambda s: organization_by_slug(s) is not None),
        **facts,
    )
    session().add(organization)
    session().flush()
    changes.record("organization", organization.slug)
    return organization
