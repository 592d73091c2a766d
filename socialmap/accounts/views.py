"""Signing in and out, one's own account, passwords, and the management of accounts."""

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from ..kit import clock, kept
from ..kit.database import session as database
from ..kit.security import public
from ..network.models import Organization, Region
from . import operations, queries, throttle
from .forms import (
    ROLE_NAMES,
    AccountForm,
    LanguageForm,
    LogInForm,
    NewPasswordForm,
    PasswordLinkForm,
)  # fmt: skip
from .gate import requires, signed_in
from .models import Role
from .permissions import Permission
from .sessions import rotate
from .start import start_page

bp = Blueprint("accounts", __name__)


def where_to_go() -> str:
    """The page somebody came from, if it is one of ours, else the one where they begin."""
    target = request.args.get("volgende", "")
    parts = urlsplit(target)
    is_ours = target.startswith("/") and not parts.netloc and not parts.scheme
    if is_ours and not target.startswith("//") and "\\" not in target:
        return target
    return url_for(start_page(current_user))


def _is_this_machine() -> bool:
    return current_app.extensions["config"].is_loopback and request.remote_addr in (
        "127.0.0.1",
        "::1",
    )


@bp.route("/inloggen", methods=["GET", "POST"])
@public
def log_in():
    if current_user.is_authenticated:
        return redirect(where_to_go())
    form = LogInForm()
    if not form.validate_on_submit():
        return render_template("accounts/log_in.html", form=form), 422 if form.errors else 200
    email, address, now = form.email.data.lower(), request.remote_addr or "", clock.now()
    if throttle.is_blocked(email, address, now):
        abort(429)
    user = queries.user_by_email(email)
    fits = operations.check_password(user, form.password.data)
    if not fits or user is None or (user.is_demo and not _is_this_machine()):
        throttle.note_failure(email, address, now)
        form.password.errors = [_("Dit mailadres en wachtwoord horen niet bij elkaar.")]
        return render_template("accounts/log_in.html", form=form), 422
    throttle.forgive(email)
    kept.only_for(str(user.id))
    login_user(user)
    rotate()
    operations.note_access(user, "log in", "account")
    return redirect(where_to_go())


@bp.post("/uitloggen")
@signed_in
def log_out():
    logout_user()
    session.clear()
    return redirect(url_for("search.home"))


@bp.route("/account", methods=["GET", "POST"])
@signed_in
def account():
    form = NewPasswordForm()
    if form.validate_on_submit():
        operations.set_password(current_user, form.password.data)
        rotate()
        flash(_("Je nieuwe wachtwoord is bewaard. Op andere apparaten ben je uitgelogd."), "ok")
        return redirect(url_for(".account"))
    return _account_page(form, LanguageForm(formdata=None, obj=current_user))


def _account_page(form: NewPasswordForm, language_form: LanguageForm):
    page = render_template(
        "accounts/account.html", form=form, language_form=language_form, role_names=ROLE_NAMES
    )
    return page, 422 if form.errors or language_form.errors else 200


@bp.post("/account/taal")
@signed_in
def choose_language():
    form = LanguageForm()
    if not form.validate_on_submit():
        return _account_page(NewPasswordForm(formdata=None), form)
    operations.choose_language(current_user, form.language.data)
    flash(_("Bewaard. Je volgende mail is in deze taal."), "ok")
    return redirect(url_for(".account"))


@bp.route("/wachtwoord", methods=["GET", "POST"])
@public
def forgotten():
    form = PasswordLinkForm()
    if form.validate_on_submit():
        email, address, now = form.email.data.lower(), request.remote_addr or "", clock.now()
        if throttle.is_blocked(f"link {email}", address, now):
            abort(429)
        throttle.note_failure(f"link {email}", address, now)
        operations.send_password_link(email)
        return render_template("accounts/link_sent.html")
    return render_template("accounts/forgotten.html", form=form), 422 if form.errors else 200


@bp.route("/uitnodiging/<token>", methods=["GET", "POST"], endpoint="invitation")
@bp.route("/wachtwoord/<token>", methods=["GET", "POST"], endpoint="new_password")
@public
def choose_password(token: str):
    user = operations.user_of_link(token, clock.now())
    if user is None:
        return render_template("accounts/link_too_old.html"), 410
    form = NewPasswordForm()
    if not form.validate_on_submit():
        page = render_template("accounts/choose_password.html", form=form, user=user)
        return page, 422 if form.errors else 200
    operations.set_password(user, form.password.data)
    flash(_("Je wachtwoord is bewaard. Je kunt nu inloggen."), "ok")
    return redirect(url_for(".log_in"))


def _roles_given_by(user) -> list[Role]:
    given = [Role.MENTOR, Role.CARETEAM, Role.PROVIDER, Role.COORDINATOR]
    return [*given, Role.ADMIN] if user.holds(Role.ADMIN) else given


def _account_form() -> AccountForm:
    return AccountForm(
        roles=_roles_given_by(current_user),
        organizations=queries.organizations_managed_by(current_user),
        regions=queries.regions_managed_by(current_user),
    )


@bp.get("/beheer/accounts")
@requires(Permission.MANAGE_ACCOUNTS)
def manage():
    return render_template(
        "accounts/manage.html",
        form=_account_form(),
        users=queries.accounts_managed_by(current_user),
        role_names=ROLE_NAMES,
    )


@bp.post("/beheer/accounts")
@requires(Permission.MANAGE_ACCOUNTS)
def create():
    form = _account_form()
    if not form.validate_on_submit():
        users = queries.accounts_managed_by(current_user)
        page = render_template(
            "accounts/manage.html", form=form, users=users, role_names=ROLE_NAMES
        )
        return page, 422
    user = operations.create_user(
        email=form.email.data,
        name=form.name.data,
        role=Role(form.role.data),
        organization=database().get(Organization, int(form.organization.data or 0)),
        region=database().get(Region, int(form.region.data or 0)),
    )
    operations.invite(user)
    operations.note_access(current_user, "create account", f"user {user.id}")
    flash(_("%(name)s krijgt een mail om een wachtwoord te kiezen.", name=user.name), "ok")
    return redirect(url_for(".manage"))


@bp.post("/beheer/accounts/<int:user_id>/uitzetten")
@requires(Permission.MANAGE_ACCOUNT, of=queries.user_by_id)
def disable(user):
    if user.id == current_user.id:
        abort(403)
    operations.disable(user)
    operations.note_access(current_user, "disable account", f"user {user.id}")
    flash(_("%(name)s kan niet meer inloggen.", name=user.name), "ok")
    return redirect(url_for(".manage"))


@bp.post("/beheer/accounts/<int:user_id>/aanzetten")
@requires(Permission.MANAGE_ACCOUNT, of=queries.user_by_id)
def enable(user):
    operations.enable(user)
    operations.note_access(current_user, "enable account", f"user {user.id}")
    flash(_("%(name)s kan weer inloggen.", name=user.name), "ok")
    return redirect(url_for(".manage"))


@bp.post("/beheer/accounts/<int:user_id>/uitnodigen")
@requires(Permission.MANAGE_ACCOUNT, of=queries.user_by_id)
def invite_again(user):
    operations.invite(user)
    flash(_("De uitnodiging voor %(name)s is opnieuw verstuurd.", name=user.name), "ok")
    return redirect(url_for(".manage"))
