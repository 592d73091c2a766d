"""Regions, municipalities and organizations as they are stored."""

from sqlmodel import Field, Relationship, SQLModel


class Region(SQLModel, table=True):
    """A region of schools and municipalities that work together, with its own rules.

    What the function is called, the upper age and every term are settings of a region,
    for law and custom change. The ``*_days`` are working days, each counted from the
    step before.
    """

    __tablename__ = "region"

    id: int = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    function_name: str = "Doorstroompunt"
    desk_name: str | None = None
    desk_phone: str | None = None
    desk_email: str | None = None
    upper_age: int = 27
    holiday_region: str = "midden"
    open_days: int = 2
    answer_days: int = 5
    meeting_days: int = 10
    start_days: int = 20
    retention_months: int = 6
    draft_days: int = 30
    is_demo: bool = False

    municipalities: list["Municipality"] = Relationship(back_populates="region")

    @property
    def desk(self) -> str:
        """What people call when they do not find their way."""
        return self.desk_name or f"{self.function_name} {self.name}"


class Municipality(SQLModel, table=True):
    """A municipality with its CBS code (``GM0546``) and the point of its main place."""

    __tablename__ = "municipality"

    code: str = Field(primary_key=True)
    name: str
    slug: str = Field(unique=True)
    province: str
    lat: float
    lon: float
    region_id: int | None = Field(default=None, foreign_key="region.id", index=True)

    region: Region | None = Relationship(back_populates="municipalities")


class Organization(SQLModel, table=True):
    """A school, provider, desk or team: whoever offers services, refers pupils, or both."""

    __tablename__ = "organization"

    id: int = Field(default=None, primary_key=True)
    slug: str = Field(unique=True)
    name: str = Field(unique=True)
    kind: str
    about: str | None = None
    email: str | None = None
    """The organization's own mailbox, so that a school hears it when a mentor is ill."""
    phone: str | None = None
    refers: bool = False
    region_id: int | None = Field(default=None, foreign_key="region.id", index=True)
    municipality_code: str | None = Field(default=None, foreign_key="municipality.code")
    is_demo: bool = False

    region: Region | None = Relationship()
    municipality: Municipality | None = Relationship()
