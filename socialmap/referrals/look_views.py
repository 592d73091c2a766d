"""The page on which a care team lets others look along in the list of its school."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.gate import requires
from ..kit import clock
from ..kit.errors import Refused
from ..network.models import Organization
from . import look_along, look_forms
from .models import LookAlong
from .permissions import Permission
from .views import bp


@bp.route("/aanmeldingen/meekijken", methods=["GET", "POST"])
@requires(Permission.ALLOW_LOOKING)
def look_along_page():
    schools = look_along.schools_led_by(current_user)
    school = next((s for s in schools if s.slug == request.args.get("school")), schools[0])
    form = look_forms.LookForm(
        organizations=look_along.who_may_be_let(school),
        data={"until": look_along.longest_until(clock.today())},
    )
    if form.validate_on_submit() and _allowed(form, school):
        flash(_("%(name)s kijkt nu mee.", name=form.chosen.name), "ok")
        return redirect(url_for(".look_along_page", school=school.slug))
    looks = look_along.looks_of_school(school.id)
    page = render_template(
        "referrals/look_along.html",
        form=form,
        school=school,
        schools=schools,
        on=[look for look in looks if look.is_on(clock.today())],
        over=[look for look in looks if not look.is_on(clock.today())],
    )
    return page, 422 if form.errors else 200


def _allowed(form: look_forms.LookForm, school: Organization) -> bool:
    try:
        look_along.allow(
            school=school, organization=form.chosen, may_read=form.may_read.data,
            until=form.until.data, actor=current_user, now=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        form.organization.errors = [str(refused)]
        return False
    return True


@bp.post("/aanmeldingen/meekijken/<int:look_id>/stoppen")
@requires(Permission.STOP_LOOKING, of=look_along.look_by_id)
def stop_looking(look: LookAlong):
    look_along.stop(look, actor=current_user, now=clock.now())
    flash(_("%(name)s kijkt niet meer mee.", name=look.organization.name), "ok")
    return redirect(url_for(".look_along_page", school=look.school.slug))
