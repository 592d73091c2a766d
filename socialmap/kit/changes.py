"""Change rows: what something derived from the database (the search index) must look at again."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from . import clock
from .database import Moment, session


class Change(SQLModel, table=True):
    """That something changed; not what it became, for that the database is the truth."""

    __tablename__ = "change"
    # A number that was handed out is never used again, also when rows were cleared.
    __table_args__ = {"sqlite_autoincrement": True}

    id: int = Field(default=None, primary_key=True)
    kind: str
    key: str
    at: datetime = Field(sa_type=Moment, index=True)


def record(kind: str, key: str) -> None:
    """Tell whoever follows that this thing changed, in the transaction of the change itself."""
    session().add(Change(kind=kind, key=key, at=clock.now()))
