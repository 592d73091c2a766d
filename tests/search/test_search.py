"""Finding: words, filters, counts, pages; on the 150 services of the demo."""

import json

import pytest
import yaml

from socialmap.config import ROOT
from socialmap.kit import clock
from socialmap.kit.database import transaction
from socialmap.search.filters import CHOICES, Filters
from socialmap.search.meanings import ENOUGH
from socialmap.search.results import search

from ..world import the_region

SERVICES = yaml.safe_load((ROOT / "content/catalogue/services.yaml").read_text())


@pytest.fixture
def find(demo_site):
    """Ask the index: ``find("schulden", thema=("schulden",))``."""

    def ask(q: str = "", *, age=None, order="", limit=200, page=1, **chosen):
        filters = Filters(q=q, age=age, order=order, page=page, chosen=chosen)
        return search(demo_site.extensions["search"], filters, today=clock.today(), limit=limit)

    return ask


def ids(found) -> list[str]:
    return [hit.entry.id for hit in found.hits]


def test_an_empty_question_gives_every_service_with_its_id(find):
    found = find()
    assert found.total == 150
    assert sorted(ids(found)) == sorted(row["id"] for row in SERVICES)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("reboundvoorziening", "s017"),
        ("Thuiszitterscoach", "s015"),
        ("schuldhulpverlening jongeren", "s075"),
        ("eetproblemen", "s098"),
        ("rouw verlies", "s099"),
        ("straathoekwerk slaapplek", "s086"),
    ],
)
def test_what_a_mentor_types_stands_in_the_first_five(find, words, expected):
    assert expected in ids(find(words))[:5]


def test_a_word_that_nobody_uses_is_taken_as_the_beginning_of_one(find):
    assert "s017" in ids(find("rebound")), "Reboundvoorziening"
    assert find("zzzz").total == 0


def test_who_has_all_that_is_asked_is_found_and_others_only_when_those_are_few(find):
    both, one, other = find("schulden thuiszitters"), find("schulden"), find("thuiszitters")
    everything = set(ids(one)) | set(ids(other))
    assert set(ids(both)) <= everything
    assert ENOUGH <= both.total < len(everything)


def test_inflection_accents_and_capitals_do_not_matter(find):
    assert ids(find("THUISZITTERS")) == ids(find("thuiszitter"))
    assert ids(find("Fryslân")) == ids(find("fryslan"))


@pytest.mark.parametrize("odd", ["(", '"a', "t:[a TO", "*" * 80, "a" * 3000, "AND OR NOT", "'; --"])
def test_odd_input_finds_or_does_not_but_never_fails(find, odd):
    find(odd)


def test_name_weighs_more_than_a_word_in_the_text(find):
    assert "Pluscoach" in find("pluscoach").hits[0].entry.name


def test_filters_are_walls_and_values_within_one_are_either(find):
    school = find(doel=("school",))
    work = find(doel=("werk",))
    assert find(doel=("school", "werk")).total == school.total + work.total
    assert all(hit.entry.goal == "school" for hit in school.hits)


def cost(amount: float | None) -> str:
    return "niet-opgegeven" if amount is None else "gratis" if amount == 0 else "betaald"


def waiting(weeks: int | None) -> list[str]:
    if weeks is None:
        return ["niet-opgegeven"]
    most = {"geen": 0, "tot-4-weken": 4, "tot-12-weken": 12}
    return [name for name, limit in most.items() if weeks <= limit]


def by_hand(entries, name: str, value: str) -> int:
    fields = {
        "doel": lambda e: [e.goal],
        "thema": lambda e: e.themes,
        "doelgroep": lambda e: e.target_groups,
        "onderwijs": lambda e: e.levels or [value],
        "gemeente": lambda e: e.serves,
        "regio": lambda e: [e.region],
        "aanbieder": lambda e: [e.organization_slug],
        "soort_aanbieder": lambda e: [e.organization_kind],
        "soort": lambda e: [e.kind],
        "kosten": lambda e: [cost(e.cost_amount)],
        "taal": lambda e: e.languages,
        "wachttijd": lambda e: waiting(e.waiting_weeks),
        "zelf": lambda e: ["ja"] if e.may_apply_alone else [],
    }
    return sum(value in fields[name](entry) for entry in entries)


@pytest.mark.parametrize("name", [n for n in CHOICES if n != "instroom"])
def test_counts_beside_a_question_are_right(find, name):
    found = find("coach", doel=("school",))
    without_own = find("coach", **({} if name == "doel" else {"doel": ("school",)}))
    entries = [hit.entry for hit in without_own.hits]
    for option in found.facets[name].options:
        assert option.count == by_hand(entries, name, option.value), (name, option)


@pytest.mark.parametrize("name", CHOICES)
def test_a_count_is_what_choosing_it_gives(find, name):
    for option in find("jongeren").facets[name].options[:6]:
        assert find("jongeren", **{name: (option.value,)}).total == option.count


def test_a_rule_that_nobody_stated_keeps_no_level_out(find):
    open_to_all = [h.entry.id for h in find().hits if not h.entry.levels]
    assert open_to_all
    assert set(open_to_all) <= set(ids(find(onderwijs=("vwo",))))


def test_age_keeps_out_only_by_a_stated_rule(find):
    ten = find(age=10)
    assert "s017" not in ids(ten), "from 12 to 16"
    assert "s121" in ids(ten), "for everybody"
    assert "s017" in ids(find(age=16))
    assert "s017" not in ids(find(age=17))


def test_a_municipality_finds_what_serves_it_not_what_stands_in_it(find):
    leiderdorp = find(gemeente=("leiderdorp",))
    assert "s003" in ids(leiderdorp), "for residents of Leiden, Leiderdorp, ..."
    assert "s003" not in ids(find(gemeente=("katwijk",)))
    assert all("leiderdorp" in hit.entry.serves for hit in leiderdorp.hits)


def test_start_is_asked_of_the_day_not_of_the_index(find, on_day):
    first = find(instroom=("binnen-2-weken",)).total
    nothing_stated = find(instroom=("niet-opgegeven",)).total
    all_year = find(instroom=("nu",)).total
    assert 0 < all_year <= first < 150
    assert first + nothing_stated <= 150
    on_day(clock.today().replace(year=2027, month=1, day=25))
    soon = find(instroom=("binnen-2-weken",))
    assert soon.total > first, "in February a new half year begins"


def test_order_by_start_and_by_name(find):
    by_name = [hit.entry.name.casefold() for hit in find(order="naam").hits]
    assert by_name == sorted(by_name)
    open_first = find(order="start").hits
    assert open_first[0].entry.moments
    assert not open_first[-1].entry.moments, "who told nothing stands last"


def test_pages_divide_the_whole_without_loss_or_doubles(find):
    pages = [ids(find(limit=20, page=number)) for number in range(1, 9)]
    together = [one for page in pages for one in page]
    assert len(together) == len(set(together)) == 150
    assert [len(page) for page in pages] == [20] * 7 + [10]


def test_an_empty_answer_says_which_choice_to_drop_and_what_that_gives(find):
    found = find("reboundvoorziening", gemeente=("groningen",))
    assert found.total == 0
    best = found.relaxations[0]
    assert best.count == find(gemeente=("groningen",)).total or best.name == "gemeente"
    for relaxation in found.relaxations:
        again = find(relaxation.filters.q, age=relaxation.filters.age, **relaxation.filters.chosen)
        assert again.total == relaxation.count > 0


def test_a_typing_error_is_mended_and_told(find):
    found = find("verslavingszrog")
    assert found.hits[0].entry.name == "Verslavingszorg Jeugd"
    assert found.did_you_mean == "verslavingszorg"
    assert found.understood.corrections == (("verslavingszrog", "verslavingszorg"),)
    assert find('"verslavingszrog"').total == 0, "between quotes it is what was meant"


def test_filters_survive_the_address():
    from werkzeug.datastructures import MultiDict

    filters = Filters(
        q="blowt en", chosen={"doel": ("school", "werk"), "gemeente": ("leiden",)}, age=16,
        order="start", page=3,
    )  # fmt: skip
    assert Filters.from_args(MultiDict(filters.to_args())) == filters


# Pages and API ---------------------------------------------------------------


def test_api_answers_as_the_contract_says(demo_page):
    body = json.loads(demo_page.get("/api/v1/search?q=schulden&limit=3").response.text)
    assert set(body) == {"total", "results", "facets", "understood", "did_you_mean"}
    assert len(body["results"]) == 3 < body["total"]
    first = body["results"][0]
    assert set(first) == {"id", "slug", "name", "organization", "summary", "score", "url"}
    assert first["score"] > body["results"][-1]["score"] > 0
    assert first["url"] == f"http://127.0.0.1:8000/aanbod/{first['slug']}"
    assert {"value", "label", "count"} == set(body["facets"]["doel"][0])


def test_api_pages_with_limit_and_offset_and_limit_zero_gives_only_counts(demo_page):
    def call(query):
        return json.loads(demo_page.get(f"/api/v1/search?{query}").response.text)

    everything = call("limit=200")["results"]
    assert len(everything) == 150
    assert call("limit=10&offset=20")["results"] == everything[20:30]
    assert call("limit=0")["results"] == []
    assert call("limit=0")["total"] == 150
    assert call("offset=1000")["results"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=201", "limit"), ("limit=-1", "limit"), ("limit=x", "limit"), ("offset=-1", "offset"),
     ("leeftijd=oud", "leeftijd"), ("sorteer=x", "sorteer"), ("pagina=0", "pagina")],
)  # fmt: skip
def test_api_says_which_field_is_wrong(demo_page, query, field):
    body = json.loads(demo_page.get(f"/api/v1/search?{query}", status=400).response.text)
    assert body["error"]["field"] == field
    assert body["error"]["message"]


def test_suggestions_begin_as_was_typed_and_lead_somewhere(demo_page):
    found = json.loads(demo_page.get("/api/v1/suggest?q=lei").response.text)["suggestions"]
    assert 0 < len(found) <= 10
    assert {"text": "Leiden", "kind": "municipality"}.items() <= max(
        found, key=lambda s: s["text"] == "Leiden"
    ).items()
    for suggestion in found:
        demo_page.get(suggestion["url"])
    assert json.loads(demo_page.get("/api/v1/suggest?q=").response.text)["suggestions"] == []


def test_results_page_keeps_its_state_in_every_link(demo_page):
    demo_page.get("/aanbod?q=jongeren&doel=school&leeftijd=16")
    further = next(address for words, address in demo_page.links().items() if "pagina=2" in address)
    assert "q=jongeren" in further and "doel=school" in further and "leeftijd=16" in further


def test_empty_result_page_helps_on(demo_page):
    demo_page.get("/aanbod?q=reboundvoorziening&gemeente=groningen")
    assert any("q=reboundvoorziening" in a and "gemeente" not in a
               for a in demo_page.links().values())  # fmt: skip


def test_words_that_were_typed_are_shown_and_never_run(demo_page):
    demo_page.get('/aanbod?q=<script>alert("x")</script>')
    assert '<script>alert("x")' not in demo_page.response.text


def test_a_visitor_who_only_searches_gets_no_cookie(demo_page):
    for address in ("/", "/aanbod?q=schulden", "/aanbod/reboundvoorziening-de-brug"):
        assert "Set-Cookie" not in demo_page.get(address).response.headers


def test_an_empty_catalogue_says_so(page):
    with transaction():
        the_region()
    page.get("/aanbod")
    assert "Er staan nog geen plekken op deze sociale kaart." in page.main
    page.get("/")
