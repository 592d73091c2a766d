"""Running the site as a user does: real processes, a real port, real files."""

import http.cookiejar
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

from socialmap.config import ROOT

from ..conftest import FIELD_KEY, MONDAY
from ..page import Page

PATIENCE = 60.0
"""Seconds that a process may take on a busy machine before a test gives up."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("SOCIALMAP_")},
        "SOCIALMAP_DATA_DIR": str(folder),
        "SOCIALMAP_FIELD_KEY": FIELD_KEY,
        "SOCIALMAP_SECRET_KEY": "a secret for tests only",
        "SOCIALMAP_TODAY": MONDAY.isoformat(),
        "PYTHONPATH": str(ROOT),
        **more,
    }


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "socialmap.cli", *words]


@dataclass
class Running:
    """A site that runs, with everything it started in a process group of its own."""

    process: subprocess.Popen
    address: str
    folder: Path
    log: Path

    def visitor(self) -> Page:
        return _HttpPage(self.address)

    def kill_everything(self) -> None:
        """``kill -9`` on every process at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def mails(self) -> list:
        files = sorted((self.folder / "mail").glob("*.eml"))
        return [message_from_bytes(f.read_bytes(), policy=policy.default) for f in files]


@contextmanager
def running(folder: Path, *options: str, words: tuple[str, ...] = ("up",), **more: str):
    """Run ``socialmap up`` on a free port until it answers; whatever is left is killed after."""
    port, log = free_port(), folder.with_suffix(f".{time.monotonic_ns()}.log")
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command(*words, "--port", str(port), *options),
            env=environment(folder, SOCIALMAP_BASE_URL=address, **more),
            stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, start_new_session=True,
        )  # fmt: skip
    site = Running(process, address, folder, log)
    try:
        wait_until(lambda: answers(address) or process.poll() is not None, log)
        assert process.poll() is None, log.read_text()
        yield site
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address + "/readyz", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


def wait_until(condition, log: Path | None = None, seconds: float = PATIENCE):
    """The first true answer of a condition; fails when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(log.read_text() if log and log.exists() else "it did not come")


class _HttpClient:
    """Speaks HTTP as the test client of Flask does, as far as ``Page`` needs it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), _NoRedirect()
        )

    def get(self, address: str, query_string=None):
        return self._send(address + (f"?{urlencode(query_string)}" if query_string else ""), None)

    def post(self, address: str, data=None):
        pairs = list(data.items(multi=True)) if hasattr(data, "getlist") else list(data.items())
        return self._send(address, urlencode(pairs).encode())

    def _send(self, address: str, data: bytes | None):
        url = address if address.startswith("http") else self.address + address
        try:
            response = self.opener.open(urllib.request.Request(url, data), timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            return SimpleNamespace(
                status_code=response.status,
                headers=response.headers,
                mimetype=response.headers.get_content_type(),
                text=response.read().decode(),
            )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


class _HttpPage(Page):
    """A visitor over HTTP; the index is followed by the site itself."""

    def __init__(self, address: str) -> None:
        self.client = _HttpClient(address)
        self.url = self.address = "/"

    def _let_the_index_follow(self) -> None:
        pass
