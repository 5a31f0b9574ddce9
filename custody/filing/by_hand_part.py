"""The fifth part of a report: how to check the bundle without custody, with the real values filled in.

The commands are those of VERIFY.txt, which CI runs on example bundles; only those for the stamps are made
here, for a report knows their times. A path goes into a command only when no shell reads anything else in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from custody.filing.document import (
    Block,
    Bullets,
    Commands,
    Heading,
    Inline,
    PageBreak,
    Paragraph,
    Span,
    SpanKind,
)
from custody.filing.facts import FilingFacts
from custody.filing.language import Language, Value, claimed
from custody.filing.reference import AUDITOR, SPECIFICATION
from custody.format.bag import ITEMS_PATH
from custody.format.verify_facts import MACOS, NODE, OPENSSL, POSIX, Command, SealFacts
from custody.format.verify_posix import posix_steps
from custody.format.verify_powershell import powershell_steps
from custody.report.report import Report
from custody.report.stamp_fact import StampFact

_PREPARE, _SEAL_ID, _SIGNATURES, _FILES, _STAMPS = 0, 3, 4, 8, 11
_PLAIN_PATH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_DEFINITIONS: Final = ("S=", "digest()", "same()")
_STAMP_DEFINITIONS: Final = ("ROOTS=", "chain()")
_WINDOWS: Final = ("$S =", "$W =", "function text", "function digest", "function same", "function sums")
_LISTED: Final = 50


def by_hand_part(
    facts: FilingFacts, language: Language, attached: frozenset[str] = frozenset()
) -> Iterator[Block]:
    """Yield the steps; without a seal that could be read there is nothing to check them by.

    Args:
        facts: the bundle.
        language: its words.
        attached: the names of the references that go with the report; no other is spoken of.
    """
    yield PageBreak()
    yield Heading(text=language.text("by_hand_heading"))
    yield Paragraph(text=language.inline("by_hand_explained"))
    if facts.seal is None:
        yield Paragraph(text=language.inline("by_hand_no_seal"))
        return
    yield Bullets(items=tuple(_values(facts.seal, language)))
    steps = posix_steps(facts.seal)
    yield Heading(text=language.text("by_hand_linux"), level=2)
    yield Paragraph(text=language.inline("by_hand_prepare"))
    yield Commands(lines=tuple(_starting(steps[_PREPARE], _DEFINITIONS, POSIX)))
    yield from _step("by_hand_seal", _lines(steps[_SEAL_ID], POSIX), language)
    yield from _step("by_hand_signatures", _lines(steps[_SIGNATURES], POSIX), language)
    other = _lines(steps[_SIGNATURES], OPENSSL, NODE)
    if other:
        yield from _step("by_hand_mldsa", other, language)
    yield from _step("by_hand_files", _lines(steps[_FILES], POSIX), language)
    yield from _stamps(facts.report, steps[_STAMPS], language, attached)
    count = f"wc -l < {ITEMS_PATH}"
    if AUDITOR in attached:
        yield from _step("by_hand_items", (count, f"python3 {AUDITOR} ."), language)
    else:
        yield from _step("by_hand_count", (count,), language)
    yield from _others(facts.seal, steps[_PREPARE], language)


def _values(seal: SealFacts, language: Language) -> Iterator[Inline]:
    yield language.inline("by_hand_compare_seal", seal=seal.seal_id)
    for signer in seal.signers:
        yield language.inline(
            "by_hand_compare_key",
            label=claimed(signer.claimed_identity),
            fingerprint=signer.key_set.fingerprint,
        )


def _step(key: str, lines: tuple[str, ...], language: Language) -> Iterator[Block]:
    yield Paragraph(text=language.inline(key))
    yield Commands(lines=lines)


def _lines(commands: tuple[Command, ...], *shells: str) -> tuple[str, ...]:
    return tuple(command.line for command in commands if command.shell in shells)


def _starting(commands: tuple[Command, ...], beginnings: tuple[str, ...], shell: str) -> Iterator[str]:
    for command in commands:
        if command.shell == shell and command.line.startswith(beginnings):
            yield command.line


def _stamps(
    report: Report, definitions: tuple[Command, ...], language: Language, attached: frozenset[str]
) -> Iterator[Block]:
    """Yield a command for each stamp that holds, as of its own time: certificates expire, trials last."""
    yield Heading(text=language.text("by_hand_stamps"), level=3)
    holding = [stamp for stamp in report.stamps if stamp.holds and stamp.not_after is not None]
    if not holding:
        yield Paragraph(text=language.inline("by_hand_no_stamps"))
        return
    yield Paragraph(text=language.inline("by_hand_roots"))
    yield Commands(lines=tuple(_starting(definitions, _STAMP_DEFINITIONS, POSIX)))
    for stamp in holding[:_LISTED]:
        yield from _stamp(stamp, language, attached)
    if len(holding) > _LISTED:
        yield Paragraph(text=language.inline("by_hand_more_stamps", count=len(holding) - _LISTED))


def _stamp(stamp: StampFact, language: Language, attached: frozenset[str]) -> Iterator[Block]:
    authorities = language.listed((Span(name, SpanKind.EXACT),) for name in stamp.authorities)
    known: dict[str, Value] = {"time": str(stamp.generated_at), "authority": authorities}
    if stamp.kind != "tst":
        specification = SPECIFICATION if SPECIFICATION in attached else ""
        yield Paragraph(text=language.inline("by_hand_record", **known, specification=specification))
        return
    name = "renewal.txt" if stamp.over.startswith("custody/renewals/") else "proof.sha256"
    covered = f"{stamp.over}/{name}"
    if not all(map(_PLAIN_PATH.fullmatch, (stamp.path, covered))):
        yield Paragraph(text=language.inline("by_hand_unusual", **known))
        return
    yield Paragraph(text=language.inline("by_hand_stamp", **known))
    verify = (
        f'openssl ts -verify -token_in -in "{stamp.path}/stamp.tst" -data "{covered}" '
        f'-attime {_unix_seconds(stamp)} -CAfile "$ROOTS" -untrusted "$W/chain.pem"'
    )
    yield Commands(lines=(f'chain "{stamp.path}" > "$W/chain.pem"', verify))


def _unix_seconds(stamp: StampFact) -> int:
    return 0 if stamp.generated_at is None else int(stamp.generated_at.moment.timestamp())


def _others(seal: SealFacts, prepare: tuple[Command, ...], language: Language) -> Iterator[Block]:
    yield Heading(text=language.text("by_hand_macos"), level=2)
    yield Paragraph(text=language.inline("by_hand_macos_explained"))
    yield Commands(lines=_lines(prepare, MACOS))
    yield Heading(text=language.text("by_hand_windows"), level=2)
    yield Paragraph(text=language.inline("by_hand_windows_explained"))
    steps = powershell_steps(seal)
    definitions = [command.line for command in steps[_PREPARE] if command.line.startswith(_WINDOWS)]
    wanted = [command.line for number in (_SEAL_ID, _SIGNATURES, _FILES) for command in steps[number]]
    yield Commands(lines=(*definitions, *wanted))
