"""How rules and facts of a service read, in the words of a mentor."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ..matching.criteria import AgeBetween, Criterion, Kind, LevelIn, LivesIn
from ..network.queries import municipalities_by_code
from .models import Service
from .vocabularies import labels

GOALS = {
    "school": lazy_gettext("Terug naar school"),
    "work": lazy_gettext("Naar werk"),
    "care": lazy_gettext("Naar zorg"),
    "orientation": lazy_gettext("Oriëntatie"),
    "prevention": lazy_gettext("Preventie"),
    "day_activity": lazy_gettext("Dagbesteding"),
}
GOAL_SLUGS = {
    "school": "school",
    "work": "werk",
    "care": "zorg",
    "orientation": "orientatie",
    "prevention": "preventie",
    "day_activity": "dagbesteding",
}
"""The goals as they stand in an address."""
GOAL_OF_SLUG = {slug: goal for goal, slug in GOAL_SLUGS.items()}

MOST_PLACES = 5
"""More municipalities than this are counted in a line and named elsewhere on the page."""

_ALL_MBO = ("mbo-1", "mbo-2", "mbo-3", "mbo-4")


def age(rule: AgeBetween) -> str:
    """``12 tot en met 16 jaar``."""
    if rule.min is None:
        return _("tot en met %(max)d jaar", max=rule.max)
    if rule.max is None:
        return _("vanaf %(min)d jaar", min=rule.min)
    if rule.min == rule.max:
        return _("%(age)d jaar", age=rule.min)
    return _("%(min)d tot en met %(max)d jaar", min=rule.min, max=rule.max)


def level_names(slugs: Iterable[str], names: dict[str, str]) -> list[str]:
    """Labels of levels; the four of mbo together are just mbo."""
    slugs = list(dict.fromkeys(slugs))
    if all(level in slugs for level in _ALL_MBO):
        first = slugs.index("mbo-1")
        slugs = [slug for slug in slugs if slug not in _ALL_MBO]
        slugs.insert(min(first, len(slugs)), "mbo")
    return [names.get(slug, "Mbo" if slug == "mbo" else slug) for slug in slugs]


def one_of(words: list[str]) -> str:
    """``Vmbo, havo of vwo``."""
    return either(words[:1] + [word[:1].lower() + word[1:] for word in words[1:]])


def either(words: list[str]) -> str:
    """``Leiden, Katwijk of Lisse``: names keep their capitals."""
    if len(words) < 2:
        return "".join(words)
    return _("%(most)s of %(last)s", most=", ".join(words[:-1]), last=words[-1])


def for_whom_age(service: Service) -> str | None:
    """The age that is let in, for a card; ``None`` when nothing is said about age."""
    rules = [rule for rule in service.ages if rule.kind == Kind.INCLUSION]
    return "; ".join(age(rule) for rule in rules) or None


def for_whom_level(service: Service) -> str | None:
    found = level_names(service.levels, labels("levels"))
    return ", ".join(found[:1] + [w[:1].lower() + w[1:] for w in found[1:]]) or None


def criterion(rule: Criterion, level_labels: dict[str, str]) -> str:
    """One rule as a line under "voor wie" or "niet voor"."""
    match rule:
        case AgeBetween():
            return age(rule)
        case LevelIn():
            return one_of(level_names(rule.levels, level_labels))
        case LivesIn():
            places = [place.name for place in municipalities_by_code(rule.municipalities)]
            if len(places) > MOST_PLACES:
                return _(
                    "Woont in een van de %(count)d gemeenten van het werkgebied", count=len(places)
                )
            return _("Woont in %(places)s", places=either(places))


def criteria(service: Service, kind: Kind) -> list[str]:
    """The rules of one kind, each as a line."""
    names = labels("levels")
    return [criterion(rule, names) for rule in service.criteria if rule.kind == kind]


def start_options() -> list[str]:
    """The choices of "wanneer kan een leerling beginnen?"."""
    return [
        _("Nu: het hele jaar door"),
        _("Binnen 2 weken"),
        _("Binnen 3 maanden"),
        _("Niet opgegeven"),
    ]


def alone() -> str:
    return _("Jongere mag zichzelf aanmelden")
