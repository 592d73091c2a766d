"""Making and changing regions and the list of municipalities."""

from collections.abc import Iterable
from typing import Any

from ..kit.database import session
from ..kit.errors import Refused
from ..kit.slugs import slugify, unused
from ..kit.words import _
from .models import Municipality, Organization, ReceivesAs, Region
from .queries import desk_of, region_by_slug, shipped_municipalities


def load_municipalities() -> int:
    """Bring the municipalities that come with the software up to date. Returns how many are new."""
    db, added = session(), 0
    for row in shipped_municipalities():
        place = db.get(Municipality, row["code"])
        if place is None:
            place = Municipality(code=row["code"], slug=slugify(row["name"]), **_facts(row))
            db.add(place)
            added += 1
        else:
            place.sqlmodel_update(_facts(row))
    db.flush()
    return added


def _facts(row: dict[str, str]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "province": row["province"],
        "lat": float(row["lat"]),
        "lon": float(row["lon"]),
    }


def create_region(
    *, name: str, municipalities: Iterable[Municipality], slug: str | None = None, **settings
) -> Region:
    """A new region that takes these municipalities in."""
    region = Region(
        name=name,
        slug=unused(slug or slugify(name), lambda s: region_by_slug(s) is not None),
        **settings,
    )
    db = session()
    db.add(region)
    db.flush()
    for place in municipalities:
        place.region_id = region.id
    db.flush()
    db.refresh(region, ["municipalities"])
    return region


def let_receive(organization: Organization, receives_as: ReceivesAs | None) -> None:
    """Let a team or desk take referrals without a service, or no more with ``None``.

    Raises ``Refused`` when the region has a desk already: one entry is what a desk is for.
    """
    desk = desk_of(organization.region_id) if receives_as == ReceivesAs.DESK else None
    if desk is not None and desk.id != organization.id:
        raise Refused(
            _(
                "Het loket is nu %(name)s. Er is één loket: stop dat eerst.",
                name=desk.name,
            )
        )
    organization.receives_as = receives_as
    session().add(organization)
    session().flush()
