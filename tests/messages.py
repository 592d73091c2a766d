"""The texts of the mails as a translator gets them, and the catalogue that holds their English.

``python -m tests.messages`` puts what is new into the catalogue, without a translation, and
takes out what is no longer said.
"""

from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from socialmap.config import ROOT
from socialmap.kit.catalogues import FOLDER

ENGLISH = FOLDER / "en" / "LC_MESSAGES" / "messages.po"

_AS_JINJA_IS_SET = {"trim_blocks": "true", "lstrip_blocks": "true", "trimmed": "true"}


def spoken_in_mails() -> Catalog:
    """Every text that a mail may say."""
    sources = [
        *(ROOT / "templates" / "mail").rglob("*.*"),
        *(ROOT / "socialmap").glob("*/mails.py"),
        ROOT / "socialmap" / "kit" / "formats.py",
        ROOT / "socialmap" / "kit" / "outbox.py",
    ]
    catalog = Catalog(project="socialmap", fuzzy=False)
    for path in sorted(sources):
        how = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        options = {} if how == "python" else _AS_JINJA_IS_SET
        found = extract(how, BytesIO(path.read_bytes()), options=options)
        for _line, text, _comments, _context in found:
            catalog.add(text, locations=[(str(path.relative_to(ROOT)), None)])
    return catalog


def english() -> Catalog:
    """The catalogue as it stands."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def words_of(message: Message) -> list[str]:
    """A text in the forms that it has: one, or one and many."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def main() -> None:
    catalog = english() if ENGLISH.exists() else Catalog(locale="en", fuzzy=False)
    catalog.update(spoken_in_mails(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    with ENGLISH.open("wb") as file:
        write_po(file, catalog, width=0, omit_header=False, sort_by_file=True)


if __name__ == "__main__":
    main()
