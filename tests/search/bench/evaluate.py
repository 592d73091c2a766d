r"""Measure search quality against a file of judged queries.

From the root of the checkout::

    .venv/bin/python -m tests.search.bench.evaluate \
        --factory tests/search/bench/adapters.py:fts5_trigram --per-query
    .venv/bin/python -m tests.search.bench.evaluate --command './any-search --ids {q}' --json

An adapter is anything that returns a ranked list of service ids for a query:

--callable module:function   ``function(query: str, k: int) -> list of ids``; the module is on
                             ``sys.path`` or is the path of a ``.py`` file
--factory module:function    ``function(catalogue: list of dict) -> callable`` as above; the
                             catalogue is loaded here
--command 'prog {q}'         run once per query without a shell; prints one id per line and nothing
                             else (the query is one argument); without ``{q}`` the query comes on
                             standard input

Measures (grades 0-3; an id without a grade counts as 0):

nDCG@10     gain 2^grade-1, discount log2(rank+1), ideal from all graded ids of the query
recall@10   found ids with grade >= 2 in the top 10 / min(10, number of ids with grade >= 2)
MRR         1 / rank of the first id with grade >= 2 (0 when not in the returned list, cut at 10)
zero rate   share of queries with an empty result
judged@10   share of the returned top 10 that carries a grade (low: the judges missed things)
"""

import argparse
import collections
import importlib
import importlib.util
import json
import math
import pathlib
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import yaml

HERE = pathlib.Path(__file__).resolve().parent

Search = Callable[[str, int], Iterable[str]]
"""A query and how many ids are wanted; the ids, best first."""


def load_yaml(path: str | pathlib.Path) -> Any:
    """What a YAML file holds, read in C where that is there."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with open(path, encoding="utf-8") as f:
        return yaml.load(f, Loader=loader)  # noqa: S506 - both loaders are the safe one


def load_queries(path: str | pathlib.Path) -> list[dict[str, Any]]:
    """The queries of a file: ``id``, ``type``, ``q`` and ``rel``, the grade of every judged id."""
    return load_yaml(path)["queries"]


def load_catalogue(path: str | pathlib.Path) -> list[dict[str, Any]]:
    """The services of a YAML file or of a file with one JSON object a line (``.jsonl``)."""
    p = pathlib.Path(path)
    if p.suffix == ".jsonl":
        with open(p, encoding="utf-8") as f:
            return [json.loads(line) for line in f]
    return load_yaml(p)


def dcg(grades: Iterable[int]) -> float:
    """Discounted cumulative gain of the grades of a ranked list."""
    return sum((2**g - 1) / math.log2(i + 2) for i, g in enumerate(grades))


def score(ids: Iterable[str], rel: dict[str, int], k: int = 10) -> dict[str, float]:
    """The measures of one query. ``ids`` are ranked, ``rel`` is ``{id: grade}``."""
    top = list(dict.fromkeys(ids))[:k]
    ideal = dcg(sorted(rel.values(), reverse=True)[:k])
    good = {i for i, g in rel.items() if g >= 2}
    first = next((r for r, i in enumerate(top, 1) if i in good), 0)
    return {
        "ndcg": dcg([rel.get(i, 0) for i in top]) / ideal if ideal else 0.0,
        "recall": len(good & set(top)) / min(k, len(good)) if good else 0.0,
        "mrr": 1 / first if first else 0.0,
        "zero": 0.0 if top else 1.0,
        "judged": sum(i in rel for i in top) / len(top) if top else 1.0,
    }


def evaluate(search: Search, queries: list[dict[str, Any]], k: int = 10) -> list[dict[str, Any]]:
    """Ask every query; per query its measures, the time it took (ms) and the ids found."""
    rows = []
    for q in queries:
        t = time.perf_counter()
        ids = list(search(q["q"], k))
        ms = (time.perf_counter() - t) * 1000
        facts = {"id": q["id"], "q": q["q"], "type": q["type"], "ms": ms, "top": ids[:k]}
        rows.append(score(ids, q["rel"], k) | facts)
    return rows


def mean(rows: list[dict[str, Any]], key: str) -> float:
    """The mean of one measure; 0 of no rows."""
    return sum(r[key] for r in rows) / len(rows) if rows else 0.0


def summary(rows: list[dict[str, Any]]) -> dict[str, float]:
    """The measures over all queries."""
    ms = sorted(r["ms"] for r in rows)
    return {
        "n": len(rows),
        "ndcg@10": round(mean(rows, "ndcg"), 4),
        "recall@10": round(mean(rows, "recall"), 4),
        "mrr": round(mean(rows, "mrr"), 4),
        "zero_rate": round(mean(rows, "zero"), 4),
        "judged@10": round(mean(rows, "judged"), 4),
        "ms_p50": round(ms[len(ms) // 2], 2),
        "ms_p95": round(ms[min(len(ms) - 1, int(len(ms) * 0.95))], 2),
    }


def by_type(rows: list[dict[str, Any]]) -> dict[str, float]:
    """The mean nDCG of every type of query."""
    g = collections.defaultdict(list)
    for r in rows:
        g[r["type"]].append(r)
    return {t: round(mean(v, "ndcg"), 3) for t, v in sorted(g.items())}


def resolve(spec: str) -> Any:
    """The function that ``module:function`` or ``path.py:function`` names."""
    mod, _, fn = spec.rpartition(":")
    module = _module_of_file(pathlib.Path(mod).resolve()) if mod.endswith(".py") else _named(mod)
    return getattr(module, fn)


def _module_of_file(path: pathlib.Path) -> Any:
    """A file of a package comes in under its full name, so that its relative imports work."""
    root = path.parent
    while (root / "__init__.py").exists():
        root = root.parent
    sys.path.insert(0, str(root))
    if root != path.parent:
        return importlib.import_module(".".join(path.relative_to(root).with_suffix("").parts))
    s = importlib.util.spec_from_file_location(path.stem, path)
    assert s is not None and s.loader is not None
    m = importlib.util.module_from_spec(s)
    s.loader.exec_module(m)
    return m


def _named(mod: str) -> Any:
    sys.path.insert(0, "")
    return importlib.import_module(mod)


def command_adapter(template: str) -> Search:
    """A search that runs a command per query and reads the first word of every line."""
    words = shlex.split(template)

    def search(q: str, k: int) -> list[str]:
        has = any("{q}" in w for w in words)
        command = [w.replace("{q}", q) for w in words]
        given = None if has else q
        out = subprocess.run(
            command, input=given, capture_output=True, text=True, check=True, timeout=60
        )
        return [line.split()[0] for line in out.stdout.splitlines() if line.strip()][:k]

    return search


def main() -> None:
    """Measure what the command line asks for."""
    ap = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    a = ap.add_mutually_exclusive_group(required=True)
    a.add_argument("--callable", dest="call")
    a.add_argument("--factory")
    a.add_argument("--command")
    ap.add_argument("--queries", default=str(HERE / "queries_public.yaml"))
    ap.add_argument(
        "--catalogue", default=str(HERE / "judged_catalogue.yaml"), help="given to --factory"
    )
    ap.add_argument("--per-query", action="store_true", help="print a line per query, worst first")
    ap.add_argument("--json", action="store_true", help="print everything as JSON")
    ap.add_argument("--min-ndcg", type=float, help="exit 1 below this nDCG@10")
    o = ap.parse_args()
    if o.call:
        search = resolve(o.call)
    elif o.factory:
        search = resolve(o.factory)(load_catalogue(o.catalogue))
    else:
        search = command_adapter(o.command)
    rows = evaluate(search, load_queries(o.queries))
    s = summary(rows)
    if o.json:
        everything = {"summary": s, "by_type": by_type(rows), "rows": rows}
        print(json.dumps(everything, ensure_ascii=False, indent=1))
    else:
        print("  ".join(f"{k}={v}" for k, v in s.items()))
        print("nDCG@10 by type: " + "  ".join(f"{t}={v}" for t, v in by_type(rows).items()))
        if o.per_query:
            for r in sorted(rows, key=lambda r: r["ndcg"]):
                found = " ".join(r["top"])
                print(f"{r['ndcg']:.3f} {r['id']} {r['type']:<12} {r['q']!r} -> {found}")
    if o.min_ndcg is not None and s["ndcg@10"] < o.min_ndcg:
        sys.exit(1)


if __name__ == "__main__":
    main()
