"""The forms of the steps that a referral takes after it was sent."""

from datetime import timedelta

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from ..kit import clock
from ..kit.forms import (
    BaseForm,
    ChoiceField,
    DayField,
    LineField,
    ProseField,
    TickField,
    options,
    required,
)
from .forms import REACH

REASONS = {
    "full": _("We zitten vol"),
    "no_fit": _("Past niet bij wat wij doen"),
    "age_or_level": _("Leeftijd of onderwijs past niet"),
    "residence": _("Woonplaats past niet"),
    "papers": _("Er ontbreekt een verwijzing of beschikking"),
    "better": _("Er is een plek die beter past"),
    "other": _("Iets anders"),
}
HOLDS = {
    "waiting_list": _("Er is een wachtlijst"),
    "no_offer": _("Er is nu geen aanbod dat past"),
}
CANCELLATIONS = {
    "pupil": _("De leerling wil dit niet meer"),
    "parent": _("De ouder of voogd wil dit niet meer"),
    "other_place": _("Er is een andere plek gevonden"),
    "not_needed": _("De hulp is niet meer nodig"),
    "mistake": _("Dit was een vergissing"),
    "other": _("Iets anders"),
}
OUTCOMES = {
    "own_school": _("Terug op de eigen school"),
    "other_school": _("Naar een andere school of opleiding"),
    "work": _("Aan het werk"),
    "care": _("Verder met hulp of zorg"),
    "orientation": _("Eerst een traject om te kiezen"),
    "day_activity": _("Dagbesteding"),
    "over_18": _("Overgedragen aan het Doorstroompunt"),
    "good_alternative": _("Gestopt, met een goed alternatief"),
    "elsewhere": _("Elders verder geholpen"),
    "other_outcome": _("Iets anders"),
}
STOPS = {
    "stays_away": _("De leerling komt niet (meer)"),
    "own_wish": _("De leerling wil niet meer"),
    "did_not_fit": _("Het past toch niet"),
    "moved": _("De leerling is verhuisd"),
    "other_stop": _("Iets anders"),
}
GOES = {
    "well": _("Goed: de leerling is er nog"),
    "worry": _("Er zijn zorgen"),
    "gone": _("De leerling komt niet meer"),
}
LANDINGS = {
    "next_referral": _("Aangemeld bij een andere plek"),
    "own_school": _("Op de eigen school"),
    "other_school": _("Op een andere school of opleiding"),
    "work": _("Aan het werk"),
    "care": _("Bij hulp of zorg"),
    "desk": _("Gemeld bij het Doorstroompunt"),
    "out_of_sight": _("Niet in beeld, ook na bellen en huisbezoek"),
}
LONGEST_HOLD = LONGEST_AGO = timedelta(days=365)


class AcceptForm(BaseForm):
    contact = LineField(
        _("Wie kan de leerling bellen?"),
        [required(_("Vul in wie de leerling kan bellen: naam en telefoon."))],
        description=_("Naam en telefoon van jullie medewerker."),
        limit=120,
    )
    note = ProseField(
        _("Bericht aan de school"), rows=3, description=_("Bijvoorbeeld: wat nemen jullie mee?")
    )


class HoldForm(BaseForm):
    hold = ChoiceField(
        _("Waarom nog niet?"),
        [required(_("Kies waarom het nog niet kan."))],
        choices=options(HOLDS, empty=_("Kies een reden")),
    )
    until = DayField(
        _("Wanneer hoort de school meer?"),
        [required(_("Vul de dag in waarop de school meer hoort."))],
        why=_("Op die dag weet de school of er plek is, of dat ze verder moet zoeken."),
        needed=True,
    )
    meanwhile = ProseField(
        _("Wat kan de leerling zolang doen?"),
        description=_("De school leest dit. Bijvoorbeeld: kom langs op de inloop op woensdag."),
        rows=3,
    )

    def validate_until(self, field):
        today = clock.today()
        if field.data and field.data <= today:
            raise ValidationError(gettext("Kies een dag die nog komt."))
        if field.data and field.data > today + LONGEST_HOLD:
            raise ValidationError(gettext("Kies een dag binnen een jaar."))


class StartForm(BaseForm):
    started_on = DayField(
        _("Op welke dag is de leerling begonnen?"),
        [required(_("Vul de dag in waarop de leerling is begonnen."))],
        why=_("De school weet dan dat de leerling er echt is, en niet tussen twee plekken zweeft."),
        needed=True,
    )

    def validate_started_on(self, field):
        if field.data and field.data > clock.today():
            raise ValidationError(gettext("Deze dag moet nog komen. Vul dit in als het zover is."))
        if field.data and field.data < clock.today() - LONGEST_AGO:
            raise ValidationError(gettext("Kies een dag van het afgelopen jaar."))


class CompleteForm(BaseForm):
    outcome = ChoiceField(
        _("Hoe gaat de leerling verder?"),
        [required(_("Kies hoe de leerling verdergaat."))],
        choices=options(OUTCOMES, empty=_("Kies")),
    )
    keeps_eye = LineField(
        _("Wie houdt contact met de leerling?"),
        [required(_("Vul in wie contact houdt met de leerling."))],
        description=_("Functie of organisatie. Bijvoorbeeld: de mentor van het mbo."),
        why=_("Zo blijft er iemand die merkt dat het niet goed gaat."),
        limit=120,
    )


class StopForm(BaseForm):
    stop = ChoiceField(
        _("Waarom stopt het?"),
        [required(_("Kies waarom het stopt."))],
        choices=options(STOPS, empty=_("Kies een reden")),
    )
    takes_over = LineField(
        _("Wie belt de leerling nu, en wanneer?"),
        [required(_("Vul in wie de leerling belt, en wanneer."))],
        description=_("Bijvoorbeeld: de mentor, vóór vrijdag."),
        why=_("Een leerling die ergens stopt, is het snelst uit beeld."),
        limit=120,
    )


class CancelForm(BaseForm):
    cancel = ChoiceField(
        _("Waarom trek je de aanmelding in?"),
        [required(_("Kies waarom je de aanmelding intrekt."))],
        choices=options(CANCELLATIONS, empty=_("Kies een reden")),
        why=_("Alleen jij en het zorgteam lezen dit. De aanbieder hoort dat het niet doorgaat."),
    )
    agreed = ProseField(
        _("Wat spreken jullie nu af met de leerling?"),
        description=_("Voor jezelf en het zorgteam. Zo raakt de leerling niet uit beeld."),
        rows=3,
    )


class RejectForm(BaseForm):
    reason = ChoiceField(
        _("Reden"),
        [required(_("Kies een reden."))],
        choices=options(REASONS, empty=_("Kies een reden")),
    )
    advice = ProseField(
        _("Wat raad je aan?"),
        [required(_("Schrijf een advies: waar kan deze leerling wel terecht?"))],
        description=_("Waar kan deze leerling wel terecht, of wat is nu een goede stap?"),
        rows=3,
    )


class CheckForm(BaseForm):
    goes = ChoiceField(
        _("Hoe gaat het nu met de leerling?"),
        [required(_("Kies hoe het gaat."))],
        as_radio=True,
        choices=options(GOES),
    )
    goes_note = ProseField(
        _("Wat speelt er?"),
        description=_("De school leest dit. Mag leeg als het goed gaat."),
        rows=2,
    )


class FollowUpForm(BaseForm):
    landed = ChoiceField(
        _("Waar is de leerling nu?"),
        [required(_("Kies waar de leerling nu is."))],
        choices=options(LANDINGS, empty=_("Kies")),
        why=_("Pas als je dit weet, is de leerling niet tussen twee stoelen gevallen."),
    )
    landed_note = ProseField(
        _("Wie houdt contact?"), rows=2, description=_("Voor jezelf en het zorgteam.")
    )


class ForwardForm(BaseForm):
    """``find`` knows the service or team of a name, or nothing."""

    belongs_to = LineField(
        _("Bij welk aanbod of team hoort de leerling?"),
        [required(_("Vul de naam van het aanbod of team in."))],
        description=_("De naam zoals die op deze site staat."),
    )
    forward_advice = ProseField(
        _("Waarom past dat beter?"),
        [required(_("Schrijf kort waarom dat beter past."))],
        rows=2,
    )

    def __init__(self, *, find, **kwargs):
        super().__init__(**kwargs)
        self._find = find
        self.receiver = None

    def validate_belongs_to(self, field):
        self.receiver = self._find(field.data or "")
        if self.receiver is None:
            raise ValidationError(
                gettext("Deze plek kennen we niet, of je kunt er hier niet aanmelden.")
            )


class AskForm(BaseForm):
    question = ProseField(
        _("Wat wil je weten?"),
        [required(_("Schrijf je vraag op."))],
        description=_("Vraag alleen wat je nodig hebt om ja of nee te kunnen zeggen."),
        rows=3,
    )


class AnswerForm(BaseForm):
    answer = ProseField(
        _("Je antwoord"),
        [required(_("Schrijf je antwoord op."))],
        why=_("De aanbieder leest dit. Overleg met de leerling wat je vertelt."),
        rows=3,
    )


class MessageForm(BaseForm):
    message = ProseField(
        _("Je bericht"), [required(_("Schrijf een bericht."))],
        description=_("De ander krijgt een mail dat er een bericht is, zonder de tekst."), rows=3,
    )  # fmt: skip


class SupplementForm(BaseForm):
    reach = ChoiceField(
        _("Hoe wil de leerling bereikt worden?"),
        [required(_("Kies hoe de leerling bereikt wil worden."))],
        choices=options(REACH),
    )
    reach_details = LineField(_("Telefoon of mail daarvoor"), limit=120)
    what_changed = ProseField(
        _("Wat is er veranderd?"),
        [required(_("Schrijf kort op wat er is veranderd."))],
        description=_("Bijvoorbeeld: het oude nummer klopte niet."),
        rows=2,
    )


class PersonForm(BaseForm):
    """Choose one of some people."""

    person = ChoiceField(_("Wie?"), [required(_("Kies een collega."))])

    def __init__(self, *, people, **kwargs):
        super().__init__(**kwargs)
        self.people = {str(person.id): person for person in people}
        self.person.choices = options(
            {number: person.name for number, person in self.people.items()}, empty=gettext("Kies")
        )

    @property
    def chosen(self):
        """The person, or ``None``."""
        return self.people.get(self.person.data or "")


class NewReferrerForm(PersonForm):
    """Choose who goes on with it at the school."""


class NewReceiverForm(PersonForm):
    """Choose who goes on with it at the receiver."""


class NoteForm(BaseForm):
    facts_only = ProseField(
        _("Je notitie"),
        [required(_("Schrijf op wat je wilt onthouden."))],
        description=_("Alleen coördinatoren van de regio lezen dit. Niets over de leerling."),
        rows=3,
    )


class CorrectForm(BaseForm):
    """What was not right of what was noted; with a box when it can be taken back."""

    wrong = ProseField(
        _("Wat klopt er niet?"),
        [required(_("Schrijf op wat er niet klopt."))],
        description=_("De school leest dit en krijgt een mail, zonder de tekst."),
        rows=3,
    )
    reopen = TickField(_("Zet de aanmelding terug zoals hij stond voor het telefoontje"))

    def __init__(self, *, can_reopen: bool, **kwargs):
        super().__init__(**kwargs)
        if not can_reopen:
            del self.reopen

    @property
    def reopens(self) -> bool:
        return bool(self.reopen and self.reopen.data)


class PressForm(BaseForm):
    """Nothing to fill in: one press."""


class ToldForm(BaseForm):
    """Who told it by telephone, and when; comes with the form of a step that was told."""

    told_by = LineField(
        _("Wie vertelde dit?"),
        [required(_("Vul in wie dit vertelde."))],
        description=_("Functie of naam, bij de aanbieder."),
        limit=120,
    )
    told_on = DayField(
        _("Wanneer hoorde je dit?"), [required(_("Vul in wanneer je dit hoorde."))], needed=True
    )

    def validate_told_on(self, field):
        if field.data and field.data > clock.today():
            raise ValidationError(gettext("Deze dag moet nog komen."))
