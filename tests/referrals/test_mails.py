"""The mails as people get them: a file each, to read and to compare."""

import re
from datetime import date

import pytest

from socialmap.accounts.models import Role
from socialmap.accounts.operations import choose_language, invite, send_password_link
from socialmap.config import ROOT
from socialmap.kit.database import transaction
from socialmap.kit.language import DUTCH, LANGUAGES
from socialmap.network.calendar import school_holidays
from socialmap.referrals import (
    chains,
    conversation,
    coordination,
    corrections,
    meetings,
    operations,
    summer_mails,
)
from socialmap.referrals.mails import HOLIDAYS
from socialmap.referrals.receivers import Receiver
from socialmap.referrals.reminders import remind_due
from socialmap.referrals.states import Side, State
from socialmap.referrals.summer import Season

from ..world import (
    PUPIL_WORDS,
    at,
    intaker_of,
    make_organization,
    make_referral,
    make_service,
    make_user,
    plan_meeting,
    record_meeting,
)

GOLDEN = ROOT / "tests" / "golden"
DAY = date(2026, 11, 23)


@pytest.fixture(params=LANGUAGES)
def language(request) -> str:
    return request.param


@pytest.fixture
def sent(site, outbox, language):
    """A whole line, at known moments, with known people of one language; the mails by kind."""
    with transaction():
        school = make_organization("Vmbo Het Kompas", email="zorgteam@kompas.example", refers=True)
        mentor = make_user(
            Role.MENTOR, school, name="Ingrid Bos", email="i.bos@kompas.example",
            language=language,
        )  # fmt: skip
        service = make_service(name="Reboundvoorziening De Brug")
        referral = make_referral(State.DRAFT, service=service, mentor=mentor)
        referral.reference = "482-719"
        region = school.region
        region.desk_name, region.desk_phone = "het Doorstroompunt Rijnstreek", "071 123 45 00"
        intaker = intaker_of(referral)
        choose_language(intaker, language)
        operations.send(referral, actor=mentor, now=at(DAY, 13))
        operations.open_referral(referral, actor=intaker, now=at(date(2026, 11, 24)))
        operations.accept(
            referral, actor=intaker, contact="Noor", note="Dounia is welkom",
            now=at(date(2026, 11, 27)),
        )  # fmt: skip
        other = make_referral(State.RECEIVED, service=service, mentor=mentor)
        other.reference = "111-222"
        operations.reject(
            other, actor=intaker, reason="full", advice="Dounia past beter bij De Sluis",
            now=at(date(2026, 11, 27)),
        )  # fmt: skip
        waiting = make_referral(State.RECEIVED, service=service, mentor=mentor)
        waiting.reference = "333-444"
        operations.hold(
            waiting, actor=intaker, reason="waiting_list", until=date(2027, 1, 15),
            note="Dounia kan zolang naar de inloop", now=at(date(2026, 11, 27)),
        )  # fmt: skip
        known = make_referral(State.RECEIVED, service=service, mentor=mentor, wants_action=False)
        known.reference = "333-555"
        operations.acknowledge(known, actor=intaker, now=at(date(2026, 11, 27)))
        operations.cancel(
            waiting, actor=mentor, reason="other_place", note="Dounia gaat naar De Sluis",
            now=at(date(2026, 11, 30)),
        )  # fmt: skip
        for reference, ends in (("555-111", "complete"), ("555-222", "stop")):
            begun = make_referral(State.ACCEPTED, service=service, mentor=mentor)
            begun.reference = reference
            operations.start(
                begun, actor=intaker, on=date(2026, 11, 30), now=at(date(2026, 11, 30))
            )
            if ends == "complete":
                operations.complete(
                    begun, actor=intaker, outcome="work", follow_up="Dounia belt de jobcoach",
                    now=at(date(2027, 3, 1)),
                )  # fmt: skip
            else:
                operations.stop(
                    begun, actor=intaker, reason="stays_away", follow_up="de mentor van Dounia",
                    now=at(date(2026, 12, 7)),
                )  # fmt: skip
        talked_about(service, mentor)
        met_about(service, mentor)
        late_with(service, mentor)
        wrong = make_referral(State.RECEIVED, service=service, mentor=mentor)
        wrong.reference = "999-111"
        draft = chains.forward(
            wrong, actor=intaker, side=Side.RECEIVER, advice="Dounia zoekt werk",
            to=Receiver(make_service(name="Pluscoach", organization="De Sluis")),
            now=at(date(2026, 11, 27)),
        )  # fmt: skip
        for mail in outbox.all():
            mail.body = mail.body.replace(draft.reference, "999-222")
        without_mailbox = make_organization("Pro De Linde", email=None, refers=True)
        summer_mails.silent(without_mailbox, 3, owners=[mentor])
        summer_mails.call_again(without_mailbox, 2, Season(2027), owners=[mentor])
        invite(mentor)
        send_password_link(mentor.email)
    return outbox.all()


def talked_about(service, mentor) -> None:
    """A question and its answer, messages, and others who take it over."""
    asked = make_referral(State.RECEIVED, service=service, mentor=mentor)
    asked.reference = "666-111"
    intaker = intaker_of(asked)
    day = at(date(2026, 11, 24))
    conversation.ask(asked, actor=intaker, question="Is Dounia leerplichtig?", now=day)
    conversation.answer(asked, actor=mentor, text="Ja, Dounia is 17.", now=at(date(2026, 11, 26)))
    conversation.say(asked, actor=mentor, side=Side.REFERRER, text="Dounia is ziek.", now=day)
    conversation.ask_progress(asked, actor=mentor, now=day)
    conversation.supplement(
        asked, actor=mentor, reach="pupil", reach_details="06 10 20 30 40", now=day,
        note="Dounia heeft een nieuw nummer.",
    )  # fmt: skip
    operations.accept(asked, actor=intaker, contact="Noor", note="", now=day)
    operations.note_told(asked, told_by="Noor", told_on=date(2026, 11, 24), actor=mentor)
    colleague = make_user(
        Role.CARETEAM, mentor.memberships[0].organization, name="Bas Smit",
        language=mentor.language,
    )  # fmt: skip
    conversation.take_over(asked, actor=colleague, by=colleague, now=day)
    other = make_user(
        Role.PROVIDER, service.organization, name="Sam de Vries", language=mentor.language
    )
    conversation.pass_on(asked, actor=intaker, to=other, now=day)


def met_about(service, mentor) -> None:
    """A meeting that was moved and held, one that is to be confirmed, and one that was missed."""
    met = make_referral(State.ACCEPTED, service=service, mentor=mentor)
    met.reference = "777-111"
    intaker = intaker_of(met)
    plan_meeting(met, actor=intaker)
    meeting = {"actor": intaker, "minutes": 45, "form": "school", "where": "bij Dounia thuis"}
    meetings.plan(
        met, side=Side.RECEIVER, starts_at=at(date(2026, 12, 1), 13),
        now=at(date(2026, 11, 24)), **meeting,
    )  # fmt: skip
    record_meeting(met, actor=mentor, side=Side.REFERRER, held_on=date(2026, 12, 1))
    meetings.confirm(met, actor=intaker, now=at(date(2026, 12, 2)))
    missed = make_referral(State.ACCEPTED, service=service, mentor=mentor)
    missed.reference = "777-222"
    plan_meeting(missed, actor=intaker)
    meetings.no_show(
        missed, actor=intaker, who_calls="de mentor van Dounia", call_by=date(2026, 11, 30),
        now=at(date(2026, 11, 27)),
    )  # fmt: skip
    meetings.plan(
        missed, side=Side.RECEIVER, starts_at=at(date(2026, 12, 3), 9),
        now=at(date(2026, 11, 30)), **meeting,
    )  # fmt: skip
    meetings.call_off(
        missed, actor=intaker, side=Side.RECEIVER, reason="Dounia is ziek",
        now=at(date(2026, 12, 1)),
    )  # fmt: skip


def late_with(service, mentor) -> None:
    """One that stays unopened for weeks, and one of which the pupil does not fare well."""
    late = make_referral(service=service, mentor=mentor)
    late.reference = "888-111"
    coordinator = make_user(Role.COORDINATOR, name="Carla Regio", language=mentor.language)
    make_user(Role.COORDINATOR, name="Joost Team", language=mentor.language)
    by_hand = make_referral(State.RECEIVED, service=service, mentor=mentor)
    by_hand.reference = "888-333"
    tuesday = at(date(2026, 11, 24))
    coordination.remind_now(by_hand, actor=coordinator, now=tuesday)
    coordination.note(by_hand, actor=coordinator, text="Dounia is nog thuis", now=tuesday)
    coordination.call_team(by_hand, actor=coordinator, now=tuesday)
    operations.reject(by_hand, actor=intaker_of(by_hand), reason="full", advice="Bel", now=tuesday)
    operations.note_told(by_hand, told_by="Noor", told_on=date(2026, 11, 24), actor=mentor)
    corrections.correct(
        by_hand, actor=intaker_of(by_hand), text="Dounia is juist welkom", reopens=True,
        now=at(date(2026, 11, 25)),
    )  # fmt: skip
    begun = make_referral(State.IN_PROGRESS, service=service, mentor=mentor)
    begun.reference = "888-222"
    operations.check(
        begun, actor=intaker_of(begun), goes="worry", note="Dounia is vaak ziek",
        now=at(date(2026, 11, 30)),
    )  # fmt: skip
    for day in (26, 30):
        remind_due(now=at(date(2026, 11, day)))
    remind_due(now=at(date(2026, 12, 2)))


def mail_of(sent, kind: str):
    return next(m for m in sent if m.kind == kind)


KINDS = (
    "referrals/confirmation", "referrals/new_referral", "referrals/opened", "referrals/accepted",
    "referrals/rejected", "referrals/on_hold", "referrals/cancelled", "referrals/started",
    "referrals/completed", "referrals/stopped", "referrals/asked", "referrals/answered",
    "referrals/said", "referrals/progress_asked", "referrals/supplemented", "referrals/told",
    "referrals/taken_over", "referrals/passed_on", "referrals/meeting_planned",
    "referrals/meeting_called_off", "referrals/meeting_to_confirm",
    "referrals/meeting_confirmed", "referrals/no_show", "referrals/reminder",
    "referrals/reminded_by_hand", "referrals/team_called", "referrals/corrected",
    "referrals/overdue", "referrals/escalated", "referrals/checked", "referrals/forwarded",
    "referrals/acknowledged",
    "referrals/summer_silent", "referrals/summer_call_again",
    "accounts/invitation", "accounts/new_password",
)  # fmt: skip


FOLDERS = {DUTCH: GOLDEN, "en": GOLDEN / "en"}
LABELS = {DUTCH: "Onderwerp", "en": "Subject"}


def test_every_mail_reads_as_it_should(sent, language):
    for kind in KINDS:
        mail = mail_of(sent, kind)
        text = f"{LABELS[language]}: {mail.subject}\n\n{mail.body}"
        text = re.sub(r"(/(?:uitnodiging|wachtwoord)/)\S+", r"\1TOKEN", text)
        golden = FOLDERS[language] / f"{kind.replace('/', '-')}.txt"
        assert text == golden.read_text(), f"compare with {golden}"


def test_what_is_for_information_asks_no_answer_in_any_mail(site, outbox):
    with transaction():
        make_referral(State.RECEIVED, wants_action=False)
    told = {m.kind: f"{m.subject}\n{m.body}" for m in outbox.all()}
    new = told["referrals/new_referral"]
    assert "Ter informatie: aanmelding" in new and "Soort:     ter informatie" in new
    assert "Een antwoord hoeft niet." in new and "ja, of nee" not in new
    assert "een antwoord hoeft niet" in told["referrals/opened"]
    assert "voor kennisgeving aan" in told["referrals/confirmation"]
    assert "kennismaken" not in told["referrals/confirmation"]


def test_every_kind_of_mail_has_a_golden_file():
    templates = {p.relative_to(ROOT / "templates/mail") for p in
                 (ROOT / "templates/mail").rglob("*.txt")}  # fmt: skip
    assert {str(p.with_suffix("")) for p in templates} == set(KINDS)
    for folder in FOLDERS.values():
        assert {p.stem for p in folder.glob("*.txt")} == {k.replace("/", "-") for k in KINDS}


def test_a_meeting_stands_in_the_calendar_in_the_language_of_the_mail(sent, language):
    wanted = {
        DUTCH: ("Kennismaking aanmelding 777-111", "Waar precies en met wie staat op de site."),
        "en": ("First meeting, referral 777-111", "Where exactly and with whom is on the site."),
    }
    meeting = mail_of(sent, "referrals/meeting_planned").invitation
    summary, last_sentence = wanted[language]
    assert meeting["summary"] == summary
    assert meeting["description"].endswith(last_sentence)


def test_a_mailbox_of_an_organization_is_written_to_in_dutch(sent):
    boxes = [mail for mail in sent if mail.recipient_kind != "user"]
    assert boxes
    for mail in boxes:
        assert "BEKIJK DE AANMELDING" in mail.body or "WAT VRAGEN WE?" in mail.body


def test_every_school_holiday_can_be_named_in_english():
    for region in ("noord", "midden", "zuid"):
        assert {holiday.name for holiday in school_holidays(region)} == set(HOLIDAYS)


def test_no_mail_carries_a_word_about_the_pupil_nor_what_the_provider_wrote(sent):
    for mail in sent:
        for word in PUPIL_WORDS:
            assert word not in mail.subject + mail.body + str(mail.invitation)


def test_a_line_of_a_mail_is_not_too_long_to_read(sent):
    for mail in sent:
        for line in mail.body.splitlines():
            assert len(line) <= 78 or "http" in line, (mail.kind, line)
