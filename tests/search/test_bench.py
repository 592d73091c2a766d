"""What the measuring tools say can be trusted: their data fit, their sums are right."""

import json
import random
import re
import sqlite3
import sys
from hashlib import sha256
from itertools import pairwise

import pytest

from socialmap.catalogue.flat import Words, read_row
from socialmap.config import ROOT

from ..conftest import POSTGRES
from .bench import (
    adapters,
    evaluate,
    figures,
    make_catalogue,
    ours,
    pages,
    plain_page,
    plain_sqlite,
    quality,
    questions,
    speed,
)

SHA256_OF_200 = "59952a1a1123d4b3ba5c5d52ea6c64a30b5a3da4f74c8873eee4b6ba939ea47c"
"""Of the first 200 services of seed 1: whoever measures compares with what others measured."""

SHA256_OF_QUESTIONS = "55c795c02886edf11de81121f62a1e771a993da0f61aa2adea13339bebd17a08"
"""Of the questions to a made catalogue of 200, for the same reason."""

JUDGED = {"best": 3, "good": 2, "marginal": 1, "wrong": 0}


@pytest.fixture(scope="module")
def judged_catalogue() -> list[dict]:
    return evaluate.load_catalogue(evaluate.JUDGED)


@pytest.fixture(scope="module")
def public_queries() -> list[dict]:
    return evaluate.load_queries(evaluate.PUBLIC)


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


# Quality -----------------------------------------------------------------------------


def test_the_summary_is_the_mean_of_the_queries():
    queries = [
        {"id": "1", "type": "typo", "q": "found", "rel": {"a": 3}},
        {"id": "2", "type": "place", "q": "second", "rel": {"b": 3}},
        {"id": "3", "type": "place", "q": "nothing", "rel": {"c": 3}},
        {"id": "4", "type": "place", "q": "first", "rel": {"d": 3}},
    ]
    answers = {"found": ["a"], "second": ["x", "b"], "nothing": [], "first": ["d"]}
    rows = evaluate.evaluate(lambda q, k: answers[q][:k], queries, size=4)
    told = evaluate.summary(rows)
    # Found in second place counts 1 / log2(3) = 0.6309.
    assert told["ndcg@10"] == pytest.approx((1 + 0.6309 + 0 + 1) / 4, abs=1e-4)
    assert told["recall@10"] == 3 / 4
    assert told["mrr"] == (1 + 1 / 2 + 0 + 1) / 4
    assert told["zero_rate"] == 1 / 4
    assert told["share"] == 1 / 4, "of the catalogue of four: 1, 2, 0 and 1"
    assert told["nothing_good"] == 1
    assert [row["q"] for row in evaluate.nothing_good(rows)] == ["nothing"]
    kinds = evaluate.by_type(rows)
    assert {kind: told["ndcg@10"] for kind, told in kinds.items()} == {"place": 0.5436, "typo": 1}


def test_the_best_plain_peer_scores_what_we_compare_ourselves_with(
    judged_catalogue, public_queries
):
    search = adapters.fts5_trigram(judged_catalogue)
    rows = evaluate.evaluate(search, public_queries, len(judged_catalogue))
    assert evaluate.summary(rows)["ndcg@10"] == pytest.approx(0.703, abs=0.01)


def test_our_answers_to_the_public_queries_are_as_good_as_recorded(
    demo_site, public_queries, judged_catalogue
):
    search = ours.search_of(demo_site.extensions["search"])
    rows = evaluate.evaluate(search, public_queries, len(judged_catalogue))
    recorded = json.loads(quality.RECORDED.read_text())
    found = evaluate.summary(rows)
    assert quality.worse(found, recorded) == []
    assert found["share"] <= quality.MOST_SHARE


BEFORE = {"ndcg@10": 0.8, "recall@10": 0.7, "mrr": 0.9, "zero_rate": 0.1, "nothing_good": 2}


@pytest.mark.parametrize(
    ("measure", "better", "worse"),
    [
        ("ndcg@10", 0.81, 0.79),
        ("recall@10", 0.71, 0.69),
        ("zero_rate", 0, 0.11),
        ("nothing_good", 1, 3),
        ("mrr", 0.91, 0.89),
    ],
)
def test_a_record_is_raised_and_never_lowered(tmp_path, capsys, measure, better, worse):
    file = tmp_path / "recorded.json"
    assert quality.record(BEFORE, file) == 0
    assert quality.record(BEFORE | {measure: worse}, file) == 1
    assert f"{measure} was {BEFORE[measure]} and is {worse}" in capsys.readouterr().out
    assert json.loads(file.read_text()) == BEFORE
    assert quality.record(BEFORE | {measure: better}, file) == 0
    assert json.loads(file.read_text()) == BEFORE | {measure: better}


@pytest.mark.parametrize(
    ("peer", "library"), [("tantivy_or", "tantivy"), ("xapian_or_spell", "xapian")]
)
def test_a_peer_that_is_not_installed_says_so(peer, library, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(adapters.NotHere, match=f"the Python library {library} is not installed"):
        getattr(adapters, peer)([])


def test_without_a_server_postgresql_is_left_out(monkeypatch):
    monkeypatch.delenv(adapters.POSTGRES, raising=False)
    with pytest.raises(adapters.NotHere, match="is not set"):
        adapters.postgres_or_trgm([])


@pytest.mark.skipif(not POSTGRES, reason="PostgreSQL is not there")
def test_postgresql_tops_up_with_similar_words(judged_catalogue):
    search = adapters.postgres_or_trgm(judged_catalogue)
    assert search("schulden", 3)
    assert search("schuldhulpverlning", 3), "nothing has this word, some have one like it"


# Speed -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made() -> list[dict]:
    return list(make_catalogue.generate(200))


def test_questions_are_the_same_on_every_machine(made):
    asked = questions.questions(questions.words_of(made), 500, seed=1)
    assert sha256("\n".join(asked).encode()).hexdigest() == SHA256_OF_QUESTIONS
    assert questions.questions(questions.words_of(made), 500, seed=2) != asked


def test_questions_have_the_promised_mix(made):
    words = questions.words_of(made)
    asked = questions.questions(words, 1000, seed=1)
    assert len(set(asked)) == 1000
    lengths = [len(question.split()) for question in asked]
    assert all(100 < lengths.count(length) < 300 for length in range(1, 6))
    assert sum(lengths.count(length) for length in range(1, 6)) == 1000
    strange = [question for question in asked if set(question.split()) - set(words)]
    # One in five has a typing error; a few of those make a word that is there too.
    assert 190 <= len(strange) <= 200
    assert all(len(set(question.split()) - set(words)) == 1 for question in strange)


def test_words_come_from_what_a_visitor_reads():
    service = {
        "name": "De Brug", "summary": "Hulp bij school", "description": "Een rustige plek.",
        "themes": ["verzuim"], "target_groups": ["oud-vsv'ers"], "municipality": "Súdwest",
        "admission": "onvindbaar",
    }  # fmt: skip
    assert " ".join(questions.words_of([service])) == (
        "bij brug de een ers hulp oud plek rustige school súdwest verzuim vsv"
    )


def test_a_typing_error_is_one_edit():
    chance = random.Random(1)
    made = {questions.mistyped("school", chance) for _time in range(2000)}
    assert {"schol", "shcool", "schoool"} <= made
    assert "school" not in made
    assert {len(word) for word in made} == {5, 6, 7}
    changed = [[a != b for a, b in zip(word, "school", strict=True)] for word in made
               if len(word) == 6]  # fmt: skip
    assert {sum(places) for places in changed} == {1, 2}
    assert all(sum(p) == 1 or (True, True) in pairwise(p) for p in changed)


def test_suggestions_are_asked_by_two_to_six_letters():
    typed = questions.beginnings(["Jongerenloket", "De Brug"], 200, seed=1)
    assert {len(text) for text in typed} == {2, 3, 4, 5, 6}
    assert all(name.startswith(text) for text in typed for name in ["Jongerenloket", "De Brug"]
               if name[0] == text[0])  # fmt: skip


def _service(key: str, **facts) -> dict:
    nothing = dict.fromkeys(plain_sqlite.COLUMNS, "")
    lists = {"themes": [], "target_groups": [], "levels": []}
    return nothing | lists | {"id": key} | facts


@pytest.fixture
def three_services():
    connection = sqlite3.connect(":memory:")
    plain_sqlite.fill(
        connection,
        [
            _service("a", name="Hulp", description="voor een ouder", goal="zorg",
                     municipality="Leiden", themes=["gezin", "schulden"], levels=["vmbo"]),
            _service("b", name="Ouder en kind", goal="zorg", municipality="Delft",
                     themes=["gezin"], intake_type="jaarlijks"),
            _service("c", name="Werk", goal="werk", municipality="Leiden", themes=["schulden"]),
        ],
    )  # fmt: skip
    yield connection
    connection.close()


def test_the_peer_in_sql_counts_what_a_hand_counts(three_services):
    assert plain_sqlite.counts(three_services, "ouder, bestaatniet") == {
        "goal": {"zorg": 2},
        "municipality": {"Leiden": 1, "Delft": 1},
        "intake_type": {"": 1, "jaarlijks": 1},
        "themes": {"gezin": 2, "schulden": 1},
        "target_groups": {},
        "levels": {"vmbo": 1},
    }
    assert not any(plain_sqlite.counts(three_services, "bestaatniet").values())
    assert not any(plain_sqlite.counts(three_services, "?").values())


def test_the_peer_in_sql_finds_any_of_the_words_best_first(three_services):
    assert [row[0] for row in plain_sqlite.best(three_services, "ouder", 10)] == ["b", "a"]
    assert [row[0] for row in plain_sqlite.best(three_services, "werk ouder", 1)] == ["c"]


def test_our_own_search_answers_on_an_imported_catalogue(made):
    with ours.standing(made) as search:
        found = list(search("verzuim", len(made)))
    assert set(found) <= {service["id"] for service in made}
    texts = {service["id"]: json.dumps(service, ensure_ascii=False) for service in made}
    assert "verzuim" in texts[found[0]].lower()


def test_engines_are_asked_some_questions_in_turn_and_each_question_once_a_run(monkeypatch):
    monkeypatch.setattr(speed, "TOGETHER", 2)
    seen: list[str] = []
    engines = {
        name: speed.Engine(lambda question, k, name=name: seen.append(name + question), asked)
        for name, asked in (("a", {"1", "2", "3", "4"}), ("b", {"2", "4"}))
    }
    speed.race(engines, ["1", "2", "3", "4"], runs=2)
    assert seen == ["b2", "a1", "a2", "a3", "a4", "b4"] * 2
    assert [set(took) for took in engines["a"].runs] == [{"1", "2", "3", "4"}] * 2


def test_a_time_is_the_median_of_the_runs():
    engine = speed.Engine(lambda *_: [], {"x", "y"})
    engine.runs = [{"x": 1, "y": 5}, {"x": 2, "y": 6}, {"x": 9, "y": 90}]
    assert engine.at(0.95) == 6
    assert engine.at(0.95, among={"x"}) == 2


def test_growth_has_a_goal_between_the_smallest_and_the_largest_size():
    grown = list(speed.growth({2000: 0.001, 20_000: 0.004, 100_000: 0.013}))
    assert [figure.value for figure in grown] == pytest.approx([4, 13])
    assert [figure.is_short for figure in grown] == [False, True]


# Pages and figures -------------------------------------------------------------------


def test_what_wrk_tells_is_read():
    told = "Running 10s test\na_second=85.25 p50=84.1 p95=181.000 answers=852 wrong=3\n"
    assert pages.read_load(told) == pages.Load(85.25, 84.1, 181, 852, 3)


def test_each_load_has_goals_of_its_own():
    def at(a_second):
        return pages.Load(a_second, 1, 2, 100, 0)

    loads = {
        pages.EVERYDAY: {pages.OURS: at(500), pages.PLAIN: at(90), pages.DATASETTE: at(6)},
        pages.NEW: {pages.OURS: at(200), pages.PLAIN: at(50), pages.DATASETTE: at(20)},
    }
    figures = list(pages.beside_others(loads))
    assert [round(figure.value, 1) for figure in figures] == [0, 5.6, 83.3, 0, 4, 10]
    assert [figure.is_short for figure in figures] == [False, False, True, False, True, False]


def test_the_plain_page_shows_what_was_found(tmp_path, monkeypatch):
    services = [_service("a", name="Hulp & raad", goal="zorg", levels=["vmbo"])]
    plain_sqlite.write(tmp_path / "services.db", services)
    monkeypatch.setenv("PLAIN_CATALOGUE", str(tmp_path / "services.db"))
    shown = plain_page.app.test_client().get("/?q=hulp").text
    plain_page.threads.connection.close()
    del plain_page.threads.connection
    assert "Hulp &amp; raad" in shown
    assert "<p>1 gevonden</p>" in shown
    assert re.search(r'levels=vmbo">vmbo</a>\s+\(1\)', shown)


@pytest.mark.parametrize(
    ("figure", "told"),
    [
        (figures.Figure("a", 1.5, "x", at_most=1.5), "a: 1.50 x (goal: at most 1.5) ok"),
        (figures.Figure("a", 1.51, "x", at_most=1.5), "a: 1.51 x (goal: at most 1.5) SHORT"),
        (figures.Figure("a", 49, at_least=50), "a: 49 (goal: at least 50) SHORT"),
        (figures.Figure("a", 1234.5, "MB"), "a: 1,234 MB"),
        (figures.Figure("a", 0.0421, "ms"), "a: 0.042 ms"),
    ],
)
def test_a_figure_tells_its_goal(figure, told):
    assert str(figure) == told


def test_one_figure_that_is_short_makes_the_whole_short():
    good, bad = figures.Figure("a", 1, at_most=1), figures.Figure("b", 2, at_most=1)
    assert figures.tell([good]) == 0
    assert figures.tell([bad, good]) == 1
