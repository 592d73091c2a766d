"""Making and changing regions and the list of municipalities."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlmodel import col, delete

from ..kit.database import session
from ..kit.errors import Refused
from ..kit.slugs import slugify, unused
from ..kit.words import _
from .models import Municipality, Organization, Protocol, ReceivesAs, Region
from .queries import desk_of, region_by_slug, shipped_municipalities

LONGEST_TERM = {
    "open_days": 60, "answer_days": 60, "meeting_days": 60, "start_days": 60, "overdue_days": 20,
}  # fmt: skip
"""The terms that a region sets itself, each at least one working day, with the most it may be."""


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


def fits_term(name: str, days: int) -> int:
    """The number of working days, when a region may set this term to it; else ``Refused``."""
    most = LONGEST_TERM[name]
    if not 1 <= days <= most:
        raise Refused(_("Vul een heel getal in van 1 tot en met %(most)d.", most=most))
    return days


def change_region(
    region: Region, *, terms: Mapping[str, int], function_name: str, desk_name: str | None,
    desk_phone: str | None, desk_email: str | None,
) -> None:  # fmt: skip
    """Set the terms of a region, what its function is called and where its desk is reached.

    A duty that runs keeps its day: the terms hold for what begins from now on.
    """
    for name, days in terms.items():
        setattr(region, name, fits_term(name, days))
    region.function_name = function_name
    region.desk_name, region.desk_phone = desk_name or None, desk_phone or None
    region.desk_email = desk_email or None
    session().add(region)
    session().flush()


class Link(NamedTuple):
    """Where a protocol stands, and what it is called."""

    title: str
    url: str


def fits_address(url: str) -> str:
    """An address on the web that is safe to lead people to; else ``Refused``."""
    try:
        parts = urlsplit(url)
        is_right = parts.scheme == "https" and "." in (parts.hostname or "")
    except ValueError:
        is_right = False
    if not is_right or "@" in parts.netloc or any(letter.isspace() for letter in url):
        raise Refused(_("Vul een adres in dat begint met https://."))
    return url


def set_protocols(region: Region, links: Mapping[str | None, Link]) -> None:
    """What a region shows as its protocols from now on: by the code of a municipality of its
    own, and by ``None`` the one for the whole region.
    """
    own = {None, *(place.code for place in region.municipalities)}
    if unknown := set(links) - own:
        raise Refused(_("Deze gemeente ligt niet in de regio: %(code)s.", code=unknown.pop()))
    session().exec(delete(Protocol).where(col(Protocol.region_id) == region.id))
    for code, link in links.items():
        session().add(
            Protocol(
                region_id=region.id, municipality_code=code, title=link.title,
                url=fits_address(link.url),
            )
        )  # fmt: skip
    session().flush()
