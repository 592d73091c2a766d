"""What the index keeps of a service: its words, and the facts of its card and filters.

An entry holds nothing that depends on the day: whether one can begin within two weeks is
asked of its moments when somebody searches.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property

from ..catalogue import vocabularies, wording
from ..catalogue.intake import IntakeMoment, read_moment
from ..catalogue.models import Service
from ..catalogue.queries import region_of, serves
from ..matching.criteria import AgeBetween, Kind
from ..network.queries import municipalities

YOUNG_PEOPLE = "jongere"
EVERYBODY = "iedereen"


@dataclass(frozen=True)
class Entry:
    """One service as a result shows and filters it. Slugs everywhere but in names and texts."""

    id: str
    slug: str
    name: str
    organization: str
    organization_slug: str
    organization_kind: str
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
    serves: list[str]
    region: str | None
    region_name: str | None
    may_apply_alone: bool
    intake: str | None
    moments_json: list[dict[str, object]]
    places_free: int | None
    places_on: str | None
    how_to_refer: str
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

    def admits_age(self, age: int) -> bool:
        """Whether no rule about age keeps somebody of this age out."""
        return all(
            AgeBetween(min=low, max=high).covers(age) for low, high in self.ages_in
        ) and not any(AgeBetween(min=low, max=high).covers(age) for low, high in self.ages_out)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Entry":
        return cls(**json.loads(text))


class Describer:
    """Turns services into entries and index documents; looks the vocabularies up once."""

    def __init__(self) -> None:
        self.themes = {term.slug: term for term in vocabularies.terms("themes")}
        self.target_groups = {term.slug: term for term in vocabularies.terms("target_groups")}
        self.place_slugs = {place.code: place.slug for place in municipalities()}

    def entry(self, service: Service) -> Entry:
        region = region_of(service)
        return Entry(
            id=service.id,
            slug=service.slug,
            name=service.name,
            organization=service.organization.name,
            organization_slug=service.organization.slug,
            organization_kind=service.organization.kind,
            summary=service.summary or "",
            goal=wording.GOAL_SLUGS[service.goal],
            themes=service.themes,
            target_groups=service.target_groups,
            levels=service.levels,
            ages_in=[[r.min, r.max] for r in service.ages if r.kind == Kind.INCLUSION],
            ages_out=[[r.min, r.max] for r in service.ages if r.kind == Kind.EXCLUSION],
            age_text=wording.for_whom_age(service),
            level_text=wording.for_whom_level(service),
            place=service.municipality.name if service.municipality else None,
            serves=[self.place_slugs[code] for code in serves(service)],
            region=region.slug if region else None,
            region_name=region.name if region else None,
            may_apply_alone=bool({YOUNG_PEOPLE, EVERYBODY} & set(service.referrers)),
            intake=service.intake,
            moments_json=service.intake_moments_json,
            places_free=service.places_free,
            places_on=service.places_on.isoformat() if service.places_on else None,
            how_to_refer=service.how_to_refer,
            edited_on=service.edited_on.isoformat(),
            created_on=service.created_on.isoformat(),
        )

    def document(self, service: Service) -> dict[str, str]:
        """The service as Whoosh takes it: the words of each field, and the entry."""
        words = {
            "name": service.name,
            "organization": service.organization.name,
            "themes": self._words(self.themes, service.themes),
            "target_groups": self._words(self.target_groups, service.target_groups),
            "summary": service.summary or "",
            "description": service.description or "",
            "place": service.municipality.name if service.municipality else "",
        }
        return {
            "id": service.id,
            "entry": self.entry(service).to_json(),
            "words": " ".join(words.values()),
            **words,
        }

    @staticmethod
    def _words(terms, slugs: list[str]) -> str:
        """The label of each term and whatever else people call it."""
        found = [terms[slug] for slug in slugs if slug in terms]
        return ". ".join(word for term in found for word in (term.label, *term.also))
