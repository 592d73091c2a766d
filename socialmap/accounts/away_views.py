"""The page on which somebody says to be away, and who stands in."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..kit import clock
from . import absences
from .forms import AwayForm
from .gate import requires
from .operations import note_access
from .permissions import Permission
from .views import bp


@bp.route("/account/afwezig", methods=["GET", "POST"])
@requires(Permission.BE_AWAY)
def away():
    absence = absences.absence_of(current_user)
    form = AwayForm(absence, colleagues=absences.colleagues_of(current_user))
    if not form.validate_on_submit():
        page = render_template(
            "accounts/away.html", form=form, absence=absence, today=clock.today()
        )
        return page, 422 if form.errors else 200
    absences.say_away(
        current_user, first_day=form.first_day.data, last_day=form.last_day.data,
        deputy=form.chosen, today=clock.today(),
    )  # fmt: skip
    note_access(current_user, "say away", f"user {current_user.id}")
    flash(_("Bewaard. Na de laatste dag gaat alles vanzelf weer naar jou."), "ok")
    return redirect(url_for(".away"))


@bp.post("/account/afwezig/terug")
@requires(Permission.BE_AWAY)
def be_back():
    absences.be_back(current_user)
    note_access(current_user, "be back", f"user {current_user.id}")
    flash(_("Je staat weer als aanwezig."), "ok")
    return redirect(url_for(".away"))
