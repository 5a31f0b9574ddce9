"""Documents for the tests of the renderers: every kind of block, both languages, texts that attack."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from custody.filing.document import (
    Answer,
    Attachment,
    Blank,
    Block,
    Bullets,
    Code,
    Column,
    Commands,
    Document,
    Figure,
    Heading,
    Inline,
    PageBreak,
    Pairs,
    Paragraph,
    Part,
    Picture,
    Span,
    SpanKind,
    Table,
    Tone,
    exact,
    words,
)
from custody.model.instant import Instant

MADE_AT = Instant(datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC))
DIGEST = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
PAYLOAD = f"CUSTODY1:{DIGEST.upper()}"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
COMMANDS = Commands(
    lines=("sha256sum -c manifest-sha256.txt", f"printf 'custody/fingerprint/1\\n%s\\n' {DIGEST} | sha256sum")
)
MARKUP = '#eval("1") $x$ @ref *b* _i_ // no <script>alert(1)</script> &amp; "\'>'
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="40" viewBox="0 0 240 40" '
    'font-family="Noto Sans, Noto Naskh Arabic" font-size="12"><rect width="240" height="40" fill="#eef7f1"/>'
    '<text x="10" y="25">H-1</text></svg>'
)


def untrusted(text: str) -> Inline:
    """A line of text that somebody else wrote."""
    return (Span(text, SpanKind.UNTRUSTED),)


def document(*blocks: Block, lang: str = "en", attachments: tuple[Attachment, ...] = ()) -> Document:
    """A document with these blocks and nothing else of interest."""
    titles = {"en": "Report on a bundle", "ar": "تقرير عن حزمة أدلة"}
    pages = {"en": "page {page} of {pages}", "ar": "صفحة {page} من {pages}"}
    return Document(
        lang=lang,
        title=titles[lang],
        running=(Span("custody 0.1.0"), Span(" · "), Span(DIGEST[:16], SpanKind.EXACT)),
        made_at=MADE_AT,
        blocks=blocks,
        attachments=attachments,
        page_words=pages[lang],
    )


def item_table(rows: int, caption: str = "Items", heads: tuple[str, ...] = ()) -> Table:
    """A table of items as a report has it: number, name, type, size, digest."""
    titles = heads or ("No.", "Name", "Type", "Bytes", "SHA-256")
    columns = tuple(Column(title=t, weight=w) for t, w in zip(titles, (1, 4, 2, 2, 6), strict=True))
    return Table(
        caption=caption,
        columns=columns,
        rows=tuple(
            (
                exact(str(n)),
                untrusted(f"IMG_20250620_{140000 + n}_original.jpg"),
                exact("image/jpeg"),
                exact(str(2_000_000 + n * 7919 % 999_983)),
                exact(f"{n * 0x9E3779B97F4A7C15F39CC0605CEDC8341082276BF3A27251:064x}"[-64:]),
            )
            for n in range(1, rows + 1)
        ),
    )


def english() -> Document:
    """Every kind of block, in English."""
    return document(
        Paragraph(text=words("DRAFT, needs a lawyer's review"), tone=Tone.DRAFT),
        Heading(text="Answer"),
        Answer(
            mark="✓",
            word="PROVEN",
            code="TOTAL-PASSED",
            title="Intact",
            tone=Tone.PROVEN,
            sentence=(Span("All "), Span("42", SpanKind.EXACT), Span(" items are as they were sealed.")),
        ),
        Answer(
            mark="✗",
            word="REFUTED",
            code="TOTAL-FAILED",
            title="Custody",
            tone=Tone.REFUTED,
            sentence=words("A handover was signed by nobody whom the trust names."),
        ),
        Answer(
            mark="!",
            word="UNDETERMINED",
            code="INDETERMINATE",
            title="Existed before",
            tone=Tone.UNDETERMINED,
            sentence=(Span("No time stamp is older than "), *exact("2025-06-20T14:02:11Z"), Span(".")),
        ),
        Code(payload=PAYLOAD, alt="QR code with the id of the seal"),
        Pairs(
            rows=(
                ("Seal", exact(DIGEST)),
                ("Title", untrusted('Depot "North" <b>2</b>')),
                (
                    "Holder",
                    (Span("H-1, "), *untrusted("حافظ"), Span(" since "), *exact("2025-06-20 14:02 UTC")),
                ),
            )
        ),
        Heading(text="Chain of custody", level=2),
        Figure(svg=SVG, alt="One lane for each holder", width_px=240, height_px=40),
        Paragraph(
            text=(
                Span("The item "),
                *untrusted("شهادة_عائلة_0001.pdf"),
                Span(" was sealed by "),
                Span("W-01", SpanKind.STRONG),
                Span("; its digest is "),
                *exact(DIGEST),
                Span("."),
            )
        ),
        Bullets(items=(words("First."), words("Second.")), numbered=True),
        Bullets(items=(words("One."), untrusted(MARKUP))),
        COMMANDS,
        item_table(3),
        Picture(
            data=PIXEL, media_type="image/png", alt="Derived picture of item 1", caption=words("1, derived")
        ),
        Picture(
            data=PIXEL, media_type="image/png", alt="Derived picture of item 2", caption=words("2, derived")
        ),
        PageBreak(),
        Heading(text="Statement", level=3),
        Blank(label="Name"),
        Blank(label="Position", filled=words("keeper of records")),
        Part(
            lang="ar",
            blocks=(
                Heading(text="قراءة مساعدة"),
                Paragraph(text=words("هذا النص للمساعدة على القراءة فقط.")),
            ),
        ),
        attachments=(
            Attachment(
                name="items.csv",
                media_type="text/csv",
                relationship="alternative",
                description="The list of items",
                data="No.,Name\r\n1,ملف\r\n".encode(),
            ),
            Attachment(
                name="token.der",
                media_type="application/octet-stream",
                relationship="source",
                description="A time stamp",
                data=bytes(range(256)),
            ),
        ),
    )


def arabic() -> Document:
    """Every kind of block, in Arabic."""
    return document(
        Paragraph(text=words("مسودة، تحتاج إلى مراجعة محامٍ"), tone=Tone.DRAFT),
        Heading(text="الخلاصة"),
        Answer(
            mark="✓",
            word="مثبت",
            code="TOTAL-PASSED",
            title="السلامة",
            tone=Tone.PROVEN,
            sentence=(Span("كل العناصر، وعددها "), *exact("42"), Span("، كما كانت عند الختم.")),
        ),
        Answer(
            mark="✗",
            word="منقوض",
            code="TOTAL-FAILED",
            title="العهدة",
            tone=Tone.REFUTED,
            sentence=words("وقع أحد التسليمات من لا تسميه قائمة الثقة."),
        ),
        Answer(
            mark="!",
            word="غير محسوم",
            code="INDETERMINATE",
            title="الوجود قبل",
            tone=Tone.UNDETERMINED,
            sentence=(Span("لا يوجد ختم زمني أقدم من "), *exact("2025-06-20T14:02:11Z"), Span(".")),
        ),
        Code(payload=PAYLOAD, alt="رمز فيه معرف الختم"),
        Pairs(
            rows=(
                ("الختم", exact(DIGEST)),
                ("العنوان", untrusted('Depot "North" <b>2</b>')),
                ("الحائز", (Span("الحائز "), *exact("H-1"), Span(" منذ "), *exact("2025-06-20 14:02 UTC"))),
            )
        ),
        Heading(text="سلسلة العهدة", level=2),
        Figure(svg=SVG, alt="مسار لكل حائز", width_px=240, height_px=40),
        Paragraph(
            text=(
                Span("العنصر "),
                *untrusted("شهادة_عائلة_0001.pdf"),
                Span(" ختمه "),
                Span("W-01", SpanKind.EXACT),
                Span("، وبصمته "),
                *exact(DIGEST),
                Span("."),
            )
        ),
        Bullets(items=(words("أولا."), words("ثانيا.")), numbered=True),
        Bullets(items=(words("واحد."), untrusted(MARKUP))),
        COMMANDS,
        item_table(3, "العناصر", ("الرقم", "الاسم", "النوع", "البايتات", "SHA-256")),
        Picture(
            data=PIXEL, media_type="image/png", alt="صورة مشتقة من العنصر 1", caption=words("صورة مشتقة")
        ),
        PageBreak(),
        Heading(text="إفادة", level=3),
        Blank(label="الاسم"),
        Blank(label="الوظيفة", filled=words("أمين السجلات")),
        Part(
            lang="en",
            blocks=(Heading(text="Sworn text"), Paragraph(text=words("I declare under penalty of perjury."))),
        ),
        lang="ar",
        attachments=(
            Attachment(
                name="items.csv",
                media_type="text/csv",
                relationship="alternative",
                description="قائمة العناصر",
                data="No.,Name\r\n1,ملف\r\n".encode(),
            ),
        ),
    )
