"""How dates, times and numbers read on a page and in a mail."""

from datetime import date, datetime

from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _

from . import clock


def _locale():
    return get_locale() or "nl"


def long_date(day: date, *, today: date | None = None) -> str:
    """``maandag 4 januari 2027``; the year falls away when it is the year of ``today``."""
    pattern = "EEEE d MMMM" if today and day.year == today.year else "EEEE d MMMM y"
    return format_date(day, pattern, locale=_locale())


def plain_date(day: date) -> str:
    """``4 januari 2027``."""
    return format_date(day, "d MMMM y", locale=_locale())


def month_and_year(day: date) -> str:
    """``januari 2027``."""
    return format_date(day, "LLLL y", locale=_locale())


def leaf(day: date) -> tuple[str, str, str]:
    """Day of the week, day and month, short, for a leaf of the calendar."""
    name = format_date(day, "EEEEEE", locale=_locale())
    month = format_date(day, "MMM", locale=_locale()).rstrip(".")
    return name, str(day.day), month


def moment(at: datetime) -> str:
    """``maandag 23 november 2026, 14.12 uur``, in Dutch time."""
    local = at.astimezone(clock.ZONE)
    pattern = _("H.mm")  # 14.12 in Dutch, 14:12 in English
    return _(
        "%(day)s, %(time)s uur",
        day=long_date(local.date()),
        time=format_time(local, pattern, locale=_locale()),
    )


def sentence_start(text: str) -> str:
    """The same words with a capital in front, and nothing else changed."""
    return text[:1].upper() + text[1:]


def decimal(number: float) -> str:
    """``2`` or ``2,5``."""
    return format_decimal(number, format="#,##0.##", locale=_locale())


def euros(amount: float) -> str:
    """``€ 25`` or ``€ 12,50``."""
    pattern = "¤ #,##0" if amount == int(amount) else "¤ #,##0.00"
    return format_currency(amount, "EUR", format=pattern, currency_digits=False, locale=_locale())


def telephone_link(number: str) -> str:
    """A number as a telephone takes it: digits, and a plus in front if it has one."""
    return "tel:" + "".join(c for c in number if c.isdigit() or c == "+")


FILTERS = {
    "long_date": long_date,
    "plain_date": plain_date,
    "month_and_year": month_and_year,
    "leaf": leaf,
    "moment": moment,
    "sentence_start": sentence_start,
    "telephone_link": telephone_link,
}
