"""Which teams and desks of a region take pupils for whom no service was chosen yet."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from wtforms.validators import ValidationError

from ..accounts.gate import requires
from ..accounts.models import Role
from ..accounts.operations import note_access
from ..kit.errors import Refused
from ..kit.forms import BaseForm, ChoiceField, LineField, options, required
from ..network.models import Organization, ReceivesAs
from ..network.operations import let_receive
from ..network.queries import organization_by_slug, organizations_of_regions
from .permissions import Permission
from .receivers import Receiver

bp = Blueprint("teams", __name__)

KINDS = {
    ReceivesAs.TEAM: _("Team: kijkt mee als er veel tegelijk speelt"),
    ReceivesAs.DESK: _("Loket: voor alles wat geen andere ontvanger heeft"),
}


class TeamForm(BaseForm):
    """An organization of the region that is to take referrals as a team or desk."""

    organization = LineField(
        _("Welke organisatie?"),
        [required(_("Vul de naam van de organisatie in."))],
        description=_("De naam zoals die bij Aanbieders en netwerk staat."),
        limit=200,
    )
    receives_as = ChoiceField(
        _("Als wat?"),
        [required(_("Kies team of loket."))],
        choices=options({str(kind): label for kind, label in KINDS.items()}),
        as_radio=True,
    )

    def __init__(self, *, organizations: list[Organization], **kwargs):
        super().__init__(**kwargs)
        self._by_name = {one.name.casefold(): one for one in organizations}
        self.chosen: Organization | None = None

    def validate_organization(self, field):
        self.chosen = self._by_name.get((field.data or "").strip().casefold())
        if self.chosen is None:
            raise ValidationError(gettext("Deze organisatie staat niet in jouw regio."))


@bp.route("/beheer/teams", methods=["GET", "POST"])
@requires(Permission.MANAGE_TEAMS)
def index():
    regions = current_user.region_ids(Role.COORDINATOR)
    organizations = organizations_of_regions(regions)
    form = TeamForm(organizations=[one for one in organizations if not one.receives_as])
    if form.validate_on_submit() and form.chosen is not None:
        try:
            let_receive(form.chosen, ReceivesAs(form.receives_as.data))
        except Refused as refused:
            form.receives_as.errors = [str(refused)]
        else:
            note_access(current_user, "let receive referrals", form.chosen.slug)
            flash(gettext("%(name)s neemt nu aanmeldingen aan.", name=form.chosen.name), "ok")
            return redirect(url_for(".index"))
    page = render_template(
        "referrals/teams_manage.html",
        form=form,
        teams=[Receiver(team=one) for one in organizations if one.receives_as],
        others=[one.name for one in organizations if not one.receives_as],
    )
    return page, 422 if form.errors else 200


@bp.post("/beheer/teams/<slug>/stoppen")
@requires(Permission.MANAGE_TEAMS)
def stop(slug: str):
    """No new referrals any more; what came in stays with the team."""
    team = organization_by_slug(slug)
    if team is None or team.region_id not in current_user.region_ids(Role.COORDINATOR):
        abort(404)
    let_receive(team, None)
    note_access(current_user, "stop receiving referrals", team.slug)
    flash(gettext("%(name)s neemt geen nieuwe aanmeldingen meer aan.", name=team.name), "ok")
    return redirect(url_for(".index"))
