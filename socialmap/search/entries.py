"""What the index keeps of a service: its words, and the facts of its card and filters.

An entry holds nothing that depends on the day: whether one can begin within two weeks is
asked of its moments when somebody searches.
"""

import json
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property

from ..catalogue import vocabularies, wording
from ..catalogue.completeness import completeness
from ..catalogue.documents import ServiceDocument
from ..catalogue.intake import IntakeMoment, read_moment
from ..catalogue.models import Service
from ..catalogue.queries import holiday_region_of, region_of, serves
from ..matching.criteria import Kind
from ..network.queries import municipalities
from .analysis import SPELLED, for_index, weighed, whole_words


@dataclass(frozen=True)
class Entry:
    """One service as a result shows and filters it. Slugs everywhere but in names and texts."""

    id: str
    slug: str
    name: str
    organization: str
    organization_slug: str
    organization_kind: str | None
    kind: str | None
    summary: str
    goal: str
    themes: list[str]
    target_groups: list[str]
    levels: list[str]
    """Empty when no rule speaks of levels: then every level may come."""
    ages_in: list[list[int | None]]
    ages_out: list[list[int | None]]
    age_text: str | None
    level_text: str | None
    place: str | None
    points: list[list[float]]
    """Where it stands: latitude, longitude, and 1 when that is only its municipality's point."""
    serves: list[str]
    region: str | None
    region_name: str | None
    holiday_region: str
    may_apply_alone: bool
    languages: list[str]
    cost_amount: float | None
    cost: str | None
    waiting_weeks: int | None
    intake: str | None
    moments_json: list[dict[str, object]]
    places_free: int | None
    places_on: str | None
    how_to_refer: str
    funded_until: str | None
    is_incomplete: bool
    version: int
    edited_on: str
    created_on: str

    @cached_property
    def moments(self) -> list[IntakeMoment]:
        return [read_moment(value) for value in self.moments_json]

    @property
    def edited(self) -> date:
        return date.fromisoformat(self.edited_on)

    @property
    def is_new(self) -> bool:
        return self.created_on == self.edited_on

    def to_json(self) -> str:
        return json.dumps({f.name: getattr(self, f.name) for f in fields(self)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Entry":
        return cls(**json.loads(text))


class Describer:
    """Turns services into entries and index documents; looks the vocabularies up once."""

    def __init__(self) -> None:
        self.terms = {
            name: {term.slug: term for term in vocabularies.terms(name)}
            for name in ("themes", "target_groups", "service_kinds", "levels")
        }
        self.level_names = {slug: term.label for slug, term in self.terms["levels"].items()}
        places = municipalities()
        self.place_slugs = {place.code: place.slug for place in places}
        self.points = {place.slug: (place.lat, place.lon) for place in places}

    def entry(self, service: Service) -> Entry:
        region, facts = region_of(service), service.facts
        return Entry(
            id=service.id,
            slug=service.slug,
            name=service.name,
            organization=service.organization.name,
            organization_slug=service.organization.slug,
            organization_kind=service.organization.kind,
            kind=facts.kind,
            summary=facts.summary or "",
            goal=wording.GOAL_SLUGS[facts.goal],
            themes=facts.themes,
            target_groups=facts.target_groups,
            levels=facts.admitted_levels,
            ages_in=[[r.min, r.max] for r in facts.ages if r.kind == Kind.INCLUSION],
            ages_out=[[r.min, r.max] for r in facts.ages if r.kind == Kind.EXCLUSION],
            age_text=wording.for_whom_age(facts),
            level_text=wording.for_whom_level(facts, self.level_names),
            place=service.municipality.name if service.municipality else None,
            points=self._points(service),
            serves=[self.place_slugs[code] for code in serves(service)],
            region=region.slug if region else None,
            region_name=region.name if region else None,
            holiday_region=holiday_region_of(service),
            may_apply_alone=bool(facts.pupil_may_apply),
            languages=facts.languages,
            cost_amount=facts.cost_amount,
            cost=wording.cost(facts),
            waiting_weeks=facts.waiting_weeks,
            intake=facts.intake,
            moments_json=_plain(facts.intake_moments),
            places_free=facts.places_free,
            places_on=_iso(facts.places_on),
            how_to_refer=facts.how_to_refer,
            funded_until=_iso(facts.funded_until),
            is_incomplete=bool(completeness(facts).lacks_essentials),
            version=service.version,
            edited_on=service.edited_on.isoformat(),
            created_on=service.created_on.isoformat(),
        )

    def _points(self, service: Service) -> list[list[float]]:
        """Every place with a point of its own; else the main point, else the municipality's."""
        facts = service.facts
        exact = [(p.lat, p.lon) for p in facts.locations if p.lat is not None and p.lon is not None]
        if not exact and facts.lat is not None and facts.lon is not None:
            exact = [(facts.lat, facts.lon)]
        if exact:
            return [[lat, lon, 0] for lat, lon in dict.fromkeys(exact)]
        place = service.municipality
        return [[place.lat, place.lon, 1]] if place else []

    def document(self, service: Service) -> dict[str, str | list[str]]:
        """The service as Whoosh takes it: its words with their weight, and the entry."""
        parts = self._parts(service)
        return {
            "id": service.id,
            "entry": self.entry(service).to_json(),
            "words": whole_words(parts[name] for name in SPELLED),
            "text": for_index(weighed(parts)),
        }

    def _parts(self, service: Service) -> dict[str, str]:
        """The texts that a service is found by, named as ``analysis.WEIGHTS``."""
        facts = service.facts
        return {
            "name": service.name,
            "organization": service.organization.name,
            "themes": self._labels("themes", facts.themes),
            "target_groups": self._labels("target_groups", facts.target_groups),
            "summary": facts.summary or "",
            "description": _running_text(facts),
            "kind": self._labels("service_kinds", [facts.kind] if facts.kind else []),
            "place": _places(service),
            "contact": " ".join(_roles(facts)),
            "rules": facts.admission or "",
        }

    def _labels(self, vocabulary: str, slugs: list[str]) -> str:
        terms = self.terms[vocabulary]
        return ". ".join(terms[slug].label for slug in slugs if slug in terms)


def _roles(facts: ServiceDocument) -> list[str]:
    """By which role somebody is called there."""
    roles = [facts.contact_role, *(contact.role for contact in facts.contacts)]
    return list(dict.fromkeys(role for role in roles if role))


def _plain(moments: list[IntakeMoment]) -> list[dict[str, object]]:
    return [moment.model_dump(mode="json", exclude_defaults=True) | {"type": moment.type}
            for moment in moments]  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _running_text(facts: ServiceDocument) -> str:
    """Everything that is told in sentences and may be searched by."""
    texts = (facts.description, facts.text_for_pupil, facts.method, facts.end_terms)
    return " ".join(text for text in texts if text)


def _places(service: Service) -> str:
    names = [service.municipality.name] if service.municipality else []
    names += [place.municipality for place in service.facts.locations if place.municipality]
    return " ".join(dict.fromkeys(names))
