"""The settings: every ``SOCIALMAP_*`` variable, read once, typed and checked.

A wrong value raises ``ConfigError``: one line with the variable, what was found and
what was expected. The commands print that line and stop.
"""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from .kit.crypto import is_field_key
from .kit.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: ``templates``, ``static`` and ``content`` stand here beside the package."""

DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
SMTP_SCHEMES = ("smtp", "smtp+starttls", "smtps")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Config:
    """What the environment says, with the defaults filled in."""

    data_dir: Path
    database_url: str
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = None
    mail_from: str = "socialmap@localhost"
    today: date | None = None
    tiles_url: str | None = None
    tiles_attribution: str = ""
    secret_key: str | None = None
    field_keys: tuple[str, ...] = field(default=())

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read and check every setting. Raises ``ConfigError``."""
        env = os.environ if environ is None else environ
        data_dir = Path(env.get("SOCIALMAP_DATA_DIR") or ROOT / "var").resolve()
        base_url = _base_url(env.get("SOCIALMAP_BASE_URL") or "http://127.0.0.1:8000")
        return cls(
            data_dir=data_dir,
            database_url=_database_url(
                env.get("SOCIALMAP_DATABASE_URL") or f"sqlite:///{data_dir / 'socialmap.db'}"
            ),
            base_url=base_url,
            smtp_url=_smtp_url(env.get("SOCIALMAP_SMTP_URL") or None),
            mail_from=_mail_from(env.get("SOCIALMAP_MAIL_FROM") or "socialmap@localhost"),
            **_tiles(env),
            today=_today(env.get("SOCIALMAP_TODAY") or None, base_url),
            secret_key=_secret(env, "SOCIALMAP_SECRET_KEY"),
            field_keys=_field_keys(_secret(env, "SOCIALMAP_FIELD_KEY")),
        )

    @property
    def is_loopback(self) -> bool:
        """Whether the site is only meant for the machine it runs on."""
        return urlsplit(self.base_url).hostname in LOOPBACK

    @property
    def tiles_origin(self) -> str | None:
        """The one outside address from which a page with a map may load pictures."""
        if self.tiles_url is None:
            return None
        parts = urlsplit(self.tiles_url)
        return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"

    @property
    def keys_dir(self) -> Path:
        return self.data_dir / "keys"

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @property
    def content_dir(self) -> Path:
        return ROOT / "content"

    def prepare_data_dir(self) -> None:
        """Make the data folder. Raises ``ConfigError`` when it cannot be written."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            probe = self.data_dir / f".probe-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise ConfigError(
                f"SOCIALMAP_DATA_DIR: in {self.data_dir} kan niet worden geschreven "
                f"({error.strerror}). Geef een map die van jou is."
            ) from error

    def session_secret(self) -> str:
        """The signing key: given, or made once under ``keys/`` for trying out."""
        if self.secret_key:
            return self.secret_key
        return read_or_make_secret(self.keys_dir / "secret.key", lambda: secrets.token_urlsafe(48))

    def for_flask(self) -> dict[str, object]:
        """The few settings that Flask and its extensions read by their own names."""
        return {
            "SECRET_KEY": self.session_secret(),
            "SESSION_COOKIE_NAME": "socialmap",
            "SESSION_COOKIE_SECURE": self.base_url.startswith("https:"),
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "WTF_CSRF_TIME_LIMIT": None,
            "BABEL_DEFAULT_LOCALE": "nl",
            "BABEL_DEFAULT_TIMEZONE": "Europe/Amsterdam",
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "socialmap" / "translations"),
            "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        }


def read_or_make_secret(path: Path, make) -> str:
    """A secret from a file that only its owner can read; made when there is none."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(make() + "\n")
    return path.read_text().strip()


def _secret(env: Mapping[str, str], name: str) -> str | None:
    if value := env.get(name):
        return value
    if not (file := env.get(name + "_FILE")):
        return None
    try:
        secret = Path(file).read_text().strip()
        if not secret:
            raise ConfigError(f"{name}_FILE: {file} is leeg. Verwacht: een bestand met de sleutel.")
        return secret
    except UnicodeDecodeError:
        raise ConfigError(
            f"{name}_FILE: {file} is geen tekst. Verwacht: een bestand met de sleutel."
        ) from None
    except OSError as error:
        raise ConfigError(
            f"{name}_FILE: {file} kan niet worden gelezen ({error.strerror})."
        ) from error


def _field_keys(value: str | None) -> tuple[str, ...]:
    keys = tuple((value or "").replace(",", " ").split())
    if not all(is_field_key(key) for key in keys):
        raise ConfigError(
            "SOCIALMAP_FIELD_KEY: geen geldige sleutel. Verwacht: 32 willekeurige bytes als "
            "url-veilige base64 (44 tekens), meer sleutels met een spatie ertussen."
        )
    return keys


def _database_url(value: str) -> str:
    try:
        driver = make_url(value).drivername
    except (ArgumentError, ValueError):
        driver = None
    if driver not in DRIVERS:
        # Never the value itself: it may hold a password.
        found = f"een adres dat begint met {driver}://" if driver else "iets anders dan een adres"
        raise ConfigError(
            f"SOCIALMAP_DATABASE_URL: gevonden {found}. "
            "Verwacht: sqlite:///pad/naar/bestand of postgresql+psycopg://gebruiker@host/naam."
        )
    return value


def _address(value: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port; no host when the address cannot be read."""
    try:
        parts = urlsplit(value)
        return parts.scheme, parts.hostname, parts.port
    except ValueError:
        return "", None, None


def _base_url(value: str) -> str:
    scheme, host, _port = _address(value)
    if scheme not in ("http", "https") or not host or "?" in value:
        raise ConfigError(
            f"SOCIALMAP_BASE_URL: gevonden {value!r}. Verwacht: http:// of https:// met een adres."
        )
    return value.rstrip("/")


def _smtp_url(value: str | None) -> str | None:
    if value is None:
        return None
    scheme, host, port = _address(value)
    if scheme not in SMTP_SCHEMES or not host or not port:
        # Never the value itself: it may hold a password.
        known = re.match(r"[a-z+]+://", value)
        found = f"een adres dat begint met {known[0]}" if known else "iets anders dan een adres"
        raise ConfigError(
            f"SOCIALMAP_SMTP_URL: gevonden {found}. "
            "Verwacht: smtp://, smtp+starttls:// of smtps:// met [gebruiker:wachtwoord@]host:poort."
        )
    return value


def _mail_from(value: str) -> str:
    # As strict as the header of a mail: what does not fit in there would stop every mail.
    if not re.fullmatch(r"[^\s<>()@,;:\"\[\]\\]+@[A-Za-z0-9.-]+", value):
        raise ConfigError(f"SOCIALMAP_MAIL_FROM: gevonden {value!r}. Verwacht: een mailadres.")
    return value


def _tiles(env: Mapping[str, str]) -> dict[str, str]:
    """The background of the map from a tile server; both settings or none."""
    url = env.get("SOCIALMAP_TILES_URL")
    attribution = env.get("SOCIALMAP_TILES_ATTRIBUTION")
    if not url:
        return {}
    scheme, host, _port = _address(url)
    if scheme not in ("http", "https") or not host or not all(x in url for x in _TILE_PARTS):
        raise ConfigError(
            f"SOCIALMAP_TILES_URL: gevonden {url!r}. "
            "Verwacht: http(s)://adres/{z}/{x}/{y}.png."
        )
    if not attribution:
        raise ConfigError(
            "SOCIALMAP_TILES_ATTRIBUTION: niet gevonden. "
            "Verwacht: de naam van wie de kaart maakt, die op de kaart moet staan."
        )
    return {"tiles_url": url, "tiles_attribution": attribution}


_TILE_PARTS = ("{z}", "{x}", "{y}")


def _today(value: str | None, base_url: str) -> date | None:
    if value is None:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ConfigError(
            f"SOCIALMAP_TODAY: gevonden {value!r}. Verwacht: een dag als 2026-11-21."
        ) from None
    if urlsplit(base_url).hostname not in LOOPBACK:
        raise ConfigError(
            f"SOCIALMAP_TODAY: gevonden {value}, maar SOCIALMAP_BASE_URL is {base_url}. "
            "Een andere dag mag alleen op dit apparaat zelf (127.0.0.1)."
        )
    return day
