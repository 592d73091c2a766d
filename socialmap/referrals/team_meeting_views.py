"""Paper for a team meeting: one referral, or a whole list, in facts and dates."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.gate import requires
from ..accounts.operations import note_access
from ..catalogue.vocabularies import labels
from ..catalogue.wording import GOALS
from ..kit import clock
from ..kit.clock import local_day
from . import lists, queries, wording
from .lists import Choice
from .mails import ASKED, MEETING_FORMS
from .models import Referral
from .permissions import Permission
from .receivers import receiver_of
from .team_meeting import brief_of
from .views import bp


@bp.get("/aanmeldingen/<reference>/overleg")
@requires(Permission.SEE, of=queries.by_reference)
def team_meeting(referral: Referral):
    """The facts of a referral on one sheet. Nothing that was written about the pupil is read."""
    if referral.is_draft:
        return redirect(url_for(".show", reference=referral.reference))
    return render_template(
        "referrals/team_meeting.html",
        brief=brief_of(referral, clock.today()),
        referral=referral,
        to=receiver_of(referral),
        kind=_kind_of(referral),
        asked=ASKED,
        meeting_forms=MEETING_FORMS,
        wording=wording,
        day_of=local_day,
    )


def _kind_of(referral: Referral) -> str:
    """What kind of place it is: what it is for, and how it calls itself."""
    if referral.service is None:
        return str(_("Team of loket"))
    facts = referral.service.facts
    kind = labels("service_kinds").get(facts.kind or "", facts.kind)
    return ", ".join(str(word) for word in (GOALS[facts.goal], kind) if word)


@bp.get("/aanmeldingen/overleg")
@requires(Permission.LIST)
def team_list():
    """What the list shows, on all its pages, as a table on paper: no word about a pupil."""
    choice = Choice.from_args(request.args, lists.lists_of(current_user, clock.today()))
    found = lists.listing(current_user, choice, clock.today())
    note_access(current_user, "print list", f"referrals, {choice.side.name.lower()} side")
    return render_template(
        "referrals/team_list.html", choice=choice, found=found, wording=wording,
        back=url_for(".index", **choice.to_args()),  # type: ignore[arg-type]
    )  # fmt: skip
