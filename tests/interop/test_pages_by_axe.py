"""Pages in a browser: axe-core finds no obstacle, and the page's own policy has nothing to refuse.

`make pages` brings axe-core and runs this; everywhere else it is skipped.
"""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.filing.html_page import render_html
from tests.tools import documents

AXE = os.environ.get("CUSTODY_AXE")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = {"desk": 1280, "phone": 390}
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
PROBE = """
axe.run(document, {runOnly: {type: "tag", values: RULES}}).then(found => {
  const out = document.createElement("pre");
  out.id = "axe-found";
  out.textContent = JSON.stringify({
    violations: found.violations.map(each => [each.id, each.nodes.map(node => node.html)]),
    passes: found.passes.length,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  });
  document.body.append(out);
});
"""

pytestmark = pytest.mark.skipif(not AXE, reason="CUSTODY_AXE names no axe-core: make pages brings it")

PAGES = {"en": render_html(documents.english()), "ar": render_html(documents.arabic())}


@pytest.fixture(scope="session")
def browse(require_tool: Callable[[str], str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A function that opens a page in Chromium without a window; it gives its document and its complaints."""
    chromium = require_tool("chromium")

    def run(page: Path, width: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                f"--user-data-dir={page.parent / 'profile'}", f"--window-size={width},900",
                "--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom", page.as_uri(),
            ],
            capture_output=True, check=True, encoding="utf-8", timeout=120,
        )  # fmt: skip

    return run


@pytest.mark.parametrize("lang", PAGES)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_axe_finds_no_obstacle(
    browse: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, lang: str, width: int
) -> None:
    """No rule of WCAG 2.2 AA that a program can check is broken, and nothing is wider than the window."""
    assert AXE
    text, found = POLICY.subn("", PAGES[lang].decode())  # a copy without its policy, which admits no script
    assert found == 1
    axe = Path(AXE).read_text("utf-8")
    probe = f"<script>{axe}</script><script>{PROBE.replace('RULES', json.dumps(RULES))}</script></body>"
    page = tmp_path / "page.html"
    page.write_text(text.replace("</body>", probe), "utf-8")
    dumped = browse(page, width).stdout
    answer = re.search(r'<pre id="axe-found">(.*?)</pre>', dumped, re.DOTALL)
    assert answer
    said = json.loads(html.unescape(answer[1]))
    assert said["passes"] > 30
    assert (said["violations"], said["overflow"]) == ([], 0)


@pytest.mark.parametrize("lang", PAGES)
def test_the_policy_has_nothing_to_refuse(
    browse: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, lang: str
) -> None:
    """The browser does not complain about the page, for it asks for nothing that its policy forbids."""
    page = tmp_path / "page.html"
    page.write_bytes(PAGES[lang])
    complaints = browse(page, 1280).stderr
    assert "Content Security Policy" not in complaints
    assert "CONSOLE" not in complaints
