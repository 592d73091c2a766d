"""Whom to call when it cannot wait: the national numbers, or those a region has set."""

from dataclasses import dataclass
from datetime import date

from .models import Region


@dataclass(frozen=True)
class UrgentNumber:
    """A number that is answered at once: what it is for, whose it is, when it is answered."""

    when: str
    name: str
    number: str
    hours: str = ""


@dataclass(frozen=True)
class UrgentNumbers:
    """The numbers, and the day on which somebody last checked them."""

    numbers: tuple[UrgentNumber, ...]
    checked_on: date


NATIONAL = UrgentNumbers(
    (
        UrgentNumber("Er is nu gevaar", "Alarmnummer", "112", "dag en nacht"),
        UrgentNumber(
            "Je denkt aan zelfdoding", "113 Zelfmoordpreventie", "0800 0113", "dag en nacht"
        ),
        UrgentNumber("Thuis is het niet veilig", "Veilig Thuis", "0800 2000", "dag en nacht"),
        UrgentNumber(
            "Je wilt praten en bent jonger dan 18",
            "Kindertelefoon",
            "0800 0432",
            "elke dag van 11.00 tot 21.00 uur",
        ),
    ),
    date(2026, 11, 22),
)
"""The free national numbers; all answer in the whole of the Netherlands."""


def urgent_numbers(region: Region | None) -> UrgentNumbers:
    """The numbers that a region has set, else the national ones."""
    if region is None or not region.urgent_numbers_json or region.urgent_checked_on is None:
        return NATIONAL
    found = tuple(UrgentNumber(**number) for number in region.urgent_numbers_json)
    return UrgentNumbers(found, region.urgent_checked_on)
