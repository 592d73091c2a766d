"""Looking up the thesaurus."""

from .thesaurus import Group, shipped


def groups() -> list[Group]:
    """All groups of words."""
    return list(shipped().values())
