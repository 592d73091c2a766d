r"""Write a catalogue (JSON lines) into a SQLite file that Datasette serves with search and facets.

Datasette and wrk are no part of the project; whoever wants the comparison installs them. From the
root of the checkout::

    .venv/bin/python -m tests.search.bench.make_catalogue -n 20000 -o s.jsonl
    .venv/bin/python -m tests.search.bench.datasette_db s.jsonl services.db
    datasette serve -i services.db -m services.db.json -h 127.0.0.1 -p 8901 \
        --setting facet_time_limit_ms 2000 --setting sql_time_limit_ms 5000

    export TERMS=tests/search/bench/terms.txt
    FACETS='&_facet=goal&_facet=municipality&_facet=intake_type'
    FACETS="$FACETS&_facet_array=themes&_facet_array=target_groups&_facet_array=levels"
    PRE='/services/services?_search=' SUF="$FACETS&_size=20" wrk -t1 -c1 -d10s --timeout 20s \
        -s tests/search/bench/rotate.lua http://127.0.0.1:8901

The same terms on our own pages, with a site on port 8000::

    PRE='/aanbod?q=' wrk -t1 -c8 -d10s -s tests/search/bench/rotate.lua http://127.0.0.1:8000
"""

import json
import pathlib
import sqlite3
import sys
from typing import Any

COLS = [
    "id", "name", "organisation", "summary", "description", "goal", "themes", "target_groups",
    "levels", "age_min", "age_max", "municipality", "province", "lat", "lon", "admission",
    "intake", "intake_type", "contact_role", "updated",
]  # fmt: skip
TYPES = {"age_min": "integer", "age_max": "integer", "lat": "real", "lon": "real"}
TEXT = (
    "name,organisation,summary,themes,target_groups,municipality,levels,description,"
    "admission,intake,contact_role"
)


def _cell(value: Any) -> Any:
    """A list as JSON, which is what Datasette's array facets read."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def main() -> None:
    """Write the database, and beside it the metadata that tells Datasette what to search."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    src, dst = sys.argv[1:]
    pathlib.Path(dst).unlink(missing_ok=True)
    c = sqlite3.connect(dst)
    columns = ",".join(f"{x} {TYPES.get(x, 'text')}" for x in COLS)
    c.execute(f"create table services({columns}, primary key(id))")
    insert = f"insert into services values({','.join('?' * len(COLS))})"
    with open(src, encoding="utf-8") as f:
        docs = (json.loads(line) for line in f)
        c.executemany(insert, ([_cell(d[k]) for k in COLS] for d in docs))
    for f in ("goal", "municipality", "intake_type"):
        c.execute(f"create index i_{f} on services({f})")
    tokenize = "porter unicode61 remove_diacritics 2"
    c.execute(
        "create virtual table services_fts "
        f'using fts5({TEXT}, content=services, tokenize="{tokenize}")'
    )
    c.execute("insert into services_fts(services_fts) values('rebuild')")
    c.execute("analyze")
    c.commit()
    c.execute("vacuum")
    table = {"fts_table": "services_fts", "fts_pk": "rowid"}
    metadata = {"databases": {pathlib.Path(dst).stem: {"tables": {"services": table}}}}
    pathlib.Path(dst + ".json").write_text(json.dumps(metadata))


if __name__ == "__main__":
    main()
