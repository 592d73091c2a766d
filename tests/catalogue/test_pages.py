"""The pages of a service and of organizations, and the words in which they speak."""

from datetime import date

import pytest

from socialmap.accounts.models import Role
from socialmap.catalogue import queries, wording
from socialmap.editorial.operations import publish
from socialmap.kit import clock
from socialmap.kit.database import transaction
from socialmap.matching.criteria import (
    AgeBetween,
    Enrolled,
    HasStartQualification,
    InSituation,
    Kind,
    LevelIn,
    LivesIn,
    MayApplyAlone,
    NeedsPaper,
    ReferredBy,
    SpeaksLanguage,
    UnderCompulsoryEducation,
)
from socialmap.network.queries import municipality_named

from ..world import make_document, make_organization, make_service, make_user

EVERY_LEVEL = (
    "pro", "vso", "vmbo", "havo", "vwo", "isk", "mbo-1", "mbo-2", "mbo-3", "mbo-4",
)  # fmt: skip

# The words of a rule --------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (AgeBetween(min=12, max=16), "12 tot en met 16 jaar"),
        (AgeBetween(min=18), "vanaf 18 jaar"),
        (AgeBetween(max=23), "tot en met 23 jaar"),
        (AgeBetween(min=0, max=4), "0 tot en met 4 jaar"),
        (AgeBetween(min=16, max=16), "16 jaar"),
        (LevelIn(levels=("vmbo",)), "Vmbo"),
        (LevelIn(levels=("vmbo", "havo", "vwo")), "Vmbo, havo of vwo"),
        (LevelIn(levels=("mbo-1", "mbo-2", "mbo-3", "mbo-4")), "Mbo"),
        (LevelIn(levels=("vmbo", "mbo-1", "mbo-2", "mbo-3", "mbo-4")), "Vmbo of mbo"),
        (LevelIn(levels=("mbo-1", "mbo-2")), "Mbo 1 (entree) of mbo 2"),
        (LivesIn(municipalities=("GM0546",)), "Woont in Leiden"),
        (LivesIn(municipalities=("GM0546", "GM0537")), "Woont in Katwijk of Leiden"),
        (LevelIn(levels=EVERY_LEVEL), "Alle niveaus"),
        (LivesIn(municipalities=("GM0546",), by="school"), "Gaat naar school in Leiden"),
        (
            LivesIn(municipalities=("GM0546",), by="either"),
            "Woont of gaat naar school in Leiden",
        ),
        (Enrolled(), "Staat ingeschreven bij een school of opleiding"),
        (
            HasStartQualification(),
            "Heeft een startkwalificatie (diploma havo, vwo of mbo 2 of hoger)",
        ),
        (UnderCompulsoryEducation(), "Is leerplichtig of kwalificatieplichtig"),
        (UnderCompulsoryEducation(duty="school"), "Is leerplichtig"),
        (
            NeedsPaper(paper="tlv-pro"),
            "Toelaatbaarheidsverklaring (tlv) voor praktijkonderwijs, "
            "van het samenwerkingsverband passend onderwijs",
        ),
        (
            NeedsPaper(paper="verwijsbrief", given_by="de psychiater"),
            "Verwijsbrief, van de psychiater",
        ),
        (SpeaksLanguage(language="nl"), "Spreekt Nederlands"),
        (SpeaksLanguage(language="nl", cefr="A2"), "Spreekt Nederlands op niveau A2 of hoger"),
        (InSituation(situations=("dakloos", "schulden")), "Dakloos of thuisloos of schulden"),
        (ReferredBy(referrers=("school", "uwv")), "Aangemeld door: School of UWV"),
        (MayApplyAlone(), "De jongere mag zichzelf aanmelden"),
    ],
)
def test_rule_in_the_words_of_a_mentor(site, rule, words):
    with site.test_request_context():
        assert wording.Wording().criterion(rule) == words


def test_card_tells_only_whom_a_service_lets_in(site):
    with transaction():
        service = make_service(
            age_min=12, levels=["vmbo", "havo"],
            criteria=[{"type": "age", "kind": "exclusion", "min": 24}],
        )  # fmt: skip
    with site.test_request_context():
        assert wording.for_whom_age(service.facts) == "vanaf 12 jaar"
        assert wording.for_whom_level(service.facts) == "Vmbo, havo"
        words = wording.Wording()
        assert words.criteria(service.facts, Kind.EXCLUSION) == ["vanaf 24 jaar"]


def test_service_without_rules_says_nothing(site):
    with transaction():
        service = make_service()
    with site.test_request_context():
        assert wording.for_whom_age(service.facts) is None
        assert wording.for_whom_level(service.facts) is None


def test_every_goal_has_a_name_and_an_address():
    assert set(wording.GOALS) == set(wording.GOAL_SLUGS) == set(wording.GOAL_OF_SLUG.values())


# Whom a service serves ------------------------------------------------------


def test_service_serves_those_who_must_live_there(site):
    code = municipality_named("Katwijk").code
    with transaction():
        service = make_service(criteria=[{"type": "municipality", "municipalities": [code]}])
    assert queries.serves(service) == [code]


def test_service_without_such_a_rule_serves_its_region(site):
    with transaction():
        serves = queries.serves(make_service())
    assert set(serves) == {municipality_named(name).code for name in ("Leiden", "Katwijk")}


def test_who_may_not_live_somewhere_says_nothing_about_where_one_must(site):
    rule = {"type": "municipality", "kind": "exclusion", "municipalities": ["GM0363"]}
    with transaction():
        service = make_service(criteria=[rule])
        assert len(queries.serves(service)) == 2


def test_service_without_a_place_serves_the_region_of_its_organization(site):
    with transaction():
        service = make_service(municipality=None)
        assert queries.region_of(service).slug == "rijnstreek"
        assert len(queries.serves(service)) == 2


@pytest.mark.parametrize(
    ("facts", "with_contact", "can"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"how_to_refer": "phone_or_mail"}, True, False),
        ({"how_to_refer": "closed"}, True, False),
        ({"status": "ended"}, True, False),
    ],
)
def test_referring_here_needs_somebody_who_answers_here(site, facts, with_contact, can):
    with transaction():
        service = make_service(with_intake_contact=with_contact, **facts)
    assert queries.can_refer_here(service) is can


def test_organizations_that_offer_something_are_counted_by_what_is_active(site):
    with transaction():
        make_service()
        make_service()
        make_service(status="ended")
        make_organization("Alleen verwijzer", refers=True)
    assert [(o.name, count) for o, count in queries.providers()] == [("De Brug", 2)]


# The page of a service ------------------------------------------------------

QUESTIONS = (
    "Wat is het?", "Voor wie?", "Niet voor", "Wanneer kan een leerling beginnen?",
    "Hoe meld je aan?", "Wat kost het?",
)  # fmt: skip


@pytest.fixture
def database_kind() -> str:
    """The words of pages; the rows behind them are tested on both databases elsewhere."""
    return "sqlite"


@pytest.fixture
def service(site):
    with transaction():
        make_user(Role.MENTOR, make_organization(refers=True))
        return make_service(
            name="Rebound De Brug",
            description="Drie dagen per week in een kleine groep.",
            age_min=12,
            age_max=16,
            not_for=["Leerlingen zonder inschrijving"],
            cost="De school betaalt.",
            verified_on="2026-11-02",
            verified_by="de aanbieder",
        )


def questions(page) -> list[str]:
    found = [" ".join("".join(h.itertext()).split()) for h in page.tree.iter("h2")]
    return [words for words in found if words in QUESTIONS]


def test_page_answers_the_questions_in_the_order_in_which_people_ask(page, service):
    page.get(f"/aanbod/{service.slug}")
    assert questions(page) == list(QUESTIONS)
    main = page.main[page.main.index("Wat is het?") :]
    answers = (
        "Drie dagen per week",
        "12 tot en met 16 jaar",
        "Leerlingen zonder inschrijving",
        "maandag 4 januari 2027",
        "Meld aan via deze site",
        "De school betaalt.",
    )
    places = [main.index(answer) for answer in answers]
    assert places == sorted(places)


@pytest.mark.parametrize("slug", ["verzuimspreekuur-op-school", "jongerenloket-de-sleutel"])
def test_services_of_the_demo_answer_in_that_order(demo_page, slug):
    demo_page.get(f"/aanbod/{slug}")
    assert questions(demo_page) == list(QUESTIONS)
    assert "Voorbeeldgegevens" in demo_page.text


def test_what_nobody_filled_in_is_said_to_be_so(page, site):
    with transaction():
        bare = make_service(
            name="Kale plek", municipality=None, intake_moments=[], contacts=[], contact_role=None,
            how_to_refer="phone_or_mail", summary=None,
        )  # fmt: skip
    page.get(f"/aanbod/{bare.slug}")
    for question in QUESTIONS:
        if question != "Hoe meld je aan?":
            answer = page.main[page.main.rindex(question) + len(question) :]
            assert "niet opgegeven" in answer[:160].lower(), question
    assert "Nog niet gecontroleerd" in page.main


def test_next_start_stands_there_with_its_deadline(page, service, on_day):
    page.get(f"/aanbod/{service.slug}")
    assert "Eerstvolgende start: maandag 4 januari 2027" in page.main
    assert "11 december" in page.main
    on_day(date(2026, 12, 12))
    page.get(f"/aanbod/{service.slug}")
    assert "Eerstvolgende start" not in page.main, "one can no longer apply for it"


def test_whom_to_call_and_who_stands_in(page, service, on_day):
    page.get(f"/aanbod/{service.slug}")
    assert "071 123 45 67" in page.main and "In de kerstvakantie" in page.main
    assert page.main.index("071 123 45 67") < page.main.index("071 123 45 60")

    on_day(date(2026, 12, 21))
    page.get(f"/aanbod/{service.slug}")
    assert "Bel de waarnemer" in page.main
    aside = page.main[page.main.index("Wie bel je?") :]
    assert aside.index("071 123 45 60") < aside.index("071 123 45 67"), (
        "in holidays the deputy first"
    )


def test_last_check_is_told_and_an_old_one_said_plainly(page, service, on_day):
    page.get(f"/aanbod/{service.slug}")
    assert "Gecontroleerd op 2 november 2026" in page.main and "de aanbieder" in page.main
    on_day(date(2027, 11, 3))
    page.get(f"/aanbod/{service.slug}")
    assert "Langer dan een jaar niet gecontroleerd" in page.main


def test_old_address_leads_to_the_new_one_for_good(site, page, service):
    with transaction():
        publish(make_document(id=service.id, name="Rebound Haven"), actor=None, today=clock.today())
    answer = page._apart(page.client.get, "/aanbod/rebound-de-brug")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/aanbod/rebound-haven")
    assert "Rebound Haven" in page.get("/aanbod/rebound-de-brug").main


def test_service_that_never_was_is_not_found(page, service):
    page.get("/aanbod/bestaat-niet", status=404)


def test_service_that_ended_says_so_and_offers_no_referral(page, site):
    with transaction():
        ended = make_service(name="Oude plek", status="ended", ended_on="2026-09-01")
    page.get(f"/aanbod/{ended.slug}")
    assert "Gestopt op 1 september 2026" in page.main
    assert "Meld een leerling aan" not in page.links()


def test_where_referring_happens_elsewhere_the_page_says_how(page, site):
    with transaction():
        form = make_service(
            name="Eigen formulier",
            how_to_refer="own_form",
            own_form_url="https://brug.example/form",
        )
        phone = make_service(name="Bellen", how_to_refer="phone_or_mail")
        closed = make_service(name="Dicht", how_to_refer="closed")
    page.get(f"/aanbod/{form.slug}")
    assert "https://brug.example/form" in page.links().values()
    page.get(f"/aanbod/{phone.slug}")
    assert "Bel om aan te melden: 071 123 45 67" in page.main
    page.get(f"/aanbod/{closed.slug}")
    assert "Aanmelden kan nu niet." in page.main
    for each in (form, phone, closed):
        assert (
            f"/aanbod/{each.slug}/aanmelden"
            not in page.get(f"/aanbod/{each.slug}").links().values()
        )


def test_text_of_a_provider_is_text_and_nothing_else(page, site):
    with transaction():
        service = make_service(name="<b>Vet</b>", summary="<script>alert(1)</script> & meer")
    page.get(f"/aanbod/{service.slug}")
    assert "<script>alert" not in page.response.text
    assert "<script>alert(1)</script> & meer" in page.main


# Organizations --------------------------------------------------------------


def test_organization_shows_what_it_offers(page, service):
    page.get("/aanbieders")
    assert "De Brug" in page.links()
    page.follow("De Brug")
    assert "Rebound De Brug" in page.main
    page.get("/aanbieders/bestaat-niet", status=404)
