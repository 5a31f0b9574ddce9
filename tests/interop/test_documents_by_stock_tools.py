"""Reports as stock tools see them: qpdf and poppler read the PDF, zbar the printed code.

What is asked: does the file hold together, can its text be searched and copied in both languages, is every
font inside, are the attached files the same bytes, does a telephone find the seal.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.filing.document import Code, Document, Heading, PageBreak, Paragraph, Part, Span, SpanKind, words
from custody.filing.pdf_file import render_pdf
from tests.tools import documents
from tests.tools.documents import DIGEST, MARKUP, PAYLOAD, document, item_table, untrusted

Tool = Callable[[str], str]

MADE = {"en": documents.english(), "ar": documents.arabic()}
DPI = 150
RIGHT_TO_LEFT = re.compile("[\u202a-\u202e\u2066-\u2069]")  # pdftotext puts these around Arabic runs


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The PDF of every kind of block, in both languages."""
    folder = tmp_path_factory.mktemp("pdf")
    for lang, made in MADE.items():
        (folder / f"{lang}.pdf").write_bytes(render_pdf(made))
    return {lang: folder / f"{lang}.pdf" for lang in MADE}


def run(*command: str | Path) -> str:
    """Run a tool that must succeed, and hand back what it printed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def text_of(pdftotext: str, path: Path) -> str:
    """The text of a PDF in reading order, blanks made one."""
    return " ".join(RIGHT_TO_LEFT.sub("", run(pdftotext, "-enc", "UTF-8", path, "-")).split())


def text_of_document(pdftotext: str, folder: Path, made: Document) -> str:
    """The text of the PDF of a document."""
    path = folder / "made.pdf"
    path.write_bytes(render_pdf(made))
    return text_of(pdftotext, path)


@pytest.mark.parametrize("lang", MADE)
def test_qpdf_finds_no_fault(require_tool: Tool, files: dict[str, Path], lang: str) -> None:
    """Neither in the syntax nor in a stream."""
    said = run(require_tool("qpdf"), "--check", files[lang])
    assert "No syntax or stream encoding errors found" in said


@pytest.mark.parametrize("lang", MADE)
def test_every_font_is_inside(require_tool: Tool, files: dict[str, Path], lang: str) -> None:
    """Embedded, and with a table from its glyphs to text."""
    lines = run(require_tool("pdffonts"), files[lang]).splitlines()[2:]
    assert len(lines) >= 3
    assert not [line for line in lines if not re.search(r" yes yes yes +\d+ +\d+$", line)]


@pytest.mark.parametrize(
    "expected",
    ["PROVEN Intact TOTAL-PASSED All 42 items are as they were sealed.", DIGEST, "2025-06-20T14:02:11Z",
     "page 1 of 3", "custody 0.1.0", "sha256sum -c manifest-sha256.txt", MARKUP],
)  # fmt: skip
def test_english_text_can_be_searched(require_tool: Tool, files: dict[str, Path], expected: str) -> None:
    """As it was written, also what looks like markup."""
    assert expected in text_of(require_tool("pdftotext"), files["en"])


@pytest.mark.parametrize(
    "expected",
    ["الخلاصة", "كل العناصر", "سلسلة العهدة", "لا يوجد ختم زمني أقدم من", "أمين السجلات", "أولا.",
     "غير محسوم", DIGEST, "2025-06-20T14:02:11Z", "2025-06-20 14:02 UTC", "I declare under penalty"],
)  # fmt: skip
def test_arabic_text_can_be_searched(require_tool: Tool, files: dict[str, Path], expected: str) -> None:
    """Lam and alef in their order, and exact text in its own."""
    assert expected in text_of(require_tool("pdftotext"), files["ar"])


def test_a_long_name_is_copied_without_foreign_signs(require_tool: Tool, tmp_path: Path) -> None:
    """Where a name may be broken, nothing stands that a reader could copy with it."""
    name = "a_long_name_of_a_photograph_" * 5 + "0001.jpg"
    made = document(Paragraph(text=untrusted(name)))
    assert name in text_of_document(require_tool("pdftotext"), tmp_path, made).replace(" ", "")


def test_changes_of_direction_are_printed_as_numbers(require_tool: Tool, tmp_path: Path) -> None:
    """Even where the contents forgot to."""
    made = document(Paragraph(text=untrusted("photo_\u202egpj.exe")))
    assert "photo_\\u{202E}gpj.exe" in text_of_document(require_tool("pdftotext"), tmp_path, made)


@pytest.mark.parametrize("lang", MADE)
def test_a_digest_stays_on_one_line_of_a_table(require_tool: Tool, tmp_path: Path, lang: str) -> None:
    """In both languages."""
    path = tmp_path / "made.pdf"
    path.write_bytes(render_pdf(document(Heading(text="x"), item_table(40), lang=lang)))
    lines = run(require_tool("pdftotext"), "-layout", path, "-").splitlines()
    assert len([line for line in lines if re.search(r"\b[0-9a-f]{64}\b", line)]) == 40


def test_a_cut_table_repeats_its_headings(require_tool: Tool, tmp_path: Path) -> None:
    """On each of its pages, and each part says its rows."""
    made = document(Heading(text="x"), item_table(260, caption="Items of the bundle"))
    text = text_of_document(require_tool("pdftotext"), tmp_path, made)
    (pages,) = set(re.findall(r"page \d+ of (\d+)", text))
    assert text.count("SHA-256") >= int(pages)
    assert "Items of the bundle · rows 251 to 260 of 260" in text


@pytest.mark.parametrize("lang", MADE)
def test_a_scanner_reads_the_code(
    require_tool: Tool, files: dict[str, Path], lang: str, tmp_path: Path
) -> None:
    """From a page as coarse as a fax: 150 dots an inch."""
    run(
        require_tool("pdftoppm"), "-r", str(DPI), "-f", "1", "-l", "1", "-png", files[lang], tmp_path / "page"
    )
    (page,) = tmp_path.glob("page*.png")
    said = run(require_tool("zbarimg"), "--quiet", "--raw", page)
    assert said.strip() == PAYLOAD


def test_files_are_attached_byte_for_byte(require_tool: Tool, files: dict[str, Path], tmp_path: Path) -> None:
    """Text and other bytes alike."""
    run(require_tool("pdfdetach"), "-saveall", "-o", tmp_path, files["en"])
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == {each.name: each.data for each in MADE["en"].attachments}


@pytest.mark.parametrize("lang", MADE)
def test_the_file_says_its_language_and_is_tagged(
    require_tool: Tool, files: dict[str, Path], lang: str
) -> None:
    """A reader by ear speaks it in the right voice."""
    said = run(require_tool("qpdf"), "--json", "--json-key=qpdf", files[lang])
    assert f'"/Lang": "u:{lang}"' in said
    assert '"/Marked": true' in said


def test_an_arabic_sentence_keeps_its_order(require_tool: Tool, tmp_path: Path) -> None:
    """Also over a comma: where most letters of a page are Arabic, the tool reads all lines from the right."""
    sentence = "كل العناصر، وعددها كما كانت عند الختم."
    made = document(Heading(text="الخلاصة"), Paragraph(text=words(sentence)), lang="ar")
    text = text_of_document(require_tool("pdftotext"), tmp_path, made)
    assert sentence in text.replace(" ،", "،").replace(" .", ".").replace("،", "، ").replace("  ", " ")


def test_the_page_number_runs_as_the_page(require_tool: Tool, tmp_path: Path) -> None:
    """The page comes before the number of pages."""
    made = document(Paragraph(text=words("نص " * 40)), PageBreak(), Paragraph(text=words("نص")), lang="ar")
    assert re.search("صفحة ?1 ?من ?2", text_of_document(require_tool("pdftotext"), tmp_path, made))


def test_a_page_number_of_signs_alone_is_not_turned(require_tool: Tool, tmp_path: Path) -> None:
    """On an Arabic page "1 / 2" would be shown as "2 / 1"."""
    made = Document(
        lang="ar", title="تقرير", running=(), made_at=documents.MADE_AT,
        blocks=(Heading(text="أ"), PageBreak(), Heading(text="ب")),
    )  # fmt: skip
    assert re.search("1 ?/ ?2", text_of_document(require_tool("pdftotext"), tmp_path, made))


def test_parts_in_the_other_language_are_read_too(require_tool: Tool, tmp_path: Path) -> None:
    """Exact text within them keeps its order."""
    line = (Span("الختم "), Span("2025-06-20 14:02 UTC", SpanKind.EXACT), Span(" ثابت"))
    made = document(Part(lang="ar", blocks=(Paragraph(text=line), Code(payload="A", alt="x"))))
    assert "2025-06-20 14:02 UTC" in text_of_document(require_tool("pdftotext"), tmp_path, made)
