"""Where an organization is written to."""

from ..kit.database import session
from ..kit.outbox import recipients_of
from .models import Organization


@recipients_of("organization")
def organization_address(organization_id: str) -> tuple[str, str] | None:
    """The organization's own mailbox, if it has one."""
    organization = session().get(Organization, int(organization_id))
    if organization is None or not organization.email:
        return None
    return organization.name, organization.email
