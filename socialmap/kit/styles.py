"""The style sheets of every page as one file: each file more is a wait more on a phone."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

from .security import public

SHEETS = (
    "vendor/utrecht-component-library-css-*/components.css",
    "css/theme.css",
    "css/layout.css",
)
"""In the order in which they count. What they refer to must be seen from ``css`` too."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals["stylesheet"] = stylesheet
    app.add_url_rule("/static/css/site.css", "stylesheet", _answer)


def stylesheet() -> str:
    """The address of the sheet; another content is another address, so it may be kept long."""
    return _address(str(current_app.static_folder), request.script_root)


@cache
def _address(folder: str, _root: str) -> str:
    return url_for("stylesheet", v=hashlib.sha256(together(folder)).hexdigest()[:8])


@public
def _answer() -> Response:
    response = Response(together(str(current_app.static_folder)), mimetype="text/css")
    response.cache_control.public = True
    response.cache_control.max_age = current_app.config["SEND_FILE_MAX_AGE_DEFAULT"]
    return response


@cache
def together(folder: str) -> bytes:
    """All sheets after each other; ``folder`` holds the static files."""
    found = [Path(folder).glob(pattern) for pattern in SHEETS]
    return b"\n".join(file.read_bytes() for files in found for file in files)
