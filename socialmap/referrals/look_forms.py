"""The form in which a school says who looks along in its list."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from ..kit import clock
from ..kit.forms import BaseForm, ChoiceField, DayField, TickField, options, required
from . import look_along


class LookForm(BaseForm):
    """Which organization, until when, and whether it reads what was written."""

    organization = ChoiceField(_("Wie kijkt mee?"), [required(_("Kies wie er meekijkt."))])
    may_read = TickField(
        _("Mag ook lezen wat er over de leerling staat"),
        description=_(
            "Alleen van aanmeldingen die jullie hierna versturen: de leerling weet dan wie "
            "meeleest. Zonder vinkje: alleen nummer, plek en data."
        ),
        why=_("Alleen als jullie dat hebben afgesproken. We houden bij wie wat leest."),
    )
    until = DayField(_("Tot en met"), [required(_("Vul de laatste dag in."))], needed=True)

    def __init__(self, *, organizations, **kwargs):
        super().__init__(**kwargs)
        self.found = {str(one.id): one for one in organizations}
        self.organization.choices = options(
            {number: one.name for number, one in self.found.items()}, empty=gettext("Kies")
        )

    @property
    def chosen(self):
        return self.found[self.organization.data]

    def validate_until(self, field):
        today = clock.today()
        last = look_along.longest_until(today)
        if field.data and not today <= field.data <= last:
            raise ValidationError(
                gettext("Kies een dag van vandaag tot en met 31 juli %(year)d.", year=last.year)
            )
