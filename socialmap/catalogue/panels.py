"""Panels on the page of a service that other rooms fill: they register, the page draws."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from .models import Service


@dataclass(frozen=True)
class Panel:
    """A part of the page: the template that draws it, with its values."""

    template: str
    values: dict[str, object] = field(default_factory=dict)
    is_pressing: bool = False
    """Whether it is worth to stand before all that the page tells."""


Maker = Callable[[Service, date], Panel | None]
_makers: list[Maker] = []


def on_service_page(maker: Maker) -> Maker:
    """Register a function that makes a panel of a service, or none; seen from a day."""
    if maker not in _makers:
        _makers.append(maker)
    return maker


def panels_of(service: Service, today: date) -> list[Panel]:
    return [panel for maker in _makers if (panel := maker(service, today)) is not None]
