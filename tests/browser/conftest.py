"""Headless Chromium, and axe-core from npm; what is not there is said, and nothing is run.

``tox run -e browser`` brings Playwright and axe-core; Chromium is the system's (Debian's package
``chromium``, or OPTPROOF_CHROMIUM names another).
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="not run: there is no Playwright")
    names = [os.environ.get("OPTPROOF_CHROMIUM", ""), *PROGRAMS]
    program = next((found for name in names if name and (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("not run: there is no Chromium (Debian: apt-get install chromium)")
    with api.sync_playwright() as playwright:
        # A container's root has no sandbox; the pages are our own.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe():
    """The text of axe-core, installed by npm into the folder that OPTPROOF_AXE names."""
    folder = os.environ.get("OPTPROOF_AXE")
    if not folder or shutil.which("npm") is None:
        pytest.skip("not run: OPTPROOF_AXE names no folder to install axe-core to, or no npm")
    script = Path(folder) / "node_modules/axe-core/axe.min.js"
    if not script.exists():
        words = ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "axe-core@4"]
        subprocess.run(words, check=True, capture_output=True)
    return script.read_text("utf-8")
