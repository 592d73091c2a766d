"""Marking a sentence for translation, for whoever knows no pages."""

from flask_babel import gettext as _

__all__ = ["_"]
