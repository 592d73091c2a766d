"""What the states, steps and filters of referrals are called, in a few words."""

from typing import Protocol

from flask_babel import lazy_gettext as _

from .duties import Kind
from .lists import QUIET_DAYS, Show
from .states import Side, State, Step

STATES = {
    State.DRAFT: _("Concept"),
    State.REQUESTED: _("Verstuurd"),
    State.RECEIVED: _("Ontvangen"),
    State.ON_HOLD: _("Wachtlijst"),
    State.ACCEPTED: _("Aangenomen"),
    State.READY: _("Gesprek gepland"),
    State.IN_PROGRESS: _("Begonnen"),
    State.COMPLETED: _("Klaar"),
    State.REJECTED: _("Nee, met advies"),
    State.FAILED: _("Gestopt"),
    State.CANCELLED: _("Ingetrokken"),
}

# Who took a referral back, the school or the pupil, is told on its own page to who may read it.
STEPS = {
    Step.SEND: _("verstuurd"),
    Step.OPEN: _("geopend"),
    Step.ASK: _("vraag gesteld"),
    Step.ANSWER: _("vraag beantwoord"),
    Step.REJECT: _("nee gezegd"),
    Step.ACKNOWLEDGE: _("voor kennisgeving aangenomen"),
    Step.ACCEPT: _("ja gezegd"),
    Step.HOLD: _("nog geen plek"),
    Step.PLAN: _("gesprek gepland"),
    Step.RECORD: _("gesprek vastgelegd"),
    Step.CONFIRM: _("gesprek bevestigd"),
    Step.NO_SHOW: _("niet gekomen"),
    Step.START: _("begonnen"),
    Step.COMPLETE: _("afgerond"),
    Step.STOP: _("gestopt"),
    Step.CANCEL: _("ingetrokken"),
    Step.WITHDRAW: _("ingetrokken"),
    Step.FORWARD: _("doorverwezen"),
    Step.LAPSE: _("niet meer in beeld"),
    Step.CALL_OFF: _("gesprek afgezegd"),
    Step.MESSAGE: _("bericht"),
    Step.ASK_PROGRESS: _("gevraagd hoe het staat"),
    Step.SUPPLEMENT: _("aangevuld"),
    Step.TAKE_OVER: _("overgenomen"),
    Step.PASS_ON: _("doorgegeven"),
    Step.CHECK: _("nazorg"),
    Step.FOLLOW_UP: _("gevolgd tot een plek"),
    Step.REMIND: _("herinnerd door de coördinator"),
    Step.NOTE: _("notitie van de coördinator"),
    Step.CALL_TEAM: _("team erbij geroepen"),
    Step.CORRECT: _("verbeterd"),
    Step.REOPEN: _("teruggezet"),
}


class Standing(Protocol):
    """What is asked of a referral to say how it stands."""

    state: State
    is_elsewhere: bool

    @property
    def was_forwarded(self) -> bool: ...


def says_elsewhere(referral: Standing) -> bool:
    """Whether "elders aangemeld" tells more than the state, which then never moves by itself."""
    return referral.is_elsewhere and referral.state != State.CANCELLED


def state_word(referral: Standing) -> str:
    """How a referral stands, in a word or two."""
    if says_elsewhere(referral):
        return str(_("Elders aangemeld"))
    if referral.was_forwarded:
        return str(_("Doorverwezen"))
    return str(STATES[State(referral.state)])


FILTERS = {
    Show.OPEN: _("Lopend"),
    Show.LATE: _("Te laat"),
    Show.QUIET: _("Stil"),
    Show.WAITING: _("Wacht op plek"),
    Show.MISSED: _("Niet gekomen"),
    Show.NOT_BEGUN: _("Nog niet begonnen"),
    Show.CLOSED: _("Gesloten"),
    Show.ALL: _("Alles"),
}

EXPLAINED = {
    Show.OPEN: _("Hier moet nog iets gebeuren."),
    Show.LATE: _("De dag waarop iets moest gebeuren, is voorbij."),
    Show.QUIET: _("Er is al meer dan %(days)d werkdagen niets gebeurd.", days=QUIET_DAYS),
    Show.WAITING: _("De leerling wacht op een plek."),
    Show.MISSED: _("De leerling kwam niet, en er is nog niets nieuws afgesproken."),
    Show.NOT_BEGUN: _("De leerling is aangenomen en had al moeten beginnen."),
    Show.CLOSED: _("Afgerond, gestopt, ingetrokken of nee gezegd."),
    Show.ALL: _("Alle aanmeldingen, ook die gesloten zijn."),
}

TITLES = {
    Side.RECEIVER: _("Bij jullie binnengekomen"),
    Side.REFERRER: _("Door jullie verstuurd"),
    Side.TEAM: _("In jouw regio"),
    Side.LOOKER: _("Meekijken"),
}

NEXT_STEPS = {
    Kind.OPEN: _("Open"),
    Kind.HEAR: _("Noteer wat je hoorde"),
    Kind.ANSWER: _("Geef antwoord"),
    Kind.TAKE_NOTE: _("Neem voor kennisgeving aan of pak het op"),
    Kind.QUESTION: _("Beantwoord de vraag"),
    Kind.HOLD: _("Zeg of er plek is"),
    Kind.MEETING: _("Plan het gesprek"),
    Kind.RECORD: _("Leg het gesprek vast"),
    Kind.CONFIRM: _("Bevestig het gesprek"),
    Kind.START: _("Noteer: begonnen"),
    Kind.CHECK: _("Vertel hoe het gaat"),
    Kind.COMPLETE: _("Noteer hoe het afliep"),
    Kind.FOLLOW_UP: _("Noteer waar de leerling is"),
    None: _("Bekijk"),
}
