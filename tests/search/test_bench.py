"""What the measuring tools say can be trusted: their data fit, their sums are right."""

import json
import sys
from hashlib import sha256

import pytest

from socialmap.catalogue.flat import Words, read_row
from socialmap.config import ROOT

from .bench import adapters, evaluate, make_catalogue

SHA256_OF_200 = "59952a1a1123d4b3ba5c5d52ea6c64a30b5a3da4f74c8873eee4b6ba939ea47c"
"""Of the first 200 services of seed 1: whoever measures compares with what others measured."""

JUDGED = {"best": 3, "good": 2, "marginal": 1, "wrong": 0}


@pytest.fixture(scope="module")
def judged_catalogue() -> list[dict]:
    return evaluate.load_catalogue(evaluate.HERE / "judged_catalogue.yaml")


@pytest.fixture(scope="module")
def public_queries() -> list[dict]:
    return evaluate.load_queries(evaluate.HERE / "queries_public.yaml")


def test_a_made_catalogue_is_the_same_on_every_machine():
    made = "".join(make_catalogue.json_line(row) for row in make_catalogue.generate(200))
    assert sha256(made.encode()).hexdigest() == SHA256_OF_200


def test_another_seed_makes_another_catalogue():
    assert next(make_catalogue.generate(1, seed=2)) != next(make_catalogue.generate(1))


def test_the_command_writes_what_the_generator_makes(tmp_path, monkeypatch):
    file = tmp_path / "made.jsonl"
    monkeypatch.setattr(sys, "argv", ["make_catalogue", "-n", "3", "--seed", "5", "-o", str(file)])
    make_catalogue.main()
    assert evaluate.load_catalogue(file) == list(make_catalogue.generate(3, seed=5))


def test_made_services_can_be_read_as_the_project_reads_a_file():
    for row in make_catalogue.generate(200):
        document = read_row(json.loads(make_catalogue.json_line(row)), Words())
        assert (document.id, document.organization) == (row["id"], row["organisation"])
        assert document.criteria, "ages and levels became rules"


def test_what_is_measured_is_the_demo_that_is_shipped(judged_catalogue):
    shipped = evaluate.load_yaml(ROOT / "content" / "catalogue" / "services.yaml")
    assert judged_catalogue == shipped


def test_judgements_are_about_services_that_exist(judged_catalogue, public_queries):
    known = {service["id"] for service in judged_catalogue}
    for query in public_queries:
        assert query["rel"].keys() <= known, query["q"]
        assert set(query["rel"].values()) <= {0, 1, 2, 3}, query["q"]
        assert max(query["rel"].values()) >= 2, f"nothing to find for {query['q']}"


def test_every_query_is_asked_once(public_queries):
    assert len({query["id"] for query in public_queries}) == len(public_queries)
    assert len({query["q"] for query in public_queries}) == len(public_queries)


def test_scores_are_what_a_hand_computes():
    # Gains 1, 0 and 7 at discounts 1, 1.585 and 2; at best 7, 3 and 1 at the same discounts.
    found = evaluate.score(["marginal", "unjudged", "best"], JUDGED)
    assert found["ndcg"] == pytest.approx((1 + 7 / 2) / (7 + 3 / 1.5849625 + 1 / 2))
    assert found["recall"] == 1 / 2
    assert found["mrr"] == 1 / 3
    assert found["judged"] == 2 / 3
    assert found["zero"] == 0


@pytest.mark.parametrize(
    ("ids", "ndcg", "recall", "mrr", "zero"),
    [
        (["best", "good", "marginal", "wrong"], 1, 1, 1, 0),
        (["best", "best", "good", "good", "marginal"], 1, 1, 1, 0),
        (["wrong", "unjudged"], 0, 0, 0, 0),
        ([], 0, 0, 0, 1),
        ([*(f"unjudged{i}" for i in range(10)), "best"], 0, 0, 0, 0),
    ],
    ids=["perfect", "repeated", "only wrong", "empty", "too late"],
)
def test_the_ends_of_the_scale(ids, ndcg, recall, mrr, zero):
    found = evaluate.score(ids, JUDGED)
    assert found["ndcg"] == pytest.approx(ndcg)
    assert (found["recall"], found["mrr"], found["zero"]) == (recall, mrr, zero)


def test_ten_places_can_hold_no_more_than_ten_services():
    many = {f"s{i}": 2 for i in range(12)}
    assert evaluate.score(list(many), many)["recall"] == 1


def test_the_summary_is_the_mean_of_the_queries():
    queries = [
        {"id": "1", "type": "typo", "q": "found", "rel": {"a": 3}},
        {"id": "2", "type": "place", "q": "second", "rel": {"b": 3}},
        {"id": "3", "type": "place", "q": "nothing", "rel": {"c": 3}},
        {"id": "4", "type": "place", "q": "first", "rel": {"d": 3}},
    ]
    answers = {"found": ["a"], "second": ["x", "b"], "nothing": [], "first": ["d"]}
    rows = evaluate.evaluate(lambda q, k: answers[q], queries)
    told = evaluate.summary(rows)
    # Found in second place counts 1 / log2(3) = 0.6309.
    assert told["ndcg@10"] == pytest.approx((1 + 0.6309 + 0 + 1) / 4, abs=1e-4)
    assert told["recall@10"] == 3 / 4
    assert told["mrr"] == (1 + 1 / 2 + 0 + 1) / 4
    assert told["zero_rate"] == 1 / 4
    assert evaluate.by_type(rows) == {"place": 0.544, "typo": 1.0}


def test_an_adapter_is_named_by_module_or_by_file(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(ROOT)
    assert evaluate.resolve("tests.search.bench.adapters:fts5_or") is adapters.fts5_or
    assert evaluate.resolve("tests/search/bench/adapters.py:fts5_or") is adapters.fts5_or
    (tmp_path / "alone.py").write_text("def search(q, k):\n    return [q]\n")
    assert evaluate.resolve(f"{tmp_path}/alone.py:search")("x", 10) == ["x"]


def test_the_best_plain_peer_scores_what_we_compare_ourselves_with(
    judged_catalogue, public_queries
):
    rows = evaluate.evaluate(adapters.fts5_trigram(judged_catalogue), public_queries)
    assert evaluate.summary(rows)["ndcg@10"] == pytest.approx(0.703, abs=0.01)


@pytest.mark.parametrize(
    ("peer", "library"),
    [
        ("tantivy_or", "tantivy"),
        ("tantivy_compound", "tantivy"),
        ("xapian_or_spell", "xapian"),
        ("postgres_or_trgm", "psycopg2"),
        ("whoosh_or", "whoosh.analysis"),
    ],
)
def test_a_peer_that_is_not_installed_says_so_in_one_line(peer, library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(SystemExit) as stopped:
        getattr(adapters, peer)([])
    assert str(stopped.value) == f"{peer}: the Python library {library} is not installed"
