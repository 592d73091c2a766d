"""The page on which people say what they miss, and the one on which a coordinator reads it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.validators import ValidationError

from ..accounts.gate import requires
from ..accounts.models import Role
from ..catalogue.vocabularies import labels
from ..kit import clock
from ..kit.forms import BaseForm, ChoiceField, LineField, ProseField, options, required
from ..network.queries import municipality_named, municipality_names
from ..search.counts import LEAST_SHOWN
from . import gaps, queries
from .gaps import Gap
from .permissions import Permission

bp = Blueprint("gaps", __name__)


class GapForm(BaseForm):
    """One question; about what and where may be left open."""

    organization = ChoiceField(
        lazy_gettext("Voor welke organisatie schrijf je dit?"),
        [required(lazy_gettext("Kies de organisatie waarvoor je dit schrijft."))],
        as_radio=True,
    )
    missed = ProseField(
        lazy_gettext("Wat mis je in deze regio?"),
        [required(lazy_gettext("Schrijf op wat je mist."))],
        description=lazy_gettext(
            "Schrijf niets over een leerling. Bijvoorbeeld: een rustige plek voor een paar "
            "dagdelen per week, ook in de zomer."
        ),
        limit=500,
    )
    theme = ChoiceField(lazy_gettext("Over welk thema gaat het?"))
    municipality = LineField(lazy_gettext("In welke gemeente?"), limit=80)

    def __init__(self, *, organizations, **kwargs):
        super().__init__(**kwargs)
        self._organizations = {str(one.id): one for one in organizations}
        self.organization.choices = options({n: o.name for n, o in self._organizations.items()})
        self.theme.choices = options(labels("themes"), empty=gettext("Geen of een ander thema"))

    @property
    def chosen(self):
        """The organization for which it is said."""
        return self._organizations[self.organization.data]

    @property
    def place(self):
        """The municipality, or ``None``."""
        return municipality_named(self.municipality.data or "")

    def validate_municipality(self, field):
        if field.data and self.place is None:
            raise ValidationError(
                gettext("Deze gemeente kennen we niet. Kies een gemeente uit de lijst.")
            )


@bp.route("/wat-mis-je", methods=["GET", "POST"])
@requires(Permission.REFER)
def tell():
    form = GapForm(organizations=queries.organizations_referring_by(current_user))
    if not form.validate_on_submit():
        page = render_template(
            "referrals/tell_gap.html", form=form, places=municipality_names().values()
        )
        return page, 422 if form.errors else 200
    gaps.tell(
        organization=form.chosen, text=form.missed.data or "", theme=form.theme.data or None,
        municipality=form.place, now=clock.now(),
    )  # fmt: skip
    flash(_("Dank je. De coördinator van je regio leest wat je mist."), "ok")
    return redirect(url_for("referrals.index"))


@bp.get("/beheer/gemist")
@requires(Permission.SEE_GAPS)
def index():
    region_ids = current_user.region_ids(Role.COORDINATOR)
    found = gaps.gaps_of(region_ids)
    return render_template(
        "referrals/gaps.html",
        gaps=found,
        themes=gaps.themes_of(found),
        theme_names=labels("themes"),
        full=gaps.full_of(region_ids, clock.today()),
        least=LEAST_SHOWN,
    )


@bp.post("/beheer/gemist/<int:gap_id>/bekeken")
@requires(Permission.MIND_GAP, of=gaps.gap_by_id)
def deal_with(gap: Gap):
    gaps.deal_with(gap, actor=current_user, now=clock.now())
    flash(_("Genoteerd dat je dit hebt bekeken."), "ok")
    return redirect(url_for(".index"))


@bp.post("/beheer/gemist/<int:gap_id>/weg")
@requires(Permission.MIND_GAP, of=gaps.gap_by_id)
def remove(gap: Gap):
    gaps.remove(gap, actor=current_user)
    flash(_("Weggehaald."), "ok")
    return redirect(url_for(".index"))
