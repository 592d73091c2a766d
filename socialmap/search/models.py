"""What the search room stores: counts of words, and what an editor changed in the thesaurus."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from ..kit.crypto import EncryptedJSON
from ..kit.database import Moment
from .thesaurus import Group


class _Counted(SQLModel):
    """How often a word was asked on a day, and how often it matched nothing."""

    word: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    asked: int
    missed: int


class WordCount(_Counted, table=True):
    """A word that may be read: of the catalogue, of the thesaurus, or asked on many days."""

    __tablename__ = "word_count"


class HashedWordCount(_Counted, table=True):
    """Any other word; ``word`` is its keyed hash, from which nobody reads it back."""

    __tablename__ = "hashed_word_count"


class WordKey(SQLModel, table=True):
    """The key of the hashes, of this installation only, encrypted with the field key."""

    __tablename__ = "word_key"

    id: int = Field(default=1, primary_key=True)
    key: str = Field(sa_type=EncryptedJSON)


class ThesaurusGroup(SQLModel, table=True):
    """A group of the thesaurus as an editor left it: it wins over the one of that name in a file.

    One that is removed hides the one in the file.
    """

    __tablename__ = "thesaurus_group"

    name: str = Field(primary_key=True)
    words: list[str] = Field(sa_type=sa.JSON)
    also: list[str] = Field(sa_type=sa.JSON)
    terms: list[str] = Field(sa_type=sa.JSON)
    is_removed: bool = False
    edited_at: datetime = Field(sa_type=Moment)

    @property
    def group(self) -> Group:
        return Group(self.name, tuple(self.words), tuple(self.also), tuple(self.terms))
