"""The migrations make exactly what the models say, on both databases, and can be undone."""

import pytest
from alembic import command
from sqlalchemy import inspect
from sqlmodel import SQLModel

from socialmap import schema
from socialmap.kit.database import engine

pytestmark = pytest.mark.usefixtures("site")


def test_models_and_migrations_agree():
    command.check(schema.alembic_config())


def test_migrations_can_be_undone_and_done_again():
    command.downgrade(schema.alembic_config(), "base")
    assert set(inspect(engine()).get_table_names()) <= {"alembic_version"}
    assert not schema.is_current()
    schema.upgrade()
    assert schema.is_current()
    assert set(SQLModel.metadata.tables) <= set(inspect(engine()).get_table_names())
