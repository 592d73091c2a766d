"""Is the site alive (``/healthz``), and is everything in order (``/readyz``)?"""

from flask import Flask, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .kit.database import session
from .kit.security import public


def register(app: Flask) -> None:
    @app.get("/healthz")
    @public
    def healthz():
        return jsonify(status="ok")

    @app.get("/readyz")
    @public
    def readyz():
        checks = {"database": _database_answers(), "index": _index_stands()}
        return jsonify(checks), 200 if all(checks.values()) else 503


def _database_answers() -> bool:
    try:
        session().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _index_stands() -> bool:
    return current_app.extensions["search"].state() is not None
