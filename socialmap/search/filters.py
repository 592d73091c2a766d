"""The filters of ``/aanbod`` as they stand in an address: every state of the list is a link."""

from dataclasses import dataclass, field, replace

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ..kit.slugs import slugify

CHOICES = (
    "doel", "thema", "doelgroep", "onderwijs", "gemeente", "regio", "aanbieder",
    "soort_aanbieder", "instroom", "zelf",
)  # fmt: skip
"""The filters of which several values may be chosen: either of the values will do."""

ORDERS = ("past-het-best", "start", "naam")
LONGEST_QUESTION = 300


@dataclass(frozen=True)
class Filters:
    """A question and what was chosen beside it."""

    q: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    age: int | None = None
    order: str = ""
    page: int = 1
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_args(cls, args: MultiDict) -> "Filters":
        """Read an address. What cannot be read is told in ``errors`` and left out."""
        errors: dict[str, str] = {}
        chosen = {}
        for name in CHOICES:
            values = [slugify(v) for v in args.getlist(name) if v.strip()]
            if values:
                chosen[name] = tuple(dict.fromkeys(values))
        order = args.get("sorteer", "")
        if order and order not in ORDERS:
            errors["sorteer"] = _("Deze volgorde kennen we niet.")
            order = ""
        return cls(
            q=" ".join(args.get("q", "").split())[:LONGEST_QUESTION],
            chosen=chosen,
            age=_whole_number(args, "leeftijd", 0, 120, errors, _("Vul de leeftijd in jaren in.")),
            order=order,
            page=_whole_number(args, "pagina", 1, 10_000, errors, _("Deze pagina is er niet."))
            or 1,
            errors=errors,
        )

    def to_args(self) -> list[tuple[str, str]]:
        """The address of this state, without what is not chosen."""
        args = [("q", self.q)] if self.q else []
        args += [(name, value) for name, values in self.chosen.items() for value in values]
        if self.age is not None:
            args.append(("leeftijd", str(self.age)))
        if self.order:
            args.append(("sorteer", self.order))
        if self.page > 1:
            args.append(("pagina", str(self.page)))
        return args

    def without(self, name: str, value: str | None = None) -> "Filters":
        """The same state with one choice less, back on the first page."""
        if name == "leeftijd":
            return replace(self, age=None, page=1)
        if name == "q":
            return replace(self, q="", page=1)
        left = tuple(v for v in self.chosen.get(name, ()) if v != value)
        chosen = {n: v for n, v in self.chosen.items() if n != name}
        if left:
            chosen[name] = left
        return replace(self, chosen=chosen, page=1)

    def at_page(self, page: int) -> "Filters":
        return replace(self, page=page)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chosen) or self.age is not None


def _whole_number(args, name: str, low: int, high: int, errors: dict[str, str], words: str):
    value = args.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit()) or not low <= int(value) <= high:
        errors[name] = words
        return None
    return int(value)
