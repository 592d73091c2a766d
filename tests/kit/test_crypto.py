"""What was written about a person is unreadable without the key, and the key is watched over."""

import pytest
from cryptography.fernet import InvalidToken
from sqlmodel import Session

from socialmap.kit import clock, crypto, database
from socialmap.kit.crypto import FINGERPRINT, Setting, establish, fingerprint, use_keys
from socialmap.kit.database import session, transaction
from socialmap.kit.errors import ConfigError
from socialmap.kit.outbox import OutboxMail

from ..conftest import FIELD_KEY

OTHER_KEY = "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="


@pytest.fixture(autouse=True)
def the_key_of_the_tests_comes_back():
    yield
    use_keys((FIELD_KEY,))


def store(words: str) -> int:
    now = clock.now()
    with transaction() as db:
        mail = OutboxMail(
            message_id=words, thread="t", recipient_kind="user", recipient_id="1", kind="k",
            subject="s", body=words, created_at=now, due_at=now,
        )  # fmt: skip
        db.add(mail)
    return mail.id


def read(mail_id: int) -> str | None:
    with transaction() as db:
        return db.get_one(OutboxMail, mail_id).body


def test_column_holds_ciphertext_and_gives_the_words_back(site):
    mail_id = store("Zoë blijft thuis")
    (raw,) = session().connection().exec_driver_sql("SELECT body FROM outbox").scalars()
    assert "Zoë".encode() not in bytes(raw) and b"thuis" not in bytes(raw)
    assert read(mail_id) == "Zoë blijft thuis"


def test_nothing_stays_nothing(site):
    mail_id = store("iets")
    with transaction() as db:
        db.get_one(OutboxMail, mail_id).body = None
    (raw,) = session().connection().exec_driver_sql("SELECT body FROM outbox").scalars()
    assert raw is None


def test_same_words_are_never_the_same_ciphertext(site):
    ids = [store("a"), store("b")]
    with transaction() as db:
        for mail_id in ids:
            db.get_one(OutboxMail, mail_id).body = "gelijk"
    one, other = session().connection().exec_driver_sql("SELECT body FROM outbox").scalars()
    assert bytes(one) != bytes(other)


def test_all_keys_read_and_the_first_writes(site):
    old = store("onder de oude sleutel")
    use_keys((OTHER_KEY, FIELD_KEY))
    assert read(old) == "onder de oude sleutel"
    new = store("onder de nieuwe")
    use_keys((OTHER_KEY,))
    assert read(new) == "onder de nieuwe"
    with pytest.raises(InvalidToken):
        read(old)


# The watch over the key -----------------------------------------------------


@pytest.fixture
def empty_database(tmp_path):
    engine = database.connect(f"sqlite:///{tmp_path / 'empty.db'}")
    Setting.__table__.create(engine)
    with Session(engine) as db:
        yield db
    engine.dispose()


def test_empty_database_without_key_gets_one_that_only_its_owner_can_read(empty_database, tmp_path):
    file = tmp_path / "keys" / "field.key"
    establish(empty_database, (), file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert crypto.is_field_key(file.read_text().strip())
    known = empty_database.get(Setting, FINGERPRINT)
    assert known.value == fingerprint(file.read_text().strip())
    assert file.read_text().strip() not in known.value


def test_key_that_was_given_is_not_written_to_disk(empty_database, tmp_path):
    establish(empty_database, (OTHER_KEY,), tmp_path / "keys" / "field.key")
    assert not (tmp_path / "keys").exists()
    assert empty_database.get(Setting, FINGERPRINT).value == fingerprint(OTHER_KEY)


def test_next_start_finds_the_key_that_was_made(empty_database, tmp_path):
    file = tmp_path / "keys" / "field.key"
    establish(empty_database, (), file)
    made = file.read_text()
    establish(empty_database, (), file)
    assert file.read_text() == made


def test_another_key_stops_the_start_with_one_line(empty_database, tmp_path):
    establish(empty_database, (FIELD_KEY,), tmp_path / "field.key")
    with pytest.raises(ConfigError) as refusal:
        establish(empty_database, (OTHER_KEY,), tmp_path / "field.key")
    line = str(refusal.value)
    assert "SOCIALMAP_FIELD_KEY" in line and "\n" not in line
    assert OTHER_KEY not in line and FIELD_KEY not in line


def test_no_key_stops_the_start_and_never_makes_a_new_one(empty_database, tmp_path):
    file = tmp_path / "keys" / "field.key"
    establish(empty_database, (FIELD_KEY,), file)
    with pytest.raises(ConfigError) as refusal:
        establish(empty_database, (), file)
    assert "SOCIALMAP_FIELD_KEY" in str(refusal.value) and "\n" not in str(refusal.value)
    assert not file.exists() and not file.parent.exists()


def test_new_key_beside_the_old_one_is_accepted(empty_database, tmp_path):
    establish(empty_database, (FIELD_KEY,), tmp_path / "field.key")
    establish(empty_database, (OTHER_KEY, FIELD_KEY), tmp_path / "field.key")


@pytest.mark.parametrize(
    ("key", "fits"),
    [(OTHER_KEY, True), ("", False), ("kort", False), ("é" * 44, False), (OTHER_KEY[:-2], False)],
)
def test_what_is_a_key(key, fits):
    assert crypto.is_field_key(key) is fits
