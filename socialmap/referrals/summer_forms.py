"""The forms of the summer list, and what its words are called."""

from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import Optional, ValidationError

from ..kit import clock
from ..kit.forms import BaseForm, ChoiceField, DayField, LineField, options, required
from . import summer, summer_deeds
from .forms import MONTHS
from .step_forms import LANDINGS
from .summer import Result, Season, Show, Way

WAYS: dict[str, object] = {
    Way.SURVEY: _("Vragenlijst"),
    Way.PHONE: _("Telefoon"),
    Way.VISIT: _("Huisbezoek"),
}
RESULTS: dict[str, object] = {
    Result.PLACE: _("Bereikt: heeft plek"),
    Result.NO_PLACE: _("Bereikt: nog geen plek"),
    Result.NOT_REACHED: _("Niet bereikt"),
}
ACTIONS = {
    "phone": _("Bellen"),
    "visit": _("Op huisbezoek"),
    "parents": _("Ouders bellen"),
    "refer": _("Aanmelden bij een plek"),
    "desk": _("Melden bij het Doorstroompunt"),
}
PLACES = {place: LANDINGS[place] for place in summer.PLACES}
FILTERS = {
    Show.OPEN: _("Nog geen plek"),
    Show.QUIET: _("Drie weken stil"),
    Show.NOT_IN_FIRST: _("Niet bereikt in ronde 1"),
    Show.NOT_IN_SECOND: _("Niet bereikt in ronde 2"),
    Show.LANDED: _("Heeft plek"),
    Show.ALL: _("Alles"),
}
LEAVING_MONTHS = {str(number): MONTHS[number - 1] for number in summer.MONTHS}


class PupilForm(BaseForm):
    """A pupil whom the school puts on the list: only what it needs to know whom to call."""

    organization = ChoiceField(_("Van welke school?"), [required(_("Kies de school."))])
    reference = LineField(
        _("Nummer of afkorting"),
        [required(_("Vul een nummer of afkorting in."))],
        description=_("Een nummer of afkorting die alleen jullie kennen, geen naam."),
        why=_("Zo weten jullie om wie het gaat, en niemand anders. We wissen het op 1 november."),
        width="s",
        limit=summer_deeds.LONGEST_REFERENCE,
    )
    level = ChoiceField(_("Onderwijs"), [required(_("Kies het onderwijs."))])
    leaves_in = ChoiceField(
        _("Weg van school in"),
        [required(_("Kies de maand."))],
        choices=options(LEAVING_MONTHS, empty=_("Kies een maand")),
    )

    def __init__(self, *, schools, levels, **kwargs):
        super().__init__(**kwargs)
        self.schools = {str(school.id): school for school in schools}
        self.organization.choices = options({n: s.name for n, s in self.schools.items()})
        self.level.choices = options(levels, empty=gettext("Kies"))
        if len(self.schools) == 1:
            del self.organization

    @property
    def school(self):
        """The school that was chosen, or the only one."""
        chosen = self.organization.data if self.organization else next(iter(self.schools))
        return self.schools[chosen]

    def validate_reference(self, field):
        if summer_deeds.names_too_much(field.data or ""):
            raise ValidationError(
                gettext("Dit lijkt op een burgerservicenummer of geboortedatum. Kies iets anders.")
            )


class CallForm(BaseForm):
    """How somebody tried to reach the pupil, what came of it, and what comes next."""

    way = ChoiceField(
        _("Hoe heb je contact gezocht?"), [required(_("Kies hoe."))],
        choices=options(WAYS), as_radio=True,
    )  # fmt: skip
    called_on = DayField(_("Op welke dag?"), [required(_("Vul de dag in."))], needed=True)
    result = ChoiceField(
        _("Wat kwam eruit?"), [required(_("Kies wat eruit kwam."))],
        choices=options(RESULTS), as_radio=True,
    )  # fmt: skip
    landed = ChoiceField(
        _("Waar heeft de leerling een plek?"),
        choices=options(PLACES, empty=_("Kies")),
        description=_("Alleen als de leerling een plek heeft."),
    )
    next_action = ChoiceField(_("Wat doe je hierna?"), choices=options(ACTIONS, empty=_("Niets")))
    next_on = DayField(_("Wanneer?"), [Optional()])

    def __init__(self, *, is_referred: bool, season: Season, **kwargs):
        super().__init__(**kwargs)
        self.season = season
        if is_referred:
            # Whether a pupil who was referred has begun, the receiving side says.
            del self.landed

    def validate_called_on(self, field):
        if field.data and not self.season.first_day <= field.data <= clock.today():
            first = self.season.first_day
            raise ValidationError(
                gettext("Kies een dag van 1 mei %(year)d tot en met vandaag.", year=first.year)
            )

    def validate_landed(self, field):
        if self.result.data == Result.PLACE and not field.data:
            raise ValidationError(gettext("Kies waar de leerling een plek heeft."))

    def validate_next_action(self, field):
        if field.data and not self.next_on.data and not self.next_on.errors:
            raise ValidationError(gettext("Vul ook in wanneer je dit doet."))

    def validate_next_on(self, field):
        if field.data and field.data < clock.today():
            raise ValidationError(gettext("Kies een dag die nog komt."))


class CoverForm(BaseForm):
    """Who is called while somebody is away; a mentor answers for nobody but themselves."""

    owner = ChoiceField(_("Wie is er weg?"), [required(_("Kies wie er weg is."))])
    cover = ChoiceField(
        _("Wie neemt waar?"), [required(_("Kies een collega."))],
        description=_("Deze collega wordt gebeld. Vertel zelf om welke leerlingen het gaat."),
    )  # fmt: skip
    first_day = DayField(_("Vanaf"), [required(_("Vul de eerste dag in."))], needed=True)
    last_day = DayField(_("Tot en met"), [required(_("Vul de laatste dag in."))], needed=True)

    def __init__(self, *, owners, colleagues, season: Season, **kwargs):
        super().__init__(**kwargs)
        self.season = season
        self.people = {str(person.id): person for person in [*owners, *colleagues]}
        self.owner.choices = options({str(p.id): p.name for p in owners})
        self.cover.choices = options({str(p.id): p.name for p in colleagues}, empty=gettext("Kies"))

    def validate_cover(self, field):
        if field.data and field.data == self.owner.data:
            raise ValidationError(gettext("Kies een ander dan wie er weg is."))

    def validate_last_day(self, field):
        first: date | None = self.first_day.data
        if field.data and first and field.data < first:
            raise ValidationError(gettext("De laatste dag komt na de eerste."))
        if field.data and not self.season.holds(field.data):
            raise ValidationError(gettext("Kies een dag van 1 mei tot en met 1 oktober."))
