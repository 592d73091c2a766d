"""What every page has: language, the words of an error, the notice that the day is not real."""

import hashlib
import secrets
from functools import cache
from pathlib import Path

from flask import Flask, jsonify, render_template, request, url_for
from flask_babel import Babel
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from . import clock, drawing, formats
from .catalogues import Catalogues
from .database import session
from .errors import Refused
from .forms import wrong_fields
from .language import DUTCH, language, said, said_of


def error_words() -> dict[int, tuple[str, str]]:
    """Title and explanation of each error a visitor may meet."""
    return {
        400: (
            _("Dit formulier is verlopen"),
            _("Ga een pagina terug, laad de pagina opnieuw en probeer het nog een keer."),
        ),
        403: (
            _("Deze pagina is niet voor jou"),
            _("Misschien ben je met een ander account ingelogd dan waarvoor de link is."),
        ),
        404: (
            _("Deze pagina is er niet (meer)"),
            _("Misschien is het adres verkeerd overgenomen. Zoek de plek op naam."),
        ),
        405: (_("Zo werkt deze pagina niet"), _("Ga terug en gebruik de knop op de pagina.")),
        409: (
            _("Iemand was je net voor"),
            _("Kijk hoe het er nu voor staat. Er is niets dubbel gedaan."),
        ),
        413: (_("Dit is te veel tekst"), _("Maak de tekst korter en probeer het opnieuw.")),
        429: (
            _("Even wachten"),
            _("Er zijn te veel pogingen gedaan. Probeer het over een kwartier opnieuw."),
        ),
        503: (
            _("Het zoeken start nog op"),
            _("Wacht een paar tellen en laad de pagina opnieuw."),
        ),
    }


def init_app(app: Flask) -> None:
    # Pages are in Dutch; who gets a mail has a language (``outbox.post``).
    babel = Babel(app, locale_selector=lambda: DUTCH)
    babel.domain_instance = Catalogues()
    CSRFProtect(app)
    app.jinja_env.filters.update(formats.FILTERS, wrong_fields=wrong_fields)
    app.jinja_env.globals.update(_=said, gettext=said, ngettext=said_of)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        today=clock.today,
        day_is_fixed=clock.is_fixed,
        page_language=language,
        asset=lambda name: _asset(app, name),
        drawn=drawing.drawn,
        text_font=_vendored(app, "source-sans-3-*/*-latin-wght-normal.woff2"),
    )
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000

    @app.errorhandler(Refused)
    def refused(error: Refused):
        session.rollback()
        return _tell(409, _("Dat kan nu niet"), str(error))

    @app.errorhandler(StaleDataError)
    def somebody_was_first(_error):
        session.rollback()
        return _tell(409, *error_words()[409])

    @app.errorhandler(CSRFError)
    def form_expired(_error):
        session.rollback()
        return _tell(400, *error_words()[400])

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException):
        session.rollback()
        if error.code is None or error.code < 400:
            return error
        title, words = error_words().get(error.code, error_words()[405])
        return _tell(error.code, title, words)

    @app.errorhandler(InternalServerError)
    def failed_at_the_commit(error: InternalServerError):
        """The commit comes after the view, where Flask no longer asks the other handlers."""
        cause = error.original_exception or error
        return somebody_was_first(cause) if isinstance(cause, StaleDataError) else our_fault(cause)

    @app.errorhandler(Exception)
    def our_fault(error):
        session.rollback()
        code = secrets.token_hex(3).upper()
        app.logger.error("error %s at %s", code, request.endpoint, exc_info=error)
        if app.testing:
            raise error
        words = _("Je hebt niets fout gedaan. Probeer het over een minuut opnieuw.")
        return _tell(500, _("Er ging iets mis bij ons"), words, code)


def _vendored(app: Flask, pattern: str) -> str:
    """The one file of a vendored library that fits the pattern, whatever its version."""
    folder = Path(str(app.static_folder))
    (found,) = (folder / "vendor").glob(pattern)
    return str(found.relative_to(folder))


def _asset(app: Flask, name: str) -> str:
    """The address of a static file; another content is another address, so it may be kept long."""
    return _address(str(app.static_folder), name, request.script_root)


@cache
def _address(folder: str, name: str, _root: str) -> str:
    mark = hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:8]
    return url_for("static", filename=name, v=mark)


def _tell(status: int, title: str, words: str, code: str | None = None):
    if request.path.startswith("/api/"):
        error = {"code": code or str(status), "message": f"{title}. {words}", "field": None}
        return jsonify(error=error), status
    return render_template("error.html", title=title, words=words, code=code), status
