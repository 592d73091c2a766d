"""A process gives back what it does not need, on any C library."""

import ctypes
import gc

import pytest

from socialmap.kit.memory import settle


@pytest.fixture(autouse=True)
def unfrozen():
    yield
    gc.unfreeze()


def test_what_stays_is_not_walked_over_again():
    settle()
    assert gc.get_freeze_count() > 0


def test_another_c_library_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    settle()
    assert gc.get_freeze_count() > 0
