"""The names that programs use."""

from __future__ import annotations

import doctest
import io
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

import custody
from custody import errors
from custody.format.key_file import encode_public_key_file
from custody.keys.key_file import KdfCost, create_key
from custody.keys.secret_file import write_secret_file
from tests.tools.bundles import seed_signer, stream_of
from tests.tools.pictures import plain

CHEAP = KdfCost(1, 8 * 1024 * 1024)
CPU_SECONDS = 0.2


def test_every_public_name_can_be_imported() -> None:
    """`__all__` lists what there is, sorted, and every name leads somewhere."""
    assert sorted(custody.__all__) == custody.__all__
    assert all(getattr(custody, name) is not None for name in custody.__all__)
    assert set(custody.__all__) <= set(dir(custody))


def test_another_name_is_not_there() -> None:
    """A misspelt name is an error."""
    with pytest.raises(AttributeError, match="verfy"):
        _ = custody.verfy  # type: ignore[attr-defined]


def test_the_ten_lines_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example in the docstring, with its failing case."""
    monkeypatch.chdir(tmp_path)
    data, signer = create_key("w-01", random=stream_of("api"), passphrase=b"correct horse", cost=CHEAP)
    write_secret_file("w-01.key", data)
    Path("w-01.pub").write_bytes(encode_public_key_file(signer.identity))
    Path("photo.jpg").write_bytes(b"\xff\xd8\xff")
    Path("statement.txt").write_text("ما رأيت", "utf-8")

    def tamper(bundle: str) -> None:
        victim = next((Path(bundle) / "data").glob("*.jpg"))
        victim.chmod(0o644)
        victim.write_bytes(b"\xff\xd8\xfe")

    example = doctest.DocTestFinder().find(custody, "custody", globs={"tamper": tamper})[0]
    assert doctest.DocTestRunner().run(example).failed == 0


def test_importing_costs_little() -> None:
    """At most 200 ms of CPU above a bare interpreter, also for what sealing and verifying need."""
    code = (
        "import time; start = time.process_time(); import custody; "
        "bare = time.process_time() - start; custody.seal; custody.verify; "
        "import sys; loaded = ['jsonschema' in sys.modules, 'rich' in sys.modules]; "
        "print(bare, time.process_time() - start, *loaded)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    bare, everything, *loaded = done.stdout.split()
    assert loaded == ["False", "False"]
    assert float(bare) < CPU_SECONDS
    assert float(everything) < 5 * CPU_SECONDS  # informative: measured 0.2 on an idle core


def test_the_version_is_the_distribution_s() -> None:
    """One number, kept in one place."""
    assert custody.__version__ == metadata.version("custody")


def test_every_error_that_callers_tell_apart_is_public() -> None:
    """Each `except` clause of a program can be written with names of `custody` alone."""
    raised = {
        name for name, value in vars(errors).items() if getattr(value, "__module__", "") == errors.__name__
    }
    assert raised <= set(custody.__all__)


def test_a_successor_is_read_and_an_item_is_opened(tmp_path: Path) -> None:
    """From the public names alone: a public key as successor, and the proven bytes of an item."""
    signer, heir = seed_signer("w-01"), seed_signer("w-02")
    (tmp_path / "w-02.pub").write_bytes(encode_public_key_file(heir.identity))
    identity = custody.open_public_key(tmp_path / "w-02.pub")
    assert isinstance(identity, custody.Identity)
    draft = custody.Draft(successor=identity).add(io.BytesIO(b"x" * 5), name="a")
    sealed = custody.seal(draft, to=tmp_path, signer=signer)
    assert b"".join(custody.open_item(sealed.report, sealed.path, 1)) == b"xxxxx"
    with pytest.raises(custody.UsageError):
        custody.open_item(sealed.report, sealed.path, 2)
    unproven = custody.verify(sealed.path, trust="none")
    assert unproven.outcome(custody.Claim.SEALED_BY) is not custody.Outcome.PROVEN


def test_a_filing_can_be_written_with_public_names_alone() -> None:
    """Types of the arguments and results, and the readers of the files that they come from."""
    assert "fre-902-14" in custody.profile_names()
    assert isinstance(custody.load_profile("fre-902-14"), custody.Profile)
    declared = custody.decode_declaration(b'{"format":"custody/declaration/1","remarks":"x"}')
    assert isinstance(declared, custody.Declaration)
    hints = {
        custody.certify: custody.CertificateFacts,
        custody.read_facts: custody.FilingFacts,
        custody.decode_pem: custody.SigningKey,
        custody.decode_pkcs12: custody.SigningKey,
        custody.contact_sheet: custody.Document,
    }
    assert all(call.__annotations__["return"] == kind.__name__ for call, kind in hints.items())


def test_a_contact_sheet_is_drawn_from_a_path(tmp_path: Path) -> None:
    """Verified, drawn and rendered, also of some items alone."""
    draft = custody.Draft().add(io.BytesIO(plain()), name="a.jpg", kind="media")
    signer, trust = seed_signer("w-01"), tmp_path / "w-01.pub"
    trust.write_bytes(encode_public_key_file(signer.identity))
    sealed = custody.seal(draft, to=tmp_path, signer=signer)
    sheet = custody.contact_sheet(sealed.path, trust=trust, lang="en", items="1")
    assert b"data:image/jpeg" in custody.render_html(sheet)
    with pytest.raises(custody.UsageError):
        custody.contact_sheet(sealed.path, trust=trust, lang="xx")
    assert custody.contact_sheet(sealed.path, trust=trust, lang="ar").lang == "ar"


@pytest.mark.parametrize(
    "call",
    [
        lambda: custody.render_pdf("x"),  # type: ignore[arg-type]
        lambda: custody.render_html(None),  # type: ignore[arg-type]
        lambda: custody.report_document("x", lang="en"),  # type: ignore[arg-type]
        lambda: custody.certificate_document("x", "en"),  # type: ignore[arg-type]
        lambda: custody.sign_pdf("x", signer="y", at="z"),  # type: ignore[arg-type]
        lambda: custody.sign_pdf(b"%PDF-", signer="y", at="z"),  # type: ignore[arg-type]
    ],
    ids=["pdf", "html", "report", "certificate", "signed", "signer"],
)
def test_another_type_is_a_wrong_call(call: Callable[[], object]) -> None:
    """Said in words, not by the attribute that it lacks."""
    with pytest.raises(custody.UsageError, match=r"expected an? [A-Za-z]+, found (None|another object)"):
        call()


def test_an_unproven_item_is_not_opened(tmp_path: Path) -> None:
    """Whatever the file holds: the report decides."""
    sealed = custody.seal(
        custody.Draft().add(io.BytesIO(b"x"), name="a"), to=tmp_path, signer=seed_signer("w-01")
    )
    victim = next((Path(sealed.path) / "data").iterdir())
    victim.chmod(0o644)
    victim.write_bytes(b"y")
    report = custody.verify(sealed.path, trust="none")
    with pytest.raises(custody.NotProvenError):
        custody.open_item(report, sealed.path, 1)
