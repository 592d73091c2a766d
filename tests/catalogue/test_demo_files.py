"""The files of the demo: nothing in them may ring, reach or be made up where a text speaks."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from socialmap.catalogue.vocabularies import NAMES, shipped
from socialmap.config import ROOT

FOLDER = ROOT / "content" / "catalogue"
FACTS = ("criteria", "not_for", "intake_moments", "referrers", "cost")
"""What the details may only say when the text of the service says it."""
TEXTS = ("summary", "description", "admission", "intake")


def read(path: Path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


SERVICES = {row["id"]: row for row in read(FOLDER / "services.yaml")}
DETAILS = read(FOLDER / "details.yaml")
MAPPING = read(FOLDER / "mapping.yaml")
ORGANIZATIONS = read(FOLDER / "organizations.yaml")["organizations"]
REGIONS = read(FOLDER / "regions.yaml")["regions"]
EVIDENCE = read(Path(__file__).with_name("evidence.yaml"))


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


ALL = [pair for file in (DETAILS, ORGANIZATIONS, REGIONS) for pair in every_value(file)]


def test_services_are_the_hundred_and_fifty_in_order():
    assert list(SERVICES) == [f"s{number:03d}" for number in range(1, 151)]
    assert set(DETAILS) == set(SERVICES)


def test_no_telephone_number_can_ring():
    phones = [value for key, value in ALL if key.endswith("phone")]
    assert len(phones) > 200
    for phone in phones:
        area, _space, local = phone.partition(" ")
        assert re.fullmatch(r"0[1-57]\d{1,2}", area), phone
        assert local[0] in "01", f"{phone} could ring: no local number begins with 0 or 1"
        assert len(re.sub(r"\D", "", phone)) == 10, phone


def test_no_mail_or_address_reaches_anybody():
    mails = [value for key, value in ALL if key.endswith("email")]
    assert len(mails) > 150
    assert all(re.fullmatch(r"[a-z0-9.-]+@[a-z0-9.-]+\.example", mail) for mail in mails)
    addresses = [value for key, value in ALL if key.endswith("url")]
    assert addresses and all(urlsplit(url).hostname.endswith(".example") for url in addresses)


def test_no_telephone_number_or_address_hides_in_a_text():
    for file in (SERVICES, DETAILS, ORGANIZATIONS, REGIONS):
        for key, value in every_value(file):
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
    slugs = {word["slug"] for word in shipped()[column]}
    assert {term for terms in MAPPING[column].values() for term in terms} <= slugs


def test_every_goal_is_mapped():
    assert {row["goal"] for row in SERVICES.values()} <= set(MAPPING["goals"])
    assert set(MAPPING["goals"].values()) <= {"school", "work", "care"}


def test_kinds_and_referrers_are_words_of_the_vocabulary():
    known = {name: {word["slug"] for word in shipped()[name]} for name in NAMES}
    assert {organization["kind"] for organization in ORGANIZATIONS} <= known["organization_kinds"]
    referrers = {r for details in DETAILS.values() for r in details.get("referrers", [])}
    assert referrers <= known["referrers"]


# Nothing is said that the text does not say ---------------------------------


def test_every_fact_has_evidence_and_no_evidence_lacks_its_fact():
    stated = {(id, name) for id, details in DETAILS.items() for name in FACTS if details.get(name)}
    evidence = [(row["id"], row["field"]) for row in EVIDENCE]
    assert len(set(evidence)) == len(evidence)
    assert sorted(set(evidence) - stated) == [], "evidence for nothing"
    assert sorted(stated - set(evidence)) == [], "a fact without evidence"


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_evidence_stands_literally_in_the_text_of_its_service():
    for row in EVIDENCE:
        texts = [one_line(SERVICES[row["id"]][name]) for name in TEXTS]
        words = one_line(row["words"])
        assert len(words) >= 8, row
        assert any(words in text for text in texts), row


def test_ages_and_levels_of_the_flat_form_are_not_said_twice():
    for id, details in DETAILS.items():
        own = [rule for rule in details.get("criteria", []) if rule["type"] in ("age", "level")]
        kinds = {(rule["type"], rule.get("kind", "inclusion")) for rule in own}
        flat = set()
        if SERVICES[id]["age_min"] > 0 or SERVICES[id]["age_max"] < 99:
            flat.add(("age", "inclusion"))
        assert not kinds & flat, id
