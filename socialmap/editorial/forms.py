"""The form about a group of the thesaurus."""

import re
from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField
from wtforms.validators import ValidationError

from ..catalogue import vocabularies, wording
from ..kit.errors import Refused
from ..kit.forms import BaseForm, LineField, ProseField, required
from ..search.lexicon import FILTER_OF
from ..search.operations import FILTERS, tidy_name, tidy_words
from ..search.thesaurus import Group

FILTER_NAMES = {
    "thema": _("Thema’s"),
    "doelgroep": _("Doelgroepen"),
    "soort": _("Soorten aanbod"),
    "soort_aanbieder": _("Soorten aanbieders"),
    "onderwijs": _("Onderwijs"),
    "doel": _("Doelen"),
}


class TermsField(SelectMultipleField):
    """Values of filters to tick, a fold for each filter."""

    needed, why = False, None

    def pre_validate(self, form):
        known = {value for value, *_rest in self.iter_choices()}
        if not set(self.data or ()) <= known:
            raise ValidationError(gettext("Kies iets uit de lijst."))

    @property
    def folds(self) -> Iterable[tuple[str, str, list[tuple[str, str]]]]:
        """Of each filter its name in addresses and on the page, and its values with their words."""
        choices = [(value, label) for value, label, *_rest in self.iter_choices()]
        for name, title in FILTER_NAMES.items():
            yield name, str(title), [row for row in choices if row[0].startswith(f"{name}:")]


def split_words(text: str | None) -> list[str]:
    """What somebody typed as separate words: one on a line, or with commas."""
    return re.split(r"[\n,]", text or "")


class GroupForm(BaseForm):
    """The words of a group, and for a new one its name."""

    name = LineField(
        _("Het gewone woord"),
        [required(_("Vul het gewone woord in."))],
        description=_("Dit woord zien bezoekers. Bijvoorbeeld: spijbelen"),
    )
    words = ProseField(
        _("Woorden die hetzelfde betekenen"),
        description=_(
            "Eén per regel, of met een komma ertussen. Een paar woorden achter elkaar mag ook. "
            "Wie dit typt, vindt wat bij de andere woorden past."
        ),
        rows=8,
    )
    also = ProseField(
        _("Zoek ook op"),
        description=_(
            "Eén per regel, of met een komma ertussen. "
            "Dit telt minder zwaar mee, en alleen als er weinig wordt gevonden."
        ),
        rows=4,
    )
    terms = TermsField(
        _("Filters die erbij passen"),
        description=_("Aanbod met een van deze kenmerken komt er ook bij, onder de rest."),
    )

    def __init__(self, group: Group | None = None, **kwargs):
        """For a group that is there, or for a new one."""
        facts = {"words": "\n".join(group.words), "also": "\n".join(group.also)} if group else {}
        terms = list(group.terms) if group else []
        super().__init__(**{**facts, "terms": terms, **kwargs})
        self.terms.choices = term_choices(terms)
        self._known_name = group.name if group else None
        if group:
            del self.name

    @property
    def group(self) -> Group:
        """What was filled in."""
        name = self._known_name or self.name.data
        words, also = split_words(self.words.data), split_words(self.also.data)
        return Group(name, tuple(words), tuple(also), tuple(self.terms.data))

    def validate_name(self, field):
        _fits(tidy_name, field.data)

    def validate_words(self, field):
        _fits(tidy_words, split_words(field.data))

    def validate_also(self, field):
        _fits(tidy_words, split_words(field.data))


def _fits(rule, typed) -> None:
    """Ask the rule of the operation, and tell what it refuses beside the field."""
    try:
        rule(typed)
    except Refused as refused:
        raise ValidationError(str(refused)) from refused


def term_choices(held: Iterable[str]) -> list[tuple[str, str]]:
    """Every value of a filter that a group may name, with its words.

    What a group holds already stays a choice when no vocabulary knows it any more.
    """
    vocabulary_of = {name: vocabulary for vocabulary, name in FILTER_OF.items()}
    goals = {wording.GOAL_SLUGS[goal]: str(label) for goal, label in wording.GOALS.items()}
    found: dict[str, str] = {}
    for name in FILTERS:
        values = goals if name == "doel" else vocabularies.labels(vocabulary_of[name])
        found |= {f"{name}:{slug}": label for slug, label in values.items()}
    return list(({term: term.partition(":")[2] for term in held} | found).items())
