"""How much of what people need to choose is stated of a service. Pure.

What is missing is said by name, so that a provider knows what to add; nothing is filled
in by guessing. A mark for good practice, a hub or a link elsewhere is not for every
service, so these are not asked.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from ..matching.criteria import AgeBetween, LevelIn
from .documents import ServiceDocument

Asked = tuple[LazyString, Callable[[ServiceDocument], object]]


def _has_rule(*types: type) -> Callable[[ServiceDocument], bool]:
    return lambda facts: any(isinstance(rule, types) for rule in facts.criteria)


ESSENTIAL: tuple[Asked, ...] = (
    (_("wat het is"), lambda f: f.description),
    (_("voor welke leeftijd"), _has_rule(AgeBetween)),
    (_("voor welk onderwijs"), _has_rule(LevelIn)),
    (_("wanneer een leerling kan beginnen"), lambda f: f.intake_moments),
    (_("wie je belt of mailt"), lambda f: f.contact and (f.contact.phone or f.contact.email)),
    (_("wie mag aanmelden"), lambda f: f.may_refer),
    (_("wat het kost"), lambda f: f.cost or f.cost_amount is not None),
    (_("wanneer het is gecontroleerd"), lambda f: f.verified_on),
)
"""Without these nobody can refer well."""

FURTHER: tuple[Asked, ...] = (
    (_("een korte omschrijving"), lambda f: f.summary),
    (_("uitleg voor de jongere"), lambda f: f.text_for_pupil),
    (_("de soort"), lambda f: f.kind),
    (_("thema’s"), lambda f: f.themes),
    (_("doelgroepen"), lambda f: f.target_groups),
    (_("voor wie het niet is"), lambda f: f.not_for),
    (_("uit welke gemeenten"), lambda f: f.catchment or f.service_area),
    (_("wat je meeneemt"), lambda f: f.required_documents),
    (_("of een jongere zichzelf mag aanmelden"), lambda f: f.pupil_may_apply is not None),
    (_("hoe de intake gaat"), lambda f: f.intake_forms),
    (_("hoe er gewerkt wordt"), lambda f: f.method),
    (_("wat iemand bij het begin moet kunnen"), lambda f: f.begin_terms),
    (_("wanneer het klaar is"), lambda f: f.end_terms),
    (_("hoe lang het duurt"), lambda f: f.duration),
    (_("hoeveel dagdelen het vraagt"), lambda f: f.intensity),
    (_("hoeveel plaatsen er zijn"), lambda f: f.places_total),
    (_("hoe lang de wachttijd is"), lambda f: f.waiting_weeks is not None),
    (_("wie het betaalt"), lambda f: f.funded_by),
    (_("tot wanneer er geld voor is"), lambda f: f.funded_until),
    (_("wat het heeft opgeleverd"), lambda f: f.results),
    (_("welke talen men spreekt"), lambda f: f.languages),
    (_("of je er goed kunt komen"), lambda f: f.accessibility),
    (_("het adres"), lambda f: any(place.address for place in f.locations)),
    (_("hoe het in schoolvakanties gaat"), lambda f: f.holiday_cover),
)
"""What else people ask before they choose."""


@dataclass(frozen=True)
class Completeness:
    """How many of the questions have an answer, and which have none."""

    stated: int
    asked: int
    missing: tuple[LazyString, ...]
    lacks_essentials: tuple[LazyString, ...]

    @property
    def is_complete(self) -> bool:
        return not self.missing


def completeness(facts: ServiceDocument) -> Completeness:
    """Which of the questions a service answers."""
    lacking = tuple(label for label, is_stated in ESSENTIAL if not is_stated(facts))
    missing = lacking + tuple(label for label, is_stated in FURTHER if not is_stated(facts))
    asked = len(ESSENTIAL) + len(FURTHER)
    return Completeness(asked - len(missing), asked, missing, lacking)
