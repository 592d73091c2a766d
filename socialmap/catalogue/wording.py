"""How rules and facts of a service read, in the words of a mentor."""

from collections.abc import Iterable
from datetime import date

from flask_babel import LazyString, lazy_gettext, ngettext
from flask_babel import gettext as _

from ..kit.formats import decimal, euros
from ..matching.criteria import (
    AgeBetween,
    Criterion,
    Enrolled,
    HasStartQualification,
    InSituation,
    Kind,
    LevelIn,
    LivesIn,
    MayApplyAlone,
    NeedsPaper,
    ReferredBy,
    SpeaksLanguage,
    UnderCompulsoryEducation,
)
from ..network.queries import municipalities_by_code
from .documents import Duration, Intensity, Result, ServiceDocument
from .vocabularies import givers, labels

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


_ALL_LEVELS = {"pro", "vso", "vmbo", "havo", "vwo", *_ALL_MBO}


def level_names(slugs: Iterable[str], names: dict[str, str]) -> list[str]:
    """Labels of levels; the four of mbo together are just mbo, and all together are all."""
    slugs = list(dict.fromkeys(slugs))
    if set(slugs) >= _ALL_LEVELS:
        return [_("Alle niveaus")]
    if all(level in slugs for level in _ALL_MBO):
        first = slugs.index("mbo-1")
        slugs = [slug for slug in slugs if slug not in _ALL_MBO]
        slugs.insert(min(first, len(slugs)), "mbo")
    return [names.get(slug, "Mbo" if slug == "mbo" else slug) for slug in slugs]


def one_of(words: list[str]) -> str:
    """``Vmbo, havo of vwo``."""
    return either(words[:1] + [_small(word) for word in words[1:]])


def _small(word: str) -> str:
    """Without its capital, unless it is an abbreviation such as UWV."""
    return word if word[1:2].isupper() else word[:1].lower() + word[1:]


def either(words: list[str]) -> str:
    """``Leiden, Katwijk of Lisse``: names keep their capitals."""
    if len(words) < 2:
        return "".join(words)
    return _("%(most)s of %(last)s", most=", ".join(words[:-1]), last=words[-1])


def for_whom_age(facts: ServiceDocument) -> str | None:
    """The age that is let in, for a card; ``None`` when nothing is said about age."""
    rules = [rule for rule in facts.ages if rule.kind == Kind.INCLUSION]
    return "; ".join(age(rule) for rule in rules) or None


def for_whom_level(facts: ServiceDocument, names: dict[str, str] | None = None) -> str | None:
    """The levels that are let in, for a card; ``names`` saves looking the vocabulary up."""
    found = level_names(facts.admitted_levels, names or labels("levels"))
    return ", ".join(found[:1] + [_small(w) for w in found[1:]]) or None


class Wording:
    """Rules of services as lines of text; looks each vocabulary up once."""

    def __init__(self) -> None:
        self._labels: dict[str, dict[str, str]] = {}

    def label(self, vocabulary: str, slug: str) -> str:
        if vocabulary not in self._labels:
            self._labels[vocabulary] = labels(vocabulary)
        return self._labels[vocabulary].get(slug, slug)

    def names(self, vocabulary: str, slugs: Iterable[str]) -> list[str]:
        return [self.label(vocabulary, slug) for slug in slugs]

    def criterion(self, rule: Criterion) -> str:
        """One rule as a line under "voor wie" or "niet voor"."""
        match rule:
            case AgeBetween():
                return age(rule)
            case LevelIn():
                self.label("levels", "")
                return one_of(level_names(rule.levels, self._labels["levels"]))
            case LivesIn():
                return _area(rule)
            case Enrolled():
                return _("Staat ingeschreven bij een school of opleiding")
            case HasStartQualification():
                return _("Heeft een startkwalificatie (diploma havo, vwo of mbo 2 of hoger)")
            case UnderCompulsoryEducation():
                return str(_DUTIES[rule.duty])
            case NeedsPaper():
                return self._paper(rule)
            case SpeaksLanguage():
                return self._language(rule)
            case InSituation():
                return one_of(self.names("situations", rule.situations))
            case ReferredBy():
                return _("Aangemeld door: %(who)s", who=self.referrers(rule.referrers))
            case MayApplyAlone():
                return _("De jongere mag zichzelf aanmelden")

    def referrers(self, slugs: Iterable[str]) -> str:
        return one_of(self.names("referrers", slugs))

    def _paper(self, rule: NeedsPaper) -> str:
        giver = rule.given_by or givers().get(rule.paper)
        paper = self.label("papers", rule.paper)
        return _("%(paper)s, van %(giver)s", paper=paper, giver=giver) if giver else paper

    def _language(self, rule: SpeaksLanguage) -> str:
        language = self.label("languages", rule.language)
        if rule.cefr:
            return _(
                "Spreekt %(language)s op niveau %(cefr)s of hoger",
                language=language,
                cefr=rule.cefr,
            )
        return _("Spreekt %(language)s", language=language)

    def criteria(self, facts: ServiceDocument, kind: Kind) -> list[str]:
        """The rules of one kind about the pupil, each as a line."""
        return [
            self.criterion(rule)
            for rule in facts.criteria
            if rule.kind == kind and not isinstance(rule, _ASKED_ELSEWHERE)
        ]

    def papers(self, facts: ServiceDocument) -> list[str]:
        """What must be brought along: formal papers first, then what the provider asks."""
        rules = [
            self.criterion(rule)
            for rule in facts.criteria
            if isinstance(rule, NeedsPaper) and rule.kind == Kind.INCLUSION
        ]
        return [*rules, *facts.required_documents]

    def may_not_refer(self, facts: ServiceDocument) -> list[str]:
        """Who may not refer."""
        return [
            name
            for rule in facts.criteria
            if isinstance(rule, ReferredBy) and rule.kind == Kind.EXCLUSION
            for name in self.names("referrers", rule.referrers)
        ]


_ASKED_ELSEWHERE = (ReferredBy, MayApplyAlone)
"""Rules about who applies; the page tells them under "hoe meld je aan"."""

_DUTIES = {
    "school": lazy_gettext("Is leerplichtig"),
    "qualification": lazy_gettext("Is kwalificatieplichtig"),
    "either": lazy_gettext("Is leerplichtig of kwalificatieplichtig"),
}


def _area(rule: LivesIn) -> str:
    places = [place.name for place in municipalities_by_code(rule.municipalities)]
    if len(places) > MOST_PLACES:
        where = _("een van de %(count)d gemeenten van het werkgebied", count=len(places))
    else:
        where = either(places)
    match rule.by:
        case "residence":
            return _("Woont in %(where)s", where=where)
        case "school":
            return _("Gaat naar school in %(where)s", where=where)
    return _("Woont of gaat naar school in %(where)s", where=where)


def from_to(least: float | None, most: float | None) -> str | None:
    """``6 tot 12``, ``vanaf 6``, ``hooguit 12`` or ``6``."""
    if least is None:
        return None if most is None else _("hooguit %(most)s", most=decimal(most))
    if most is None:
        return _("vanaf %(least)s", least=decimal(least))
    if least == most:
        return decimal(least)
    return _("%(least)s tot %(most)s", least=decimal(least), most=decimal(most))


def _units(unit: str, count: int) -> str:
    """The word for so many units of time."""
    match unit:
        case "day":
            return ngettext("dag", "dagen", count)
        case "week":
            return ngettext("week", "weken", count)
        case "month":
            return ngettext("maand", "maanden", count)
        case "year":
            return _("jaar")
    return ngettext("bijeenkomst", "bijeenkomsten", count)


def duration(value: Duration) -> str:
    """``6 tot 12 weken (langer kan)``."""
    number = from_to(value.least, value.most)
    if number is None:
        return value.note or ""
    words = f"{number} {_units(value.unit, value.most or value.least or 2)}"
    return f"{words} ({value.note})" if value.note else words


def intensity(value: Intensity) -> str:
    """``2 tot 4 dagdelen per week``."""
    number = from_to(value.least, value.most)
    if number is None:
        return value.note or ""
    count = int(value.most or value.least or 2)
    words = ngettext("%(number)s dagdeel per week", "%(number)s dagdelen per week", count,
                     number=number)  # fmt: skip
    return f"{words} ({value.note})" if value.note else words


def result(value: Result) -> str:
    """``23 van de 24: weer op school``. Numbers, never a percentage: groups are small."""
    if value.of is None:
        return f"{value.number}: {value.statement}"
    return _("%(number)d van de %(of)d: %(statement)s", number=value.number, of=value.of,
             statement=value.statement)  # fmt: skip


def cost(facts: ServiceDocument) -> str | None:
    """What the pupil pays, short; ``None`` when nobody said."""
    if facts.cost_amount is None:
        return None
    return euros(facts.cost_amount) if facts.cost_amount else _("Gratis")


def waiting(weeks: int) -> str:
    if weeks == 0:
        return _("Geen wachttijd")
    return ngettext("Ongeveer %(num)d week", "Ongeveer %(num)d weken", weeks)


def ends_soon(facts: ServiceDocument, today: date) -> bool:
    """Whether the money for it runs out within the coming half year, or has run out."""
    until = facts.funded_until
    return until is not None and (until - today).days <= SOON_ENDING


SOON_ENDING = 183
"""Days before the money runs out from which on pages say so: half a year."""


WEEKDAYS: dict[str, LazyString] = {
    "monday": lazy_gettext("maandag"),
    "tuesday": lazy_gettext("dinsdag"),
    "wednesday": lazy_gettext("woensdag"),
    "thursday": lazy_gettext("donderdag"),
    "friday": lazy_gettext("vrijdag"),
    "saturday": lazy_gettext("zaterdag"),
    "sunday": lazy_gettext("zondag"),
}


def start_options() -> list[str]:
    """The choices of "wanneer kan een leerling beginnen?"."""
    return [
        _("Nu: het hele jaar door"),
        _("Binnen 2 weken"),
        _("Binnen 3 maanden"),
        _("Niet opgegeven"),
    ]


def cost_options() -> list[str]:
    """The choices of "wat kost het?"."""
    return [_("Gratis voor de jongere"), _("Kost geld"), _("Niet opgegeven")]


def waiting_options() -> list[str]:
    """The choices of "hoe lang is de wachttijd?"."""
    return [
        _("Geen wachttijd"),
        _("Hooguit 4 weken"),
        _("Hooguit 12 weken"),
        _("Niet opgegeven"),
    ]


def alone() -> str:
    return _("Jongere mag zichzelf aanmelden")
