"""Which items of a verified bundle are drawn, decided in one pass over its lines before any file is read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from attrs import field, frozen

from custody.errors import BundleError, UsageError
from custody.filing.sheet_descent import Descent
from custody.filing.sheet_log import LogWords, words_of_log
from custody.filing.sheet_terms import Fields, Refusal, consent_form, deciding_fields, refusal_of
from custody.format.bag import ITEMS_PATH
from custody.format.extension import payload_path
from custody.format.item_line import ItemLine, decode_item_line
from custody.format.limits import ITEM_LINE_BYTES
from custody.model.item_numbers import ItemNumbers
from custody.proof.merkle import RootBuilder
from custody.report.claim import Claim
from custody.report.report import Report
from custody.storage.source import BundleSource
from custody.verification.items import leaf_of

ITEMS_A_SHEET: Final = 1000
_RUN: Final = re.compile(r"([1-9][0-9]{0,7})(?:-([1-9][0-9]{0,7}))?")


def decode_numbers(text: str) -> ItemNumbers:
    """Read numbers and runs of them, such as `1-40,55`.

    Raises:
        UsageError: another text, or a run that ends before it begins.
    """
    runs = []
    for part in text.split(","):
        found = _RUN.fullmatch(part.strip())
        first, last = (0, 0) if found is None else (int(found[1]), int(found[2] or found[1]))
        if found is None or last < first:
            raise UsageError("items: expected numbers and runs such as 1-40,55, found another text")
        runs.append((first, last))
    return ItemNumbers(tuple(runs))


@frozen(kw_only=True)
class Choice:
    """One item that was asked for.

    Attributes:
        number: from 1.
        refusal: why it is not drawn; None: its file is looked at.
        path: of its file in the bundle, "" where it is not drawn.
        sha256: of its file, 64 hex digits, "" where it is not drawn.
        size_bytes: of its file.
    """

    number: int
    refusal: Refusal | None = None
    path: str = ""
    sha256: str = field(default="", repr=False)
    size_bytes: int = 0


def choose_items(report: Report, source: BundleSource, items: ItemNumbers) -> tuple[Choice, ...]:
    """Decide about each item that was asked for; padding is no item that anybody asks for.

    Args:
        report: what verification found about this bundle, with INTACT proven.
        source: the same bundle, still open.
        items: which ones.

    Raises:
        NotProvenError: INTACT is not proven.
        UsageError: there is no such item; code SHEET_TOO_LARGE: more than 1,000 of them.
        BundleError: code ROOT_MISMATCH or CHANGED_WHILE_READ: no longer what was verified.
    """
    report.require(Claim.INTACT)
    if items.last > report.counts.items:
        raise UsageError(f"items: expected numbers from 1 to {report.counts.items}, found a greater one")
    words = words_of_log(report, source)
    hidden = closed_events(report) > 0  # any of them may forbid any picture
    descent = Descent(report)
    for inputs, outputs in words.made:
        descent.add_event(inputs, outputs)
    choices: list[Choice] = []
    forms: set[int] = set()
    forbidden = bytearray(1)  # by number
    for number, line in _lines(report, source):
        forms.add(consent_form(line) or 0)
        fields = deciding_fields(line)
        descent.add_derivation(number, fields)
        refusal = _refusal(fields, number, words, on=str(report.verified_at)[:10])
        refusal = Refusal.CLOSED if refusal is None and hidden else refusal
        forbidden.append(refusal is not None)
        if number in items and (line.kind or {}).get("kind") != "padding":
            if len(choices) == ITEMS_A_SHEET:
                raise UsageError(
                    f"items: expected at most {ITEMS_A_SHEET} for one sheet, found more",
                    code="SHEET_TOO_LARGE",
                    hint="make several sheets: --items 1-1000, then --items 1001-2000",
                )
            choices.append(_choice(line, number, refusal))
    made = descent.made_from({*forms, *(number for number, no in enumerate(forbidden) if no)})
    return tuple(_with_others(choice, forms, made) for choice in choices)


def closed_events(report: Report) -> int:
    """Return how many events of the log do not say here what they are."""
    return sum(event.claimed_type is None for event in report.events)


def _lines(report: Report, source: BundleSource) -> Iterator[tuple[int, ItemLine]]:
    """Yield number and line of each item; whoever has seen the end has seen what the seal holds."""
    builder = RootBuilder()
    bundle_id = bytes.fromhex(report.bundle_id or "")
    for index, data in enumerate(source.lines(ITEMS_PATH, ITEM_LINE_BYTES)):
        line = decode_item_line(data, index + 1)
        builder.add(leaf_of(line, bundle_id, index))
        yield index + 1, line
    if builder.root().hex() != report.root:
        raise BundleError(f"{ITEMS_PATH}: expected the sealed root, found another", code="ROOT_MISMATCH")


def _refusal(fields: Fields | None, number: int, words: LogWords, *, on: str) -> Refusal | None:
    """Say why an item must not be shown; None where neither it nor the log says anything against it."""
    if number - 1 in words.withdrawn:
        return Refusal.WITHDRAWN
    if number - 1 in words.held:
        return Refusal.QUARANTINED
    refusal = refusal_of(fields, on=on)
    return Refusal.TERMS if refusal is None and number - 1 in words.limited else refusal


def _with_others(choice: Choice, forms: Collection[int], made: Collection[int]) -> Choice:
    """Refuse what could be drawn by itself, and must not be because of another item."""
    if choice.refusal is None and choice.number in forms:
        return Choice(number=choice.number, refusal=Refusal.CONSENT_FORM)
    if choice.refusal is None and choice.number in made:
        return Choice(number=choice.number, refusal=Refusal.DERIVED)
    return choice


def _choice(line: ItemLine, number: int, refusal: Refusal | None) -> Choice:
    if line.content is None and refusal in {None, Refusal.CLOSED}:
        refusal = Refusal.ABSENT
    if refusal is not None:
        return Choice(number=number, refusal=refusal)
    content = line.content
    path = payload_path(number, content["ext"])
    return Choice(number=number, path=path, sha256=content["sha256"], size_bytes=content["size"])
