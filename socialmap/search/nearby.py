"""For editors: what is near to a word, and what words would find by another thesaurus."""

from collections.abc import Iterable
from datetime import date

from .analysis import stem
from .filters import Filters
from .index import SearchIndex
from .lexicon import Lexicon
from .meanings import meanings_of
from .results import search_in
from .snapshot import Snapshot
from .thesaurus import Group

FIRST = 5
"""So many services are named."""


def near_terms(snapshot: Snapshot, word: str, *, most: int = 5) -> list[str]:
    """Words that find something and that sound, are spelled or begin like this one, nearest first.

    Whole words, as a service or the thesaurus writes them.
    """
    meanings, stemmed = meanings_of(snapshot, snapshot.lexicon), stem(word)
    near = [other for _difference, other in meanings.words.near(stemmed)]
    near += meanings.words.parts_of(word)
    near += meanings.words.beginning_with(stemmed[: max(4, len(stemmed) - 3)], most)
    found: dict[str, None] = {}
    for other in near:
        if stem(other) != stemmed and meanings.of_guess(stem(other)) is not None:
            found[meanings.as_written(stem(other), word)] = None
    return list(found)[:most]


def count_words(
    index: SearchIndex, words: str, *, today: date, groups: Iterable[Group] | None = None
) -> tuple[int, list[str]]:
    """How many services words find, and the names of the first five.

    ``groups`` tries another thesaurus than the one in use. Raises ``NotReady``.
    """
    snapshot = index.snapshot()
    if groups is not None:
        snapshot = snapshot.understood_by(Lexicon.read(groups))
    found = search_in(snapshot, Filters(q=words), today=today, limit=FIRST, facets=())
    return found.total, [hit.entry.name for hit in found.hits]
