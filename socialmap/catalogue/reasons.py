"""What is wrong with a value, in Dutch, from what pydantic found.

Each reason goes on after the name of a field: "leeftijd vanaf: moet een geheel getal zijn".
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext
from pydantic_core import ErrorDetails

from ..kit.words import _

_whole = lazy_gettext("moet een geheel getal zijn")
_number = lazy_gettext("moet een getal zijn, zoals 12 of 12,5")
_yes_no = lazy_gettext("moet ja of nee zijn (in JSON en YAML: true of false)")
_text = lazy_gettext("moet tekst zijn")
_day = lazy_gettext("is geen datum zoals 2026-11-22")
_list = lazy_gettext("moet een lijst zijn")
_record = lazy_gettext("moet bestaan uit sleutels met een waarde")
_one_of = lazy_gettext("is geen van: %(expected)s")

SENTENCES = {
    "missing": lazy_gettext("ontbreekt"),
    "extra_forbidden": lazy_gettext("deze sleutel kennen we niet"),
    "none_required": lazy_gettext("moet leeg zijn"),
    "int_type": _whole,
    "int_parsing": _whole,
    "int_from_float": _whole,
    "int_parsing_size": lazy_gettext("is een te groot getal"),
    "finite_number": _whole,
    "float_type": _number,
    "float_parsing": _number,
    "greater_than": lazy_gettext("moet meer zijn dan %(gt)s"),
    "greater_than_equal": lazy_gettext("moet %(ge)s of meer zijn"),
    "less_than": lazy_gettext("moet minder zijn dan %(lt)s"),
    "less_than_equal": lazy_gettext("mag niet meer zijn dan %(le)s"),
    "bool_type": _yes_no,
    "bool_parsing": _yes_no,
    "string_type": _text,
    "string_unicode": lazy_gettext("heeft tekens die geen tekst zijn"),
    "string_too_short": lazy_gettext("mag niet leeg zijn"),
    "string_too_long": lazy_gettext("is langer dan %(max_length)s tekens"),
    "date_type": _day,
    "date_parsing": _day,
    "date_from_datetime_parsing": _day,
    "date_from_datetime_inexact": _day,
    "list_type": _list,
    "tuple_type": _list,
    "too_short": lazy_gettext("mag niet leeg zijn"),
    "too_long": lazy_gettext("mag er niet meer dan %(max_length)s hebben"),
    "model_type": _record,
    "model_attributes_type": _record,
    "dict_type": _record,
    "literal_error": _one_of,
    "enum": _one_of,
    "union_tag_invalid": lazy_gettext("type is geen van: %(expected_tags)s"),
    "union_tag_not_found": lazy_gettext("de sleutel type ontbreekt"),
}
"""Kind of error, as pydantic names it, to what a person reads."""

_id = lazy_gettext(
    "mag alleen letters zonder accent, cijfers, punten en streepjes hebben (hoogstens 64), "
    "en begint met een letter of cijfer"
)
_web = lazy_gettext("is geen webadres dat begint met https://")
_time = lazy_gettext("is geen tijd zoals 09:30")

FORMS = {
    "id": _id,
    "hub": _id,
    "own_form_url": _web,
    "url": _web,
    "opens": _time,
    "closes": _time,
    "time": _time,
    "postcode": lazy_gettext("is geen postcode zoals 2311 AB"),
}
"""Field whose text has a form of its own, to what is said when it has another."""


def reason(error: ErrorDetails) -> str:
    """Why a value was refused, in Dutch and without the name of the field."""
    found = _SPECIAL.get(error["type"])
    if found:
        return found(error)
    sentence = SENTENCES.get(error["type"])
    if sentence is None:
        return _("klopt niet")
    return str(sentence) % _readable(error.get("ctx", {}))


def not_a_day() -> str:
    """The reason for a cell in which a day should stand."""
    return str(_day)


def _readable(context: Mapping[str, Any]) -> dict[str, str]:
    return {name: _in_dutch(value) for name, value in context.items()}


def _in_dutch(value: object) -> str:
    """A limit or the words to choose from, without the quotes and the English between them."""
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    return re.sub(r"'([^']*)'", r"\1", str(value).replace(" or ", f" {_('of')} "))


def _of_form(error: ErrorDetails) -> str:
    names = [part for part in error["loc"] if isinstance(part, str)]
    return str(FORMS.get(names[-1] if names else "", SENTENCES["string_unicode"]))


def _of_value(error: ErrorDetails) -> str:
    """Our own rules say in Dutch what is wrong; the only other one is that of mail addresses."""
    ours = error.get("ctx", {}).get("error")
    return str(ours) if ours else _("is geen e-mailadres")


_SPECIAL: dict[str, Callable[[ErrorDetails], str]] = {
    "string_pattern_mismatch": _of_form,
    "value_error": _of_value,
}
