"""What is said in another language than Dutch, read from where translators write it.

A catalogue is one file, ``messages.po``, that is compiled in memory when its language is
first spoken: some milliseconds, once for each process. So no compiled file has to
be made after a clone, and none can tell something else than the text that was reviewed.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

FOLDER = Path(__file__).parents[1] / "translations"


class Catalogues(Domain):
    """Where Flask-Babel finds the texts of a language."""

    def get_translations(self) -> NullTranslations:
        return catalogue(str(get_locale()))


@cache
def catalogue(language: str) -> NullTranslations:
    """The texts of a language; of one without a file, and of Dutch, the texts as we wrote them."""
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as file:
        written = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    return Translations(fp=compiled)
