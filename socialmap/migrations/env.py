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
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        # There a changed table is made anew and the old one dropped, which must not touch
        # the rows that refer to it; whether all still fit is checked below.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    with context.begin_transaction():
        context.run_migrations()
        if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError("a migration left rows that refer to nothing")
    connection.commit()
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
