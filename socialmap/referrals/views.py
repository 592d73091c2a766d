"""The pages of a referral: refer, read over, send, follow, answer."""

import secrets
from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict

from ..accounts.gate import requires
from ..accounts.permissions import can
from ..catalogue import wording
from ..catalogue.queries import can_refer_here, is_in, service_by_slug
from ..catalogue.vocabularies import labels
from ..kit import clock
from ..kit.database import session as database
from ..matching.criteria import Kind
from ..network.models import Organization, Protocol
from ..network.queries import municipality_named, municipality_names, protocol_for
from . import chains, forms, look_along, operations, own_questions, queries
from .answers import Answers, answers_of, field_values
from .models import Referral
from .permissions import Permission, sides_of
from .receivers import Receiver, receiver_of, teams_for
from .states import Side

bp = Blueprint("referrals", __name__)


def facts_of(to: Receiver) -> dict[str, object]:
    """The facts of a service or team, in view beside the form."""
    today, words = clock.today(), wording.Wording()
    holiday, facts = to.holiday(today), to.service.facts if to.service else None
    return {
        "to": to,
        "service": to.service,
        "for_whom": words.criteria(facts, Kind.INCLUSION) if facts else [],
        "not_for": [*words.criteria(facts, Kind.EXCLUSION), *facts.not_for] if facts else [],
        "when": to.when(today),
        "holiday": holiday,
        "is_holiday": is_in(holiday, today),
        "region": to.region,
    }


@bp.route("/aanbod/<slug>/aanmelden", methods=["GET", "POST"])
@requires(Permission.REFER)
def start(slug: str):
    service = service_by_slug(slug)
    if service is None:
        return redirect(url_for("catalogue.service", slug=slug))
    if not can_refer_here(service):
        return redirect(url_for(".elsewhere", slug=slug))
    return _begin(Receiver(service))


@bp.get("/aanmeldingen/nieuw")
@requires(Permission.REFER)
def to_a_team():
    """The teams and desks to which a pupil can be referred before there is a service."""
    return render_template("referrals/teams.html", teams=list(map(_team, teams_for(current_user))))


def _team(organization: Organization) -> Receiver:
    return Receiver(team=organization)


@bp.route("/aanmeldingen/nieuw/<slug>", methods=["GET", "POST"])
@requires(Permission.REFER)
def start_at_team(slug: str):
    team = next((team for team in teams_for(current_user) if team.slug == slug), None)
    if team is None:
        return redirect(url_for(".to_a_team"))
    return _begin(_team(team))


def _begin(to: Receiver):
    """The first page of the form."""
    organizations = queries.organizations_referring_by(current_user)
    form = _why_form(to)
    if not form.start_key.data:
        form.start_key.data = secrets.token_urlsafe(16)
    if not form.is_submitted():
        return _start_page(to, form)
    is_right = form.validate()
    organization = _chosen(form, organizations)
    if organization is None:
        return _start_page(to, form), 422
    draft = operations.start_draft(
        to=to, organization=organization, actor=current_user,
        start_key=form.start_key.data, now=clock.now(),
    )  # fmt: skip
    if not can(current_user, Permission.EDIT_DRAFT, draft):
        return _sent_already(draft)
    operations.save_draft(
        draft, field_values(form), organization=organization, wants_action=_wants_action(form),
        now=clock.now(),
    )  # fmt: skip
    if "later" in request.form:
        return _kept()
    if not is_right:
        return _start_page(to, form), 422
    return redirect(url_for(".draft", reference=draft.reference, step="leerling"))


def _why_form(to: Receiver, **kwargs) -> forms.WhyForm:
    """The first step of a referral, with what its receiver asks itself."""
    service = to.service
    return forms.why_form(
        own_questions.asked_now(service.id) if service else [],
        goal=service.facts.goal if service else "",
        organizations=queries.organizations_referring_by(current_user), **kwargs,
    )  # fmt: skip


def _start_page(to: Receiver, form: forms.WhyForm) -> str:
    return render_template(
        "referrals/step_why.html",
        form=form,
        step="waarom",
        steps=forms.STEPS,
        draft=None,
        protocol=_protocol_beside(form),
        ended=[(r, answers_of(r).initials) for r in chains.ended_of(current_user)],
        drafts=[
            draft
            for draft in queries.drafts_of(current_user, to)
            if draft.start_key != form.start_key.data
        ],
        **facts_of(to),
    )


def _protocol_beside(form: forms.WhyForm) -> Protocol | None:
    """How the region of who refers wants to be told of a pupil; whose it is, is not known yet."""
    organizations = queries.organizations_referring_by(current_user)
    organization = _chosen(form, organizations) or next(iter(organizations), None)
    return protocol_for(organization.region) if organization else None


def _protocol_of(draft: Referral) -> Protocol | None:
    """How the municipality of the pupil wants to be told, else the region."""
    name = answers_of(draft).get("municipality")
    return protocol_for(draft.region, municipality_named(str(name)) if name else None)


def _chosen(form, organizations):
    return next((o for o in organizations if str(o.id) == form.organization.data), None)


def _wants_action(form) -> bool | None:
    """What the first step says of it; ``None`` on the steps that do not ask."""
    return form.wanted.data != "information" if "wanted" in form else None


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
    operations.save_draft(
        referral, field_values(form), organization=organization, wants_action=_wants_action(form),
        now=clock.now(),
    )  # fmt: skip
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
    values = {
        **kept.values,
        "organization": str(referral.organization_id),
        "wanted": "action" if referral.wants_action else "information",
    }
    if checking:
        # As if it were sent just now: what was kept must pass the same rules.
        filled = {name: value for name, value in values.items() if value is not None}
        kwargs = {"formdata": MultiDict(filled), "meta": {"csrf": False}}
    else:
        kwargs = {"data": {**values, **kept.days()}}
    match step:
        case "waarom":
            return _why_form(receiver_of(referral), **kwargs)
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
        protocol=_protocol_of(referral) if step == "waarom" else None,
        readers=look_along.readers_of(referral, clock.today()),
        **facts_of(receiver_of(referral)),
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
        protocol=_protocol_of(referral),
        twice=chains.open_at_the_same_place(referral),
        readers=look_along.readers_of(referral, clock.today()),
        **facts_of(receiver_of(referral)),
    )


@bp.post("/aanmeldingen/<reference>/versturen")
@requires(Permission.SEE, of=queries.by_reference)
def send(referral: Referral):
    # A second click, or the back button and once more: it was sent, here is the proof.
    reference = referral.reference
    if referral.is_draft:
        if unfinished := _unfinished_step(referral):
            return redirect(url_for(".draft", reference=reference, step=unfinished))
        if "twice" not in request.form and chains.open_at_the_same_place(referral):
            return redirect(url_for(".check", reference=reference))
        # Nobody reads along whom the pupil was not told of.
        readers = set(look_along.readers_of(referral, clock.today()))
        if readers - set(request.form.get("readers", "").split("|")):
            flash(_("Er leest nu ook iemand mee. Lees samen na wie."), "info")
            return redirect(url_for(".check", reference=reference))
        once(lambda: _send(referral))
    return redirect(url_for(".confirmation", reference=reference))


def _send(referral: Referral) -> None:
    now = clock.now()
    operations.send(referral, actor=current_user, now=now)
    chains.note_landed(referral, actor=current_user, now=now)


@bp.post("/aanmeldingen/<reference>/verder/<slug>")
@requires(Permission.READ, of=queries.by_reference)
def go_on(referral: Referral, slug: str):
    """Begin the referral to the next place with the same answers: a deed of the school alone."""
    service = service_by_slug(slug)
    return _go_on(referral, Receiver(service) if service else None)


@bp.post("/aanmeldingen/<reference>/naar-team/<slug>")
@requires(Permission.READ, of=queries.by_reference)
def go_on_at_team(referral: Referral, slug: str):
    """The same to a team or desk, when there is no other place."""
    team = next((team for team in teams_for(current_user) if team.slug == slug), None)
    return _go_on(referral, _team(team) if team else None)


def _go_on(referral: Referral, to: Receiver | None):
    if Side.REFERRER not in sides_of(current_user, referral):
        abort(403)
    if to is None or not can(current_user, Permission.REFER):
        abort(404)
    draft = chains.start_next(
        referral, to=to, actor=current_user,
        start_key=f"next-{referral.id}-{to.key}-{current_user.id}", now=clock.now(),
    )  # fmt: skip
    if not draft.is_draft:
        return _sent_already(draft)
    flash(_("De antwoorden zijn meegenomen. Vraag de leerling opnieuw om akkoord."), "ok")
    return redirect(url_for(".draft", reference=draft.reference, step="waarom"))


def once(deed: Callable[[], None]) -> bool:
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
        **facts_of(receiver_of(referral)),
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
        page = render_template(
            "referrals/elsewhere.html", form=form, **facts_of(Receiver(service)),
            teams=teams_for(current_user),
        )  # fmt: skip
        return page, 422 if form.errors else 200
    referral = operations.note_elsewhere(
        to=Receiver(service),
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
