"""The steps that are taken on the page of a referral: their form, their words, their deed.

The page draws what is in this table and one view does it, so that a step is one row here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _

from ..accounts.models import User
from ..kit import clock
from ..kit.clock import local_day
from ..kit.forms import BaseForm
from . import (
    chains,
    conversation,
    coordination,
    corrections,
    meeting_forms,
    meetings,
    operations,
    step_forms,
)
from .answers import answers_of
from .duties import duty_of, is_near
from .models import Referral
from .permissions import may_note_for_receiver, side_taking, sides_of
from .receivers import receiver_named
from .states import Side, Step, sides_taking

ADULT = 18
"""From this age in years a parent is there only when the pupil wants it."""


@dataclass(frozen=True)
class Deed:
    """A step with its form; ``do`` gets the referral, the form, and who does it when and for whom.

    ``word`` is its place in the address, ``part`` the part of the page on which it stands.
    """

    step: Step
    word: str
    part: str
    icon: str
    title: Any
    button: Any
    done: Any
    form: Callable[..., BaseForm]
    """Makes the form for a referral; what else it is given goes to the form."""
    do: Callable[..., object]
    again: Any = None
    """Its title when a meeting is planned already."""
    side: Side | None = None
    """The side that it is for, of a step that more sides may take each in their own words."""


@dataclass(frozen=True)
class Offer:
    """A deed that somebody can do now, with the form for it."""

    deed: Deed
    form: BaseForm
    title: Any
    is_told: bool = False

    @property
    def fields(self) -> list[Any]:
        return [field for field in self.form if not field.name.endswith("csrf_token")]


def _youngest(referral: Referral, day: date) -> int:
    return answers_of(referral).youngest_age(day) or 0


def _record_form(referral: Referral, **kw: Any) -> BaseForm:
    meeting = referral.planned
    today = clock.today()
    given: dict[str, object] = {}
    if meeting is not None:
        given = {
            "held_form": meeting.form,
            "held_on": meeting.day if meeting.day <= today else None,
        }
    is_adult = _youngest(referral, today) >= ADULT
    return meeting_forms.RecordForm(is_adult=is_adult, data=given, **kw)


def _plan_form(referral: Referral, **kw: Any) -> BaseForm:
    meeting = referral.planned
    if meeting is None:
        return meeting_forms.PlanForm(**kw)
    at = meeting.starts_at.astimezone(clock.ZONE)
    given = {
        "meeting_on": at.date(),
        "meeting_at": at.time(),
        "minutes": str(meeting.minutes),
        "meeting_form": meeting.form,
    }
    return meeting_forms.PlanForm(data=given, **kw)


def _supplement_form(referral: Referral, **kw: Any) -> BaseForm:
    kept = answers_of(referral)
    given = {name: kept.get(name) for name in ("reach", "reach_details")}
    return step_forms.SupplementForm(data=given, **kw)


def _record(referral: Referral, form: Any, *, side: Side, actor: User, now) -> None:
    written = meetings.Record(
        held_on=form.held_on.data,
        form=form.held_form.data,
        present=form.present,
        agreed=form.agreed.data,
        next_step=form.next_step.data,
        next_on=form.next_on.data,
        contact=form.whom.data,
        has_support_agreements=form.support.data == "yes",
        calls_old_mentor=form.old_mentor.data == "yes",
    )
    meetings.record(referral, actor=actor, side=side, written=written, now=now)


def _only(form: type[BaseForm]) -> Callable[..., BaseForm]:
    """A form that needs to know nothing of the referral."""
    return lambda _referral, **kw: form(**kw)


def _simple(deed: Callable[..., None], **fields: str) -> Callable[..., None]:
    """A deed whose arguments are fields of the form; which side does it is known by the step."""

    def do(referral: Referral, form: BaseForm, *, side: Side, actor: User, now) -> None:
        given = {name: form[field].data for name, field in fields.items()}
        deed(referral, actor=actor, now=now, **{n: _filled(v) for n, v in given.items()})

    return do


def _for_a_side(deed: Callable[..., None], **fields: str) -> Callable[..., None]:
    """As ``_simple``, for a deed that either side may do."""

    def do(referral: Referral, form: BaseForm, *, side: Side, actor: User, now) -> None:
        given = {name: _filled(form[field].data) for name, field in fields.items()}
        deed(referral, actor=actor, side=side, now=now, **given)

    return do


def _filled(value: Any) -> Any:
    return "" if value is None else value


DEEDS: Mapping[str, Deed] = {
    deed.word: deed
    for deed in (
        Deed(
            Step.OPEN, "openen", "openen", "eye", _("De aanmelding is gezien"),
            _("Noteer: gezien"),
            _("Geopend. De school weet nu dat jullie de aanmelding hebben."),
            _only(step_forms.PressForm), _simple(operations.open_referral),
        ),
        Deed(
            Step.ACKNOWLEDGE, "kennisnemen", "antwoord", "eye", _("Neem voor kennisgeving aan"),
            _("Neem voor kennisgeving aan"),
            _("Genoteerd. De school weet dat jullie het hebben gelezen."),
            _only(step_forms.PressForm), _simple(operations.acknowledge),
        ),
        Deed(
            Step.ACCEPT, "aannemen", "antwoord", "check", _("Ja, we nemen dit in intake"),
            _("Verstuur: ja"),
            _("Je antwoord is verstuurd: ja. De school heeft een mail gekregen."),
            _only(step_forms.AcceptForm),
            _simple(operations.accept, contact="contact", note="note"),
        ),
        Deed(
            Step.ASK, "vragen", "antwoord", "chat", _("Eerst een vraag aan de school"),
            _("Verstuur je vraag"),
            _("Je vraag is verstuurd. Jullie tijd staat stil tot er antwoord is."),
            _only(step_forms.AskForm), _simple(conversation.ask, question="question"),
        ),
        Deed(
            Step.HOLD, "wachtlijst", "antwoord", "clock",
            _("Nog niet: de leerling moet wachten"), _("Verstuur: nog niet"),
            _("Je antwoord is verstuurd: nog niet. De school heeft een mail gekregen."),
            _only(step_forms.HoldForm),
            _simple(operations.hold, reason="hold", until="until", note="meanwhile"),
        ),
        Deed(
            Step.REJECT, "afwijzen", "antwoord", "cross", _("Nee, met een advies"),
            _("Verstuur: nee, met dit advies"), _("Je antwoord is verstuurd: nee, met je advies."),
            _only(step_forms.RejectForm),
            _simple(operations.reject, reason="reason", advice="advice"),
        ),
        Deed(
            Step.FORWARD, "doorverwijzen", "adres", "arrow",
            _("Verkeerd adres: hoort bij een ander aanbod"), _("Verwijs door"),
            _("Doorverwezen. De school heeft een concept voor die plek."),
            lambda _r, **kw: step_forms.ForwardForm(find=receiver_named, **kw),
            lambda r, form, **by: chains.forward(
                r, to=form.receiver, advice=form.forward_advice.data, **by
            ),
        ),
        Deed(
            Step.ANSWER, "antwoorden", "vraag", "chat", _("Beantwoord de vraag"),
            _("Verstuur je antwoord"), _("Je antwoord is verstuurd."),
            _only(step_forms.AnswerForm), _simple(conversation.answer, text="answer"),
        ),
        Deed(
            Step.CONFIRM, "bevestigen", "gesprek", "check",
            _("Het gesprek was zoals het hier staat"),
            _("Bevestigen"), _("Bevestigd. De school heeft een mail gekregen."),
            _only(step_forms.PressForm), _simple(meetings.confirm),
        ),
        Deed(
            Step.RECORD, "vastleggen", "gesprek", "people", _("Leg vast hoe het gesprek was"),
            _("Leg het gesprek vast"), _("Het gesprek is vastgelegd."), _record_form, _record,
        ),
        Deed(
            Step.PLAN, "plannen", "gesprek", "calendar", _("Plan de kennismaking"),
            _("Zet in de agenda"), _("Gepland. Iedereen heeft een mail voor de agenda gekregen."),
            _plan_form,
            lambda referral, form, **by: meetings.plan(
                referral, starts_at=form.starts_at, minutes=int(form.minutes.data or 60),
                form=form.meeting_form.data, where=form.where.data or "", **by,
            ),
            again=_("Verzet het gesprek"),
        ),
        Deed(
            Step.NO_SHOW, "niet-verschenen", "gesprek", "cross", _("De leerling kwam niet"),
            _("Noteer: niet verschenen"), _("Genoteerd. De school heeft een mail gekregen."),
            _only(meeting_forms.NoShowForm),
            _simple(meetings.no_show, who_calls="who_calls", call_by="call_by"),
        ),
        Deed(
            Step.CALL_OFF, "afzeggen", "gesprek", "undo", _("Het gesprek gaat niet door"),
            _("Zeg het gesprek af"), _("Afgezegd. Iedereen heeft een mail gekregen."),
            _only(meeting_forms.CallOffForm),
            _for_a_side(meetings.call_off, reason="off_reason"),
        ),
        Deed(
            Step.START, "begonnen", "verder", "flag", _("De leerling is begonnen"),
            _("Noteer: begonnen"), _("Genoteerd. De school weet nu dat de leerling er is."),
            _only(step_forms.StartForm), _simple(operations.start, on="started_on"),
        ),
        Deed(
            Step.COMPLETE, "afgerond", "verder", "check", _("Het is afgerond"),
            _("Noteer: afgerond"), _("Afgerond. De school heeft een mail gekregen."),
            _only(step_forms.CompleteForm),
            _simple(operations.complete, outcome="outcome", follow_up="keeps_eye"),
        ),
        Deed(
            Step.STOP, "gestopt", "verder", "cross", _("Het stopt eerder"),
            _("Noteer: gestopt"), _("Gestopt. De school heeft een mail gekregen."),
            _only(step_forms.StopForm),
            _simple(operations.stop, reason="stop", follow_up="takes_over"),
        ),
        Deed(
            Step.CHECK, "nazorg", "nazorg", "phone", _("Hoe gaat het nu met de leerling?"),
            _("Verstuur"), _("Genoteerd. De school heeft een mail gekregen."),
            _only(step_forms.CheckForm), _simple(operations.check, goes="goes", note="goes_note"),
        ),
        Deed(
            Step.FOLLOW_UP, "vervolg", "vervolg", "flag", _("Noteer waar de leerling nu is"),
            _("Noteer"), _("Genoteerd. Er hoeft niets meer te gebeuren."),
            _only(step_forms.FollowUpForm),
            _simple(operations.follow_up, landed="landed", note="landed_note"),
        ),
        Deed(
            Step.MESSAGE, "bericht", "contact", "chat", _("Schrijf een bericht"),
            _("Verstuur het bericht"), _("Je bericht is verstuurd."),
            _only(step_forms.MessageForm), _for_a_side(conversation.say, text="message"),
        ),
        Deed(
            Step.ASK_PROGRESS, "voortgang", "contact", "clock", _("Vraag hoe het staat"),
            _("Vraag naar de voortgang"), _("Gevraagd. De aanbieder heeft een mail gekregen."),
            _only(step_forms.PressForm), _simple(conversation.ask_progress),
        ),
        Deed(
            Step.SUPPLEMENT, "aanvullen", "contact", "edit", _("Vul iets aan of verbeter iets"),
            _("Verstuur de aanvulling"), _("Aangevuld. De aanbieder heeft een mail gekregen."),
            _supplement_form,
            _simple(
                conversation.supplement, reach="reach", reach_details="reach_details",
                note="what_changed",
            ),
        ),
        Deed(
            Step.TAKE_OVER, "overdragen", "contact", "user", _("Laat een collega het overnemen"),
            _("Draag over"), _("Overgedragen. Je collega heeft een mail gekregen."),
            lambda r, **kw: step_forms.PersonForm(people=conversation.colleagues_of(r), **kw),
            lambda r, form, **by: conversation.take_over(r, by=form.chosen, **by),
            side=Side.REFERRER,
        ),
        Deed(
            Step.PASS_ON, "doorgeven", "contact", "user", _("Geef door aan een collega"),
            _("Geef door"), _("Doorgegeven. Je collega heeft een mail gekregen."),
            lambda r, **kw: step_forms.PersonForm(people=conversation.receivers_inside(r), **kw),
            lambda r, form, **by: conversation.pass_on(r, to=form.chosen, **by),
            side=Side.RECEIVER,
        ),
        Deed(
            Step.CORRECT, "verbeteren", "contact", "edit",
            _("Klopt niet wat er na een telefoontje is genoteerd?"),
            _("Verstuur de verbetering"), _("Verstuurd. De school heeft een mail gekregen."),
            lambda r, **kw: step_forms.CorrectForm(can_reopen=r.state_before is not None, **kw),
            lambda r, form, *, side, **by: corrections.correct(
                r, text=form.wrong.data, reopens=form.reopens, **by
            ),
        ),
        Deed(
            Step.REMIND, "herinneren", "regio", "bell", _("Herinner wie nu aan zet is"),
            _("Herinner nu"), _("Er is een herinnering verstuurd."),
            _only(step_forms.PressForm), _simple(coordination.remind_now),
        ),
        Deed(
            Step.CALL_TEAM, "team-erbij", "regio", "people", _("Roep het team van de regio erbij"),
            _("Roep het team erbij"), _("Het team heeft een mail gekregen."),
            _only(step_forms.PressForm), _simple(coordination.call_team),
        ),
        Deed(
            Step.NOTE, "notitie", "regio", "edit", _("Schrijf een notitie voor de coördinatoren"),
            _("Bewaar de notitie"), _("Je notitie is bewaard."),
            _only(step_forms.NoteForm), _simple(coordination.note, text="facts_only"),
        ),
        Deed(
            Step.TAKE_OVER, "andere-verwijzer", "regio", "user",
            _("Is wie aanmeldde weg? Kies een ander van de school"),
            _("Wijs deze verwijzer aan"), _("Aangewezen. Beide kanten hebben een mail gekregen."),
            lambda r, **kw: step_forms.NewReferrerForm(
                people=conversation.colleagues_of(r), prefix="school-", **kw
            ),
            lambda r, form, **by: conversation.take_over(r, by=form.chosen, **by),
            side=Side.TEAM,
        ),
        Deed(
            Step.PASS_ON, "andere-ontvanger", "regio", "user",
            _("Is de ontvanger weg? Kies een ander van de aanbieder"),
            _("Wijs deze ontvanger aan"), _("Aangewezen. De ontvanger heeft een mail gekregen."),
            lambda r, **kw: step_forms.NewReceiverForm(
                people=conversation.receivers_inside(r), prefix="ontvanger-", **kw
            ),
            lambda r, form, **by: conversation.pass_on(r, to=form.chosen, **by),
            side=Side.TEAM,
        ),
    )
}  # fmt: skip
"""By their word in the address, in the order of the page."""


def offers_to(user: User, referral: Referral, filled: BaseForm | None = None) -> list[Offer]:
    """What somebody can do here now; ``filled`` is a form that comes back with its errors."""
    return [
        Offer(deed, form, _title(deed, referral))
        for deed in DEEDS.values()
        if _is_offered(user, referral, deed)
        for form in [_form_of(deed, referral, filled)]
        if not (isinstance(form, step_forms.PersonForm) and not form.people)
    ]


def side_for(user: User, referral: Referral, deed: Deed) -> Side | None:
    """For which side somebody would do it now; ``None`` when it cannot be."""
    return side_taking(user, referral, deed.step, deed.side)


_WAITS: Mapping[Step, Callable[[Referral, datetime], bool]] = {
    Step.REMIND: coordination.may_remind,
    Step.CALL_TEAM: coordination.may_call_team,
    Step.CORRECT: lambda referral, now: corrections.may_correct(referral, local_day(now)),
}
"""Deeds that are done no sooner, or no later, than a number of working days after another."""


def _is_offered(user: User, referral: Referral, deed: Deed) -> bool:
    if side_for(user, referral, deed) is None:
        return False
    if deed.step in _WAITS:
        return _WAITS[deed.step](referral, clock.now())
    if deed.step == Step.ASK_PROGRESS:
        return not referral.is_elsewhere and conversation.may_ask_progress(referral, clock.now())
    if deed.step == Step.FORWARD and referral.is_elsewhere:
        return False
    if deed.step == Step.CHECK:
        duty = duty_of(referral)
        return duty is not None and duty.due is not None and is_near(duty.due, clock.today())
    # Nobody answers what was not read; and outside this site nobody reads what is said here.
    is_unread = (
        deed.part in ("antwoord", "adres")
        and Side.TEAM not in sides_of(user, referral)
        and not any(e.step == Step.OPEN for e in referral.events)
    )
    return not is_unread and not (
        referral.is_elsewhere and deed.step in (Step.MESSAGE, Step.SUPPLEMENT)
    )


def _title(deed: Deed, referral: Referral) -> Any:
    if deed.step == Step.FORWARD and referral.team_id:
        return _("Dit past: wijs door naar een aanbod of ander team")
    return deed.again if deed.again and referral.planned else deed.title


def _form_of(deed: Deed, referral: Referral, filled: BaseForm | None) -> BaseForm:
    """The form of a deed; what was sent belongs to the one that was filled in alone."""
    if filled is None:
        return deed.form(referral)
    fresh = deed.form(referral, formdata=None)
    return filled if type(filled) is type(fresh) else fresh


def told_offers_to(user: User, referral: Referral, filled: BaseForm | None = None) -> list[Offer]:
    """Steps of the receiver that somebody may note after a telephone call."""
    return [
        Offer(deed, told_form(deed, referral, filled), deed.title, is_told=True)
        for deed in DEEDS.values()
        if may_note_for_receiver(user, referral, deed.step)
    ]


def told_form(deed: Deed, referral: Referral, filled: BaseForm | None = None) -> BaseForm:
    """The form of a step together with who told it and when."""
    name = f"Told{deed.word}"
    if type(filled).__name__ == name:
        assert filled is not None
        return filled
    own = type(deed.form(referral, formdata=None))
    blank: dict[str, Any] = {"formdata": None} if filled is not None else {}
    form: BaseForm = type(name, (own, step_forms.ToldForm), {})(prefix=f"{deed.word}-", **blank)
    return form


def can_ever_take(user: User, referral: Referral, deed: Deed) -> bool:
    """Whether it is a deed of a side that somebody stands on, now or at another time."""
    of = sides_taking(deed.step) if deed.side is None else {deed.side}
    return bool(sides_of(user, referral) & of)
