"""The files of the demo: nothing in them may ring, reach or be made up where a text speaks."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from socialmap.catalogue.completeness import completeness
from socialmap.catalogue.views import CHECK_HOLDS
from socialmap.catalogue.vocabularies import shipped
from socialmap.config import ROOT
from socialmap.editorial.demo import demo_documents

from ..conftest import MONDAY

FOLDER = ROOT / "content" / "catalogue"
TEXTS = ("summary", "description", "admission", "intake")
MADE_UP = {
    "how_to_refer",
    "own_form_url",
    "contact",
    "deputy",
    "verified_on",
    "verified_by",
}
"""What the details may say that the text of the service does not: how the demo works."""

NATIONAL_SITES = {"www.s-bb.nl", "www.kiesmbo.nl", "www.stagemarkt.nl", "www.nji.nl"}
"""Where a link of the demo may lead: everybody in the field knows them."""


def read(path: Path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


SERVICES = {row["id"]: row for row in read(FOLDER / "services.yaml")}
DETAILS = read(FOLDER / "details.yaml")
COMPLETE = read(FOLDER / "complete.yaml")
BLOCKS = DETAILS | COMPLETE
MAPPING = read(FOLDER / "mapping.yaml")
ORGANIZATIONS = read(FOLDER / "organizations.yaml")["organizations"]
AGREEMENTS = read(FOLDER / "agreements.yaml")["agreements"]
REGIONS = read(FOLDER / "regions.yaml")["regions"]
EVIDENCE = read(Path(__file__).with_name("evidence.yaml"))
FILES = (SERVICES, BLOCKS, ORGANIZATIONS, AGREEMENTS, REGIONS)


def every_value(thing, key=""):
    """All plain values in a file, each with the name it stands under."""
    if isinstance(thing, dict):
        for name, value in thing.items():
            yield from every_value(value, name)
    elif isinstance(thing, list):
        for value in thing:
            yield from every_value(value, key)
    else:
        yield key, thing


ALL = [pair for file in FILES for pair in every_value(file)]


def test_services_are_the_hundred_and_fifty_in_order():
    assert list(SERVICES) == [f"s{number:03d}" for number in range(1, 151)]


def test_every_service_has_its_details_in_one_file():
    assert not set(DETAILS) & set(COMPLETE)
    assert set(BLOCKS) == set(SERVICES)


def test_no_telephone_number_can_ring():
    phones = [value for key, value in ALL if key.endswith("phone")]
    assert len(phones) > 200
    for phone in phones:
        area, _space, local = phone.partition(" ")
        assert re.fullmatch(r"0[1-57]\d{1,2}", area), phone
        assert local[0] in "01", f"{phone} could ring: no local number begins with 0 or 1"
        assert len(re.sub(r"\D", "", phone)) == 10, phone


def test_no_mail_or_address_reaches_anybody_who_is_not_a_national_site():
    mails = [value for key, value in ALL if key.endswith("email")]
    assert len(mails) > 150
    assert all(re.fullmatch(r"[a-z0-9.-]+@[a-z0-9.-]+\.example", mail) for mail in mails)
    addresses = [(key, urlsplit(value).hostname) for key, value in ALL if key.endswith("url")]
    assert addresses
    for key, host in addresses:
        assert host.endswith(".example") or (key == "url" and host in NATIONAL_SITES), host


def test_no_telephone_number_or_address_hides_in_a_text():
    for key, value in ALL:
        if isinstance(value, str) and not key.endswith(("phone", "email", "url")):
            assert not re.search(r"@|https?:|www\.|\b0\d{1,3}[ -]?\d{6}", value), value


def test_every_service_names_an_organization_that_is_there():
    names = [organization["name"] for organization in ORGANIZATIONS]
    assert len(set(names)) == len(names)
    assert {row["organisation"] for row in SERVICES.values()} <= set(names)


@pytest.mark.parametrize("column", ["themes", "target_groups", "levels"])
def test_every_word_is_mapped_to_words_of_the_vocabulary(column):
    words = {word for row in SERVICES.values() for word in row[column]}
    assert words == set(MAPPING[column]), "no word without a meaning, and no meaning without a word"
    assert {term for terms in MAPPING[column].values() for term in terms} <= slugs_of(column)


def slugs_of(vocabulary: str) -> set[str]:
    return {word["slug"] for word in shipped()[vocabulary]}


def test_every_goal_is_mapped():
    assert {row["goal"] for row in SERVICES.values()} <= set(MAPPING["goals"])
    assert set(MAPPING["goals"].values()) <= {"school", "work", "care"}


@pytest.mark.parametrize(
    ("name", "vocabulary"),
    [
        ("kind", "service_kinds"),
        ("referrers", "referrers"),
        ("intake_forms", "intake_forms"),
        ("languages", "languages"),
        ("accessibility", "accessibility"),
    ],
)
def test_words_of_the_details_are_of_the_vocabulary(name, vocabulary):
    values = [block[name] for block in BLOCKS.values() if name in block]
    words = {word for value in values for word in (value if isinstance(value, list) else [value])}
    assert words
    assert words <= slugs_of(vocabulary)


@pytest.mark.parametrize(
    ("name", "vocabulary"),
    [
        ("levels", "levels"),
        ("situations", "situations"),
        ("paper", "papers"),
        ("language", "languages"),
    ],
)
def test_words_of_the_rules_are_of_the_vocabulary(name, vocabulary):
    rules = [rule for block in BLOCKS.values() for rule in block.get("criteria", [])]
    words = {word for key, word in every_value(rules) if key == name}
    assert words <= slugs_of(vocabulary)


# Nothing is said that the text does not say ---------------------------------


def facts_of(block) -> list[tuple[str, ...]]:
    """What a block says of the offer itself: its fields, and its rules by type and kind."""
    fields = [("field", name) for name in block if name not in MADE_UP | {"criteria"}]
    rules = [(rule["type"], rule.get("kind", "inclusion")) for rule in block.get("criteria", [])]
    return fields + [("criterion", *rule) for rule in rules]


def fact_of(row) -> tuple[str, ...]:
    if "field" in row:
        return ("field", row["field"])
    return ("criterion", row["criterion"], row.get("kind", "inclusion"))


def test_every_fact_of_the_details_rests_on_the_text():
    stated = Counter((id, fact) for id, block in DETAILS.items() for fact in facts_of(block))
    evidence = Counter((row["id"], fact_of(row)) for row in EVIDENCE if row["id"] in DETAILS)
    assert max(evidence.values()) == 1, "one row for each fact"
    assert sorted(evidence - stated) == [], "evidence for nothing"
    assert sorted(stated - evidence) == [], "a fact without evidence"


def test_what_the_text_says_stands_in_the_complete_services_too():
    rows = [row for row in EVIDENCE if row["id"] not in DETAILS]
    assert rows
    lost = [row for row in rows if fact_of(row) not in facts_of(COMPLETE[row["id"]])]
    assert lost == []


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_evidence_stands_literally_in_the_text_of_its_service():
    for row in EVIDENCE:
        texts = [one_line(SERVICES[row["id"]][name]) for name in TEXTS]
        words = one_line(row["words"])
        assert len(words) >= 8, row
        assert any(words in text for text in texts), row


def test_ages_of_the_flat_form_are_not_said_twice():
    for id, block in BLOCKS.items():
        row, rules = SERVICES[id], block.get("criteria", [])
        has_limit = row["age_min"] > 0 or row["age_max"] < 99
        assert not (has_limit and any(is_age_let_in(rule) for rule in rules)), id


def is_age_let_in(rule) -> bool:
    return rule["type"] == "age" and rule.get("kind", "inclusion") == "inclusion"


# Some services are complete, some call for work ------------------------------


@pytest.fixture
def documents(demo_site):
    """The services as the demo loads them on the day of the tests."""
    return {document.id: document for document in demo_documents(FOLDER, MONDAY)}


def test_sixty_services_answer_every_question(documents):
    assert len(COMPLETE) == 60
    found = {id: completeness(documents[id]).missing for id in COMPLETE}
    assert {id: [str(label) for label in missing] for id, missing in found.items() if missing} == {}


def test_a_fifth_of_the_services_shows_that_somebody_must_look(documents):
    found = [document for document in documents.values() if document.id in DETAILS]
    unchecked = {document.id for document in found if document.verified_on is None}
    checked_long_ago = {
        document.id
        for document in found
        if document.verified_on and document.verified_on < MONDAY - CHECK_HOLDS
    }
    without_contact = {document.id for document in found if document.contact is None}
    assert (len(unchecked), len(checked_long_ago), len(without_contact)) == (12, 10, 8)
    assert len(unchecked | checked_long_ago | without_contact) >= len(SERVICES) / 5


def test_services_that_call_for_work_are_in_every_region(documents):
    region_of = {organization["name"]: organization["region"] for organization in ORGANIZATIONS}
    found = {
        region_of[document.organization]
        for document in documents.values()
        if document.verified_on is None
        or document.verified_on < MONDAY - CHECK_HOLDS
        or document.contact is None
    }
    assert found == {region["slug"] for region in REGIONS}


# The network -----------------------------------------------------------------


def test_agreements_are_between_organizations_of_the_demo():
    known = {organization["slug"] for organization in ORGANIZATIONS}
    for agreement in AGREEMENTS:
        assert {agreement["owner"], *agreement["parties"]} <= known, agreement["title"]
        assert set(agreement["parties"]) - {agreement["owner"]}, "nobody agrees alone"
        assert agreement["region"] in {region["slug"] for region in REGIONS}
        assert agreement["agreed_on"] <= agreement.get("checked_on", MONDAY) <= MONDAY


def test_agreements_show_what_checked_unchecked_and_long_ago_look_like():
    days = [agreement.get("checked_on") for agreement in AGREEMENTS]
    assert any(day is None for day in days)
    assert any(day and day < MONDAY - CHECK_HOLDS for day in days)
    assert any(day and day >= MONDAY - CHECK_HOLDS for day in days)


def test_most_organizations_say_what_they_bring_in_and_some_do_not():
    lines = [o["contribution"] for o in ORGANIZATIONS if "contribution" in o]
    assert len(ORGANIZATIONS) / 2 < len(lines) < len(ORGANIZATIONS)
    assert len(set(lines)) == len(lines), "each says it for itself"
    assert all(line.endswith(".") and len(line) <= 120 for line in lines)
