"""The form that every form is made of: CSRF, Dutch messages, fields that explain themselves.

A field brings its label, its hint (``description``: how to write it) and its purpose
(``why``: why we ask) to the template; the macro in ``components/form.html`` ties them.
"""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import TimeField as WTFormsTimeField
from wtforms.validators import InputRequired, Length, StopValidation

from . import kept


class _Words:
    """WTForms' own messages, in the words of this site."""

    def gettext(self, string: str) -> str:
        return gettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return gettext(singular if n == 1 else plural)


class BaseForm(FlaskForm):
    """A form that loses nothing.

    When somebody was signed out by the clock while writing, what they sent was kept; after
    they signed in again the form of that address comes back filled in (``was_kept``).
    """

    class Meta(FlaskForm.Meta):
        locales = ["nl"]

        def get_translations(self, form):
            return _Words()

    was_kept = False

    def __init__(self, *args, **kwargs):
        prefix = kwargs.get("prefix", "")
        names = {prefix + name for name in dir(self) if _is_field(getattr(type(self), name, None))}
        if not args and "formdata" not in kwargs and (fields := kept.take_for(names)):
            kwargs["formdata"] = fields
            self.was_kept = True
        super().__init__(*args, **kwargs)


def _is_field(value) -> bool:
    return hasattr(value, "creation_counter")


def required(message) -> InputRequired:
    """The field must be filled in; spaces do not count."""
    return _Filled(message)


class _Filled(InputRequired):
    def __call__(self, form, field):
        super().__call__(form, field)
        if isinstance(field.data, str) and not field.data.strip():
            raise StopValidation(str(self.message))


def at_most(characters: int) -> Length:
    return Length(
        max=characters,
        message=_("Dit is te lang: er passen %(max)d tekens in dit veld.", max=characters),
    )


def wrong_fields(form) -> list:
    """The fields of a form that have an error, in the order of the page."""
    return [field for field in form if field.errors]


_UNSEEN = {number: None for number in range(32) if chr(number) not in "\t\n\r"}
"""Control characters: nobody types them, and PostgreSQL takes no NUL in a text."""


def tidy(value):
    """What somebody typed without the spaces around it, and without what cannot be seen."""
    return value.translate(_UNSEEN).strip() if isinstance(value, str) else value


class LineField(StringField):
    """One line of text; ``why`` says what the answer is for."""

    def __init__(self, label, validators=None, *, why=None, width="m", limit=200, **kwargs):
        super().__init__(label, [*(validators or []), at_most(limit)], filters=[tidy], **kwargs)
        self.why, self.width = why, width


class ProseField(TextAreaField):
    """A few sentences."""

    def __init__(self, label, validators=None, *, why=None, rows=4, limit=4000, **kwargs):
        super().__init__(label, [*(validators or []), at_most(limit)], filters=[tidy], **kwargs)
        self.why, self.rows = why, rows


def options(words: Mapping[str, object], *, empty: object | None = None) -> list[SelectChoice]:
    """Values with their words as the choices of a field; ``empty`` is what stands there first."""
    first = [] if empty is None else [SelectChoice("", empty)]
    return first + [SelectChoice(value, label) for value, label in words.items()]


class ChoiceField(SelectField):
    """One of a list that is known; drawn as radio buttons when ``as_radio``.

    ``needed`` says that it may not stay empty although only the form knows when.
    """

    def __init__(self, label, validators=None, *, why=None, as_radio=False, needed=False, **kwargs):
        super().__init__(label, validators, validate_choice=False, **kwargs)
        self.why, self.as_radio, self.needed = why, as_radio, needed

    def pre_validate(self, form):
        known = {str(value) for value, *_rest in self.iter_choices()}
        if self.data not in (None, "", "None") and str(self.data) not in known:
            raise StopValidation(gettext("Kies iets uit de lijst."))


class TimeField(WTFormsTimeField):
    """A time of the day, as the browser's field sends it or as people write it (14.30)."""

    def __init__(self, label, validators=None, *, why=None, needed=False, **kwargs):
        super().__init__(label, validators, format=["%H:%M", "%H.%M", "%H:%M:%S"], **kwargs)
        self.why, self.needed, self.width = why, needed, "s"

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Schrijf de tijd als 14:30.")) from None


class TicksField(SelectMultipleField):
    """Any of a list that is known, each a box to tick."""

    def __init__(self, label, validators=None, *, why=None, **kwargs):
        super().__init__(label, validators, validate_choice=False, **kwargs)
        self.why, self.as_ticks = why, True

    def pre_validate(self, form):
        known = {str(value) for value, *_rest in self.iter_choices()}
        if not set(self.data or ()) <= known:
            raise StopValidation(gettext("Kies iets uit de lijst."))


class TickField(BooleanField):
    """A box to tick; ``why`` says what it is for."""

    def __init__(self, label, validators=None, *, why=None, **kwargs):
        super().__init__(label, validators, **kwargs)
        self.why = why


class DayField(DateField):
    """A day, as the browser's date field sends it or as people write it (21-11-2026)."""

    def __init__(self, label, validators=None, *, why=None, needed=False, **kwargs):
        super().__init__(label, validators, format=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"], **kwargs)
        self.why, self.needed = why, needed

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Schrijf de datum als 21-11-2026.")) from None
