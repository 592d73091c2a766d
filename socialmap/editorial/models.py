"""An import under way: its services wait unseen until all of them can appear at once."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ..kit.database import Moment


class Import(SQLModel, table=True):
    """A file that is being brought in. Gone again when the import is done."""

    __tablename__ = "import_run"

    id: int = Field(default=None, primary_key=True)
    file: str
    process: str
    """Which process imports, as host and number, so that the next start knows whether it lives."""
    seen_at: datetime = Field(sa_type=Moment)
    """When the process that imports was last alive."""
    applied_at: datetime | None = Field(default=None, sa_type=Moment)
    """When its services appeared in the catalogue; before that a cut-off run is undone."""


class StagedService(SQLModel, table=True):
    """A new or changed service of an import, ready to be copied into the catalogue."""

    __tablename__ = "staged_service"

    id: int = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="import_run.id", index=True)
    is_new: bool
    old_slug: str | None = None
    service_id: str
    slug: str
    name: str
    organization_name: str
    municipality_code: str | None = None
    hub_id: str | None = None
    status: str
    document: dict[str, object] = Field(sa_type=sa.JSON)
    edited_on: date
