"""Where a service is written to when nobody there has an account."""

from ..kit.database import session
from ..kit.outbox import recipients_of
from .models import Service


@recipients_of("service")
def service_address(service_id: str) -> tuple[str, str] | None:
    """The mailbox of the contact that stands on the page of the service."""
    service = session().get(Service, service_id)
    contact = service.facts.contact if service else None
    return (contact.role, str(contact.email)) if contact and contact.email else None
