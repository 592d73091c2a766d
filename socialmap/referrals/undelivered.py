"""The list of mail that did not arrive: who has to hear it otherwise, and why it went wrong."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from ..accounts.gate import requires
from ..accounts.models import User
from ..accounts.permissions import Permission as Accounts
from ..accounts.permissions import can
from ..catalogue.models import Service
from ..kit import clock
from ..kit.outbox import OutboxMail, mail_by_id, undelivered
from ..network.models import Organization, Region
from . import operations
from .failures import Failure, why
from .mails import recipient_of, referral_of
from .models import Referral
from .permissions import Permission

bp = Blueprint("undelivered", __name__)

MOST_SHOWN = 100


@dataclass(frozen=True)
class Addressee:
    """Whom a mail was for, and the page on which one sees how to reach them."""

    kind: str
    name: str
    link: str | None = None


@dataclass(frozen=True)
class Letter:
    """A mail as the list shows it."""

    mail: OutboxMail
    to: Addressee
    failure: Failure
    referral: Referral | None

    @property
    def can_go_again(self) -> bool:
        return self.mail.body is not None


def _letter(mail: OutboxMail) -> Letter:
    referral = referral_of(mail)
    visible = referral if referral and can(current_user, Permission.SEE, referral) else None
    return Letter(mail, _addressee(mail), why(mail.last_error), visible)


def _addressee(mail: OutboxMail) -> Addressee:
    match recipient_of(mail):
        case User() as user:
            seen = can(current_user, Accounts.MANAGE_ACCOUNT, user)
            return Addressee(_("Persoon"), user.name, url_for("accounts.manage") if seen else None)
        case Organization() as organization:
            page = url_for("catalogue.organization", slug=organization.slug)
            return Addressee(_("Organisatie"), organization.name, page)
        case Service() as service:
            page = url_for("catalogue.service", slug=service.slug)
            return Addressee(_("Contact van aanbod"), service.name, page)
        case Region() as region:
            page = url_for("regions.region", slug=region.slug)
            return Addressee(_("Loket van de regio"), region.desk, page)
        case _:
            return Addressee(_("Onbekend"), _("bestaat niet meer"))


@bp.get("/beheer/mail")
@requires(Permission.SEE_UNDELIVERED)
def index():
    mine = [mail for mail in undelivered() if can(current_user, Permission.MEND_MAIL, mail)]
    return render_template(
        "referrals/undelivered.html",
        letters=[_letter(mail) for mail in mine[:MOST_SHOWN]],
        total=len(mine),
    )


@bp.post("/beheer/mail/<int:mail_id>/opnieuw")
@requires(Permission.MEND_MAIL, of=mail_by_id)
def again(mail):
    operations.send_mail_again(mail, actor=current_user, now=clock.now())
    flash(_("De mail gaat zo opnieuw weg. Lukt het weer niet, dan komt hij hier terug."), "ok")
    return redirect(url_for(".index"))


@bp.post("/beheer/mail/<int:mail_id>/vervallen")
@requires(Permission.MEND_MAIL, of=mail_by_id)
def drop(mail):
    operations.drop_mail(mail, actor=current_user, now=clock.now())
    flash(_("De mail is vervallen en gaat niet meer weg."), "ok")
    return redirect(url_for(".index"))
