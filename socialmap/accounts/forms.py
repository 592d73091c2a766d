"""The forms about accounts."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import PasswordField, StringField
from wtforms.validators import Email, EqualTo, Length, ValidationError

from ..kit import clock
from ..kit.errors import Refused
from ..kit.forms import BaseForm, ChoiceField, DayField, LineField, options, required, tidy
from .absences import fits_last_day
from .models import OF_ORGANIZATION, Absence, Role, User
from .operations import SHORTEST_PASSWORD
from .queries import user_by_email

ROLE_NAMES = {
    Role.MENTOR: _("Mentor of decaan: meldt leerlingen aan"),
    Role.CARETEAM: _("Zorgteam: meldt aan en ziet alle aanmeldingen van de school"),
    Role.PROVIDER: _("Intakecontact: antwoordt op aanmeldingen"),
    Role.COORDINATOR: _("Coördinator van de regio"),
    Role.ADMIN: _("Technisch beheer"),
}


def mail_address(message):
    """A mail address as people have one; whether it exists the invitation will show."""
    return Email(message=message, check_deliverability=False, allow_empty_local=False)


class LogInForm(BaseForm):
    email = StringField(_("Mailadres"), [required(_("Vul je mailadres in."))], filters=[tidy])
    password = PasswordField(_("Wachtwoord"), [required(_("Vul je wachtwoord in."))])


class PasswordLinkForm(BaseForm):
    email = StringField(
        _("Mailadres"),
        [required(_("Vul je mailadres in.")), mail_address(_("Dit is geen mailadres."))],
        filters=[tidy],
    )


LANGUAGE_NAMES = {"nl": _("Nederlands"), "en": _("Engels (English)")}


class LanguageForm(BaseForm):
    language = ChoiceField(
        _("In welke taal krijg je mail?"),
        [required(_("Kies een taal."))],
        description=_("De pagina’s zelf zijn in het Nederlands."),
        as_radio=True,
        choices=options(LANGUAGE_NAMES),
    )


class NewPasswordForm(BaseForm):
    password = PasswordField(
        _("Nieuw wachtwoord"),
        [
            required(_("Kies een wachtwoord.")),
            Length(
                min=SHORTEST_PASSWORD,
                message=_("Kies een wachtwoord van minstens 12 tekens."),
            ),
        ],
        description=_("Minstens 12 tekens. Een korte zin is makkelijk te onthouden."),
    )
    password_again = PasswordField(
        _("Nog een keer"),
        [
            required(_("Typ het wachtwoord nog een keer.")),
            EqualTo("password", message=_("Deze twee wachtwoorden zijn niet gelijk.")),
        ],
    )


class AccountForm(BaseForm):
    """A new colleague: who, and in which role where."""

    name = LineField(_("Naam"), [required(_("Vul de naam in."))])
    email = LineField(
        _("Mailadres van het werk"),
        [required(_("Vul het mailadres in.")), mail_address(_("Dit is geen mailadres."))],
        why=_("Hierheen gaat de uitnodiging. Met dit adres logt je collega in."),
    )
    role = ChoiceField(_("Rol"), [required(_("Kies een rol."))], as_radio=True)
    organization = ChoiceField(
        _("Organisatie"),
        description=_("Voor mentor, zorgteam en intakecontact."),
        needed=True,
    )
    region = ChoiceField(_("Regio"), description=_("Voor een coördinator."), needed=True)

    def __init__(self, *, roles, organizations, regions, **kwargs):
        super().__init__(**kwargs)
        self.role.choices = options({role.value: ROLE_NAMES[role] for role in roles})
        self.organization.choices = options(
            {str(o.id): o.name for o in organizations}, empty=gettext("Kies")
        )
        self.region.choices = options({str(r.id): r.name for r in regions}, empty=gettext("Kies"))

    def validate_email(self, field):
        if user_by_email(field.data or ""):
            raise ValidationError(gettext("Er is al een account met dit mailadres."))

    def validate_organization(self, field):
        if self.role.data in OF_ORGANIZATION and not field.data:
            raise ValidationError(gettext("Kies de organisatie waar deze rol bij hoort."))

    def validate_region(self, field):
        if self.role.data == Role.COORDINATOR and not field.data:
            raise ValidationError(gettext("Kies de regio van deze coördinator."))


class AwayForm(BaseForm):
    """From when until when somebody is away, and which colleague stands in."""

    first_day = DayField(
        _("Eerste dag dat je er niet bent"), [required(_("Vul de eerste dag in."))], needed=True
    )
    last_day = DayField(
        _("Laatste dag dat je er niet bent"), [required(_("Vul de laatste dag in."))], needed=True
    )
    deputy = ChoiceField(
        _("Wie neemt waar?"),
        needed=True,
        why=_("Zo wacht geen leerling tot jij er weer bent."),
    )

    def __init__(self, absence: Absence | None, *, colleagues: list[User], **kwargs):
        self.people = {str(person.id): person for person in colleagues}
        held = absence and {
            "first_day": absence.first_day,
            "last_day": absence.last_day,
            "deputy": str(absence.deputy_id or ""),
        }
        super().__init__(data=held, **kwargs)
        names = {number: person.name for number, person in self.people.items()}
        self.deputy.choices = options(names, empty=gettext("Kies een collega"))

    @property
    def chosen(self) -> User | None:
        return self.people.get(self.deputy.data or "")

    def validate_last_day(self, field):
        if self.first_day.data and field.data:
            try:
                fits_last_day(self.first_day.data, field.data, clock.today())
            except Refused as refused:
                raise ValidationError(str(refused)) from refused

    def validate_deputy(self, field):
        if self.people and not field.data:
            raise ValidationError(gettext("Kies wie waarneemt."))
