"""What was filled in about a pupil, as values and as lines to read over."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from ..catalogue.vocabularies import labels
from ..kit.formats import plain_date
from . import own_questions
from .forms import (
    BRINGERS,
    HANDOVERS,
    LEAVING_BY,
    LEAVING_CAUSES,
    LEAVING_GROUNDS,
    MEETINGS,
    MONTHS,
    OWN_CONSENT_AGE,
    PAPERS,
    PARENTS,
    REACH,
    WANTED,
    WAYS,
    age_at_most,
)
from .models import Referral
from .operations import FORM, read_private

_NOT_KEPT = ("csrf_token", "start_key", "organization", "wanted")
_DAYS = ("pupil_on", "parent_on", "leaves_on")


def field_values(form) -> dict[str, object]:
    """What was filled in, right or not, as it can be kept."""
    return {
        field.name: field.data.isoformat() if isinstance(field.data, date) else field.data
        for field in form
        if field.name not in _NOT_KEPT
    }


@dataclass(frozen=True)
class Kept:
    """The kept answers of a referral, as values."""

    values: dict[str, object]

    def get(self, name: str) -> str:
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    @property
    def initials(self) -> str:
        return self.get("initials")

    def days(self) -> dict[str, date | None]:
        """The days among the answers, as days."""
        return {
            name: date.fromisoformat(text) if (text := self.get(name)) else None for name in _DAYS
        }

    def youngest_age(self, today: date) -> int | None:
        """The youngest that the pupil can be; ``None`` while month or year is missing."""
        year, month = self.get("birth_year"), self.get("birth_month")
        if not (year.isdigit() and month.isdigit()):
            return None
        return age_at_most(int(year), int(month), today)

    def needs_parent(self, today: date) -> bool:
        """Whether a parent or guardian must agree; an unknown age is treated as young."""
        age = self.youngest_age(today)
        return age is None or age < OWN_CONSENT_AGE


def answers_of(referral: Referral) -> Kept:
    return Kept(read_private(referral, FORM))


@dataclass(frozen=True)
class Line:
    """A question and its answer, to read over; ``step`` is where to change it."""

    question: str
    answer: str
    step: str


@dataclass(frozen=True)
class Answers:
    """Everything that was filled in, in the order of the form."""

    lines: list[Line]
    own_words: str
    called: str
    initials: str

    @classmethod
    def of(cls, referral: Referral) -> "Answers":
        kept = answers_of(referral)
        get = kept.get
        month = int(get("birth_month") or 0)
        born = f"{MONTHS[month - 1]} {get('birth_year')}" if month else get("birth_year")
        level = labels("levels").get(get("education"), "")
        lines = [
            Line(_("Aangemeld door"), referral.organization.name, "waarom"),
            Line(_("Soort overdracht"), str(HANDOVERS.get(get("handover"), "")), "waarom"),
            Line(_("Wat wordt gevraagd"), wanted_words(referral), "waarom"),
            Line(_("Waarom past dit"), get("why_here"), "waarom"),
            Line(_("Waarom nu werk en geen school"), get("why_work"), "waarom"),
            Line(_("Wat is er al gedaan"), get("done_so_far"), "waarom"),
            Line(_("Wie helpt er nog meer"), get("other_helpers"), "waarom"),
            Line(_("Papieren"), _papers(kept), "waarom"),
            Line(_("Nummer elders"), get("other_reference"), "waarom"),
            Line(_("Dreigende uitschrijving"), _leaving(kept), "waarom"),
            *_own_answers(referral, kept),
            Line(_("Wil genoemd worden"), get("called"), "leerling"),
            Line(_("Voorletters"), get("initials"), "leerling"),
            Line(_("Geboren in"), born, "leerling"),
            Line(_("Woont in"), get("municipality"), "leerling"),
            Line(_("Onderwijs"), ", ".join(filter(None, [level, get("year")])), "leerling"),
            Line(
                _("Bereikbaar"),
                ": ".join(filter(None, [str(REACH.get(get("reach"), "")), get("reach_details")])),
                "leerling",
            ),
            Line(_("Akkoord van de leerling"), _agreement(kept, "pupil"), "akkoord"),
            Line(_("Akkoord van ouder of voogd"), _agreement(kept, "parent"), "akkoord"),
            Line(
                _("Kennismaken"),
                ". ".join(
                    filter(None, [str(MEETINGS.get(get("meeting"), "")), get("meeting_times")])
                ),
                "akkoord",
            ),
        ]
        return cls(
            lines=[line for line in lines if line.answer],
            own_words=get("own_words"),
            called=get("called"),
            initials=get("initials"),
        )


def _own_answers(referral: Referral, kept: Kept) -> list[Line]:
    """What the receiver asked itself, with what was answered."""
    asked = own_questions.asked_with(referral, kept.values)
    return [Line(question.text, kept.get(question.name), "waarom") for question in asked]


def wanted_words(referral: Referral) -> str:
    """Whether an answer is asked, or it is for information."""
    return str(WANTED["action" if referral.wants_action else "information"])


def _papers(kept: Kept) -> str:
    """Which papers there are, and who brings them."""
    names = kept.values.get("papers")
    found = [str(PAPERS[name]) for name in names if name in PAPERS] if names else []  # type: ignore[attr-defined]
    brought = str(BRINGERS.get(kept.get("papers_by"), ""))
    return ": ".join(filter(None, [", ".join(found), brought.lower()])) if found else ""


def _leaving(kept: Kept) -> str:
    """When, on which ground, by whom and why a pupil may be deregistered."""
    on = kept.get("leaves_on")
    if not on:
        return ""
    return ". ".join((
        plain_date(date.fromisoformat(on)),
        str(LEAVING_GROUNDS.get(kept.get("leaves_ground"), "")),
        str(LEAVING_BY.get(kept.get("leaves_by"), "")),
        str(LEAVING_CAUSES.get(kept.get("leaves_cause"), "")),
    ))  # fmt: skip


def _agreement(kept: Kept, who: str) -> str:
    on = kept.get(f"{who}_on")
    if not on:
        return ""
    way = str(WAYS.get(kept.get(f"{who}_way"), ""))
    head = {
        "yes": _("ja"),
        "asked": _("gevraagd, twijfelt nog"),
    }.get(kept.get("pupil_agrees"), "")
    if who == "parent":
        head = str(PARENTS.get(kept.get("parent_who"), ""))
    return ", ".join(filter(None, [head, plain_date(date.fromisoformat(on)), way.lower()]))
