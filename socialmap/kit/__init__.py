"""The floor of the house: what every room stands on. It knows no word of the domain."""

from flask import Flask

from . import clock, compression, crypto, database, drawing, logs, pages, security, styles


def init_app(app: Flask, config) -> None:
    """Take the keys into use, and lay the rules that every request follows."""
    logs.init()
    app.jinja_environment = drawing.PageEnvironment
    clock.fix(config.today)
    with database.transaction() as db:
        crypto.establish(db, config.field_keys, config.keys_dir / "field.key")
    # What comes after an answer runs from the last to the first: packing is the very last.
    compression.init_app(app)
    database.init_app(app)
    security.init_app(app)
    pages.init_app(app)
    styles.init_app(app)
