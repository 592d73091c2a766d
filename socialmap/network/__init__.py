"""Who is there: regions with their settings, municipalities, holidays, organizations."""

from flask import Flask


def register(app: Flask) -> None:
    from . import mails, models  # noqa: F401
    from .queries import demo_is_loaded, only_region
    from .urgent import urgent_numbers

    app.jinja_env.globals["demo_is_loaded"] = demo_is_loaded

    @app.context_processor
    def site():
        """The region whose name a site bears that has just one, and whom to call at once."""
        region = only_region()
        return {"site_region": region, "site_urgent": urgent_numbers(region)}
