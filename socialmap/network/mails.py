"""Where an organization and the desk of a region are written to."""

from ..kit.database import session
from ..kit.outbox import recipients_of
from .models import Organization, Region


@recipients_of("organization")
def organization_address(organization_id: str) -> tuple[str, str] | None:
    """The organization's own mailbox, if it has one."""
    organization = session().get(Organization, int(organization_id))
    if organization is None or not organization.email:
        return None
    return organization.name, organization.email


@recipients_of("desk")
def desk_address(region_id: str) -> tuple[str, str] | None:
    """The mailbox of the desk of a region, if it has one."""
    region = session().get(Region, int(region_id))
    if region is None or not region.desk_email:
        return None
    return region.desk, region.desk_email
