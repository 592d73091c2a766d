"""The flat form: one service a row, in the words of whoever filled it in.

A row is read with a mapping that takes its words to the vocabularies. What comes out is
a checked ``ServiceDocument``; what is wrong is said with row, field and reason, all of it
at once. ``to_row()`` is the other way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..kit.slugs import slugify
from ..kit.words import _
from ..matching.criteria import Kind
from ..network.queries import shipped_municipalities
from . import cells
from .documents import ServiceDocument, flat_criteria
from .reasons import reason

COLUMNS = {
    "id": "id",
    "name": "naam",
    "organization": "organisatie",
    "summary": "samenvatting",
    "description": "beschrijving",
    "goal": "doel",
    "themes": "thema's",
    "target_groups": "doelgroepen",
    "levels": "niveaus",
    "age_min": "leeftijd vanaf",
    "age_max": "leeftijd tot en met",
    "municipality": "gemeente",
    "province": "provincie",
    "lat": "breedtegraad",
    "lon": "lengtegraad",
    "admission": "toelating",
    "intake": "instroom",
    "intake_type": "soort instroom",
    "contact_role": "functie contactpersoon",
    "updated": "bijgewerkt op",
    "kind": "soort aanbod",
    "text_for_pupil": "tekst voor de leerling",
    "locations": "locaties",
    "service_area": "werkgebied",
    "not_for": "niet voor",
    "criteria": "voorwaarden",
    "required_documents": "wat je meeneemt",
    "referrers": "wie mag aanmelden",
    "apply_alone": "zelf aanmelden",
    "intake_forms": "vorm van de intake",
    "intake_moments": "instroommomenten",
    "method": "werkwijze",
    "begin_terms": "voorwaarden bij het begin",
    "end_terms": "wanneer het klaar is",
    "duration": "duur",
    "intensity": "intensiteit",
    "contacts": "contacten",
    "holiday_cover": "in schoolvakanties",
    "how_to_refer": "manier van aanmelden",
    "own_form_url": "adres van eigen formulier",
    "cost": "kosten",
    "cost_amount": "kosten in euro",
    "funded_until": "betaald tot en met",
    "funded_by": "wie het betaalt",
    "places_free": "vrije plaatsen",
    "places_total": "plaatsen",
    "places_on": "plaatsen doorgegeven op",
    "waiting_weeks": "wachttijd in weken",
    "waiting_on": "wachttijd doorgegeven op",
    "results": "resultaten",
    "good_practice": "goede praktijk",
    "languages": "talen",
    "accessibility": "toegankelijkheid",
    "hub": "hoort bij",
    "links": "links",
    "status": "status",
    "ended_on": "gestopt op",
    "verified_on": "gecontroleerd op",
    "verified_by": "gecontroleerd door",
}
"""Every column, in the order of a file: its name in CSV, JSONL and YAML, and its Dutch name."""

SPELLINGS = {"organisation": "organization"}
DERIVED = ("province",)
"""Columns that are written but not read: the municipality already tells them."""

GOALS = {
    "werk": "work",
    "zorg": "care",
    "oriëntatie": "orientation",
    "orientatie": "orientation",
    "preventie": "prevention",
    "dagbesteding": "day_activity",
    "terug naar school": "school",
    "naar werk": "work",
    "naar zorg": "care",
}
"""The goals in Dutch, as in an address and on a page."""

RULE_COLUMNS = {
    "age": ("age_min", "age_max"),
    "level": ("levels",),
    "referrer": ("referrers",),
    "apply_alone": ("apply_alone",),
}
"""Type of rule to the columns that say it in the flat form."""

WHOLE_ROW = "hele rij"
"""The field of an error that is about several fields together."""


@dataclass(frozen=True)
class Words:
    """What the words of a file mean, per column: a word may stand for several terms or none."""

    goals: Mapping[str, str] = field(default_factory=dict)
    themes: Mapping[str, list[str]] = field(default_factory=dict)
    target_groups: Mapping[str, list[str]] = field(default_factory=dict)
    levels: Mapping[str, list[str]] = field(default_factory=dict)

    def terms(self, column: str, words: list[str]) -> list[str]:
        """The terms for the words in a column, each once, in order; unknown words stay."""
        known: Mapping[str, list[str]] = getattr(self, column)
        found = [term for word in words for term in known.get(word, [word])]
        return list(dict.fromkeys(found)) if known else found

    def goal(self, word: str) -> str:
        return self.goals.get(word) or GOALS.get(word.casefold(), word)


AS_THEY_ARE = Words()
"""For a file whose words are those of the vocabularies."""


@dataclass(frozen=True)
class RowError:
    """One thing that is wrong: in which row (by id), in which column, and why, in Dutch."""

    row: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"rij {self.row}, veld {self.field}: {self.reason}"


class RowErrors(Exception):
    """A row that cannot be a service, with all that is wrong with it."""

    def __init__(self, errors: Iterable[RowError]) -> None:
        self.errors = list(errors)
        super().__init__("; ".join(str(error) for error in self.errors))


# Columns ---------------------------------------------------------------------


@cache
def _fields() -> dict[str, str]:
    names = {english: english for english in COLUMNS} | SPELLINGS
    names |= {dutch: english for english, dutch in COLUMNS.items()}
    return {_plain(name): english for name, english in names.items()}


def _plain(name: str) -> str:
    """Capitals, underscores and the shape of an apostrophe do not matter."""
    return " ".join(name.casefold().replace("’", "'").replace("_", " ").split())


@lru_cache(maxsize=1024)
def column(name: str) -> str | None:
    """The field that a column is about, by its English or Dutch name; ``None``: unknown."""
    return name if name in COLUMNS else _fields().get(_plain(name))


def unknown_columns(header: Iterable[str]) -> list[str]:
    """The names of columns that nobody knows, as they stand in the file."""
    return [name for name in header if column(name) is None]


# From a row to a document ----------------------------------------------------


def read_row(
    row: Mapping[str, Any], words: Words = AS_THEY_ARE, base: ServiceDocument | None = None
) -> ServiceDocument:
    """A row as a checked document; its values are cells of a table or plain values.

    ``base`` is the service as it stands: a field that the row does not name stays as it
    was, an empty cell empties it. Raises ``RowErrors``; an unknown column is one of them,
    unless it is empty.
    """
    names, values, faults = _values(row, words)
    label = str(values.get("id") or "?")
    facts = {**(_standing(base, values) if base else {}), **values}
    document = None
    try:
        document = ServiceDocument.model_validate(
            {name: value for name, value in facts.items() if value is not None}
        )
    except ValidationError as error:
        # Where a cell could not be read, what fields say together is not known.
        faults += [_fault(wrong) for wrong in _told(error) if wrong["loc"] or not faults]
    if faults or document is None:
        raise RowErrors(RowError(label, names.get(name, name), why) for name, why in faults)
    return document


Fault = tuple[str, str]
"""Field and reason."""


def _values(
    row: Mapping[str, Any], words: Words
) -> tuple[dict[str, str], dict[str, Any], list[Fault]]:
    """Name of each field in the row, its value (``None``: empty), and what cannot be read."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, cell in row.items():
        about = column(name) or name
        if about in DERIVED or (about not in COLUMNS and cells.is_empty(cell)):
            continue
        if about in names:
            faults.append((about, _("staat er twee keer, ook als %(name)s", name=name)))
            continue
        names[about] = name
        try:
            values[about] = _value(about, cell, words)
        except ValueError as error:
            faults.append((about, str(error)))
    return names, values, faults


def _value(about: str, cell: Any, words: Words) -> Any:
    """What a cell says. Raises ``ValueError`` with the reason when it cannot be read."""
    value = cells.read(about, cell)
    if about == "goal" and isinstance(value, str):
        return words.goal(value)
    if about in ("themes", "target_groups", "levels") and cells.is_words(value):
        return words.terms(about, value)
    return value


def _told(refusal: ValidationError) -> list[ErrorDetails]:
    """The errors, but that a list is empty for who filled in something wrong in it."""
    found = refusal.errors(include_url=False, include_input=False)
    inside = {error["loc"][:end] for error in found for end in range(len(error["loc"]))}
    return [error for error in found if error["type"] != "too_short" or error["loc"] not in inside]


def _fault(error: ErrorDetails) -> Fault:
    """The column of an error and its reason, which names the part of the cell it is about."""
    place = list(error["loc"])
    if not place:
        return WHOLE_ROW, reason(error)
    about, parts = str(place[0]), place[1:]
    if about in ("criteria", "intake_moments"):
        # After the number of a rule comes its type, which nobody wrote as a key.
        del parts[1:2]
    where = [_("nummer %(n)d", n=part + 1) if isinstance(part, int) else part for part in parts]
    return about, f"{', '.join(where)}: {reason(error)}" if where else reason(error)


def _standing(base: ServiceDocument, values: Mapping[str, Any]) -> dict[str, Any]:
    """The service as it stands, as a row over which these values can be laid.

    A row that speaks of age, level or referrer in one of the two ways that there are, by
    its column or as a rule, takes the place of what was said the other way.
    """
    row = {name: value for name, value in to_row(base).items() if name not in DERIVED}
    rules = row.pop("criteria", [])
    said = {rule.get("type") for rule in _like_columns(values.get("criteria"))}
    for kind, columns in RULE_COLUMNS.items():
        if not set(columns) & set(values):
            if kind in said:
                row = {name: value for name, value in row.items() if name not in columns}
        elif not set(columns) & set(row):
            first = next((rule for rule in _like_columns(rules) if rule["type"] == kind), None)
            rules = [rule for rule in rules if rule is not first]
    return {**row, "criteria": rules}


def _like_columns(rules: Any) -> list[dict[str, Any]]:
    """The rules that a column could say: who is let in, and whether a pupil may apply alone."""
    found = [rule for rule in rules or [] if isinstance(rule, dict)]
    return [
        rule
        for rule in found
        if rule.get("kind", Kind.INCLUSION) == Kind.INCLUSION or rule.get("type") == "apply_alone"
    ]


# From a document to a row ----------------------------------------------------


def to_row(document: ServiceDocument) -> dict[str, Any]:
    """What a document states, as plain values under the names of the columns, in order.

    Lists stay lists. Reading the row back gives the same document.
    """
    columns, left = flat_criteria(document)
    facts: dict[str, Any] = {name: _stated(value) for name, value in document}
    facts |= columns | {"criteria": _stated(left)}
    facts["province"] = _province(document.municipality) if document.municipality else None
    return {name: facts[name] for name in COLUMNS if not cells.is_empty(facts[name])}


def _stated(value: Any) -> Any:
    """A value as plain ones. Of a part, what nobody stated is left out."""
    if isinstance(value, BaseModel):
        plain = {name: _stated(inner) for name, inner in value}
        return {n: v for n, v in plain.items() if v is not False and not cells.is_empty(v)}
    if isinstance(value, list | tuple):
        return [_stated(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def _province(municipality: str) -> str | None:
    """The province of a municipality, by its name or CBS code."""
    return _provinces().get(municipality) or _provinces().get(slugify(municipality))


@cache
def _provinces() -> dict[str, str]:
    found = {}
    for place in shipped_municipalities():
        found[place["code"]] = found[slugify(place["name"])] = place["province"]
    return found
