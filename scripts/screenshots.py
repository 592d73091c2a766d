"""The pictures of the README, taken of the running demo. Called by ``scripts/screenshots``."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "content" / "readme"
PORT = 8471
ADDRESS = f"http://127.0.0.1:{PORT}"
SHOTS = (
    ("home", "/", 1280, 1100),
    ("service", "/aanbod/thuiszitterscoach", 1280, 1100),
    ("map", "/kaart?bij=Leiden&binnen=30", 1280, 900),
    ("phone", "/aanbod?q=thuiszitter&gemeente=leiden", 360, 760),
)


def wait_for_site(process: subprocess.Popen) -> None:
    for _try in range(600):
        try:
            with urllib.request.urlopen(ADDRESS + "/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                sys.exit("de site stopte voor hij antwoordde")
            time.sleep(0.2)
    sys.exit("de site antwoordt niet")


def take_pictures() -> None:
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, path, width, height in SHOTS:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(ADDRESS + path, wait_until="networkidle")
            page.screenshot(path=PICTURES / f"{name}.png")
            page.close()
        browser.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = subprocess.Popen(
            [sys.executable, "-m", "socialmap.cli", "up", "--port", str(PORT)],
            env={**os.environ, "SOCIALMAP_DATA_DIR": folder},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for_site(site)
            take_pictures()
        finally:
            site.terminate()
            site.wait(30)


if __name__ == "__main__":
    main()
