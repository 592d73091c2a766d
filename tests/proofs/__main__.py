"""Runs proofs by name, or all; writes what came out and exits 1 when one falls short."""

import argparse
import inspect
import os
import platform
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from socialmap.config import ROOT

from . import Outcome, mail, questions, scale, table, year

PROOFS: dict[str, ModuleType] = {
    "scale": scale, "questions": questions, "year": year, "mail": mail,
}  # fmt: skip

LIMIT = 30 * 60
"""Seconds that a proof may take."""

HERE = Path(__file__).parent


def main() -> int:
    """Run what the command line names; the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/prove", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(PROOFS)}")
    names = parser.parse_args().names or list(PROOFS)
    if unknown := set(names) - set(PROOFS):
        parser.error(f"no proof {', '.join(sorted(unknown))}; there are {', '.join(PROOFS)}")
    # Who is told to stop stops what it started, and leaves no folder behind.
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(1))
    return 0 if all([run(name) for name in names]) else 1


def run(name: str) -> bool:
    """Run a proof and keep what came out; whether everything that was promised holds."""
    print(f"{name}: {_first_line(PROOFS[name])}", flush=True)
    began = time.monotonic()
    try:
        with TemporaryDirectory(prefix=f"socialmap-{name}-") as folder, _within(LIMIT):
            outcome = PROOFS[name].prove(Path(folder))
    except Exception:
        # It proves nothing then; the others may still run.
        traceback.print_exc()
        return False
    file = HERE / f"{name}.md"
    file.write_text(_told(name, outcome, time.monotonic() - began))
    print(*(f"  {claim}" for claim in outcome.claims), f"  see {file.relative_to(ROOT)}",
          sep="\n", flush=True)  # fmt: skip
    return outcome.holds


@contextmanager
def _within(seconds: int) -> Iterator[None]:
    """Raise ``TimeoutError`` when it takes longer."""

    def stop(*_args) -> None:
        raise TimeoutError(f"not ready after {seconds // 60} minutes")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def _first_line(proof: ModuleType) -> str:
    return (inspect.getdoc(proof) or "").partition("\n")[0]


def _told(name: str, outcome: Outcome, seconds: float) -> str:
    """A proof as it is kept."""
    claims = table(
        ("promised", "wanted", "seen", "holds"),
        [(c.words, c.wanted, c.seen, "yes" if c.holds else "**no**") for c in outcome.claims],
    )
    return f"""\
# {name}: {"holds" if outcome.holds else "falls short"}

{inspect.getdoc(PROOFS[name])}

Written by `scripts/prove {name}` on {date.today()}, commit {_commit()}, seed {PROOFS[name].SEED},
in {seconds:.0f} seconds on {os.cpu_count()} cores with Python {platform.python_version()}.

{claims}

{outcome.figures}
"""


def _commit() -> str:
    """The commit that was proved; says so when the checkout holds more than that."""
    changes = _git(
        "status", "--porcelain", "--", ":!tests/proofs/*.md", ":!tests/proofs/questions/"
    )
    return _git("rev-parse", "--short", "HEAD") + (" with changes since" if changes else "")


def _git(*words: str) -> str:
    told = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return told.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
