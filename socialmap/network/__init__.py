"""Who is there: regions with their settings, municipalities, holidays, organizations."""

from flask import Flask


def register(app: Flask) -> None:
    from . import mails, models  # noqa: F401
    from .site import the_site

    @app.context_processor
    def site():
        """The region whose name a site bears that has just one, and whom to call at once."""
        found = the_site()
        return {"site_region": found.region, "site_urgent": found.urgent}
