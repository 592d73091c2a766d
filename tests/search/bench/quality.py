"""How good the answers are: judged queries, ours beside other engines.

The public queries over the demo are the default. Their figures of ours are recorded, and a
test fails when one gets worse; --record replaces them by better ones.
"""

import argparse
import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from . import adapters, evaluate, ours
from .adapters import Catalogue, NotHere, Search
from .evaluate import JUDGED, PUBLIC, Row
from .figures import table

RECORDED = evaluate.HERE / "recorded.json"

HIGHER, LOWER = ("ndcg@10", "recall@10", "mrr"), ("zero_rate", "nothing_good")
"""The measures that are recorded: the better ones are higher, or lower."""

MOST_SHARE = 0.15
"""Of the catalogue a question may return at most so much, in the middle of all questions."""

OURS = "ours"
PEERS: dict[str, Callable[[Catalogue], Search]] = {
    "FTS5 trigram": adapters.fts5_trigram,
    "PostgreSQL": adapters.postgres_or_trgm,
    "tantivy": adapters.tantivy_or,
    "Xapian": adapters.xapian_or_spell,
}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--queries", type=Path, default=PUBLIC, help="a file of judged queries")
    parser.add_argument(
        "--catalogue", type=Path, default=JUDGED, help="the services that they were judged on"
    )
    parser.add_argument("--per-query", action="store_true", help="our answers too, worst first")
    parser.add_argument("--json", action="store_true", help="everything, as JSON")
    parser.add_argument("--record", action="store_true", help="keep our figures, when not worse")


def run(options: argparse.Namespace) -> int:
    """Measure and tell; the exit code, 1 when a record would be lowered."""
    if options.record and (options.queries, options.catalogue) != (PUBLIC, JUDGED):
        raise SystemExit("--record goes with the public queries over the demo only")
    catalogue = evaluate.load_catalogue(options.catalogue)
    found, absent = measure(catalogue, evaluate.load_queries(options.queries))
    if options.json:
        print(json.dumps(_everything(found, absent), ensure_ascii=False, indent=1))
    else:
        _tell(found, absent, per_query=options.per_query)
    return record(evaluate.summary(found[OURS])) if options.record else 0


def measure(
    catalogue: Catalogue, queries: list[Row]
) -> tuple[dict[str, list[Row]], dict[str, str]]:
    """The queries with their measures, by engine; and why an engine is absent."""
    found, absent = {}, {}
    with ExitStack() as stack:
        engines = {OURS: lambda services: stack.enter_context(ours.standing(services)), **PEERS}
        for name, factory in engines.items():
            try:
                search = factory(catalogue)
            except NotHere as reason:
                absent[name] = str(reason)
            else:
                found[name] = evaluate.evaluate(search, queries, len(catalogue))
    return found, absent


# Telling -----------------------------------------------------------------------------


def _tell(found: dict[str, list[Row]], absent: dict[str, str], *, per_query: bool) -> None:
    for name, reason in absent.items():
        print(f"{name} is left out: {reason}")
    print(f"{len(found[OURS])} queries\n")
    print(_measures({name: evaluate.summary(rows) for name, rows in found.items()}))
    kinds = {name: evaluate.by_type(rows) for name, rows in found.items()}
    print("\nnDCG@10 by kind of query")
    rows = [[kind, *(kinds[name][kind]["ndcg@10"] for name in found)] for kind in kinds[OURS]]
    print(table(["", *found], rows))
    print("\nOurs by kind of query")
    print(_measures(kinds[OURS]))
    lost = evaluate.nothing_good(found[OURS])
    print(f"\nNothing good in our first ten: {len(lost)}")
    for row in lost:
        print(f"  {row['id']} {row['type']}: {row['q']}")
    if per_query:
        print("\nOur answers")
        for row in sorted(found[OURS], key=lambda row: row["ndcg"]):
            print(f"{row['ndcg']:.3f} {row['id']} {row['type']}: {row['q']} -> {_ids(row)}")


def _measures(summaries: dict[str, dict[str, float]]) -> str:
    head = ["", *next(iter(summaries.values()))]
    return table(head, [[name, *figures.values()] for name, figures in summaries.items()])


def _ids(row: Row) -> str:
    return " ".join(row["top"])


def _everything(found: dict[str, list[Row]], absent: dict[str, str]) -> dict[str, Any]:
    engines = {
        name: {
            "summary": evaluate.summary(rows),
            "by_type": evaluate.by_type(rows),
            "queries": rows,
        }
        for name, rows in found.items()
    }
    return {"engines": engines, "absent": absent}


# The record --------------------------------------------------------------------------


def worse(now: dict[str, float], before: dict[str, float]) -> list[str]:
    """A line for each measure that got worse."""
    fallen = [name for name in HIGHER if now[name] < before[name]]
    fallen += [name for name in LOWER if now[name] > before[name]]
    return [f"{name} was {before[name]} and is {now[name]}" for name in fallen]


def record(now: dict[str, float], file: Path = RECORDED) -> int:
    """Keep the figures, unless one is worse than what was recorded: then the exit code is 1."""
    fallen = worse(now, json.loads(file.read_text())) if file.exists() else []
    for line in fallen:
        print(f"not recorded: {line}")
    if fallen:
        return 1
    file.write_text(json.dumps({name: now[name] for name in (*HIGHER, *LOWER)}, indent=1) + "\n")
    print(f"recorded in {file.name}")
    return 0
