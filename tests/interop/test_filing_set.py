"""A whole set for filing, made from the command line out of one bundle that was stamped and handed over.

Report, list of items, certificate, signed certificate, contact sheet, in both languages; stock tools judge
them.
"""

from __future__ import annotations

import contextlib
import csv
import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import evolve, frozen

from custody.cli.__main__ import main
from custody.facade.moment import now
from custody.facade.verifying import open_trust, verify
from custody.report.claim import Claim, Outcome
from custody.report.report import Report
from custody.trust.trust_file import encode_trust_file
from tests.tools.pictures import plain
from tests.tools.stamping import FIRST, SECOND
from tests.tools.timestamp_server import authority_reply, serving, sound
from tests.unit.cli.people import BY, PASSPHRASE, people
from tests.unit.filing.signing import as_pem, signing_key

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LANGUAGES = ("en", "ar")
DOCUMENTS = ("report", "certificate", "statement", "sheet")
TESTIMONY = "شهادة.txt"


@frozen(kw_only=True)
class Filed:
    """A set for filing.

    Attributes:
        folder: where it lies.
        report: what verification found about the bundle.
    """

    folder: Path
    report: Report

    def pdf(self, name: str, lang: str) -> str:
        """Return the path of a document."""
        return str(self.folder / f"{name}-{lang}.pdf")


def run(*words: str) -> None:
    """Run a command that has to succeed."""
    assert main(words) == 0, words


def make_bundle_of_a_case() -> None:
    """Seal pictures, a text and a testimony; stamp, hand over, and let the receiver check the files."""
    people(Path.cwd(), "w-02", "ngo")
    shutil.move("w-02.key", "k")
    Path("p").write_text(f"{PASSPHRASE}\n", "utf-8")
    Path("src").mkdir()
    Path("src/1.jpg").write_bytes(plain())
    Path("src/2 صورة.jpg").write_bytes(plain(size=(480, 640)))
    Path("src/3.csv").write_text("a,b\n=1+1,2\n", "utf-8")
    Path("src", TESTIMONY).write_text("ما رأيت\n", "utf-8")
    rows = "1.jpg,\n2 صورة.jpg,\n3.csv,\n"
    Path("meta.csv").write_text(f"path,kind\n{rows}{TESTIMONY},testimony\n", "utf-8")
    run("trust", "new", "t")
    for name in ("w-02", "ngo"):
        run("trust", "add", "t", f"{name}.pub", "--unconfirmed")
    sealing = ("--metadata", "meta.csv", "--order", "path", *BY("w-02")[2:])
    run("seal", "src", "--out", "given", *sealing)
    with contextlib.ExitStack() as running:
        servers = [
            running.enter_context(serving(sound(authority_reply(one, now)))) for one in (FIRST, SECOND)
        ]
        listed = zip((FIRST, SECOND), servers, strict=True)
        trust = evolve(open_trust("t"), authorities=tuple(one.authority(url=at.url) for one, at in listed))
        Path("t").unlink()
        Path("t").write_bytes(encode_trust_file(trust))
        run("stamp", "given", "--authority", "first", "--authority", "second", "--trust", "t")
    run("release", "given", "--to", "ngo", *BY("w-02"))
    shutil.copytree("given", "case")
    run("receive", "case", *BY("ngo"))
    run("event", "case", "fixity-checked", *BY("ngo"))


def make_set() -> None:
    """Write every document in both languages, and sign the certificates."""
    for path, data in zip(("office.pem", "office.crt"), as_pem(signing_key()), strict=True):
        Path(path).write_bytes(data)
    for lang in LANGUAGES:
        asked = ("--trust", "t", "--lang", lang)
        run("report", "case", *asked, "--out", f"report-{lang}.pdf")
        run("contact-sheet", "case", *asked, "--out", f"sheet-{lang}.pdf")
        for kind, name in (("fre-902-14", "certificate"), ("statement", "statement")):
            run("certify", "case", "--as", kind, "--declarant", "ngo", *asked, "--out", f"{name}-{lang}.pdf")
        key = ("--key", "office.pem", "--certificate", "office.crt", "--no-passphrase")
        run("sign-pdf", f"certificate-{lang}.pdf", *key, "--out", f"signed-{lang}.pdf")


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filed]:
    """The set, made once."""
    folder = tmp_path_factory.mktemp("filed")
    with contextlib.chdir(folder):
        make_bundle_of_a_case()
        make_set()
        yield Filed(folder=folder, report=verify("case", trust="t"))


def text_of(tool: str, path: str) -> str:
    """Return the text of a PDF."""
    done = subprocess.run([tool, "-layout", path, "-"], capture_output=True, check=True)
    return done.stdout.decode()


each_language = pytest.mark.parametrize("lang", LANGUAGES)


@each_language
@pytest.mark.parametrize("name", [*DOCUMENTS, "signed"])
def test_qpdf_finds_no_fault(require_tool: Callable[[str], str], filed: Filed, name: str, lang: str) -> None:
    """In any document of the set."""
    done = subprocess.run(
        [require_tool("qpdf"), "--check", filed.pdf(name, lang)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@each_language
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_names_the_seal(
    require_tool: Callable[[str], str], filed: Filed, name: str, lang: str
) -> None:
    """The one value that joins them, never reordered; lines may break in it."""
    text = text_of(require_tool("pdftotext"), filed.pdf(name, lang))
    seal_id = filed.report.seal_id or "?"
    assert seal_id in "".join(text.split()) or seal_id[:32] in text


@each_language
def test_the_list_of_items_is_attached(
    require_tool: Callable[[str], str], filed: Filed, tmp_path: Path, lang: str
) -> None:
    """Every item is in it, and no formula."""
    require_tool("pdftotext")
    words = [require_tool("pdfdetach"), "-saveall", "-o", str(tmp_path), filed.pdf("report", lang)]
    subprocess.run(words, check=True)
    data = (tmp_path / "exhibits.csv").read_bytes()
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == 1 + filed.report.counts.items
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@"}]


@each_language
def test_pdfsig_calls_the_signature_valid(
    require_tool: Callable[[str], str], filed: Filed, lang: str
) -> None:
    """And the file whole."""
    require_tool("pdftotext")
    words = [require_tool("pdfsig"), "-nocert", filed.pdf("signed", lang)]
    said = subprocess.run(words, capture_output=True, check=False).stdout
    assert b"Signature is Valid" in said
    assert b"Total document signed" in said


@each_language
def test_a_flipped_byte_of_a_signed_certificate_shows(
    require_tool: Callable[[str], str], filed: Filed, tmp_path: Path, lang: str
) -> None:
    """In what was there before the signature."""
    require_tool("pdftotext")
    data = bytearray(Path(filed.pdf("signed", lang)).read_bytes())
    data[2000] ^= 1
    path = tmp_path / "flipped.pdf"
    path.write_bytes(bytes(data))
    words = [require_tool("pdfsig"), "-nocert", str(path)]
    assert b"Signature is Valid" not in subprocess.run(words, capture_output=True, check=False).stdout


@each_language
def test_the_sheet_shows_the_pictures_and_no_testimony(
    require_tool: Callable[[str], str], filed: Filed, lang: str
) -> None:
    """Two of four items."""
    require_tool("pdftotext")
    words = [require_tool("pdfimages"), "-list", filed.pdf("sheet", lang)]
    lines = subprocess.run(words, capture_output=True, check=True).stdout.decode().splitlines()
    assert sum("jpeg" in line for line in lines) == 2


def test_the_set_is_about_a_bundle_that_was_stamped_and_handed_over(filed: Filed) -> None:
    """By two authorities, and from one holder to the next, who checked it."""
    counted = {event.claimed_type for event in filed.report.events if event.status == "counted"}
    assert counted == {"sealed", "released", "received", "fixity-checked"}
    assert len(filed.report.stamps) == 2
    claims = (Claim.INTACT, Claim.SEALED_BY, Claim.CUSTODY_UNBROKEN)
    assert [filed.report.outcome(claim) for claim in claims] == [Outcome.PROVEN] * 3
