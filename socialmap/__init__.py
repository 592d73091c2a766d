"""socialmap: the social map of a region, and the warm handover of a pupil to the help found on it.

The house has rooms. ``ROOMS`` is their order and the rule at once: a room imports
only rooms above it in this list, and ``kit``, the floor under all of them. Beside the
rooms stand ``config`` (settings), ``cli`` (commands), ``worker`` (what happens without
a visitor) and ``migrations``; they see everything and no room imports them.

A visit goes: address -> view -> operation or query -> template. A change goes:
an operation writes rows, the event, the outbox row and the change row in one
transaction, which the request commits once.
"""

from importlib import import_module

from flask import Flask

from .config import ROOT, Config
from .kit.errors import ConfigError

ROOMS = (
    "network",
    "accounts",
    "pages",
    "matching",
    "catalogue",
    "search",
    "editorial",
    "referrals",
)


def create_app(config: Config | None = None) -> Flask:
    """The whole site, wired: settings, floor, then the rooms in their order.

    Raises ``ConfigError`` with one line when a setting is wrong or when the database
    was written with another field key than the one given.
    """
    from . import health, kit, menu, schema
    from .kit import database

    config = config or Config.from_environment()
    database.connect(config.database_url)
    if not schema.is_current():
        raise ConfigError("De database heeft niet het goede schema. Draai eerst: socialmap init")
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    app.config.from_mapping(config.for_flask())
    app.extensions["config"] = config
    kit.init_app(app, config)
    for room in ROOMS:
        register = getattr(import_module(f"socialmap.{room}"), "register", None)
        if register:
            register(app)
    menu.register(app)
    health.register(app)
    return app
