"""The settings: a wrong value stops the start with one line that helps, and tells no secret."""

from datetime import date

import pytest

from socialmap.config import Config, read_or_make_secret
from socialmap.kit.errors import ConfigError

from .conftest import FIELD_KEY


def read(**env) -> Config:
    return Config.from_environment({f"SOCIALMAP_{name}": value for name, value in env.items()})


def complaint(**env) -> str:
    with pytest.raises(ConfigError) as refusal:
        read(**env)
    line = str(refusal.value)
    assert "\n" not in line, "one line"
    return line


def test_nothing_needs_to_be_set(tmp_path):
    config = read(DATA_DIR=str(tmp_path))
    assert config.database_url == f"sqlite:///{tmp_path / 'socialmap.db'}"
    assert config.base_url == "http://127.0.0.1:8000" and config.is_loopback
    assert (config.smtp_url, config.today, config.field_keys) == (None, None, ())
    assert config.mail_from == "socialmap@localhost"


def test_what_is_set_is_used(tmp_path):
    config = read(
        DATA_DIR=str(tmp_path),
        DATABASE_URL="postgresql+psycopg://kaart@db/kaart",
        BASE_URL="https://kaart.example/",
        SMTP_URL="smtp+starttls://kaart:ge%40heim@mail.example:587",
        MAIL_FROM="kaart@regio.example",
        SECRET_KEY="geheim",
        FIELD_KEY=f"{FIELD_KEY} {FIELD_KEY[::-1][1:] + '='}",
    )
    assert config.base_url == "https://kaart.example" and not config.is_loopback
    assert config.session_secret() == "geheim"
    assert len(config.field_keys) == 2 and config.field_keys[0] == FIELD_KEY
    assert config.for_flask()["SESSION_COOKIE_SECURE"] is True


def test_empty_value_is_no_value(tmp_path):
    config = read(DATA_DIR=str(tmp_path), SMTP_URL="", BASE_URL="", TODAY="", FIELD_KEY="")
    assert config.smtp_url is None and config.today is None and config.is_loopback


@pytest.mark.parametrize(
    ("name", "value", "found", "expected"),
    [
        ("DATABASE_URL", "mysql://kaart@db/kaart", "mysql", "postgresql+psycopg://"),
        ("DATABASE_URL", "postgresql://kaart@db/kaart", "postgresql", "postgresql+psycopg://"),
        ("DATABASE_URL", "kaart.db", "iets anders", "sqlite:///"),
        ("DATABASE_URL", "postgresql+psycopg://db:poort/kaart", "iets anders", "sqlite:///"),
        ("BASE_URL", "kaart.example", "kaart.example", "https://"),
        ("BASE_URL", "ftp://kaart.example", "ftp://kaart.example", "https://"),
        ("BASE_URL", "https://", "https://", "https://"),
        ("BASE_URL", "http://[::1", "http://[::1", "https://"),
        ("BASE_URL", "http://kaart.example:poort", ":poort", "https://"),
        ("SMTP_URL", "http://mail.example:25", "http", "smtp+starttls://"),
        ("SMTP_URL", "smtp://mail.example", "smtp", "host:poort"),
        ("SMTP_URL", "smtp://:25", "smtp", "host:poort"),
        ("SMTP_URL", "smtp://mail.example:poort", "smtp", "host:poort"),
        ("SMTP_URL", "smtp://[::1:25", "smtp", "host:poort"),
        ("MAIL_FROM", "kaart", "kaart", "mailadres"),
        ("MAIL_FROM", "@regio.example", "@regio.example", "mailadres"),
        ("MAIL_FROM", "Kaart <kaart@regio.example>", "Kaart <kaart", "mailadres"),
        ("MAIL_FROM", "Kaart<kaart@regio.example>", "Kaart<kaart", "mailadres"),
        ("MAIL_FROM", "a@b@regio.example", "a@b@regio", "mailadres"),
        ("TODAY", "21-11-2026", "21-11-2026", "2026-11-21"),
        ("TODAY", "2026-02-30", "2026-02-30", "2026-11-21"),
    ],
)
def test_wrong_value_is_told_with_what_was_found_and_what_was_expected(
    name, value, found, expected
):
    line = complaint(**{name: value})
    assert line.startswith(f"SOCIALMAP_{name}: ")
    assert found in line and expected in line.partition("Verwacht")[2]


@pytest.mark.parametrize("key", ["kort", FIELD_KEY[:-4], f"{FIELD_KEY} kort"])
def test_wrong_field_key_is_told_without_showing_it(key):
    line = complaint(FIELD_KEY=key)
    assert line.startswith("SOCIALMAP_FIELD_KEY: ") and "44 tekens" in line
    assert all(part not in line for part in key.split())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://kaart:geheim@db/kaart"),
        ("DATABASE_URL", "mysql://db/kaart?password=geheim"),
        ("DATABASE_URL", "postgresql+psycopg://kaart:geheim@db:poort/kaart"),
        ("DATABASE_URL", "kaart:geheim@db/kaart"),
        ("SMTP_URL", "http://kaart:geheim@mail.example:25"),
        ("SMTP_URL", "smtp://kaart:geheim@mail.example"),
        ("SMTP_URL", "smtp://kaart:geheim@mail.example:poort"),
        ("SMTP_URL", "kaart@regio.example:geheim@mail.example:587"),
        ("SMTP_URL", "//kaart:geheim@mail.example:587"),
        ("SMTP_URL", "smtp://kaart:geheim@[::1:587"),
    ],
)
def test_no_secret_is_ever_in_the_line(name, value):
    assert "geheim" not in complaint(**{name: value})


# The day --------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_another_day_may_be_believed_on_this_machine(host):
    assert read(TODAY="2027-01-04", BASE_URL=f"http://{host}:8000").today == date(2027, 1, 4)


def test_another_day_is_refused_on_a_real_site():
    line = complaint(TODAY="2027-01-04", BASE_URL="https://kaart.example")
    assert line.startswith("SOCIALMAP_TODAY: ") and "https://kaart.example" in line


# Files ----------------------------------------------------------------------


def test_secret_may_stand_in_a_file(tmp_path):
    file = tmp_path / "secret"
    file.write_text("uit een bestand\n")
    assert read(SECRET_KEY_FILE=str(file)).session_secret() == "uit een bestand"
    file.write_text(FIELD_KEY + "\n")
    assert read(FIELD_KEY_FILE=str(file)).field_keys == (FIELD_KEY,)


@pytest.mark.parametrize("name", ["SECRET_KEY_FILE", "FIELD_KEY_FILE"])
def test_secret_file_that_is_not_there_is_told(tmp_path, name):
    line = complaint(**{name: str(tmp_path / "weg")})
    assert line.startswith(f"SOCIALMAP_{name}: ") and str(tmp_path / "weg") in line


def test_data_folder_is_made(tmp_path):
    read(DATA_DIR=str(tmp_path / "a" / "b")).prepare_data_dir()
    assert (tmp_path / "a" / "b").is_dir() and not list((tmp_path / "a" / "b").iterdir())


def test_data_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError) as refusal:
        read(DATA_DIR=str(tmp_path / "file" / "var")).prepare_data_dir()
    line = str(refusal.value)
    assert line.startswith("SOCIALMAP_DATA_DIR: ") and str(tmp_path) in line and "\n" not in line


def test_secret_that_is_made_stays_and_only_its_owner_reads_it(tmp_path):
    config = read(DATA_DIR=str(tmp_path))
    made = config.session_secret()
    assert len(made) >= 32 and config.session_secret() == made
    file = config.keys_dir / "secret.key"
    assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700


def test_secret_that_is_there_is_not_made_again(tmp_path):
    (tmp_path / "secret").write_text("van gisteren\n")
    assert read_or_make_secret(tmp_path / "secret", lambda: "nieuw") == "van gisteren"
