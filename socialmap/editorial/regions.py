"""The page on which a coordinator sets the terms, the desk and the protocols of a region."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.gate import requires
from ..accounts.operations import note_access
from ..accounts.queries import regions_managed_by
from ..network.operations import change_region, set_protocols
from ..network.queries import protocols_of, region_by_slug
from .permissions import Permission
from .region_forms import form_for

bp = Blueprint("regions", __name__)


@bp.get("/beheer/regio")
@requires(Permission.EDIT_REGIONS)
def index():
    regions = regions_managed_by(current_user)
    if len(regions) == 1:
        return redirect(url_for(".region", slug=regions[0].slug))
    return render_template("editorial/regions.html", regions=regions)


@bp.route("/beheer/regio/<slug>", methods=["GET", "POST"])
@requires(Permission.EDIT_REGION, of=region_by_slug)
def region(region):
    form = form_for(region, protocols_of(region))
    if not form.validate_on_submit():
        page = render_template("editorial/region.html", region=region, form=form)
        return page, 422 if form.errors else 200
    change_region(
        region,
        terms=form.terms,
        function_name=form.function_name.data,
        desk_name=form.desk_name.data,
        desk_phone=form.desk_phone.data,
        desk_email=form.desk_email.data,
    )
    set_protocols(region, form.links)
    note_access(current_user, "change region", region.slug)
    flash(_("Bewaard. Dit geldt voor wat vanaf nu begint."), "ok")
    return redirect(url_for(".region", slug=region.slug))
