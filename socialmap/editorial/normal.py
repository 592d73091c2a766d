"""Bringing a checked document into the words of the catalogue, before it is stored.

Words of vocabularies become slugs, names of municipalities CBS codes. Looked up once for
many documents, so a file of thousands of services costs as many questions as one.
"""

from ..catalogue.documents import Location, ServiceDocument
from ..catalogue.vocabularies import Resolver
from ..kit.errors import Refused
from ..kit.slugs import slugify
from ..kit.words import _
from ..matching.criteria import (
    Criterion,
    InSituation,
    LevelIn,
    LivesIn,
    NeedsPaper,
    ReferredBy,
    SpeaksLanguage,
)
from ..network.models import Municipality
from ..network.queries import municipalities


class UnknownPlace(Refused):
    """A municipality that does not exist; ``field`` is where in the document it stands."""

    def __init__(self, name: str, field: str) -> None:
        super().__init__(_("%(name)s is geen gemeente die wij kennen.", name=name))
        self.field = field


class Normalizer:
    """Makes documents normal; new words wait in ``words`` until ``words.add_unknown()``."""

    def __init__(self) -> None:
        self.words = Resolver()
        self._places: dict[str, Municipality] = {}
        for place in municipalities():
            self._places[place.code] = self._places[place.slug] = place

    def place(self, name: str, field: str = "municipality") -> Municipality:
        """A municipality by name or CBS code. Raises ``UnknownPlace``."""
        found = self._places.get(name) or self._places.get(slugify(name))
        if found is None:
            raise UnknownPlace(name, field)
        return found

    def normal(self, document: ServiceDocument) -> ServiceDocument:
        """The same service in slugs and codes. Raises ``UnknownPlace``."""
        slugs = self.words.slugs
        place = document.municipality and self.place(document.municipality)
        return document.model_copy(
            update={
                "kind": document.kind and self.words.slug("service_kinds", document.kind),
                "themes": slugs("themes", document.themes),
                "target_groups": slugs("target_groups", document.target_groups),
                "intake_forms": slugs("intake_forms", document.intake_forms),
                "languages": slugs("languages", document.languages),
                "accessibility": slugs("accessibility", document.accessibility),
                "municipality": place.name if place else None,
                "service_area": self._codes(document.service_area, "service_area"),
                "locations": [self._location(location) for location in document.locations],
                "criteria": [self._criterion(rule) for rule in document.criteria],
            }
        )

    def _codes(self, names, field: str) -> list[str]:
        return list(dict.fromkeys(self.place(name, field).code for name in names))

    def _location(self, location: Location) -> Location:
        if location.municipality is None:
            return location
        name = self.place(location.municipality, "locations").name
        return location.model_copy(update={"municipality": name})

    def _criterion(self, rule: Criterion) -> Criterion:
        slugs = self.words.slugs
        match rule:
            case LevelIn():
                change: dict[str, object] = {"levels": tuple(slugs("levels", rule.levels))}
            case LivesIn():
                codes = self._codes(rule.municipalities, "criteria")
                change = {"municipalities": tuple(codes)}
            case NeedsPaper():
                change = {"paper": self.words.slug("papers", rule.paper)}
            case SpeaksLanguage():
                change = {"language": self.words.slug("languages", rule.language)}
            case InSituation():
                change = {"situations": tuple(slugs("situations", rule.situations))}
            case ReferredBy():
                change = {"referrers": tuple(slugs("referrers", rule.referrers))}
            case _:
                return rule
        return rule.model_copy(update=change)
