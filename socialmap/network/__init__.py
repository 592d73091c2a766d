"""Who is there: regions with their settings, municipalities, holidays, organizations."""

from flask import Flask


def register(app: Flask) -> None:
    from . import mails, models  # noqa: F401
    from .queries import demo_is_loaded, only_region

    app.jinja_env.globals["demo_is_loaded"] = demo_is_loaded

    @app.context_processor
    def site():
        """The region whose name a site bears that has just one."""
        return {"site_region": only_region()}
