"""The pages on which a receiver says what it asks itself, and a coordinator sees it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from wtforms import HiddenField

from ..accounts.gate import requires
from ..accounts.models import Role
from ..accounts.permissions import can
from ..catalogue.models import Service
from ..catalogue.queries import service_by_slug, services_of
from ..kit import clock
from ..kit.database import session as database
from ..kit.errors import Refused
from ..kit.forms import BaseForm, LineField, TickField
from ..network.models import Organization
from . import own_questions
from .own_questions import MOST, Question, ReceiverQuestions
from .permissions import Permission
from .views import bp

_BSN = re.compile(r"\bbsn\b|burgerservice|\bsofi", re.IGNORECASE)


class QuestionsForm(BaseForm):
    """A receiver's own questions, row by row; ``questions_form`` gives it its fields."""

    based_on = HiddenField()

    @property
    def rows(self):
        """Of each row its question, why it is asked and whether it must be answered."""
        numbers = range(1, MOST + 1)
        return [[self[f"{part}_{n}"] for part in ("text", "why", "needed")] for n in numbers]

    @property
    def questions(self) -> list[Question]:
        """What was filled in, without the rows that are empty."""
        return [
            Question(text.data, why.data or "", bool(needed.data))
            for text, why, needed in self.rows
            if text.data
        ]

    def validate(self, extra_validators=None):
        right = super().validate(extra_validators)
        seen: set[str] = set()
        for text, why, needed in self.rows:
            if fault := _fault(text.data or "", bool(why.data or needed.data), seen):
                text.errors, right = [fault], False
            seen.add((text.data or "").casefold())
        return right


def _fault(text: str, has_more: bool, seen: set[str]) -> str | None:
    """What is wrong with a row, after those that were seen before it."""
    if has_more and not text:
        return _("Schrijf de vraag op, of maak deze rij leeg.")
    if text and text.casefold() in seen:
        return _("Deze vraag staat er al.")
    if _BSN.search(text):
        return _("Vraag nooit naar een BSN.")
    return None


def questions_form(standing: ReceiverQuestions | None) -> QuestionsForm:
    """The form with a row for each question that is allowed, filled with those asked now."""
    fields: dict[str, object] = {}
    given: dict[str, object] = {"based_on": str(standing.version if standing else 0)}
    asked = standing.asked if standing else ()
    for n in range(1, MOST + 1):
        fields[f"text_{n}"] = LineField(
            lazy_gettext("Vraag %(number)d", number=n), width="l", limit=160
        )
        fields[f"why_{n}"] = LineField(
            lazy_gettext("Waarom vragen jullie dit? (vraag %(number)d)", number=n),
            width="l",
            limit=200,
        )
        fields[f"needed_{n}"] = TickField(
            lazy_gettext("Vraag %(number)d moet beantwoord worden", number=n)
        )
        if n <= len(asked):
            one = asked[n - 1]
            given |= {f"text_{n}": one.text, f"why_{n}": one.why, f"needed_{n}": one.is_required}
    return type("QuestionsForm", (QuestionsForm,), fields)(data=given)


@dataclass(frozen=True)
class Asking:
    """A service with what its receiver asks, and whether this person may change that."""

    service: Service
    standing: ReceiverQuestions | None
    may_edit: bool


def _own_services() -> list[Service]:
    """What the own organizations offer and can be referred to here."""
    ids = current_user.organization_ids(Role.PROVIDER)
    own = [database().get_one(Organization, number) for number in ids]
    services = [service for organization in own for service in services_of(organization)]
    return [service for service in services if service.facts.how_to_refer == "here"]


def _askings() -> list[Asking]:
    asked = {one.service_id: one for one in own_questions.newest_of_all()}
    services = {service.id: service for service in _own_services()}
    services |= {one.service_id: one.service for one in asked.values()}
    return [
        Asking(
            service, asked.get(service.id), can(current_user, Permission.EDIT_QUESTIONS, service)
        )
        for service in sorted(services.values(), key=lambda service: service.name.casefold())
        if can(current_user, Permission.SEE_QUESTIONS, service)
    ]


@bp.get("/aanmeldingen/vragen")
@requires(Permission.LIST_QUESTIONS)
def own_questions_list():
    return render_template("referrals/own_questions.html", askings=_askings(), most=MOST)


@bp.route("/aanmeldingen/vragen/<slug>", methods=["GET", "POST"])
@requires(Permission.EDIT_QUESTIONS, of=service_by_slug)
def edit_own_questions(service: Service):
    standing = own_questions.newest_of(service.id)
    form = questions_form(standing)
    if not form.validate_on_submit():
        return _edit_page(service, standing, form)
    based_on = form.based_on.data or ""
    try:
        is_changed = own_questions.change(
            service, form.questions, based_on=int(based_on) if based_on.isdecimal() else -1,
            actor=current_user, now=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        # What was typed comes back, with what a colleague saved beside it.
        standing = own_questions.newest_of(service.id)
        form.based_on.data = str(standing.version if standing else 0)
        form.rows[0][0].errors = [str(refused)]
        return _edit_page(service, standing, form, others=standing.asked if standing else ())
    if is_changed:
        flash(_("Bewaard. Wie nu een leerling aanmeldt, krijgt deze vragen."), "ok")
    else:
        flash(_("Er was niets veranderd."), "info")
    return redirect(url_for(".own_questions_list"))


def _edit_page(
    service: Service,
    standing: ReceiverQuestions | None,
    form: QuestionsForm,
    others: Sequence[Question] = (),
):
    page = render_template(
        "referrals/own_questions_edit.html", service=service, standing=standing, form=form,
        most=MOST, others=others,
    )  # fmt: skip
    return page, 422 if form.errors else 200
