"""Services that are like one: sooner, near by, and with a place when that one is full."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from flask import current_app

from ..catalogue.documents import ServiceDocument
from ..catalogue.models import Service
from ..catalogue.panels import Panel, on_service_page
from ..network.places import Place, about
from .cards import Card, card
from .entries import Entry
from .index import NotReady, SearchIndex
from .postings import row
from .snapshot import NEVER, Snapshot

MOST = 4
LONG_WAIT = 12
"""Weeks of waiting from which on somewhere else is worth a look."""

SHARED = {"thema": 3.0, "soort": 1.5, "doelgroep": 1.0, "doel": 1.0}
"""What it counts for to have the same value of a filter."""

ALIKE = 4.0
"""From so much on a service is like another: a shared theme, and something more."""

SERVES_THE_SAME, SOONER, A_RIDE = 2.0, 1.0, 20.0
"""What it counts for to serve the same place and to start sooner; kilometres that cost one."""


@dataclass(frozen=True)
class Related:
    """A service like another, and what is better about it."""

    card: Card
    is_sooner: bool
    distance: int | None
    """About so many kilometres from the other."""


def related_to(service_id: str, today: date) -> list[Related]:
    """The services that are like one; none while the index is not there yet."""
    index: SearchIndex = current_app.extensions["search"]
    try:
        snapshot = index.snapshot()
    except NotReady:
        return []
    number = snapshot.number_of(service_id)
    return [] if number is None else related(snapshot, number, today)


@on_service_page
def related_panel(service: Service, today: date) -> Panel | None:
    """The services that are like this one; ``None`` when there are none."""
    found = related_to(service.id, today)
    if not found:
        return None
    full = is_full(service.facts)
    return Panel("search/related.html", {"related": found, "is_full": full}, is_pressing=full)


def is_full(facts: ServiceDocument) -> bool:
    """Whether nobody can begin here for some time."""
    waits_long = facts.waiting_weeks is not None and facts.waiting_weeks >= LONG_WAIT
    return facts.places_free == 0 or facts.how_to_refer == "closed" or waits_long


def related(snapshot: Snapshot, number: int, today: date) -> list[Related]:
    """The services most like one that take somebody on, the best first."""
    entry, days = snapshot.entries[number], snapshot.first_days(today)
    alike = _likeness(snapshot, entry)
    alike[number] = 0
    candidates = np.flatnonzero((alike >= ALIKE) & snapshot.alive_row).astype(np.int32)
    away = _away(snapshot, entry, candidates)
    score = alike[candidates] + SOONER * (days[candidates] < days[number])
    score -= np.where(np.isfinite(away), away, A_RIDE) / A_RIDE
    order = np.lexsort((snapshot.by_name[candidates], -score))
    found: list[Related] = []
    for place in order[: 4 * MOST]:
        other = snapshot.entries[candidates[place]]
        if _takes_somebody_on(other) and len(found) < MOST:
            first = days[candidates[place]]
            found.append(
                Related(
                    card(other, today),
                    is_sooner=bool(first < days[number] != NEVER),
                    distance=about(float(away[place])) if np.isfinite(away[place]) else None,
                )
            )
    return found


def _takes_somebody_on(entry: Entry) -> bool:
    waits_long = entry.waiting_weeks is not None and entry.waiting_weeks >= LONG_WAIT
    return entry.places_free != 0 and entry.how_to_refer != "closed" and not waits_long


def _likeness(snapshot: Snapshot, entry: Entry) -> np.ndarray:
    """For each service how much it has in common with one, and that it serves the same place."""
    has = {
        "thema": entry.themes,
        "soort": [entry.kind] if entry.kind else [],
        "doelgroep": entry.target_groups,
        "doel": [entry.goal],
    }
    found = np.zeros(snapshot.size, np.float32)
    for name, values in has.items():
        for value in values:
            found += SHARED[name] * row(snapshot.having(name, value), snapshot.size)
    same_theme = np.zeros(snapshot.size, bool)
    for value in entry.themes:
        same_theme |= row(snapshot.having("thema", value), snapshot.size)
    served = 0
    for slug in entry.serves:
        served |= snapshot.having("gemeente", slug)
    found += SERVES_THE_SAME * row(served, snapshot.size)
    return np.where(same_theme, found, 0)


def _away(snapshot: Snapshot, entry: Entry, candidates: np.ndarray) -> np.ndarray:
    if not entry.points:
        return np.full(len(candidates), np.inf, np.float32)
    lat, lon, _about = entry.points[0]
    return snapshot.away(Place(entry.name, lat, lon, "place"), candidates)
