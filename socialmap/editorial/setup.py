"""The set-up page of an empty site.

It opens with the one-time code that the start prints, and asks for the region, its
municipalities, the first organization and its coordinator, in that order. As long as
there is no region, every address leads here.
"""

import hmac
import secrets
from pathlib import Path

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from wtforms import PasswordField
from wtforms.validators import EqualTo, Length, ValidationError

from ..accounts import throttle
from ..accounts.forms import mail_address
from ..accounts.models import Role
from ..accounts.operations import SHORTEST_PASSWORD, create_user
from ..accounts.queries import user_by_email
from ..catalogue.vocabularies import labels
from ..kit import clock
from ..kit.forms import BaseForm, ChoiceField, LineField, ProseField, options, required
from ..kit.security import public
from ..network.models import Municipality
from ..network.operations import create_region
from ..network.queries import municipality_named, site_is_set_up
from .operations import create_organization

bp = Blueprint("setup", __name__)

ALWAYS_OPEN = ("setup.set_up", "static", "healthz", "readyz")


def code_file(data_dir: Path) -> Path:
    return data_dir / "setup-code"


def make_code() -> str:
    """Eight characters that are easily read over from a screen."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _n in range(4)) for _half in range(2))


def init_app(app: Flask) -> None:
    @app.before_request
    def set_up_first():
        if app.config.get("IS_SET_UP") or request.endpoint in ALWAYS_OPEN:
            return None
        if site_is_set_up():
            app.config["IS_SET_UP"] = True
            return None
        return redirect(url_for("setup.set_up"))


class SetUpForm(BaseForm):
    code = LineField(
        _("Code"),
        [required(_("Vul de code in die bij het starten op het scherm kwam."))],
        description=_("Deze code staat in het venster waarin de site is gestart."),
        width="s",
    )
    region = LineField(
        _("Naam van de regio"),
        [required(_("Vul de naam van de regio in."))],
        description=_("Bijvoorbeeld: Rijnstreek"),
    )
    places = ProseField(
        _("Gemeenten in de regio"),
        [required(_("Vul minstens één gemeente in."))],
        description=_("Eén per regel, of met een komma ertussen."),
        rows=6,
    )
    organization = LineField(
        _("Eerste organisatie"),
        [required(_("Vul de naam van een organisatie in."))],
        description=_("Bijvoorbeeld het Doorstroompunt of een school. Meer komen later."),
    )
    organization_kind = ChoiceField(_("Soort organisatie"), [required(_("Kies een soort."))])
    organization_email = LineField(
        _("Mailadres van die organisatie"),
        [
            required(_("Vul een mailadres in.")),
            mail_address(_("Dit is geen mailadres.")),
        ],
        why=_("Hierheen gaan bevestigingen, ook als een medewerker ziek is."),
    )
    name = LineField(_("Naam van de coördinator"), [required(_("Vul je naam in."))])
    email = LineField(
        _("Mailadres van de coördinator"),
        [required(_("Vul je mailadres in.")), mail_address(_("Dit is geen mailadres."))],
        why=_("Hiermee log je in."),
    )
    password = PasswordField(
        _("Wachtwoord"),
        [
            required(_("Kies een wachtwoord.")),
            Length(min=SHORTEST_PASSWORD, message=_("Kies een wachtwoord van minstens 12 tekens.")),
        ],
        description=_("Minstens 12 tekens."),
    )
    password_again = PasswordField(
        _("Wachtwoord nog een keer"),
        [
            required(_("Typ het wachtwoord nog een keer.")),
            EqualTo("password", message=_("Deze twee wachtwoorden zijn niet gelijk.")),
        ],
    )

    found: list[Municipality]

    def validate_code(self, field):
        file = code_file(current_app.extensions["config"].data_dir)
        right = file.read_text().strip() if file.exists() else ""
        if not right or not hmac.compare_digest(
            field.data.strip().lower().encode(), right.encode()
        ):
            throttle.note_failure("setup", request.remote_addr or "", clock.now())
            raise ValidationError(
                gettext("Deze code klopt niet. Kijk in het venster van de start.")
            )

    def validate_email(self, field):
        if user_by_email(field.data or ""):
            raise ValidationError(gettext("Er is al een account met dit mailadres."))

    def validate_places(self, field):
        names = [n.strip() for n in field.data.replace(",", "\n").splitlines() if n.strip()]
        if not names:
            raise ValidationError(gettext("Vul minstens één gemeente in."))
        known = {name: municipality_named(name) for name in names}
        unknown = [name for name, place in known.items() if place is None]
        if unknown:
            raise ValidationError(
                ngettext(
                    "Deze gemeente kennen we niet: %(names)s.",
                    "Deze gemeenten kennen we niet: %(names)s.",
                    len(unknown),
                    names=", ".join(unknown),
                )
            )
        self.found = [place for place in known.values() if place]


@bp.route("/beheer/inrichten", methods=["GET", "POST"])
@public
def set_up():
    if site_is_set_up():
        return redirect(url_for("search.home"))
    form = SetUpForm()
    form.organization_kind.choices = options(labels("organization_kinds"), empty=gettext("Kies"))
    blocked = throttle.is_blocked("setup", request.remote_addr or "", clock.now())
    if blocked and form.is_submitted():
        form.code.errors = [gettext("Te veel verkeerde codes. Probeer het over een kwartier.")]
    elif form.validate_on_submit():
        _build(form)
        return redirect(url_for("accounts.log_in"))
    page = render_template("editorial/set_up.html", form=form)
    return page, 422 if form.is_submitted() else 200


def _build(form: SetUpForm) -> None:
    region = create_region(name=form.region.data, municipalities=form.found)
    create_organization(
        name=form.organization.data,
        kind=form.organization_kind.data,
        email=form.organization_email.data,
        region_id=region.id,
        municipality_code=form.found[0].code,
        refers=True,
    )
    create_user(
        email=form.email.data,
        name=form.name.data,
        role=Role.COORDINATOR,
        region=region,
        password=form.password.data,
    )
    code_file(current_app.extensions["config"].data_dir).unlink(missing_ok=True)
    flash(gettext("De site is ingericht. Log in en nodig je collega’s uit."), "ok")
