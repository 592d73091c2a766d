"""The catalogue in one SQLite file with full text search: what many sites would be content with.

Datasette serves it as it is, ``plain_page`` draws a page of it, and it is the peer that counts
the same six facets as we do.
"""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from weakref import finalize

from .adapters import FIELDS, WEIGHT, Catalogue, Search, any_word

COLUMNS = (
    "id", "name", "organisation", "summary", "description", "goal", "themes", "target_groups",
    "levels", "age_min", "age_max", "municipality", "province", "lat", "lon", "admission",
    "intake", "intake_type", "contact_role", "updated",
)  # fmt: skip
TOKENIZE = "unicode61 remove_diacritics 2"
TYPES = {"age_min": "integer", "age_max": "integer", "lat": "real", "lon": "real"}

ONE_VALUE = ("goal", "municipality", "intake_type")
MORE_VALUES = ("themes", "target_groups", "levels")
"""The facets: columns of one value, and columns that hold a list as JSON."""

# Built of the names above only.
_WEIGHTS = ", ".join(str(WEIGHT[field]) for field in FIELDS)
_BEST = f"""
WITH found AS (
  SELECT rowid AS number, bm25(services_fts, {_WEIGHTS}) AS badness
  FROM services_fts WHERE services_fts MATCH ? ORDER BY badness LIMIT ?
)
SELECT s.* FROM found JOIN services s ON s.rowid = found.number ORDER BY badness
"""  # noqa: S608
_FOUND = f"""
WITH found AS MATERIALIZED (
  SELECT {", ".join(f"s.{name}" for name in (*ONE_VALUE, *MORE_VALUES))}
  FROM services_fts JOIN services s ON s.rowid = services_fts.rowid
  WHERE services_fts MATCH ?
)
"""  # noqa: S608
_COUNT_ONE = "SELECT '{0}', {0}, count(*) FROM found GROUP BY 2"
_COUNT_MORE = "SELECT '{0}', value, count(*) FROM found, json_each({0}) GROUP BY 2"
_COUNTS = _FOUND + " UNION ALL ".join(
    [*map(_COUNT_ONE.format, ONE_VALUE), *map(_COUNT_MORE.format, MORE_VALUES)]
)

Counts = dict[str, dict[str, int]]


def fill(connection: sqlite3.Connection, services: Iterable[dict[str, Any]]) -> None:
    """Make the tables, with an index on what is counted and on the words."""
    columns = ", ".join(f"{name} {TYPES.get(name, 'text')}" for name in COLUMNS)
    connection.execute(f"CREATE TABLE services({columns}, PRIMARY KEY(id))")
    insert = f"INSERT INTO services VALUES({', '.join('?' * len(COLUMNS))})"
    rows = ([_cell(service[name]) for name in COLUMNS] for service in services)
    connection.executemany(insert, rows)
    for name in ONE_VALUE:
        connection.execute(f"CREATE INDEX by_{name} ON services({name})")
    connection.execute(
        f"CREATE VIRTUAL TABLE services_fts USING fts5({', '.join(FIELDS)}, content=services, "
        f"tokenize='{TOKENIZE}')"
    )
    connection.execute("INSERT INTO services_fts(services_fts) VALUES('rebuild')")
    connection.execute("ANALYZE")
    connection.commit()


def _cell(value: Any) -> Any:
    """A list as JSON, which is what Datasette's facets of lists read."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def write(file: Path, services: Iterable[dict[str, Any]]) -> Path:
    """Write the database; returns the file beside it that tells Datasette where to search."""
    connection = sqlite3.connect(file)
    fill(connection, services)
    connection.close()
    tables = {"services": {"fts_table": "services_fts", "fts_pk": "rowid"}}
    told = file.with_suffix(".json")
    told.write_text(json.dumps({"databases": {file.stem: {"tables": tables}}}))
    return told


def best(connection: sqlite3.Connection, question: str, limit: int) -> list[sqlite3.Row]:
    """The services with any of the words, best first; a title counts for more than a text."""
    return connection.execute(_BEST, (any_word(question), limit)).fetchall()


def counts(connection: sqlite3.Connection, question: str) -> Counts:
    """Of everything that was found, how often each value of each facet occurs."""
    found: Counts = {name: {} for name in (*ONE_VALUE, *MORE_VALUES)}
    for facet, value, count in connection.execute(_COUNTS, (any_word(question),)):
        found[facet][value] = count
    return found


def fts5_or_facets(catalogue: Catalogue) -> Search:
    """Any of the words, and of all that was found the counts of the six facets."""
    connection = sqlite3.connect(":memory:")
    fill(connection, catalogue)

    def search(question: str, k: int) -> list[str]:
        counts(connection, question)
        return [row[0] for row in best(connection, question, k)]

    finalize(search, connection.close)
    return search
