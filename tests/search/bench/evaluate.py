"""The quality of a search: its answers to judged queries, scored.

Grades are 0-3; an id without a grade counts as 0.

- nDCG@10: gain 2^grade-1, discount log2(rank+1), ideal from all graded ids of the query
- recall@10: found ids with grade >= 2 in the top 10 / min(10, number of ids with grade >= 2)
- MRR: 1 / rank of the first id with grade >= 2 (0 when the first ten hold none)
- zero rate: share of queries with an empty answer
- nothing good: number of queries whose first ten hold nothing with grade >= 2
- share: the median part of the catalogue that is returned
- judged@10: share of the first ten that carries a grade (low: the judges missed things)
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import mean, median
from typing import Any

import yaml

from .adapters import Catalogue, Search

HERE = Path(__file__).resolve().parent
PUBLIC = HERE / "queries_public.yaml"
JUDGED = HERE / "judged_catalogue.yaml"

GOOD = 2
"""The grade from which a service is what somebody was looking for."""

Row = dict[str, Any]
"""A query with its measures."""


def load_yaml(path: str | Path) -> Any:
    """What a YAML file holds, read in C where that is there."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Loader=loader)  # noqa: S506 - both loaders are the safe one


def load_queries(path: str | Path) -> list[Row]:
    """The queries of a file: ``id``, ``type``, ``q`` and ``rel``, the grade of every judged id."""
    return load_yaml(path)["queries"]


def load_catalogue(path: str | Path) -> Catalogue:
    """The services of a YAML file or of a file with one JSON object a line (``.jsonl``)."""
    if Path(path).suffix != ".jsonl":
        return load_yaml(path)
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def dcg(grades: Iterable[int]) -> float:
    """Discounted cumulative gain of the grades of a ranked list."""
    return sum((2**g - 1) / math.log2(i + 2) for i, g in enumerate(grades))


def score(ids: Iterable[str], rel: dict[str, int], k: int = 10) -> dict[str, float]:
    """The measures of one query. ``ids`` are ranked, ``rel`` is ``{id: grade}``."""
    top = list(dict.fromkeys(ids))[:k]
    ideal = dcg(sorted(rel.values(), reverse=True)[:k])
    good = {id_ for id_, grade in rel.items() if grade >= GOOD}
    first = next((rank for rank, id_ in enumerate(top, 1) if id_ in good), None)
    return {
        "ndcg": dcg(rel.get(id_, 0) for id_ in top) / ideal if ideal else 0.0,
        "recall": len(good & set(top)) / min(k, len(good)) if good else 0.0,
        "mrr": 1 / first if first else 0.0,
        "zero": float(not top),
        "judged": sum(id_ in rel for id_ in top) / len(top) if top else 1.0,
    }


def evaluate(search: Search, queries: list[Row], size: int) -> list[Row]:
    """Ask every query of a search in a catalogue of so many services."""
    rows = []
    for query in queries:
        ids = list(search(query["q"], size))
        facts = {name: query[name] for name in ("id", "q", "type")}
        rows.append(facts | score(ids, query["rel"]) | {"share": len(ids) / size, "top": ids[:10]})
    return rows


def summary(rows: list[Row]) -> dict[str, float]:
    """The measures over all queries."""
    figures = {
        "ndcg@10": mean(row["ndcg"] for row in rows),
        "recall@10": mean(row["recall"] for row in rows),
        "mrr": mean(row["mrr"] for row in rows),
        "zero_rate": mean(row["zero"] for row in rows),
        "nothing_good": len(nothing_good(rows)),
        "share": median(row["share"] for row in rows),
        "judged@10": mean(row["judged"] for row in rows),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def nothing_good(rows: list[Row]) -> list[Row]:
    """The queries whose first ten hold nothing that somebody was looking for."""
    return [row for row in rows if not row["mrr"]]


def by_type(rows: list[Row]) -> dict[str, dict[str, float]]:
    """The measures of every type of query."""
    types: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        types[row["type"]].append(row)
    return {name: summary(types[name]) for name in sorted(types)}
