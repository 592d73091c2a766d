"""``publish()``: the only way into the catalogue."""

from datetime import date

import pytest
from sqlmodel import select

from socialmap.accounts.models import Role
from socialmap.catalogue.models import OldSlug, Revision, Service, Term
from socialmap.catalogue.queries import moved_to, service_by_id, service_by_slug
from socialmap.editorial.operations import create_organization, publish
from socialmap.kit.changes import Change
from socialmap.kit.database import session, transaction
from socialmap.kit.errors import Refused
from socialmap.network.models import Organization

from ..conftest import MONDAY
from ..world import make_document, make_organization, make_service, make_user

LATER = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def provider(site):
    with transaction():
        return make_organization("De Brug", kind="samenwerkingsverband")


def put(*, today=MONDAY, actor=None, **facts) -> Service:
    with transaction():
        return publish(make_document(**facts), actor=actor, today=today)


def changed() -> list[str]:
    return session().exec(select(Change.key).where(Change.kind == "service")).all()


def test_new_service_is_there_with_all_that_the_document_says(site):
    put(
        id="s1", name="Rebound De Brug", age_min=12, levels=["Vmbo"], themes=["faalangst"],
        referrers=["mentor", "docent"], not_for=["Zonder inschrijving"], cost="Niets",
        places_free=2, places_on="2026-11-20", lat=52.16, lon=4.49,
    )  # fmt: skip
    service = service_by_id("s1")
    facts = service.facts
    assert (service.slug, service.name) == ("rebound-de-brug", "Rebound De Brug")
    assert service.organization.name == "De Brug" and service.municipality.name == "Leiden"
    assert facts.themes == ["psychosociaal"], "in the words of the vocabulary"
    assert facts.may_refer == ["school"], "and each once"
    assert facts.admitted_levels == ["vmbo"] and facts.ages[0].min == 12
    assert facts.not_for == ["Zonder inschrijving"] and facts.cost == "Niets"
    assert (facts.places_free, facts.places_on) == (2, date(2026, 11, 20))
    assert facts.contact.role == "Coördinator rebound" and facts.deputy.role == "Intaker"
    assert facts.intake_moments[0].dates[0].start == date(2027, 1, 4)
    assert (service.created_on, service.edited_on, service.is_demo) == (MONDAY, MONDAY, False)


def test_revision_and_change_row_are_written_in_the_same_deed(site):
    with transaction():
        editor = make_user(Role.COORDINATOR)
    put(id="s1", name="Rebound", actor=editor)
    revision = session().exec(select(Revision)).one()
    assert (revision.service_id, revision.on, revision.user_id) == ("s1", MONDAY, editor.id)
    assert revision.document["name"] == "Rebound"
    assert changed() == ["s1"]


def test_changed_service_keeps_its_id_and_its_first_day(site):
    put(id="s1", name="Rebound", summary="Oud", cost="Niets")
    put(id="s1", name="Rebound", summary="Nieuw", today=LATER)
    service = service_by_id("s1")
    assert (service.facts.summary, service.facts.cost) == ("Nieuw", None)
    assert (service.created_on, service.edited_on, service.version) == (MONDAY, LATER, 2)
    assert len(session().exec(select(Revision)).all()) == 2 and changed() == ["s1", "s1"]


def test_day_of_the_edit_may_be_told_by_the_document(site):
    put(id="s1", updated="2026-10-01")
    assert service_by_id("s1").edited_on == date(2026, 10, 1)


def test_municipalities_and_words_anywhere_in_a_document_are_brought_into_the_catalogue(site):
    put(
        id="s1", kind="rebound", service_area=["katwijk", "GM0546"],
        locations=[{"municipality": "leiden", "address": "Kade 1"}],
        criteria=[
            {"type": "municipality", "by": "school", "municipalities": ["Leiden", "GM0537"]},
            {"type": "paper", "paper": "TLV vso"},
            {"type": "language", "language": "Nederlands", "cefr": "A2"},
            {"type": "situation", "situations": ["thuisloos", "dakloos"], "kind": "exclusion"},
        ],
    )  # fmt: skip
    facts = service_by_id("s1").facts
    catchment, paper, language, situation = facts.criteria[-4:]
    assert facts.kind == "time-out" and facts.service_area == ["GM0537", "GM0546"]
    assert facts.locations[0].municipality == "Leiden"
    assert catchment.municipalities == ("GM0546", "GM0537")
    assert (paper.paper, language.language) == ("tlv-vso", "nl")
    assert situation.situations == ("dakloos",), "each once"


# Addresses ------------------------------------------------------------------


def test_another_name_is_another_address_and_the_old_one_leads_there(site):
    put(id="s1", name="Rebound De Brug")
    put(id="s1", name="Rebound Haven")
    assert service_by_id("s1").slug == "rebound-haven"
    assert service_by_slug("rebound-de-brug") is None
    assert moved_to("rebound-de-brug").id == "s1"


@pytest.mark.parametrize(
    ("before", "after", "slug"),
    [
        ("Rebound Leiden", "Rebound", "rebound"),
        ("Rebound", "Rebound Leiden", "rebound-leiden"),
        ("Rebound", "REBOUND!", "rebound"),
    ],
)
def test_address_follows_the_name_also_when_it_gets_shorter(site, before, after, slug):
    put(id="s1", name=before)
    put(id="s1", name=after)
    assert service_by_id("s1").slug == slug


def test_two_services_of_one_name_have_each_an_address_and_keep_it(site):
    put(id="s1", name="Rebound")
    put(id="s2", name="Rebound")
    put(id="s2", name="Rebound", summary="Nieuw")
    assert (service_by_id("s1").slug, service_by_id("s2").slug) == ("rebound", "rebound-2")
    assert session().exec(select(OldSlug)).all() == []


def test_name_that_comes_back_takes_its_old_address_again(site):
    for name in ("Rebound", "Haven", "Rebound"):
        put(id="s1", name=name)
    assert service_by_id("s1").slug == "rebound"
    assert moved_to("haven").id == "s1" and moved_to("rebound") is None


# What is refused ------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"organization": "Nergens"}, "Nergens"),
        ({"municipality": "Nergenshuizen"}, "Nergenshuizen"),
    ],
)
@pytest.mark.parametrize("is_known", [False, True])
def test_unknown_organization_or_municipality_is_refused_and_nothing_written(
    site, facts, word, is_known
):
    if is_known:
        put(id="s1", name="Rebound")
    before = len(changed())
    with pytest.raises(Refused, match=word):
        put(id="s1", name="Andere naam", themes=["Iets heel nieuws"], **facts)
    assert len(changed()) == before
    assert service_by_slug("andere-naam") is None
    assert session().exec(select(Term).where(Term.is_new)).all() == []
    assert (service_by_id("s1") is not None) is is_known


def test_service_without_a_municipality_is_accepted(site):
    put(id="s1", municipality=None)
    assert service_by_id("s1").municipality is None


# Organizations --------------------------------------------------------------


def test_organization_of_the_same_name_is_refused(site):
    with pytest.raises(Refused, match="De Brug"), transaction():
        create_organization(name="De Brug", kind="gemeente")
    assert len(session().exec(select(Organization)).all()) == 1


def test_organization_is_known_by_kind_and_told_to_the_index(site):
    with transaction():
        made = create_organization(name="UWV Leiden", kind="cwi")
    assert (made.slug, made.kind) == ("uwv-leiden", "uwv")
    keys = session().exec(select(Change.key).where(Change.kind == "organization")).all()
    assert keys == ["de-brug", "uwv-leiden"]


def test_organizations_whose_names_look_alike_have_each_an_address(site):
    with transaction():
        made = create_organization(name="De Brug!", kind="gemeente")
    assert made.slug == "de-brug-2"


def test_a_new_service_never_takes_the_old_address_of_another():
    with transaction():
        first = make_service(name="Rebound")
        publish(make_document(id=first.id, name="Time-out"), actor=None, today=MONDAY)
        second = make_service(name="Rebound")
    assert second.slug == "rebound-2"
    with transaction():
        assert moved_to("rebound").id == first.id
