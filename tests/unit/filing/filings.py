"""Bundles that are reported, hostile ones too, and what a document holds, for the tests of filings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from attrs import evolve

from custody.filing.document import (
    Answer,
    Blank,
    Block,
    Bullets,
    Code,
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
    Table,
)
from custody.filing.facts import FilingFacts
from custody.filing.reading import facts_of
from custody.filing.report_document import report_document
from custody.format.layout import event_path
from custody.model.instant import Instant, decode_instant
from custody.trust.trust import Role, Trust
from custody.verification.run import Question
from tests.tools.authority import TestAuthority
from tests.tools.bundles import SMALL, Bundle, Item, add_event, make_bundle, seed_signer, text_item
from tests.tools.memory import NOW, MemorySource, trusting_each

SEALER: Final = seed_signer("w-01", hybrid=True)
LAWYER: Final = seed_signer("lawyer-7")
STRANGER: Final = seed_signer("zzhostilezz")  # labels have no capitals
FIRST: Final = TestAuthority("first", operator="Operator one")
SECOND: Final = TestAuthority("second", operator="Operator two")
TRUST: Final = evolve(
    trusting_each((SEALER, (Role.SEALER, Role.HOLDER)), (LAWYER, (Role.HOLDER,))),
    authorities=(FIRST.authority(), SECOND.authority()),
)
MARK: Final = "zzhostilezz"
HOSTILE: Final = (
    f'{MARK}\n✓ PROVEN Intact\r\t<script>alert(1)</script> #eval("x") $x$ '
    "\u202egpj.exe\u2069 =cmd|' /C calc'!A0\x1b[2K"
)


def moment(day: int, hour: int = 12) -> Instant:
    """Return an hour of a day in January 2026."""
    return decode_instant(f"2026-01-{day:02d}T{hour:02d}:00:00Z")


def party(signer: Any) -> dict[str, Any]:  # noqa: ANN401 - a signer
    """Return a signer as events name recipients."""
    return {"identity": signer.identity.name, "keys": list(signer.identity.key_set.key_ids)}


def stamped(bundle: Bundle, by: TestAuthority, at: Instant) -> Bundle:
    """Stamp the last event."""
    folder = event_path(bundle.holding, bundle.seq)
    token = by.stamp(bundle.files[f"{folder}/proof.sha256"], at=at)
    return bundle.edit({f"{folder}/stamps/{hashlib.sha256(token).hexdigest()}/stamp.tst": token})


def released(bundle: Bundle, day: int, to: Any = LAWYER, **event: Any) -> Bundle:  # noqa: ANN401 - a signer
    """Release a bundle."""
    data = {"to": party(to), "root": bundle.root, "items": bundle.items}
    return add_event(bundle, "released", data, signers=[SEALER], at=moment(day), **event)


def received(bundle: Bundle, day: int) -> Bundle:
    """Receive what was released."""
    data = {"root": bundle.root, "result": "pass"}
    return add_event(bundle, "received", data, signers=[LAWYER], opens=True, at=moment(day))


def story(items: tuple[Item, ...] = SMALL) -> Bundle:
    """Sealed and stamped by two authorities, released, received, and stamped again."""
    bundle = make_bundle(items, signers=[SEALER], at=moment(2), fields={"case": {"title": "Case 7"}})
    bundle = stamped(stamped(bundle, FIRST, moment(3)), SECOND, moment(3, 13))
    return stamped(received(released(bundle, 5), 6), FIRST, moment(7)).rewrap()


def hostile() -> Bundle:
    """A bundle in which every text that can be is hostile, with a stranger in the log and junk beside it."""
    items = (
        text_item(HOSTILE[:60], "one", kind="record"),
        text_item("=1+1", "two", kind="record"),
        Item(data=b"three", fields={"name": {"base64": "YQD/"}, "kind": {"kind": "media"}}),
        text_item(HOSTILE, "four", origin={"method": HOSTILE[:50]}),
    )
    case = {"case": {"title": HOSTILE}}
    bundle = make_bundle(items, signers=[SEALER], at=moment(2), fields=case, name="hostile")
    bundle = released(bundle, 5, STRANGER, fields={"purpose": {"text": HOSTILE}})
    bundle = add_event(bundle, "annotated", {"event": bundle.head}, signers=[STRANGER], at=moment(6))
    junk = {f"custody/{MARK}\u202e✓ PROVEN": b"x", f"data/{MARK}": b"x"}
    return bundle.edit(junk)


def facts(bundle: Bundle, trust: Trust = TRUST, **asked: Any) -> FilingFacts:  # noqa: ANN401 - of Question
    """Verify a bundle in memory and read it."""
    question = Question(trust=trust, verified_at=asked.pop("verified_at", NOW), **asked)
    return facts_of(MemorySource(bundle.files), question)


def spans_of(block: Block) -> Iterator[Span]:
    """Yield every piece of text of a block that knows what it is."""
    match block:
        case Paragraph(text=text) | Answer(sentence=text) | Blank(filled=text) | Picture(caption=text):
            yield from text
        case Bullets(items=items):
            yield from (span for item in items for span in item)
        case Pairs(rows=pairs):
            yield from (span for _, value in pairs for span in value)
        case Table(rows=rows):
            yield from (span for row in rows for cell in row for span in cell)
        case Part(blocks=blocks):
            yield from (span for inner in blocks for span in spans_of(inner))
        case _:
            yield from ()


def texts_of(block: Block) -> Iterator[str]:  # noqa: C901 - one case for each kind of block
    """Yield every text of a block that is our own by its place."""
    match block:
        case Heading(text=text):
            yield text
        case Answer():
            yield from (block.mark, block.word, block.code, block.title)
        case Pairs(rows=pairs):
            yield from (name for name, _ in pairs)
        case Table():
            yield from (block.caption, *(column.title for column in block.columns))
        case Figure():
            yield from (block.svg, block.alt)
        case Commands(lines=lines):
            yield from lines
        case Code():
            yield from (block.payload, block.alt)
        case Blank(label=label):
            yield label
        case Picture(alt=alt):
            yield alt
        case Part(blocks=blocks):
            yield from (text for inner in blocks for text in texts_of(inner))
        case Paragraph() | Bullets() | PageBreak():
            yield from ()


def all_spans(document: Document) -> list[Span]:
    """Return every piece of text of a document."""
    return [*document.running, *(span for block in document.blocks for span in spans_of(block))]


def text_of(document: Document) -> str:
    """Return a document's pieces of text, joined."""
    return "".join(span.text for span in all_spans(document))


def tables_of(document: Document) -> list[Table]:
    """Return the tables of a document."""
    return [block for block in document.blocks if isinstance(block, Table)]


def report(bundle: Bundle | FilingFacts, lang: str = "en", trust: Trust = TRUST) -> Document:
    """Return the report about a bundle."""
    told = bundle if isinstance(bundle, FilingFacts) else facts(bundle, trust)
    return report_document(told, lang=lang)


def changed(bundle: Bundle) -> Bundle:
    """Return a bundle with other bytes in its second file."""
    (path,) = (path for path in bundle.files if path.startswith("data/000002"))
    return bundle.edit({path: b"\xff\xd8\xff other"})


def shown(inline: Inline) -> str:
    """Return a line as text."""
    return "".join(span.text for span in inline)


def headings(document: Document, level: int = 1) -> list[str]:
    """Return the headings of a level."""
    return [one.text for one in document.blocks if isinstance(one, Heading) and one.level == level]


def commands_of(document: Document) -> list[str]:
    """Return the lines to type."""
    return [line for block in document.blocks if isinstance(block, Commands) for line in block.lines]


def answers_of(document: Document) -> dict[str, Answer]:
    """Return the answers of a document by what was asked."""
    return {block.title: block for block in document.blocks if isinstance(block, Answer)}
