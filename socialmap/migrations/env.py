"""Alembic's way into the models: every room's tables, on the engine that is in use."""

from importlib import import_module
from importlib.util import find_spec

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from socialmap import ROOMS
from socialmap.kit import changes, crypto, database, outbox  # noqa: F401
from socialmap.kit.database import engine

for room in ROOMS:
    if find_spec(f"socialmap.{room}.models"):
        import_module(f"socialmap.{room}.models")


def render(kind, item, _autogen_context):
    """Our own column types, as what the database sees: a migration must outlive the class."""
    if kind == "type" and isinstance(item, database.Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, crypto.EncryptedJSON):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


with engine().connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
