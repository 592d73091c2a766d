"""The schema of the database: made and brought up to date by Alembic."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from .kit.database import engine

MIGRATIONS = Path(__file__).with_name("migrations")


def alembic_config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def upgrade() -> None:
    """Create the schema, or bring it to the newest version. Safe to repeat."""
    command.upgrade(alembic_config(), "head")


def is_current() -> bool:
    """Whether the database has the schema that this version of the software needs."""
    with engine().connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == _newest()


@cache
def _newest() -> str | None:
    """The last of the migrations; to find it Alembic runs every file of them."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()
