"""The form with what a region sets itself: its terms, its desk and its protocols."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms.validators import Optional, ValidationError

from ..accounts.forms import mail_address
from ..kit.errors import Refused
from ..kit.forms import BaseForm, LineField, required
from ..network.models import Municipality, Protocol, Region
from ..network.operations import LONGEST_TERM, Link, fits_address, fits_term


class TermField(LineField):
    """A number of working days."""

    def __init__(self, label, *, description, **kwargs):
        super().__init__(
            label, [required(_("Vul een aantal werkdagen in."))], width="s", limit=20,
            description=description, **kwargs,
        )  # fmt: skip

    @property
    def days(self) -> int:
        typed = self.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() else 0

    def post_validate(self, form, validation_stopped):
        if not validation_stopped:
            _fits(fits_term, self.short_name, self.days)


class RegionForm(BaseForm):
    open_days = TermField(
        _("Openen"), description=_("Werkdagen vanaf versturen. Van 1 tot en met 60.")
    )
    answer_days = TermField(
        _("Antwoord geven"), description=_("Werkdagen vanaf openen. Van 1 tot en met 60.")
    )
    meeting_days = TermField(
        _("De kennismaking plannen"), description=_("Werkdagen vanaf het ja. Van 1 tot en met 60.")
    )
    start_days = TermField(
        _("Beginnen"), description=_("Werkdagen vanaf de kennismaking. Van 1 tot en met 60.")
    )
    overdue_days = TermField(
        _("Tussen twee herinneringen"),
        description=_("Werkdagen. Van 1 tot en met 20. Dit geldt meteen."),
    )
    function_name = LineField(
        _("Hoe heet het loket voor leerlingen die van school dreigen te gaan?"),
        [required(_("Vul in hoe het loket heet."))],
        description=_("Bijvoorbeeld: Doorstroompunt of RMC."),
        limit=60,
    )
    desk_name = LineField(_("Naam van het loket in deze regio"), limit=80)
    desk_phone = LineField(_("Telefoon van het loket"), width="s", limit=40)
    desk_email = LineField(
        _("Mailadres van het loket"),
        [Optional(), mail_address(_("Dit is geen mailadres."))],
        why=_("Hierheen gaat ook de mail als een aanmelding vastzit."),
    )

    places: dict[str | None, Municipality | None]

    @property
    def terms(self) -> dict[str, int]:
        return {name: self[name].days for name in LONGEST_TERM}

    @property
    def links(self) -> dict[str | None, Link]:
        """The protocols that were filled in, by municipality."""
        pairs = {code: self.pair_of(code) for code in self.places}
        return {
            code: Link(title.data, url.data) for code, (title, url) in pairs.items() if url.data
        }

    def pair_of(self, code: str | None) -> tuple[Any, Any]:
        """The two fields about the protocol of a municipality, or of the region."""
        return self[f"title_{code or 'region'}"], self[f"url_{code or 'region'}"]

    def validate(self, extra_validators=None):
        right = super().validate(extra_validators)
        for code in self.places:
            title, url = self.pair_of(code)
            if title.data and not url.data and not url.errors:
                url.errors = [gettext("Vul ook het adres van het protocol in.")]
            elif url.data and not title.data and not title.errors:
                title.errors = [gettext("Vul ook in hoe het protocol heet.")]
            right = bool(right and not title.errors and not url.errors)
        return right


def _fits(rule, *values) -> None:
    """Ask the rule of the operation, and tell what it refuses beside the field."""
    try:
        rule(*values)
    except Refused as refused:
        raise ValidationError(str(refused)) from refused


def _is_address(_form, field) -> None:
    _fits(fits_address, field.data)


def form_for(region: Region, protocols: list[Protocol]) -> RegionForm:
    """The form of a region, with two fields for each of its municipalities."""
    places: dict[str | None, Municipality | None] = {None: None}
    places |= {p.code: p for p in sorted(region.municipalities, key=lambda place: place.name)}
    fields: dict[str, object] = {"places": places}
    for code in places:
        name = code or "region"
        fields[f"title_{name}"] = LineField(
            _("Titel"), width="l", limit=120, description=_("Bijvoorbeeld: Meldprotocol verzuim.")
        )
        fields[f"url_{name}"] = LineField(
            _("Adres"),
            [Optional(), _is_address],
            width="l",
            limit=500,
            description=_("Begint met https://"),
        )
    held: dict[str, object] = {}
    for protocol in protocols:
        name = protocol.municipality_code or "region"
        held |= {f"title_{name}": protocol.title, f"url_{name}": protocol.url}
    return type("FormOfRegion", (RegionForm,), fields)(obj=region, data=held)
