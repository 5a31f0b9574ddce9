"""Findings in the sentences of a language, each argument as what it is: ours, or the bundle's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from custody.errors import FormatError
from custody.filing.document import Inline, Span, SpanKind, Tone, exact
from custody.filing.language import Language, Value, as_sentence, claimed, named
from custody.model.instant import decode_instant
from custody.present.catalogue import arguments_of
from custody.report.claim import Outcome
from custody.report.finding import Finding
from custody.report.reason import FAILED, INDETERMINATE, PASSED, Reason
from custody.report.stamp_code import StampCode
from custody.trust.trust import Trust

MARKS: Final = {Outcome.PROVEN: "✓", Outcome.REFUTED: "✗", Outcome.UNDETERMINED: "!"}
TONES: Final = {
    Outcome.PROVEN: Tone.PROVEN,
    Outcome.REFUTED: Tone.REFUTED,
    Outcome.UNDETERMINED: Tone.UNDETERMINED,
}
INDICATIONS: Final = {
    Outcome.PROVEN: PASSED,
    Outcome.REFUTED: FAILED,
    Outcome.UNDETERMINED: INDETERMINATE,
}
"""The outcomes as ETSI EN 319 102-1 names them."""
_NAMES: Final = frozenset({"actor", "identity", "recipient"})
"""Arguments that are names which the trust gives to keys; never labels of the bundle."""
_OWN: Final = frozenset({"algorithm", "also", "authority", "codes", "doubt", "hash", "operator", "type"})
"""Arguments from the trust, or from closed lists of our own."""
_UNKNOWN: Final = ("", -1)
_PLAIN: Final = re.compile(r"[0-9]+|[0-9a-f]{32}|[0-9a-f]{64}")


def argument_value(name: str, value: str | int) -> Value:
    """Return an argument of a finding as what it is; whatever is not known to be ours is the bundle's."""
    if isinstance(value, int) or value == "" or name in _OWN:
        return value
    if name in _NAMES:
        return named(value)
    return value if _PLAIN.fullmatch(value) or _is_instant(value) else claimed(value)


def _is_instant(text: str) -> bool:
    try:
        decode_instant(text)
    except FormatError:
        return False
    return True


def meaning_of(finding: Finding, language: Language) -> Inline:
    """Return what a finding says, as a sentence."""
    arguments = {name: argument_value(name, value) for name, value in finding.arguments.items()}
    return as_sentence(language.filled(language.catalogue.reasons[finding.reason][0], arguments))


def next_step_of(reason: Reason, language: Language) -> Inline:
    """Return what to do about a reason, as a sentence."""
    return as_sentence(language.filled(language.catalogue.reasons[reason][1], {}))


def details_of(finding: Finding, language: Language, trust: Trust) -> Iterator[Inline]:
    """Yield what a finding is about and rests on, each as a piece of its own."""
    words = language.catalogue.words
    if finding.subject.isdecimal():
        yield (*language.told(f"{words['item']}: "), Span(finding.subject, SpanKind.EXACT))
    elif finding.subject and finding.outcome is not Outcome.PROVEN:
        yield (*language.told(f"{words['at']}: "), claimed(finding.subject))
    told = arguments_of(language.catalogue.reasons[finding.reason][0])
    for name, value in finding.arguments.items():
        if name not in told and value not in _UNKNOWN and finding.outcome is not Outcome.PROVEN:
            yield language.filled("{name}: {value}", {"name": name, "value": argument_value(name, value)})
    for name in str(finding.arguments.get("codes", "")).split():
        sentence = language.told(language.catalogue.stamp_codes[StampCode[name]])
        yield (*exact(name), Span(": "), *sentence)
    if finding.basis:
        basis = language.listed(_basis(one, trust) for one in finding.basis)
        yield (*language.told(f"{words['basis']}: "), *basis)


def _basis(text: str, trust: Trust) -> Inline:
    ours = {one.name for one in trust.identities}
    ours |= {text for one in trust.authorities for text in (one.name, one.operator)}
    known = text in ours or _PLAIN.fullmatch(text) is not None or _is_instant(text)
    return exact(text) if known else (claimed(text),)
