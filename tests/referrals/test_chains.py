"""From one place to the next: the answers go along, the agreement does not; nobody goes twice."""

import pytest

from socialmap.accounts.models import Role
from socialmap.accounts.operations import give_role
from socialmap.kit import clock
from socialmap.kit.database import session, transaction
from socialmap.kit.errors import Refused
from socialmap.referrals import chains, operations
from socialmap.referrals.answers import answers_of
from socialmap.referrals.duties import duty_of
from socialmap.referrals.models import Referral
from socialmap.referrals.receivers import Receiver
from socialmap.referrals.states import Side, State

from ..world import (
    PUPIL_WORDS,
    intaker_of,
    make_organization,
    make_referral,
    make_service,
    make_user,
)

pytestmark = pytest.mark.usefixtures("site")


def start_next(referral: Referral, key: str = "k") -> Referral:
    service = make_service(name="Pluscoach", organization="De Sluis")
    return chains.start_next(
        referral, to=Receiver(service), actor=referral.referrer, start_key=key, now=clock.now()
    )


def test_answers_go_along_and_why_and_agreement_are_asked_anew():
    with transaction():
        draft = start_next(make_referral(State.REJECTED))
        kept = answers_of(draft)
    assert (kept.get("called"), kept.get("done_so_far")) == ("Dounia", "Mentorgesprekken en een "
                                                             "aangepast rooster.")  # fmt: skip
    for name in ("why_here", "pupil_agrees", "pupil_on", "pupil_way", "parent_who"):
        assert kept.get(name) == ""


def test_when_the_next_one_is_sent_the_school_has_seen_to_the_first():
    with transaction():
        first = make_referral(State.REJECTED)
        draft = start_next(first)
        assert duty_of(first) is not None
        operations.send(draft, actor=draft.referrer, now=clock.now())
        chains.note_landed(draft, actor=draft.referrer, now=clock.now())
        assert duty_of(first) is None
        assert [one.id for one in chains.chain_of(draft)] == [first.id, draft.id]
        assert chains.chain_of(first) == chains.chain_of(draft)


def test_one_click_twice_is_one_draft():
    with transaction():
        referral = make_referral(State.REJECTED)
        service = make_service(organization="De Sluis")
        drafts = {
            chains.start_next(
                referral,
                to=Receiver(service),
                actor=referral.referrer,
                start_key="k",
                now=clock.now(),
            ).id
            for _click in range(2)
        }
    assert len(drafts) == 1


def test_what_has_been_erased_cannot_go_along():
    with transaction():
        referral = make_referral(State.REJECTED)
        referral.erased_at = clock.now()
        with pytest.raises(Refused):
            start_next(referral)


def test_sent_to_the_wrong_address_it_comes_back_with_a_draft_for_the_right_one(outbox):
    with transaction():
        referral = make_referral(State.RECEIVED)
        right = make_service(name="Pluscoach", organization="De Sluis")
        draft = chains.forward(
            referral, actor=intaker_of(referral), side=Side.RECEIVER, to=Receiver(right),
            advice="Dounia zoekt werk.", now=clock.now(),
        )  # fmt: skip
        assert referral.state == State.REJECTED and duty_of(referral).owner == Side.REFERRER
        assert (draft.state, draft.referrer_id) == (State.DRAFT, referral.referrer_id)
    mail = outbox.to("user", referral.referrer_id)[-1]
    assert mail.kind == "referrals/forwarded"
    assert "Pluscoach" in mail.body and f"/aanmeldingen/{draft.reference}" in mail.body
    assert not any(word in mail.body for word in PUPIL_WORDS)


def test_a_draft_for_the_right_place_is_for_a_colleague_when_the_mentor_left():
    with transaction():
        referral = make_referral(State.RECEIVED)
        careteam = make_user(Role.CARETEAM, referral.organization)
        referral.referrer.disabled_at = clock.now()
        to = Receiver(make_service(name="Pluscoach", organization="De Sluis"))
        draft = chains.forward(
            referral, actor=intaker_of(referral), side=Side.RECEIVER, to=to, advice="Past beter.",
            now=clock.now(),
        )  # fmt: skip
        assert draft.referrer_id == careteam.id


def test_the_same_pupil_at_the_same_place_is_seen_within_one_organization_only():
    with transaction():
        mentor = make_user(Role.MENTOR, make_organization(refers=True))
        service = make_service()
        first = make_referral(State.RECEIVED, service=service, mentor=mentor)
        again = make_referral(State.DRAFT, service=service, mentor=mentor, initials="d k")
        other = make_referral(State.DRAFT, service=service, mentor=mentor, birth_month="4")
        elsewhere = make_referral(State.DRAFT, service=service)
        found = [chains.open_at_the_same_place(draft) for draft in (again, other, elsewhere)]
        assert found == [first, None, None]
        operations.cancel(first, actor=mentor, reason="pupil", note="", now=clock.now())
        assert chains.open_at_the_same_place(again) is None, "what has ended is no hindrance"


def test_the_mentor_is_asked_before_a_pupil_is_referred_twice(page):
    with transaction():
        mentor = make_user(Role.MENTOR, make_organization(refers=True))
        first = make_referral(State.RECEIVED, mentor=mentor)
        draft = make_referral(State.DRAFT, service=first.service, mentor=mentor)
    page.sign_in(mentor.email).get(f"/aanmeldingen/{draft.reference}/nalezen")
    assert "Deze leerling lijkt hier al aangemeld." in page.main
    assert f"Bekijk aanmelding {first.reference}" in page.links()
    page.press("Verstuur toch: het is een andere leerling, of het moet opnieuw")
    assert "De aanmelding is verstuurd" in page.main


def test_a_second_tab_does_not_send_without_asking(page):
    with transaction():
        mentor = make_user(Role.MENTOR, make_organization(refers=True))
        service = make_service()
        draft = make_referral(State.DRAFT, service=service, mentor=mentor)
    page.sign_in(mentor.email).get(f"/aanmeldingen/{draft.reference}/nalezen")
    with transaction():
        make_referral(State.RECEIVED, service=service, mentor=mentor)
    page.press("Verstuur de aanmelding")
    assert "Deze leerling lijkt hier al aangemeld." in page.main
    assert session().get_one(Referral, draft.id).is_draft


def test_after_a_no_the_answers_go_to_the_next_place_in_one_click(page):
    with transaction():
        mentor = make_user(Role.MENTOR, make_organization(refers=True))
        referral = make_referral(State.REJECTED, mentor=mentor)
        other = make_service(name="Pluscoach", organization="De Sluis")
    page.sign_in(mentor.email).get(f"/aanbod/{other.slug}/aanmelden")
    page.press(f"Neem de antwoorden mee van D.K., {referral.reference}")
    assert "Vraag de leerling opnieuw om akkoord" in page.text
    page.fill(why_here="Past goed").press("Verder naar: over de leerling")
    assert "Dounia" in [e.get("value") for e in page.tree.iter("input")]


def test_a_colleague_of_another_school_takes_no_answers_along(page):
    with transaction():
        referral = make_referral(State.REJECTED)
        other = make_service(organization="De Sluis")
        stranger = make_user(Role.MENTOR, make_organization(refers=True))
    page.sign_in(stranger.email).get(f"/aanbod/{other.slug}/aanmelden")
    assert "Neem de antwoorden mee" not in page.text
    form, _button = page._form_with("Verder naar: over de leerling")
    token = next(e.get("value") for e in form.iter("input") if e.get("name") == "csrf_token")
    page.post(
        f"/aanmeldingen/{referral.reference}/verder/{other.slug}", {"csrf_token": token}, status=403
    )


def test_the_receiver_forwards_on_the_page(page):
    with transaction():
        referral = make_referral(State.RECEIVED)
        intaker = intaker_of(referral)
        make_service(name="Pluscoach", organization="De Sluis")
    page.sign_in(intaker.email).get(f"/aanmeldingen/{referral.reference}")
    page.fill(belongs_to="Plus", forward_advice="Past beter").press("Verwijs door", status=422)
    assert page.errors() == ["Deze plek kennen we niet, of je kunt er hier niet aanmelden."]
    page.fill(belongs_to="pluscoach").press("Verwijs door")
    assert "Hoort bij: Pluscoach" in page.main


def test_an_intake_contact_who_also_refers_begins_nothing_in_the_name_of_the_school(page):
    with transaction():
        referral = make_referral(State.REJECTED)
        other = make_service(organization="De Sluis")
        intaker = intaker_of(referral)
        give_role(intaker, role=Role.MENTOR, organization=make_organization(refers=True))
    page.sign_in(intaker.email).get("/aanmeldingen")
    form, _button = page._form_with("Uitloggen")
    token = next(e.get("value") for e in form.iter("input") if e.get("name") == "csrf_token")
    page.post(
        f"/aanmeldingen/{referral.reference}/verder/{other.slug}", {"csrf_token": token}, status=403
    )
