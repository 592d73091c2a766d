"""Personal data at rest: encrypted columns, and the watch over the key they need.

The key is never in the database. The database keeps a fingerprint, so that a start
with another key, or with none, stops with one line instead of making a new key that
would leave everything unreadable.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, Session, SQLModel

from .errors import ConfigError

FINGERPRINT = "field_key_fingerprint"

_cipher: MultiFernet | None = None


class Setting(SQLModel, table=True):
    """A fact about this installation that belongs to the database, not to a file."""

    __tablename__ = "setting"

    name: str = Field(primary_key=True)
    value: str


def is_field_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def fingerprint(key: str) -> str:
    """Tells keys apart without telling anything about them."""
    return hashlib.sha256(b"socialmap field key\0" + key.encode()).hexdigest()[:32]


def use_keys(keys: tuple[str, ...]) -> None:
    """Encrypt with the first key, read with all of them."""
    global _cipher
    _cipher = MultiFernet([Fernet(key) for key in keys])


def establish(session: Session, keys: tuple[str, ...], key_file: Path) -> None:
    """Take the field keys into use.

    An empty database gets the key that was given, or a new one under ``key_file``
    (mode 600, for trying out). Afterwards only the key with the remembered fingerprint
    will do. Raises ``ConfigError``.
    """
    if not keys and key_file.exists():
        keys = tuple(key_file.read_text(errors="replace").split())
        if not keys or not all(is_field_key(key) for key in keys):
            raise ConfigError(f"SOCIALMAP_FIELD_KEY: wat in {key_file} staat is geen sleutel.")
    known = session.get(Setting, FINGERPRINT)
    if known is None:
        keys = keys or (_make_key(key_file),)
        session.add(Setting(name=FINGERPRINT, value=fingerprint(keys[0])))
    elif not keys:
        raise ConfigError(
            "SOCIALMAP_FIELD_KEY: geen sleutel gevonden, maar deze database is met een sleutel "
            f"gemaakt. Verwacht: die sleutel hier, of in {key_file}."
        )
    elif known.value not in {fingerprint(key) for key in keys}:
        raise ConfigError(
            "SOCIALMAP_FIELD_KEY: gevonden een andere sleutel dan die waarmee deze database is "
            "gemaakt. Verwacht: de sleutel van deze database."
        )
    use_keys(keys)


def _make_key(path: Path) -> str:
    key = Fernet.generate_key().decode()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key + "\n")
    return key


def _ciphers() -> MultiFernet:
    if _cipher is None:
        raise RuntimeError("The field keys were not taken into use: call establish() first.")
    return _cipher


class EncryptedJSON(TypeDecorator[Any]):
    """A value of plain JSON that the database holds only as ciphertext."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        return _ciphers().encrypt(json.dumps(value, ensure_ascii=False).encode())

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return json.loads(_ciphers().decrypt(bytes(value)))
