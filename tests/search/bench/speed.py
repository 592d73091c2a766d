r"""Search latency of several factories side by side in one process.

The queries are interleaved, so that a busy machine hits all alike. From the root of the checkout::

    .venv/bin/python -m tests.search.bench.make_catalogue -n 20000 -o s20000.jsonl
    .venv/bin/python -m tests.search.bench.speed --catalogue s20000.jsonl \
        --factory tests/search/bench/adapters.py:fts5_or \
        --factory tests/search/bench/adapters.py:whoosh_or

The first factory is the reference of the ratios; only ratios of one run compare. The queries are
those of ``queries_public.yaml``, or of ``--queries FILE``, which may be given several times.
"""

import argparse
import json
import pathlib
import time

from . import evaluate as E

HERE = pathlib.Path(__file__).resolve().parent


def pct(v: list[float], p: float) -> float:
    """The value (ms) under which a share ``p`` of the durations (s) falls."""
    v = sorted(v)
    return v[min(len(v) - 1, int(len(v) * p))] * 1000


def main() -> None:
    """Measure what the command line asks for; a line per factory."""
    ap = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ap.add_argument("--catalogue", required=True)
    ap.add_argument("--factory", action="append", required=True)
    ap.add_argument("--queries", action="append")
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument(
        "--seconds", type=float, default=120, help="stop after this many seconds of querying"
    )
    ap.add_argument("--json", action="store_true")
    a = ap.parse_args()
    docs = E.load_catalogue(a.catalogue)
    files = a.queries or [str(HERE / "queries_public.yaml")]
    qs = [q["q"] for f in files for q in E.load_queries(f)]
    out = []
    for f in a.factory:
        t = time.perf_counter()
        search = E.resolve(f)(docs)
        build_s = round(time.perf_counter() - t, 2)
        out.append(
            {
                "factory": f,
                "search": search,
                "build_s": build_s,
                "cold": [],
                "warm": [],
                "nonzero": 0,
            }
        )
    end = time.perf_counter() + a.seconds
    for r in range(a.rounds + 1):
        for q in qs:
            for o in out:
                t = time.perf_counter()
                ids = o["search"](q, 10)
                (o["warm"] if r else o["cold"]).append(time.perf_counter() - t)
                o["nonzero"] += bool(ids) and not r
        if time.perf_counter() > end:
            break
    base = pct(out[0]["warm"] or out[0]["cold"], 0.95)
    for o in out:
        w = o.pop("warm") or o["cold"]
        o.pop("search")
        c = o.pop("cold")
        o.update(
            n=len(docs),
            p50_ms=round(pct(w, 0.5), 3),
            p95_ms=round(pct(w, 0.95), 3),
            first_p95_ms=round(pct(c, 0.95), 3),
            p95_ratio=round(pct(w, 0.95) / base, 3),
        )
        print(json.dumps(o) if a.json else "  ".join(f"{k}={v}" for k, v in o.items()))


if __name__ == "__main__":
    main()
