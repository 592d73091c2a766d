"""Checking a file of services before any of it comes in.

Every row is read and compared with what stands in the catalogue; nothing is written. What
comes out is a ``Plan``, which ``staging.apply()`` carries out, all of it or nothing.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col, select

from ..catalogue import cells
from ..catalogue.documents import ServiceDocument
from ..catalogue.files import FileError, Record, read_records
from ..catalogue.flat import RowErrors, column, read_row, unknown_columns
from ..catalogue.models import OldSlug, Service
from ..catalogue.vocabularies import Resolver
from ..kit.database import session
from ..kit.slugs import slugify, unused
from ..kit.words import _
from ..network.models import Municipality, Organization, Region
from .normal import Normalizer, UnknownPlace
from .operations import as_stored, fits_name, plain


@dataclass(frozen=True)
class Refusal:
    """Why a row cannot come in: where it stands, which field, and the reason in Dutch."""

    position: str
    field: str
    reason: str


@dataclass(frozen=True)
class Ready:
    """A new or changed service, as it will be stored."""

    document: ServiceDocument
    slug: str
    old_slug: str | None
    municipality_code: str | None
    version: int
    """The version that it becomes, when nobody publishes it in the meantime."""

    @property
    def is_new(self) -> bool:
        return self.version == 1


@dataclass
class Plan:
    """What an import would do."""

    file: str
    region: Region | None = None
    added: list[Ready] = field(default_factory=list)
    changed: list[Ready] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    new_organizations: dict[str, Municipality | None] = field(default_factory=dict)
    """Names that the network does not know yet, with the first municipality of their services."""
    words: Resolver = field(default_factory=Resolver)

    @property
    def ready(self) -> list[Ready]:
        return [*self.added, *self.changed]


def check(
    path: Path, *, today: date, format: str | None = None, region: Region | None = None
) -> Plan:
    """Read a file and say what an import of it would do. ``region`` is that of new organizations.

    A file that cannot be read at all is one refusal. Writes nothing.
    """
    checker = _Checker(path.name, region, today)
    try:
        for record in read_records(path, format):
            checker.take(record)
    except FileError as error:
        checker.plan.refused.append(Refusal(error.position, "", error.reason))
    checker.check_hubs()
    return checker.plan


class _Checker:
    """Holds what a file is compared with: one question for each table, whatever the size."""

    def __init__(self, file: str, region: Region | None, today: date) -> None:
        db = session()
        self.today, self.normalizer = today, Normalizer()
        self.plan = Plan(file, region, words=self.normalizer.words)
        services = sa.select(
            *(getattr(Service, name) for name in ("id", "slug", "version", "document")),
            col(Organization.name).label("organization"),
        ).join(Organization)
        self.standing = {row.id: row for row in db.execute(services)}
        self.slugs = {row.slug: row.id for row in self.standing.values()}
        self.slugs |= {old.slug: old.service_id for old in db.exec(select(OldSlug))}
        self.in_network = set(db.exec(select(Organization.name)))
        self.organizations = {name.casefold(): name for name in self.in_network}
        self.hubs: list[tuple[Record, str]] = []
        self.seen: dict[str, str] = {}

    def take(self, record: Record) -> None:
        """Put a row where it belongs: added, changed, unchanged or refused."""
        record = self._without_unknown(record)
        service_id = _id_in(record)
        if before := self.seen.get(service_id):
            reason = _("id %(id)s staat ook op %(place)s", id=service_id, place=before)
            return self._refuse(record, "id", reason)
        if service_id:
            self.seen[service_id] = record.position
        base = self._base(service_id)
        try:
            document = self.normalizer.normal(read_row(record.values, base=base))
        except RowErrors as wrong:
            for error in wrong.errors:
                self._refuse(record, error.field, error.reason)
        except UnknownPlace as error:
            self._refuse(record, error.field, str(error))
        else:
            if document.hub:
                self.hubs.append((record, document.hub))
            self._compare(self._with_organization(document), base, record)

    def _refuse(self, record: Record, about: str, reason: str) -> None:
        """Note what is wrong, with the field by the name that its column has in the file."""
        name = _name_in(record, about) or about
        self.plan.refused.append(Refusal(record.position, name, reason))

    def _without_unknown(self, record: Record) -> Record:
        """The row without the columns that nobody knows; these are reported."""
        unknown = unknown_columns(record.values)
        for name in unknown:
            if name not in self.plan.unknown_columns:
                self.plan.unknown_columns.append(name)
        known = {name: cell for name, cell in record.values.items() if name not in unknown}
        return Record(record.position, known)

    def _base(self, service_id: str) -> ServiceDocument | None:
        """The service as it stands, when the row is about one that we have."""
        row = self.standing.get(service_id)
        if row is None:
            return None
        return ServiceDocument.model_validate({**row.document, "organization": row.organization})

    def _with_organization(self, document: ServiceDocument) -> ServiceDocument:
        """The document with its organization as the network writes it; a new one is noted."""
        name = document.organization
        if name not in self.in_network:
            name = self.organizations.setdefault(name.casefold(), name)
        if name not in self.in_network:
            noted = self.plan.new_organizations
            noted[name] = noted.get(name) or self._place(document)
        return document.model_copy(update={"organization": name})

    def _compare(
        self, document: ServiceDocument, base: ServiceDocument | None, record: Record
    ) -> None:
        if base is None:
            self.plan.added.append(self._ready(document, old_slug=None, version=1))
            return
        states_day = not cells.is_empty(_cell_in(record, "updated"))
        if not states_day:
            document = document.model_copy(update={"updated": base.updated})
        if plain(document) == plain(base):
            self.plan.unchanged += 1
            return
        if not states_day or document.updated == base.updated:
            # An edit is of today, unless the file names another day than the one that stands.
            document = document.model_copy(update={"updated": None})
        old = self.standing[document.id]
        self.plan.changed.append(self._ready(document, old_slug=old.slug, version=old.version + 1))

    def _ready(self, document: ServiceDocument, *, old_slug: str | None, version: int) -> Ready:
        place = self._place(document)
        return Ready(
            document=as_stored(document, self.today),
            slug=self._slug(document, old_slug),
            old_slug=old_slug,
            municipality_code=place.code if place else None,
            version=version,
        )

    def _place(self, document: ServiceDocument) -> Municipality | None:
        return self.normalizer.place(document.municipality) if document.municipality else None

    def _slug(self, document: ServiceDocument, old: str | None) -> str:
        """The address of the name; the one it has, when that fits still."""
        if old and fits_name(old, document.name):
            return old

        def is_taken(slug: str) -> bool:
            return self.slugs.get(slug, document.id) != document.id

        slug = unused(slugify(document.name), is_taken)
        self.slugs[slug] = document.id
        return slug

    def check_hubs(self) -> None:
        """Refuse what belongs to a service that is neither in the file nor in the catalogue."""
        for record, hub in self.hubs:
            if hub not in self.standing and hub not in self.seen:
                self._refuse(record, "hub", _("er is geen plek met id %(id)s", id=hub))


def _name_in(record: Record, about: str) -> str | None:
    """The name that the column of a field has in the file."""
    return next((name for name in record.values if column(name) == about), None)


def _cell_in(record: Record, about: str) -> object:
    name = _name_in(record, about)
    return record.values[name] if name else None


def _id_in(record: Record) -> str:
    """The id of the service that a row is about, as a document has it; empty without one."""
    cell = cells.read("id", _cell_in(record, "id"))
    return "" if cell is None else str(cell)
