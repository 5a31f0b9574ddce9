"""The report for people, as lines of text.

Order: the verdict on every claim in our own words, who held the bundle, what was checked by number, what the
bundle claims, what is never shown, the summary. Untrusted text comes after the verdicts, on own lines,
indented and quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from attrs import asdict, frozen

from custody.present.catalogue import Catalogue, arguments_of, fill
from custody.present.display import can_show, display, quote
from custody.present.exit_code import exit_code_of
from custody.present.holdings import head_lines, heads_asked, holding_lines
from custody.report.claim import Claim, Outcome
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.report.report import EventFact, Report
from custody.report.stamp_code import StampCode

_MARKS = {Outcome.PROVEN: "✓", Outcome.REFUTED: "✗", Outcome.UNDETERMINED: "!"}
_PLAIN_MARKS = {Outcome.PROVEN: "+", Outcome.REFUTED: "x", Outcome.UNDETERMINED: "!"}
_UNKNOWN = ("", -1)
_FORGEABLE = frozenset({Reason.SEALER_UNKNOWN})


def _unpainted(text: str, _outcome: Outcome) -> str:
    return text


@frozen(kw_only=True)
class Look:
    """How outcomes are marked; never by colour alone.

    Attributes:
        encoding: of the console; decides which marks it can show.
        paint: adds colour to a word.
    """

    encoding: str = "utf-8"
    paint: Callable[[str, Outcome], str] = _unpainted

    def verdict(self, outcome: Outcome, catalogue: Catalogue) -> str:
        """Return mark and word of an outcome."""
        marks = _MARKS if can_show("".join(_MARKS.values()), self.encoding) else _PLAIN_MARKS
        return self.paint(f"{marks[outcome]} {catalogue.outcomes[outcome]}", outcome)


def report_text(
    report: Report, claims: Sequence[Claim], catalogue: Catalogue, look: Look | None = None
) -> str:
    """Return the whole report as text that ends in a line feed.

    Args:
        report: what verification found.
        claims: the required ones; they fix the exit code, every claim is printed.
        catalogue: the language.
        look: marks and colour.
    """
    chosen = look or Look()
    parts = (
        _heading(report, catalogue),
        _verdicts(report, catalogue, chosen),
        _holdings(report, catalogue),
        _findings(report, catalogue, chosen),
        _claimed(report, catalogue),
        _limits(report, catalogue),
        _summary(report, claims, catalogue, chosen),
    )
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts)


def claim_sentence(report: Report, claim: Claim, catalogue: Catalogue) -> str:
    """Return what the outcome of a claim says, with the facts of the report, in our own words and numbers."""
    return fill(*claim_words(report, claim, catalogue))


def claim_words(report: Report, claim: Claim, catalogue: Catalogue) -> tuple[str, dict[str, str | int]]:
    """Return the sentence for the outcome of a claim, not yet filled in, and what belongs there."""
    outcome = report.outcome(claim)
    counts = report.counts
    arguments: dict[str, str | int] = {
        "unchanged": counts.open + counts.partly_open,
        "items": counts.items,
        "partly_open": counts.partly_open,
        "erased": counts.erased,
        "withheld": counts.withheld,
    }
    if report.seal_id is not None:
        arguments["seal"] = report.seal_id
    comma = catalogue.words["comma"]
    known = comma.join(signer.identity for signer in report.signers if signer.identity)
    arguments["identities"] = known or catalogue.words["nobody"]
    heads = comma.join(heads_asked(report))
    arguments["heads"] = (
        fill(catalogue.words["heads"], {"heads": heads}) if heads else catalogue.words["no_heads"]
    )
    for finding in report.findings:
        if finding.reason is Reason.EXISTED_BEFORE:
            arguments |= finding.arguments
    if claim is Claim.INTACT and outcome is Outcome.UNDETERMINED and _only_forgeable(report):
        return catalogue.words["forgeable"], arguments
    return catalogue.claim_sentences[claim, outcome], arguments


def _only_forgeable(report: Report) -> bool:
    return report.seal_id is not None and set(report.reasons(Claim.INTACT)) == _FORGEABLE


def _heading(report: Report, catalogue: Catalogue) -> Iterator[str]:
    words = catalogue.words
    yield f"{words['bundle']}: {report.bundle_id or words['no_seal']} ({words[report.form]})"
    yield f"{words['seal']}: {report.seal_id or words['no_seal']}"
    yield f"{words['verified_at']}: {report.verified_at}"
    if report.renew_by is not None:
        yield f"{words['renew_by']}: {report.renew_by}"


def _verdicts(report: Report, catalogue: Catalogue, look: Look) -> Iterator[str]:
    for claim in Claim:
        outcome = report.outcome(claim)
        sentence = claim_sentence(report, claim, catalogue)
        yield f"{look.verdict(outcome, catalogue)}  {catalogue.claims[claim]}: {sentence}"
        if outcome is Outcome.PROVEN:
            yield from _part_note(report, claim, catalogue)
        elif reasons := report.reasons(claim):
            yield f"    {catalogue.words['because']}: {', '.join(reason.name for reason in reasons)}"
        if claim is Claim.CUSTODY_UNBROKEN:
            yield from (f"    {line}" for line in head_lines(report, catalogue))


def _part_note(report: Report, claim: Claim, catalogue: Catalogue) -> Iterator[str]:
    for finding in report.findings:
        if claim is Claim.INTACT and finding.reason is Reason.PART_ATTRIBUTED:
            yield f"    {fill(catalogue.reasons[finding.reason][0], finding.arguments)}"


def _holdings(report: Report, catalogue: Catalogue) -> Iterator[str]:
    yield f"{catalogue.words['holdings']}:"
    yield from (f"  {line}" for line in holding_lines(report.holdings, catalogue))


def _findings(report: Report, catalogue: Catalogue, look: Look) -> Iterator[str]:
    yield f"{catalogue.words['findings']}:"
    for number, group in groupby(report.findings, key=lambda finding: finding.number):
        yield f"  {number}. {catalogue.questions[number]}"
        for _, alike in groupby(group, key=lambda finding: finding.reason):
            yield from _alike(list(alike), catalogue, look)
    listed = sum(1 for one in report.findings if one.claims and one.outcome is not Outcome.PROVEN)
    if report.failures > listed:
        yield f"  {fill(catalogue.words['more'], {'count': report.failures - listed})}"


def _alike(findings: Sequence[Finding], catalogue: Catalogue, look: Look) -> Iterator[str]:
    """Print the findings of one reason; the next step once."""
    reason = findings[0].reason
    for finding in findings:
        sentence, _ = catalogue.reasons[reason]
        verdict = look.verdict(finding.outcome, catalogue)
        yield f"     {verdict}  {reason.name}: {fill(sentence, finding.arguments)}"
        yield from (f"         {line}" for line in finding_details(finding, catalogue))
    if reason.outcome is not Outcome.PROVEN:
        yield f"         {catalogue.words['next']}: {catalogue.reasons[reason][1]}"


def finding_details(finding: Finding, catalogue: Catalogue) -> Iterator[str]:
    """Yield what a finding is about and rests on, untrusted text quoted, one line each."""
    words = catalogue.words
    if finding.subject.isdecimal():
        yield f"{words['item']}: {display(finding.subject)}"
    elif finding.subject:
        yield f"{words['at']}: {quote(finding.subject)}"
    told = arguments_of(catalogue.reasons[finding.reason][0])
    facts = [
        f"{name} {display(str(value))}"
        for name, value in finding.arguments.items()
        if name not in told and value not in _UNKNOWN
    ]
    if facts and finding.outcome is not Outcome.PROVEN:
        yield f"{words['facts']}: {', '.join(facts)}"
    yield from (f"{code.name}: {catalogue.stamp_codes[code]}" for code in _stamp_codes(finding))
    if finding.basis:
        yield f"{words['basis']}: {', '.join(display(each) for each in finding.basis)}"


def _stamp_codes(finding: Finding) -> Iterator[StampCode]:
    """Yield the codes about one proof of time that a finding carries."""
    for name in str(finding.arguments.get("codes", "")).split():
        yield StampCode[name]


def _claimed(report: Report, catalogue: Catalogue) -> Iterator[str]:
    words = catalogue.words
    yield f"{words['counts']}:"
    yield f"  {fill(words['counts_line'], asdict(report.counts))}"
    claimed = list(claimed_lines(report, catalogue))
    if claimed:
        yield f"{words['claimed']}:"
        yield from (f"  {line}" for line in claimed)


def claimed_lines(report: Report, catalogue: Catalogue) -> Iterator[str]:
    """Yield what the bundle says of itself, each line marked by its heading and quoted."""
    words = catalogue.words
    if report.claimed_case is not None:
        yield f"{words['claimed_case']}: {quote(report.claimed_case)}"
    if report.claimed_sealed_at is not None:
        yield f"{words['claimed_at']}: {quote(report.claimed_sealed_at)}"
    for signer in report.signers:
        yield f"{words['claimed_signer']}: {quote(signer.claimed_identity)}"
    for event in report.events:
        told = [
            each for each in (event.claimed_type, event.claimed_actor, event.claimed_at) if each is not None
        ]
        head = f"{words['comma']}{words['head']}" if event.head else ""
        yield f"{words['claimed_events']}: {event.event_id} ({words[f'status_{event.status}']}{head})"
        if told:
            yield f"  {' '.join(quote(each) for each in told)}"
        if window := _window(event, catalogue):
            yield f"  {window}"


def _window(event: EventFact, catalogue: Catalogue) -> str:
    """Say between which proven times an event was signed; empty where nothing bounds it."""
    words = catalogue.words
    bounds = (("not_before", event.not_before), ("not_after", event.not_after))
    told = [fill(words[name], {"time": str(bound)}) for name, bound in bounds if bound is not None]
    return f"{words['window']}: {words['comma'].join(told)}" if told else ""


def _limits(report: Report, catalogue: Catalogue) -> Iterator[str]:
    yield f"{catalogue.words['limits']}:"
    for limit in report.limits:
        yield f"  - {catalogue.limits[limit]}"


def _summary(report: Report, claims: Iterable[Claim], catalogue: Catalogue, look: Look) -> Iterator[str]:
    required = tuple(claims)
    yield f"{catalogue.words['summary']}:"
    for claim in required:
        verdict = look.verdict(report.outcome(claim), catalogue)
        yield f"  {catalogue.words['required']}: {verdict}  {catalogue.claims[claim]}"
    code = exit_code_of(report, required)
    yield f"  {fill(catalogue.words['exit'], {'code': code, 'meaning': catalogue.exits[code]})}"
