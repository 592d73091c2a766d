"""The forms of a handover meeting: plan, call off, write down."""

from datetime import datetime

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
    TimeField,
    options,
    required,
)  # fmt: skip
from .mails import MEETING_FORMS
from .meetings import PRESENT
from .step_forms import LONGEST_AGO, LONGEST_HOLD

MINUTES = {
    "30": _("30 minuten"),
    "45": _("45 minuten"),
    "60": _("een uur"),
    "90": _("anderhalf uur"),
}
YES_NO = {"yes": _("Ja"), "no": _("Nee")}


class PlanForm(BaseForm):
    meeting_on = DayField(
        _("Op welke dag?"), [required(_("Vul de dag van het gesprek in."))], needed=True
    )
    meeting_at = TimeField(
        _("Hoe laat?"), [required(_("Vul in hoe laat het gesprek begint."))], needed=True
    )
    minutes = ChoiceField(_("Hoe lang ongeveer?"), choices=options(MINUTES), default="60")
    meeting_form = ChoiceField(
        _("Waar of hoe?"),
        [required(_("Kies waar of hoe jullie elkaar spreken."))],
        choices=options(MEETING_FORMS, empty=_("Kies")),
    )
    where = LineField(
        _("Waar precies?"),
        description=_("Bijvoorbeeld: ingang aan de achterkant, kamer 12. Of de link om te bellen."),
        limit=200,
    )

    def validate_meeting_on(self, field):
        today = clock.today()
        if field.data and field.data < today:
            raise ValidationError(gettext("Kies een dag die nog komt."))
        if field.data and field.data > today + LONGEST_HOLD:
            raise ValidationError(gettext("Kies een dag binnen een jaar."))

    @property
    def starts_at(self) -> datetime:
        """The moment, in the Netherlands."""
        return datetime.combine(self.meeting_on.data, self.meeting_at.data, tzinfo=clock.ZONE)


class CallOffForm(BaseForm):
    off_reason = ProseField(
        _("Waarom gaat het niet door?"),
        [required(_("Schrijf kort op waarom het niet doorgaat."))],
        description=_("De ander leest dit."),
        rows=2,
    )


class NoShowForm(BaseForm):
    who_calls = LineField(
        _("Wie belt de leerling?"),
        [required(_("Vul in wie de leerling belt."))],
        description=_("Bijvoorbeeld: de mentor."),
        limit=120,
    )
    call_by = DayField(
        _("Uiterlijk wanneer?"), [required(_("Vul in voor welke dag."))], needed=True
    )

    def validate_call_by(self, field):
        if field.data and field.data < clock.today():
            raise ValidationError(gettext("Kies vandaag of een dag die nog komt."))


class RecordForm(BaseForm):
    """What came of a meeting; ``is_adult`` when the pupil was 18 by then."""

    held_on = DayField(
        _("Op welke dag was het gesprek?"),
        [required(_("Vul de dag van het gesprek in."))],
        needed=True,
    )
    held_form = ChoiceField(
        _("Waar of hoe was het?"),
        [required(_("Kies waar of hoe het gesprek was."))],
        choices=options(MEETING_FORMS),
    )
    pupil_there = TickField(_("De leerling was erbij"))
    parent_there = TickField(_("Een ouder, voogd of vertrouwd persoon was erbij"))
    parent_wanted = TickField(_("De leerling wilde dat de ouder of vertrouwd persoon erbij was"))
    sender_there = TickField(_("De school was erbij"))
    receiver_there = TickField(_("De aanbieder was erbij"))
    agreed = ProseField(
        _("Wie doet wat?"),
        [required(_("Schrijf op wie wat doet."))],
        description=_("In gewone woorden: de leerling krijgt dit mee op papier."),
        rows=3,
    )
    next_step = LineField(
        _("Wat is de volgende stap?"),
        [required(_("Vul in wat de volgende stap is."))],
        description=_("Bijvoorbeeld: eerste dag, om 9 uur bij de balie."),
    )
    next_on = DayField(_("Wanneer is dat?"), [required(_("Vul in wanneer dat is."))], needed=True)
    whom = LineField(
        _("Bij wie kan de leerling terecht?"),
        [required(_("Vul in bij wie de leerling terechtkan."))],
        description=_("Naam en telefoon."),
        limit=120,
    )
    support = ChoiceField(
        _("Zijn er afspraken over extra hulp vastgelegd?"),
        [required(_("Kies ja of nee."))],
        as_radio=True,
        choices=options(YES_NO),
        why=_("Op het mbo staan die in een bijlage bij de onderwijsovereenkomst."),
    )
    old_mentor = ChoiceField(
        _("Mag de aanbieder de oude mentor bellen als het misgaat?"),
        [required(_("Vraag het de leerling en kies ja of nee."))],
        as_radio=True,
        choices=options(YES_NO),
        why=_("De leerling beslist dit."),
    )

    def __init__(self, *, is_adult: bool, **kwargs):
        super().__init__(**kwargs)
        self.is_adult = is_adult
        if not is_adult:
            del self.parent_wanted

    @property
    def present(self) -> tuple[str, ...]:
        """Who was there, as ``meetings`` names them."""
        return tuple(who for who in PRESENT if self[f"{who}_there"].data)

    def validate_held_on(self, field):
        if field.data and field.data > clock.today():
            raise ValidationError(gettext("Deze dag moet nog komen."))
        if field.data and field.data < clock.today() - LONGEST_AGO:
            raise ValidationError(gettext("Kies een dag van het afgelopen jaar."))

    def validate_pupil_there(self, field):
        if not self.present:
            raise ValidationError(gettext("Vink aan wie erbij was."))

    def validate_parent_there(self, field):
        if field.data and self.is_adult and not self.parent_wanted.data:
            raise ValidationError(
                gettext("Vanaf 18 jaar is een ouder er alleen bij als de leerling dat wil.")
            )
