"""Where a service is written to when nobody there has an account."""

from ..kit.database import session
from ..kit.outbox import recipients_of
from .documents import Contact
from .models import Service


@recipients_of("service")
def service_address(service_id: str) -> tuple[str, str] | None:
    """The mailbox of the contact that stands on the page of the service."""
    service = session().get(Service, service_id)
    return _mailbox(service.facts.contact if service else None)


@recipients_of("deputy")
def deputy_address(service_id: str) -> tuple[str, str] | None:
    """The mailbox of who stands in for that contact."""
    service = session().get(Service, service_id)
    return _mailbox(service.facts.deputy if service else None)


def _mailbox(contact: Contact | None) -> tuple[str, str] | None:
    return (contact.role, str(contact.email)) if contact and contact.email else None
