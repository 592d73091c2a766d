"""A referral on its page, and the steps that are taken there."""

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.absences import absences_of
from ..accounts.gate import requires
from ..accounts.operations import note_access
from ..accounts.permissions import can
from ..kit import clock
from ..kit.database import session as database
from ..kit.errors import Refused
from ..kit.forms import BaseForm
from ..network.models import Organization
from ..search.related import Related, related_to
from . import chains, deeds, look_along, mails, operations, queries, step_forms
from .answers import Answers, answers_of
from .deeds import DEEDS
from .duties import Kind
from .mails import MEETING_FORMS
from .models import Referral
from .permissions import Chance, Permission, may_note_for_receiver
from .receivers import receiver_of, teams_for
from .states import Side, Step
from .views import bp, facts_of, once

_WORDS = ",".join(repr(word) for word in DEEDS)


@bp.get("/aanmeldingen/<reference>")
@requires(Permission.SEE, of=queries.by_reference)
def show(referral: Referral):
    if referral.is_draft:
        return redirect(url_for(".check", reference=referral.reference))
    return _show_page(referral)


def _show_page(referral: Referral, filled: BaseForm | None = None) -> str:
    user = current_user
    view = queries.view_for(user, referral, clock.today())
    if view.may_read:
        note_access(user, "read referral", referral.reference)
    return render_template(
        "referrals/show.html",
        view=view,
        referral=referral,
        answers=Answers.of(referral) if view.may_read and view.form else None,
        reasons=step_forms.REASONS | step_forms.HOLDS | step_forms.CANCELLATIONS | step_forms.STOPS,
        outcomes=step_forms.OUTCOMES,
        meeting_forms=MEETING_FORMS,
        goes=step_forms.GOES,
        landings=step_forms.LANDINGS,
        offers=deeds.offers_to(user, referral, filled),
        told_offers=deeds.told_offers_to(user, referral, filled),
        chain=chains.chain_of(referral),
        absences=absences_of(mails.people_told(referral), clock.today()),
        next_places=_next_places(view),
        next_teams=_next_teams(view),
        is_wrong=filled is not None,
        moment_now=clock.now(),
        looks=look_along.looks_at(referral, clock.today())
        if view.sides & {Side.REFERRER, Side.RECEIVER}
        else [],
        may_cancel=can(user, Permission.TAKE_STEP, Chance(referral, Step.CANCEL)),
        **facts_of(receiver_of(referral)),
    )


def _next_places(view: queries.View) -> list[Related]:
    """Places like this one, for the school whose pupil has none now."""
    duty = view.duty
    if duty is None or duty.kind != Kind.FOLLOW_UP or Side.REFERRER not in view.sides:
        return []
    if view.referral.service_id is None:
        return []
    found = related_to(view.referral.service_id, clock.today())
    return [other for other in found if other.card.entry.how_to_refer == "here"]


def _next_teams(view: queries.View) -> list[Organization]:
    """The teams and desks that can look further, for the same school."""
    duty = view.duty
    if duty is None or duty.kind != Kind.FOLLOW_UP or Side.REFERRER not in view.sides:
        return []
    return [team for team in teams_for(current_user) if team.id != view.referral.team_id]


@bp.get("/aanmeldingen/<reference>/gesprek")
@requires(Permission.READ, of=queries.by_reference)
def agreements(referral: Referral):
    """What was agreed at the meeting, on one sheet for the pupil."""
    record = queries.record_of(referral)
    if record is None or referral.held is None:
        return redirect(url_for(".show", reference=referral.reference))
    note_access(current_user, "read agreements", referral.reference)
    to = receiver_of(referral)
    return render_template(
        "referrals/agreements.html",
        referral=referral,
        to=to,
        record=record,
        called=answers_of(referral).get("called"),
        confirmed=referral.held.confirmed_at is not None,
        meeting_forms=MEETING_FORMS,
        present={
            "pupil": _("jij"),
            "parent": _("je ouder, voogd of iemand die je vertrouwt"),
            "sender": f"{referral.referrer.name}, {referral.organization.name}",
            "receiver": to.organization.name,
        },
    )


@bp.post(f"/aanmeldingen/<reference>/<any({_WORDS}):word>")
@requires(Permission.SEE, of=queries.by_reference)
def take(referral: Referral, word: str):
    """Take a step. Who may not any more is shown what a colleague did just before."""
    deed = DEEDS[word]
    if not deeds.can_ever_take(current_user, referral, deed):
        abort(403)
    side = deeds.side_for(current_user, referral, deed)
    form = deed.form(referral)
    if side is None:
        return _too_late(referral, deed.step)
    if not form.validate_on_submit():
        return _show_page(referral, form), 422
    return _done(referral, deed, form, side=side)


def _too_late(referral: Referral, step: Step):
    if step in (Step.ACKNOWLEDGE, Step.ACCEPT, Step.HOLD, Step.REJECT):
        flash(_("Er was al een antwoord. Dit staat er nu."), "info")
    elif step != Step.OPEN:
        flash(_("Dat was al genoteerd, of het kan nu niet. Zo staat het er nu voor."), "info")
    return redirect(url_for(".show", reference=referral.reference))


def _done(referral: Referral, deed: deeds.Deed, form: BaseForm, *, side: Side):
    reference, told = referral.reference, isinstance(form, step_forms.ToldForm)

    def do() -> None:
        deed.do(referral, form, side=side, actor=current_user, now=clock.now())
        if isinstance(form, step_forms.ToldForm):
            assert form.told_by.data is not None
            assert form.told_on.data is not None
            operations.note_told(
                referral, told_by=form.told_by.data, told_on=form.told_on.data, actor=current_user
            )

    try:
        is_done = once(do)
    except Refused as refused:
        return _refused(referral, form, str(refused))
    if not is_done:
        return _too_late(referral, deed.step)
    flash(_("Genoteerd.") if told else deed.done, "ok")
    # Who handed it over to a colleague may not see it any more.
    if not can(current_user, Permission.SEE, referral):
        return redirect(url_for(".index"))
    return redirect(url_for(".show", reference=reference))


def _refused(referral: Referral, form: BaseForm, why: str):
    """What the deed itself refused stands with its form, which comes back filled in."""
    field = next((f for f in form if not f.name.endswith("csrf_token")), None)
    database.rollback()
    if field is None:
        flash(why, "info")
        return redirect(url_for(".show", reference=referral.reference))
    field.errors = [why]
    return _show_page(referral, form), 422


@bp.post(f"/aanmeldingen/<reference>/gehoord/<any({_WORDS}):word>")
@requires(Permission.SEE, of=queries.by_reference)
def note_told(referral: Referral, word: str):
    """Note a step of the receiver that was told by telephone."""
    deed = DEEDS[word]
    form = deeds.told_form(deed, referral)
    if not may_note_for_receiver(current_user, referral, deed.step):
        return _too_late(referral, deed.step)
    if not form.validate_on_submit():
        return _show_page(referral, form), 422
    return _done(referral, deed, form, side=Side.RECEIVER)


@bp.route("/aanmeldingen/<reference>/intrekken", methods=["GET", "POST"])
@requires(Permission.SEE, of=queries.by_reference)
def cancel(referral: Referral):
    reference, form = referral.reference, step_forms.CancelForm()
    if not can(current_user, Permission.TAKE_STEP, Chance(referral, Step.CANCEL)):
        return redirect(url_for(".show", reference=reference))
    if not form.validate_on_submit():
        page = render_template(
            "referrals/cancel.html", referral=referral, form=form, **facts_of(receiver_of(referral))
        )
        return page, 422 if form.errors else 200
    if once(
        lambda: operations.cancel(
            referral,
            actor=current_user,
            reason=form.cancel.data,
            note=form.agreed.data or "",
            now=clock.now(),
        )
    ):
        flash(_("De aanmelding is ingetrokken."), "ok")
    return redirect(url_for(".show", reference=reference))
