"""The forms of a referral: each question with its purpose, as data minimisation asks.

The steps of the form are ``STEPS``; each keeps its answers in the draft whether they are
right or not, and only a form in which every step is right can be sent.
"""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import InputRequired, Optional, ValidationError

from ..kit import clock
from ..kit.forms import (
    BaseForm,
    ChoiceField,
    DayField,
    LineField,
    ProseField,
    TicksField,
    options,
    required,
)
from ..network.queries import municipality_named
from . import own_questions

MONTHS = (
    _("januari"), _("februari"), _("maart"), _("april"), _("mei"), _("juni"),
    _("juli"), _("augustus"), _("september"), _("oktober"), _("november"), _("december"),
)  # fmt: skip

HANDOVERS = {
    "to_mbo": _("Van vmbo, praktijkonderwijs of vso naar mbo"),
    "within_mbo": _("Van mbo naar een ander mbo of een ander niveau"),
    "to_help": _("Van school naar hulp"),
    "to_work": _("Van school naar werk"),
    "to_guide": _("Van jongerenwerk of wijkteam naar een begeleider"),
    "to_municipality": _("Van Doorstroompunt (RMC) naar gemeente"),
    "other_handover": _("Anders"),
}
WANTED = {
    "action": _("Actie gewenst: we willen graag een antwoord"),
    "information": _("Ter informatie: een antwoord hoeft niet"),
}
REACH = {
    "mentor": _("Via mij, de verwijzer"),
    "pupil": _("Rechtstreeks"),
    "parent": _("Via een ouder of verzorger"),
}
WAYS = {
    "together": _("In een gesprek, samen"),
    "telephone": _("Aan de telefoon of via beeldbellen"),
    "written": _("Op papier of per mail"),
}
PARENTS = {
    "parent": _("Ouder met gezag"),
    "guardian": _("Voogd"),
}
MEETINGS = {
    "together": _("Ja, met leerling, ouder, ons en de aanbieder"),
    "without_parent": _("Ja, maar zonder ouder"),
    "telephone": _("Ja, aan de telefoon of via beeldbellen"),
    "provider": _("De aanbieder mag zeggen hoe"),
}
PAPERS = {
    "portfolio": _("Portfolio"),
    "opp": _("Ontwikkelingsperspectief (OPP)"),
    "grades": _("Cijferlijst of diploma"),
    "evc": _("EVC-bewijs"),
    "plan": _("Plan van zorg of hulp"),
    "indication": _("Verwijzing, beschikking of TLV"),
}
BRINGERS = {
    "pupil": _("De leerling"),
    "parent": _("Een ouder of verzorger"),
    "school": _("De school"),
    "later": _("Dat spreken we nog af"),
}
LEAVING_GROUNDS = {
    "progress": _("Negatief studieadvies of te weinig voortgang"),
    "absence": _("Verzuim"),
    "behaviour": _("Gedrag of een maatregel"),
    "own": _("Op eigen verzoek"),
}
LEAVING_BY = {"school": _("De school"), "pupil": _("De leerling"), "parent": _("Een ouder")}
LEAVING_CAUSES = {
    "choice": _("Verkeerde keuze van opleiding of beroep"),
    "motivation": _("Motivatie"),
    "work": _("Werk trekt"),
    "level": _("Het niveau past niet"),
    "personal": _("Iets persoonlijks: meer hoeft hier niet"),
    "unknown": _("Dat weten we nog niet"),
}
OWN_CONSENT_AGE = 16
"""From this age the pupil decides; below it a parent with authority or the guardian does, and
the pupil is asked too (UAVG art. 5)."""


class ReferringForm(BaseForm):
    """What begins a referral: for which of one's organizations, and the key of this beginning."""

    organization = ChoiceField(
        _("Voor welke organisatie meld je aan?"),
        [required(_("Kies de organisatie waarvoor je aanmeldt."))],
        as_radio=True,
        why=_("Deze organisatie krijgt de bevestiging en alle antwoorden."),
    )
    start_key = HiddenField()

    def __init__(self, *, organizations, **kwargs):
        super().__init__(**kwargs)
        self.organization.choices = options({str(o.id): o.name for o in organizations})
        if len(organizations) == 1 and not self.organization.data:
            self.organization.data = str(organizations[0].id)


class WhyForm(ReferringForm):
    """Why this service, and what happened before.

    ``goal`` is that of the service: one that leads to work asks why it is not school.
    """

    handover = ChoiceField(
        _("Soort overdracht"),
        [required(_("Kies het soort overdracht."))],
        choices=options(HANDOVERS, empty=_("Kies")),
        description=_("Waar komt de leerling vandaan, en waarheen?"),
        why=_("De aanbieder weet dan wie er al bij hoort en wie er nog bij moet."),
    )
    wanted = ChoiceField(
        _("Wat vraag je van de aanbieder?"),
        as_radio=True,
        needed=True,
        default="action",
        choices=options(WANTED),
        why=_("De aanbieder weet dan of iemand op een antwoord wacht."),
    )
    why_here = ProseField(
        _("Waarom past dit bij de leerling?"),
        [required(_("Schrijf waarom dit bij de leerling past."))],
        description=_("Een paar zinnen. Wat moet er anders worden?"),
        why=_("De intaker weet dan meteen of dit de goede plek is."),
    )
    why_work = ProseField(
        _("Waarom nu werk en geen school?"),
        [required(_("Schrijf waarom het nu werk wordt en geen school."))],
        description=_("Een paar zinnen. Wat is er op school geprobeerd?"),
        why=_("Werk is pas aan de beurt als school nu echt niet lukt. Dat leggen we vast."),
    )
    done_so_far = ProseField(
        _("Wat is er al gedaan?"),
        [required(_("Schrijf wat er al gedaan is. Nog niets? Schrijf dat."))],
        description=_("Bijvoorbeeld: mentorgesprekken, een ander rooster, gesprek met leerplicht."),
        why=_("Zo begint de leerling niet weer van voren af aan."),
    )
    other_helpers = ProseField(
        _("Wie helpt er nog meer?"),
        description=_("Noem de functie of de organisatie, geen namen."),
        why=_("Zo krijgt de leerling geen twee helpers die niets van elkaar weten."),
        rows=2,
    )
    papers = TicksField(
        _("Welke papieren zijn er al?"),
        choices=options(PAPERS),
        why=_("Je stuurt niets mee: de aanbieder weet dan wat er is en vraagt het niet opnieuw."),
    )
    papers_by = ChoiceField(
        _("Wie neemt ze mee?"), choices=options(BRINGERS, empty=_("Kies")), needed=False
    )
    other_reference = LineField(
        _("Nummer in een ander systeem"),
        description=_("Bijvoorbeeld van het doorstroomdossier. Geen BSN."),
        why=_("Zo vinden jullie de leerling daar terug zonder gegevens over te typen."),
        width="s",
        limit=40,
    )
    leaves_on = DayField(
        _("Dreigt uitschrijving? Per welke dag?"),
        [Optional()],
        description=_("Alleen als de school of de leerling de inschrijving wil stoppen."),
        why=_("Niemand wordt uitgeschreven zonder plek: jij ziet tot die tijd dat dit nog speelt."),
    )
    leaves_ground = ChoiceField(
        _("Op welke grond?"), choices=options(LEAVING_GROUNDS, empty=_("Kies"))
    )
    leaves_by = ChoiceField(_("Wie wil dat?"), choices=options(LEAVING_BY, empty=_("Kies")))
    leaves_cause = ChoiceField(
        _("Wat zit erachter?"),
        choices=options(LEAVING_CAUSES, empty=_("Kies")),
        why=_("De grond op papier is vaak niet de echte reden."),
    )

    @property
    def own_questions(self):
        """The fields for what the receiver asks itself."""
        return [field for field in self if field.name.startswith(own_questions.PREFIX)]

    def __init__(self, *, goal: str = "", **kwargs):
        super().__init__(**kwargs)
        if goal != "work":
            del self.why_work

    def validate_other_reference(self, field):
        digits = "".join(character for character in field.data or "" if character.isdigit())
        if len(digits) in (8, 9) and len(digits) == len((field.data or "").replace(" ", "")):
            raise ValidationError(gettext("Dit lijkt een BSN. Dat hoort hier niet."))

    def validate_leaves_ground(self, field):
        """Of a threatened deregistration ground, initiator and cause are all told."""
        told = [self.leaves_on.data, field.data, self.leaves_by.data, self.leaves_cause.data]
        if any(told) and not all(told):
            raise ValidationError(
                gettext("Bij dreigende uitschrijving: vul dag, grond, wie en oorzaak alle vier in.")
            )


def why_form(questions: Iterable[own_questions.Question], **kwargs) -> WhyForm:
    """The first step, with the questions that the receiver asks itself at its end."""
    fields = {
        question.name: ProseField(
            question.text,
            [required(_("Beantwoord ook: %(question)s", question=question.text))]
            if question.is_required
            else [],
            why=question.why or None,
            rows=2,
            limit=1000,
        )
        for question in questions
    }
    form: WhyForm = type("WhyForm", (WhyForm,), fields)(**kwargs)
    return form


class PupilForm(BaseForm):
    """About the pupil: the least with which an intake can begin."""

    called = LineField(
        _("Hoe wil de leerling genoemd worden?"),
        [required(_("Vul in hoe de leerling genoemd wil worden."))],
        description=_("Alleen een voornaam of roepnaam."),
        why=_("Dan spreken jullie de leerling goed aan. Een achternaam is niet nodig."),
        width="s",
        limit=40,
    )
    initials = LineField(
        _("Voorletters"),
        [required(_("Vul de voorletters in."))],
        description=_("Bijvoorbeeld: D.K."),
        why=_("Zo weten jullie aan de telefoon over wie het gaat."),
        width="s",
        limit=12,
    )
    birth_month = ChoiceField(
        _("Geboren in de maand"),
        [required(_("Kies de geboortemaand."))],
        choices=options({str(n): name for n, name in enumerate(MONTHS, 1)}, empty=_("Kies")),
    )
    birth_year = LineField(
        _("Geboortejaar"),
        [required(_("Vul het geboortejaar in met vier cijfers."))],
        description=_("Vier cijfers. Bijvoorbeeld: 2010"),
        why=_("Om te zien of de leeftijd past. De dag van de verjaardag hoeft niemand te weten."),
        width="s",
        limit=4,
    )
    municipality = LineField(
        _("Woonplaats: welke gemeente?"),
        [required(_("Vul de gemeente in waar de leerling woont."))],
        why=_(
            "Soms hangt de toelating of de betaling af van de gemeente. Het adres is niet nodig."
        ),
        limit=80,
    )
    education = ChoiceField(
        _("Welk onderwijs volgt de leerling, of het laatst?"),
        [required(_("Kies het onderwijs."))],
        why=_("Dan ligt het goede lesmateriaal klaar."),
    )
    year = LineField(
        _("Leerjaar of richting"),
        description=_("Bijvoorbeeld: leerjaar 3, kader"),
        limit=80,
    )
    reach = ChoiceField(
        _("Hoe wil de leerling bereikt worden?"),
        [required(_("Kies hoe de leerling bereikt wil worden."))],
        as_radio=True,
        choices=options(REACH),
        why=_("De leerling kiest. Wil de leerling niet gebeld worden, dan doet niemand dat."),
    )
    reach_details = LineField(
        _("Telefoon of mail daarvoor"),
        description=_("Alleen als de leerling of ouder dat wil geven."),
        limit=120,
    )
    own_words = ProseField(
        _("In de woorden van de leerling"),
        description=_("Wat wil je zelf? Wat werkt wel, wat werkt niet?"),
        why=_(
            "Zo leert de aanbieder de leerling kennen door eigen woorden. "
            "Schrijf niets over ziekte, politie of schulden."
        ),
    )

    def __init__(self, *, levels, **kwargs):
        super().__init__(**kwargs)
        self.education.choices = options(levels, empty=gettext("Kies"))

    def validate_birth_year(self, field):
        this_year = clock.today().year
        value = (field.data or "").strip()
        if not (value.isascii() and value.isdigit() and len(value) == 4):
            raise ValidationError(gettext("Vul het geboortejaar in met vier cijfers."))
        if not this_year - 100 < int(value) <= this_year - 3:
            raise ValidationError(gettext("Dit geboortejaar kan niet kloppen."))

    def validate_municipality(self, field):
        if municipality_named(field.data) is None:
            raise ValidationError(
                gettext("Deze gemeente kennen we niet. Kies een gemeente uit de lijst.")
            )


def age_at_most(year: int, month: int, today: date) -> int:
    """The youngest that somebody born in this month can be today, in years.

    The day is never asked, so in the month itself the birthday counts as still to come.
    """
    return today.year - year - (today.month <= month)


class AgreementForm(BaseForm):
    """Who agreed to this referral, when and how; and the wish for a meeting."""

    pupil_agrees = ChoiceField(
        _("Is de leerling het eens met deze aanmelding?"),
        [required(_("Vraag het de leerling en kies een antwoord."))],
        as_radio=True,
    )
    pupil_on = DayField(_("Wanneer heb je dat gevraagd?"), [Optional()], needed=True)
    pupil_way = ChoiceField(
        _("Hoe heb je dat gevraagd?"), choices=options(WAYS, empty=_("Kies")), needed=True
    )
    parent_who = ChoiceField(
        _("Wie gaf akkoord naast de leerling?"),
        choices=options(PARENTS, empty=_("Kies")),
        needed=True,
    )
    parent_on = DayField(_("Wanneer gaf de ouder of voogd akkoord?"), [Optional()], needed=True)
    parent_way = ChoiceField(
        _("Hoe gaf de ouder of voogd akkoord?"), choices=options(WAYS, empty=_("Kies")), needed=True
    )
    meeting = ChoiceField(
        _("Willen jullie samen kennismaken?"),
        [required(_("Kies of en hoe jullie willen kennismaken."))],
        as_radio=True,
        choices=options(MEETINGS),
        why=_("Een warme overdracht: leerling, ouder, jij en de aanbieder zien elkaar."),
    )
    meeting_times = LineField(
        _("Wanneer kunnen jullie?"),
        description=_("Bijvoorbeeld: donderdag na 15.00 uur"),
    )

    def __init__(self, *, needs_parent: bool, sent_on: date, **kwargs):
        super().__init__(**kwargs)
        self.needs_parent, self.sent_on = needs_parent, sent_on
        agrees = {"yes": gettext("Ja"), "no": gettext("Nee, of nog niet")}
        if needs_parent:
            agrees = {"yes": gettext("Ja"), "asked": gettext("Gevraagd, de leerling twijfelt nog")}
            agrees["no"] = gettext("Nee, of nog niet gevraagd")
        self.pupil_agrees.choices = options(agrees)
        if needs_parent:
            self.pupil_agrees.why = gettext(
                "Onder de 16 beslist een ouder met gezag of de voogd. "
                "De leerling wordt ook altijd gevraagd."
            )
            self.parent_who.why = gettext(
                "Zonder akkoord van een ouder met gezag of voogd mag deze aanmelding niet weg."
            )
        else:
            self.pupil_agrees.why = gettext("Vanaf 16 jaar beslist de leerling zelf.")
            del self.parent_who, self.parent_on, self.parent_way

    def validate_pupil_agrees(self, field):
        if field.data == "no":
            raise ValidationError(
                gettext("Verstuur pas als de leerling is gevraagd. Wat je schreef blijft bewaard.")
                if self.needs_parent
                else gettext("Verstuur pas als de leerling ja zegt. Wat je schreef blijft bewaard.")
            )

    def validate(self, extra_validators=None):
        right = super().validate(extra_validators)
        right &= self._asked("pupil", gettext("Vul in wanneer je het de leerling vroeg."))
        if self.needs_parent:
            if not self.parent_who.data:
                self.parent_who.errors = [gettext("Kies wie akkoord gaf.")]
                right = False
            right &= self._asked("parent", gettext("Vul in wanneer de ouder of voogd ja zei."))
        return bool(right)

    def _asked(self, who: str, when_missing: str) -> bool:
        """That day and way of an agreement are there, and the day has been."""
        on, way = self[f"{who}_on"], self[f"{who}_way"]
        if not on.errors and on.data is None:
            on.errors = [when_missing]
        elif on.data and on.data > self.sent_on:
            on.errors = [gettext("Deze dag moet nog komen.")]
        if not way.data and not way.errors:
            way.errors = [gettext("Kies hoe het is gevraagd.")]
        return not on.errors and not way.errors


class ElsewhereForm(ReferringForm):
    """A pupil was referred by telephone, by mail or with the provider's own form."""

    on = DayField(
        _("Wanneer heb je aangemeld?"),
        [InputRequired(_("Vul de dag in waarop je aanmeldde."))],
    )
    contact = LineField(
        _("Wie heb je gesproken?"),
        [required(_("Vul in wie je sprak of waar je naartoe mailde."))],
        description=_("Functie of naam van de contactpersoon."),
        why=_("Dan weet je later bij wie je kunt vragen hoe het gaat."),
    )
    note = LineField(
        _("Waaraan herken je de leerling?"),
        description=_("Bijvoorbeeld voorletters. Geen volledige naam."),
        why=_("Alleen jij en het zorgteam zien dit. Het gaat naar niemand."),
        limit=40,
    )

    def validate_on(self, field):
        if field.data and field.data > clock.today():
            raise ValidationError(gettext("Deze dag moet nog komen."))


STEPS = {
    "waarom": _("Waarom hier"),
    "leerling": _("Over de leerling"),
    "akkoord": _("Akkoord en gesprek"),
    "nalezen": _("Lees na en verstuur"),
}
"""The steps of the form, by their word in the address."""
