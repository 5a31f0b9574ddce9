"""The parts of a certificate: who, which data, with which tool, what came out, and how to repeat it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from custody.filing.certificate_language import Writer
from custody.filing.document import (
    Block,
    Bullets,
    Column,
    Commands,
    Inline,
    Pairs,
    Paragraph,
    Span,
    SpanKind,
    Table,
    exact,
    words,
)
from custody.filing.exhibit import Exhibit
from custody.filing.language import claimed, named
from custody.format.layout import seal_path
from custody.present.catalogue import fill
from custody.present.holdings import holding_lines
from custody.report.claim import Claim, Outcome
from custody.report.timeline import EventStatus, Named, TimelineEvent

_REASONS_LISTED: Final = 20


def who_part(writer: Writer) -> Iterator[Block]:
    """Yield who the declarant is and what qualifies him (the second of the five points of practice)."""
    yield writer.heading("who_heading")
    said = {name: writer.said(f"declarant.{name}") for name in ("position", "employer", "contact")}
    yield writer.sentence("who", **said)
    yield writer.sentence("qualified", qualifications=writer.said("declarant.qualifications"))
    yield writer.sentence("trained", training=writer.said("declarant.training"))
    for fingerprint in writer.facts.fingerprints:
        yield writer.sentence("signs_as", identity=named(writer.facts.declarant), fingerprint=fingerprint)


def data_part(writer: Writer) -> Iterator[Block]:
    """Yield which data are meant, so that they cannot be taken for others (the first point)."""
    facts = writer.facts
    yield writer.heading("data_heading")
    heading = Span(writer.text("values_heading"), SpanKind.STRONG)
    count, items = len(facts.exhibits), facts.report.sealed_items or 0
    yield writer.sentence("data", exhibits=count, items=items, heading=heading)
    before = facts.seal.not_after
    yield Pairs(
        rows=(
            (writer.text("bundle"), exact(facts.timeline.bundle_id)),
            (writer.text("seal"), exact(facts.timeline.seal_id)),
            (writer.text("root"), exact(facts.report.root or "")),
            (writer.text("sealed_by"), writer.language.listed(_signers(facts.seal))),
            (writer.text("sealed_at"), exact(facts.seal.claimed_at or "")),
            (
                writer.text("sealed_before"),
                words(writer.text("not_proven")) if before is None else exact(str(before)),
            ),
        )
    )


def _signers(seal: TimelineEvent) -> Iterator[Inline]:
    signers = (seal.actor, *seal.cosigners)
    yield from ((_name(one),) for one in signers if one is not None)


def _name(one: Named) -> Span:
    return claimed(one.claimed_label) if one.identity is None else named(one.identity)


def tool_part(writer: Writer) -> Iterator[Block]:
    """Yield tool, method, and why they can be relied upon (the third point)."""
    yield writer.heading("tool_heading")
    program = writer.facts.check.claimed_program
    known = None if program is None else program.version
    yield writer.sentence(
        "tool",
        program=writer.missing("what_program") if program is None else claimed(program.name),
        version=writer.missing("what_version") if known is None else claimed(known),
    )
    yield writer.sentence("method")
    yield writer.sentence("reliability", reliability=writer.said("check.reliability"))


def done_part(writer: Writer) -> Iterator[Block]:
    """Yield what was done and that the values matched (the fourth point)."""
    facts, check = writer.facts, writer.facts.check
    yield writer.heading("done_heading")
    yield writer.sentence("done", time=str(check.claimed_at))
    place = writer.missing("what_place") if check.claimed_place is None else claimed(check.claimed_place)
    yield writer.sentence("done_place", place=place)
    if check.other_place is not None:
        yield writer.sentence("done_other_place", place=claimed(check.other_place))
    yield writer.sentence("done_result", root=facts.report.root or "")
    beside = check.event.status is EventStatus.ATTESTATION
    signed = "done_signed_beside" if beside else "done_signed_log"
    yield writer.sentence(signed, event=check.event.event_id)
    yield _window(writer, check.event)
    yield writer.sentence("done_scope", scope=writer.said("check.scope"))
    for event_id in check.failed_before:
        yield writer.sentence("done_failed_before", event=event_id)
    yield writer.sentence(
        "again_as_of" if facts.moment_chosen else "again",
        time=str(facts.made_at),
        program=facts.program.name,
        version=facts.program.version or "?",
    )


def _window(writer: Writer, event: TimelineEvent) -> Block:
    bounds = {"from_time": event.not_before, "until_time": event.not_after}
    told = {name: str(bound) for name, bound in bounds.items() if bound is not None}
    key = {0: "none", 1: "from" if "from_time" in told else "until", 2: "both"}[len(told)]
    return writer.sentence(f"done_window_{key}", **told)


def values_part(writer: Writer) -> Iterator[Block]:
    """Yield the digests, in full (the fifth point)."""
    yield writer.heading("values_heading")
    if writer.aid:
        yield writer.sentence("table_elsewhere")
        return
    yield writer.sentence("values_cite")
    labels = any(one.label is not None for one in writer.facts.exhibits)
    columns = [
        Column(title=writer.text("column_item"), weight=2),
        Column(title=writer.text("column_name"), weight=6),
        Column(title=writer.text("column_size"), weight=2),
        Column(title=writer.text("column_sha256"), weight=12),
    ]
    if labels:
        columns.insert(1, Column(title=writer.text("column_label"), weight=3))
    rows = tuple(_row(one, labels=labels) for one in writer.facts.exhibits)
    yield Table(caption=writer.text("values_table"), columns=tuple(columns), rows=rows)


def _row(exhibit: Exhibit, *, labels: bool) -> tuple[Inline, ...]:
    name = exhibit.claimed_name or exhibit.claimed_title
    label: Inline = () if exhibit.label is None else (claimed(exhibit.label),)
    return (
        exact(f"{exhibit.number:06d}"),
        *((label,) if labels else ()),
        () if name is None else (claimed(name),),
        exact(str(exhibit.size_bytes)),
        exact(exhibit.sha256),
    )


def custody_part(writer: Writer) -> Iterator[Block]:
    """Yield who held the bundle, whether there are gaps, and how check and transfers follow one another."""
    facts, catalogue = writer.facts, writer.language.catalogue
    yield writer.heading("custody_heading")
    yield writer.sentence("custody_holders")
    lines = holding_lines(facts.report.holdings, catalogue)
    yield Bullets(items=tuple(writer.language.told(line) for line in lines))
    outcome = facts.report.outcome(Claim.CUSTODY_UNBROKEN)
    yield writer.sentence(f"custody_{outcome.value}")
    if outcome is not Outcome.PROVEN:
        yield Bullets(items=tuple(_reasons(writer)))
        yield writer.sentence("custody_gaps", gaps=writer.said("gaps"))
    yield writer.sentence(f"order_{facts.check.order.value}")
    yield writer.sentence("custody_before")


def _reasons(writer: Writer) -> Iterator[Inline]:
    """Yield the code and the sentence of each finding in the way of unbroken custody."""
    catalogue = writer.language.catalogue
    unmet = writer.facts.report.unmet([Claim.CUSTODY_UNBROKEN])
    for finding in islice(unmet, _REASONS_LISTED):
        told = fill(catalogue.reasons[finding.reason][0], finding.arguments)
        yield (Span(finding.reason.name, SpanKind.EXACT), Span(": "), *writer.language.told(told))
    if len(unmet) > _REASONS_LISTED:
        yield writer.inline("custody_more", count=len(unmet) - _REASONS_LISTED)


def repeat_part(writer: Writer) -> Iterator[Block]:
    """Yield commands with the values that they have to print."""
    facts = writer.facts
    exhibit = facts.exhibits[0]
    yield writer.heading("repeat_heading")
    yield writer.sentence("repeat_file", number=exhibit.number, sha256=exhibit.sha256)
    if not writer.aid:
        yield Commands(
            lines=(
                f"sha256sum {exhibit.path}",
                f"shasum -a 256 {exhibit.path}",
                f"certutil -hashfile {exhibit.path.replace('/', chr(92))} SHA256",
            )
        )
    yield writer.sentence("repeat_seal", seal=facts.timeline.seal_id)
    if not writer.aid:
        yield Commands(lines=(f"sha256sum {seal_path(facts.timeline.bundle_id)}/proof.sha256",))
    yield Paragraph(text=writer.inline("repeat_all"))
