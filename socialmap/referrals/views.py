"""The pages of a referral: refer, read over, send, follow, answer."""

import secrets
from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict

from ..accounts.gate import requires
from ..accounts.operations import note_access
from ..accounts.permissions import can
from ..catalogue import wording
from ..catalogue.models import Service
from ..catalogue.queries import (
    can_refer_here,
    holiday_ahead,
    is_in,
    region_of,
    service_by_slug,
    when_to_start,
)
from ..catalogue.vocabularies import labels
from ..kit import clock
from ..kit.database import session as database
from ..kit.forms import BaseForm
from ..matching.criteria import Kind
from ..network.queries import municipality_names
from . import forms, operations, queries
from .answers import Answers, answers_of, field_values
from .models import Referral
from .permissions import Permission
from .states import State

bp = Blueprint("referrals", __name__)


def facts_of(service: Service) -> dict[str, object]:
    """The facts of a service, in view beside the form."""
    today, facts, words = clock.today(), service.facts, wording.Wording()
    holiday = holiday_ahead(service, today)
    return {
        "service": service,
        "for_whom": words.criteria(facts, Kind.INCLUSION),
        "not_for": [*words.criteria(facts, Kind.EXCLUSION), *facts.not_for],
        "when": when_to_start(service, today),
        "holiday": holiday,
        "is_holiday": is_in(holiday, today),
        "region": region_of(service),
    }


@bp.route("/aanbod/<slug>/aanmelden", methods=["GET", "POST"])
@requires(Permission.REFER)
def start(slug: str):
    service = service_by_slug(slug)
    if service is None:
        return redirect(url_for("catalogue.service", slug=slug))
    if not can_refer_here(service):
        return redirect(url_for(".elsewhere", slug=slug))
    organizations = queries.organizations_referring_by(current_user)
    form = forms.WhyForm(organizations=organizations)
    if not form.start_key.data:
        form.start_key.data = secrets.token_urlsafe(16)
    if not form.is_submitted():
        return _start_page(service, form)
    is_right = form.validate()
    organization = _chosen(form, organizations)
    if organization is None:
        return _start_page(service, form), 422
    draft = operations.start_draft(
        service=service, organization=organization, actor=current_user,
        start_key=form.start_key.data, now=clock.now(),
    )  # fmt: skip
    if not can(current_user, Permission.EDIT_DRAFT, draft):
        return _sent_already(draft)
    operations.save_draft(draft, field_values(form), organization=organization, now=clock.now())
    if "later" in request.form:
        return _kept()
    if not is_right:
        return _start_page(service, form), 422
    return redirect(url_for(".draft", reference=draft.reference, step="leerling"))


def _start_page(service: Service, form: forms.WhyForm) -> str:
    return render_template(
        "referrals/step_why.html",
        form=form,
        step="waarom",
        steps=forms.STEPS,
        draft=None,
        drafts=[
            draft
            for draft in queries.drafts_of(current_user, service)
            if draft.start_key != form.start_key.data
        ],
        **facts_of(service),
    )


def _chosen(form, organizations):
    return next((o for o in organizations if str(o.id) == form.organization.data), None)


def _kept():
    flash(_("Je concept is bewaard. Je vindt het bij Aanmeldingen."), "ok")
    return redirect(url_for(".index"))


@bp.route("/aanmeldingen/<reference>/concept/<any(waarom,leerling,akkoord):step>",
          methods=["GET", "POST"])  # fmt: skip
@requires(Permission.SEE, of=queries.by_reference)
def draft(referral: Referral, step: str):
    if not referral.is_draft:
        return _sent_already(referral)
    form = _form_of(referral, step)
    if not form.is_submitted():
        return _draft_page(referral, step, form)
    is_right = form.validate()
    organization = (
        _chosen(form, queries.organizations_referring_by(current_user))
        if step == "waarom"
        else None
    )
    operations.save_draft(referral, field_values(form), organization=organization, now=clock.now())
    if "later" in request.form:
        return _kept()
    if not is_right:
        return _draft_page(referral, step, form), 422
    order = list(forms.STEPS)
    following = order[order.index(step) + 1]
    if following == "nalezen":
        return redirect(url_for(".check", reference=referral.reference))
    return redirect(url_for(".draft", reference=referral.reference, step=following))


def _sent_already(referral: Referral):
    """The back button leads to a form that is gone: show what became of it."""
    flash(_("Deze aanmelding is al verstuurd."), "info")
    return redirect(url_for(".show", reference=referral.reference))


def _form_of(referral: Referral, step: str, *, checking: bool = False):
    """The form of a step, filled with what the draft has."""
    kept = answers_of(referral)
    values = {**kept.values, "organization": str(referral.organization_id)}
    if checking:
        # As if it were sent just now: what was kept must pass the same rules.
        kwargs = {"formdata": MultiDict(values), "meta": {"csrf": False}}
    else:
        kwargs = {"data": {**values, **kept.days()}}
    match step:
        case "waarom":
            return forms.WhyForm(
                organizations=queries.organizations_referring_by(current_user), **kwargs
            )
        case "leerling":
            return forms.PupilForm(levels=labels("levels"), **kwargs)
        case _:
            today = clock.today()
            return forms.AgreementForm(
                needs_parent=kept.needs_parent(today), sent_on=today, **kwargs
            )


def _draft_page(referral: Referral, step: str, form) -> str:
    template = {"waarom": "why", "leerling": "pupil", "akkoord": "agreement"}[step]
    return render_template(
        f"referrals/step_{template}.html",
        form=form,
        step=step,
        steps=forms.STEPS,
        draft=referral,
        drafts=[],
        places=municipality_names().values() if step == "leerling" else [],
        **facts_of(referral.service),
    )


def _unfinished_step(referral: Referral) -> str | None:
    """The first step with something missing; a draft with one cannot be sent."""
    for step in ("waarom", "leerling", "akkoord"):
        if not _form_of(referral, step, checking=True).validate():
            return step
    return None


@bp.get("/aanmeldingen/<reference>/nalezen")
@requires(Permission.SEE, of=queries.by_reference)
def check(referral: Referral):
    if not referral.is_draft:
        return _sent_already(referral)
    if unfinished := _unfinished_step(referral):
        flash(_("Hier ontbreekt nog iets."), "info")
        return redirect(url_for(".draft", reference=referral.reference, step=unfinished))
    return _check_page(referral)


def _check_page(referral: Referral) -> str:
    return render_template(
        "referrals/check.html",
        draft=referral,
        step="nalezen",
        steps=forms.STEPS,
        answers=Answers.of(referral),
        **facts_of(referral.service),
    )


@bp.post("/aanmeldingen/<reference>/versturen")
@requires(Permission.SEE, of=queries.by_reference)
def send(referral: Referral):
    # A second click, or the back button and once more: it was sent, here is the proof.
    reference = referral.reference
    if referral.is_draft:
        if unfinished := _unfinished_step(referral):
            return redirect(url_for(".draft", reference=reference, step=unfinished))
        _once(lambda: operations.send(referral, actor=current_user, now=clock.now()))
    return redirect(url_for(".confirmation", reference=reference))


def _once(deed: Callable[[], None]) -> bool:
    """Do a deed; whether it was this click that did it, and not one just before."""
    try:
        deed()
        database.flush()
    except (StaleDataError, operations.NotThere):
        database.rollback()
        return False
    return True


@bp.post("/aanmeldingen/<reference>/weggooien")
@requires(Permission.EDIT_DRAFT, of=queries.by_reference)
def discard(referral: Referral):
    operations.discard(referral, actor=current_user, now=clock.now())
    flash(_("Het concept is weggegooid."), "ok")
    return redirect(url_for(".index"))


@bp.get("/aanmeldingen/<reference>/bevestiging")
@requires(Permission.READ, of=queries.by_reference)
def confirmation(referral: Referral):
    if referral.is_draft:
        return redirect(url_for(".check", reference=referral.reference))
    return render_template(
        "referrals/confirmation.html",
        referral=referral,
        told=operations.mails.told_at_sending(referral),
        **facts_of(referral.service),
    )


@bp.route("/aanbod/<slug>/elders-aangemeld", methods=["GET", "POST"])
@requires(Permission.REFER)
def elsewhere(slug: str):
    service = service_by_slug(slug)
    if service is None:
        return redirect(url_for("catalogue.service", slug=slug))
    organizations = queries.organizations_referring_by(current_user)
    form = forms.ElsewhereForm(organizations=organizations)
    if not form.start_key.data:
        form.start_key.data = secrets.token_urlsafe(16)
    if not form.validate_on_submit():
        page = render_template("referrals/elsewhere.html", form=form, **facts_of(service))
        return page, 422 if form.errors else 200
    referral = operations.note_elsewhere(
        service=service,
        organization=_chosen(form, organizations),
        actor=current_user,
        start_key=form.start_key.data,
        on=form.on.data,
        contact=form.contact.data,
        note=form.note.data or "",
        now=clock.now(),
    )
    flash(_("Genoteerd. Je vindt het terug bij Aanmeldingen."), "ok")
    return redirect(url_for(".show", reference=referral.reference))


@bp.get("/aanmeldingen/<reference>")
@requires(Permission.SEE, of=queries.by_reference)
def show(referral: Referral):
    if referral.is_draft:
        return redirect(url_for(".check", reference=referral.reference))
    return _show_page(referral)


def _show_page(referral: Referral, **changed) -> str:
    view = queries.view_for(current_user, referral, clock.today())
    if view.may_read:
        note_access(current_user, "read referral", referral.reference)
    context = {
        "accept_form": forms.AcceptForm(),
        "reject_form": forms.RejectForm(),
        "hold_form": forms.HoldForm(),
        "start_form": forms.StartForm(),
        "complete_form": forms.CompleteForm(),
        "stop_form": forms.StopForm(),
        **changed,
    }
    return render_template(
        "referrals/show.html",
        view=view,
        referral=referral,
        answers=Answers.of(referral) if view.may_read and view.form else None,
        reasons=forms.REASONS | forms.HOLDS | forms.CANCELLATIONS | forms.STOPS,
        outcomes=forms.OUTCOMES,
        may_answer=can(current_user, Permission.ANSWER, referral),
        may_hold=can(current_user, Permission.HOLD, referral),
        may_start=can(current_user, Permission.START, referral),
        may_complete=can(current_user, Permission.COMPLETE, referral),
        may_stop=can(current_user, Permission.STOP, referral),
        may_cancel=can(current_user, Permission.CANCEL, referral),
        State=State,
        **facts_of(referral.service),
        **context,
    )


@bp.post("/aanmeldingen/<reference>/openen")
@requires(Permission.SEE, of=queries.by_reference)
def open_it(referral: Referral):
    # Two colleagues who both press the button: the second finds it opened.
    reference = referral.reference
    if can(current_user, Permission.OPEN, referral) and _once(
        lambda: operations.open_referral(referral, actor=current_user, now=clock.now())
    ):
        flash(_("Geopend. De school weet nu dat jullie de aanmelding hebben."), "ok")
    return redirect(url_for(".show", reference=reference))


def _answered(
    referral: Referral, permission: Permission, deed: Callable[[], None], told: str,
    **form: BaseForm,
):  # fmt: skip
    """Do what the receiver's form says, and show how it stands; the form is named as the page
    knows it.

    Who may not do it any more is shown what a colleague did just before.
    """
    reference, (filled_in,) = referral.reference, form.values()
    if not filled_in.validate_on_submit() and can(current_user, permission, referral):
        return _show_page(referral, **form), 422
    if _once(deed):
        flash(told, "ok")
    elif permission in (Permission.ANSWER, Permission.HOLD):
        flash(_("Er was al een antwoord. Dit staat er nu."), "info")
    else:
        flash(_("Dat was al genoteerd, of het kan nu niet. Zo staat het er nu voor."), "info")
    return redirect(url_for(".show", reference=reference))


@bp.post("/aanmeldingen/<reference>/aannemen")
@requires(Permission.RECEIVE, of=queries.by_reference)
def accept(referral: Referral):
    form = forms.AcceptForm()

    def deed() -> None:
        contact, note = form.contact.data, form.note.data or ""
        operations.accept(referral, actor=current_user, contact=contact, note=note, now=clock.now())

    told = _("Je antwoord is verstuurd: ja. De school heeft een mail gekregen.")
    return _answered(referral, Permission.ANSWER, deed, told, accept_form=form)


@bp.post("/aanmeldingen/<reference>/wachtlijst")
@requires(Permission.RECEIVE, of=queries.by_reference)
def hold(referral: Referral):
    form = forms.HoldForm()

    def deed() -> None:
        operations.hold(
            referral, actor=current_user, reason=form.hold.data, until=form.until.data,
            note=form.meanwhile.data or "", now=clock.now(),
        )  # fmt: skip

    told = _("Je antwoord is verstuurd: nog niet. De school heeft een mail gekregen.")
    return _answered(referral, Permission.HOLD, deed, told, hold_form=form)


@bp.post("/aanmeldingen/<reference>/afwijzen")
@requires(Permission.RECEIVE, of=queries.by_reference)
def reject(referral: Referral):
    form = forms.RejectForm()

    def deed() -> None:
        reason, advice = form.reason.data, form.advice.data
        operations.reject(
            referral, actor=current_user, reason=reason, advice=advice, now=clock.now()
        )

    told = _("Je antwoord is verstuurd: nee, met je advies.")
    return _answered(referral, Permission.ANSWER, deed, told, reject_form=form)


@bp.post("/aanmeldingen/<reference>/begonnen")
@requires(Permission.RECEIVE, of=queries.by_reference)
def note_start(referral: Referral):
    form = forms.StartForm()

    def deed() -> None:
        operations.start(referral, actor=current_user, on=form.started_on.data, now=clock.now())

    told = _("Genoteerd. De school weet nu dat de leerling er is.")
    return _answered(referral, Permission.START, deed, told, start_form=form)


@bp.post("/aanmeldingen/<reference>/afgerond")
@requires(Permission.RECEIVE, of=queries.by_reference)
def complete(referral: Referral):
    form = forms.CompleteForm()

    def deed() -> None:
        outcome, follow_up = form.outcome.data, form.keeps_eye.data
        operations.complete(
            referral, actor=current_user, outcome=outcome, follow_up=follow_up, now=clock.now()
        )

    told = _("Afgerond. De school heeft een mail gekregen.")
    return _answered(referral, Permission.COMPLETE, deed, told, complete_form=form)


@bp.post("/aanmeldingen/<reference>/gestopt")
@requires(Permission.RECEIVE, of=queries.by_reference)
def stop(referral: Referral):
    form = forms.StopForm()

    def deed() -> None:
        reason, follow_up = form.stop.data, form.takes_over.data
        operations.stop(
            referral, actor=current_user, reason=reason, follow_up=follow_up, now=clock.now()
        )

    told = _("Gestopt. De school heeft een mail gekregen.")
    return _answered(referral, Permission.STOP, deed, told, stop_form=form)


@bp.route("/aanmeldingen/<reference>/intrekken", methods=["GET", "POST"])
@requires(Permission.SEE, of=queries.by_reference)
def cancel(referral: Referral):
    reference, form = referral.reference, forms.CancelForm()
    if not can(current_user, Permission.CANCEL, referral):
        return redirect(url_for(".show", reference=reference))
    if not form.validate_on_submit():
        page = render_template(
            "referrals/cancel.html", referral=referral, form=form, **facts_of(referral.service)
        )
        return page, 422 if form.errors else 200
    if _once(
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
