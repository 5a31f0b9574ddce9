"""Who held a bundle, and how far its custody reaches, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from custody.present.catalogue import Catalogue, fill
from custody.report.claim import Claim, Outcome
from custody.report.holding_fact import HoldingFact, HoldingMoment, HoldingNote, HoldingStart, HoldingState
from custody.report.reason import Reason
from custody.report.report import Report

_LISTED = 50
_TOLD = frozenset({HoldingNote.NOT_AS_SEALED, HoldingNote.RELEASE_WITHDRAWN})  # the others change the words


def holding_lines(holdings: Sequence[HoldingFact], catalogue: Catalogue) -> Iterator[str]:
    """Yield one line a holding, the first fifty, then how many more there are; no text of the bundle."""
    words = catalogue.words
    if not holdings:
        yield words["holdings_none"]
    for fact in holdings[:_LISTED]:
        yield _holding(fact, catalogue)
    if len(holdings) > _LISTED:
        yield fill(words["holdings_more"], {"count": len(holdings) - _LISTED})


def _holding(fact: HoldingFact, catalogue: Catalogue) -> str:
    words = catalogue.words
    holder = fact.holder or words["holder_hidden"]
    ended = {
        "holder": holder,
        "to": fact.to or words["unnamed"],
        "end": "" if fact.end is None else _moment(fact.end, catalogue),
    }
    began = {
        "holder": holder,
        "opened": words[f"opened_{_opened(fact)}"],
        "start": _moment(fact.start, catalogue),
        "notes": "".join(_notes(fact, catalogue)),
        "state": fill(words[f"state_{_state(fact)}"], ended),
    }
    return fill(words["holding_line"], began)


def _notes(fact: HoldingFact, catalogue: Catalogue) -> Iterator[str]:
    words = catalogue.words
    yield from (words[f"note_{note.value}"] for note in fact.notes if note in _TOLD)
    yield from (fill(words["note_refused"], {"to": to}) for to in fact.refused_by)


def _opened(fact: HoldingFact) -> str:
    alone = fact.opened is HoldingStart.SUCCEEDED and HoldingNote.UNAPPROVED in fact.notes
    return "unapproved" if alone else fact.opened.value


def _state(fact: HoldingFact) -> str:
    if fact.state in {HoldingState.IN_TRANSIT, HoldingState.HELD} and fact.shown_by is not None:
        return f"{fact.state.value}-shown"
    if fact.state is HoldingState.UNKNOWN and HoldingNote.UNAPPROVED in fact.notes:
        return "unapproved"
    return fact.state.value


def _moment(moment: HoldingMoment, catalogue: Catalogue) -> str:
    """Say between which proven times an event was signed, and which time it claims."""
    words = catalogue.words
    bounds = (
        ("not_before", moment.not_before),
        ("not_after", moment.not_after),
        ("holding_claimed", moment.claimed_at),
    )
    told = [fill(words[name], {"time": str(bound)}) for name, bound in bounds if bound is not None]
    return words["comma"].join(told)


def head_lines(report: Report, catalogue: Catalogue) -> Iterator[str]:
    """Yield for each head whether the handovers up to it have a gap, the first fifty.

    A single head that is proven is named in the sentence on the claim already.
    """
    heads = [event for event in report.events if event.head]
    if len(heads) == 1 and report.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN:
        return
    for event in heads[:_LISTED]:
        codes = catalogue.words["comma"].join(reason.name for reason in event.against)
        word = catalogue.words[f"head_{event.custody.value}"]
        yield fill(word, {"event": event.event_id, "codes": codes})
    if len(heads) > _LISTED:
        yield fill(catalogue.words["heads_more"], {"count": len(heads) - _LISTED})


def heads_asked(report: Report) -> tuple[str, ...]:
    """Return the ids of the heads that the sentence on custody is about."""
    unbroken = [
        finding.basis[0]
        for finding in report.findings
        if finding.reason is Reason.LOG_UNBROKEN
        and Claim.CUSTODY_UNBROKEN in finding.claims
        and finding.basis
    ]
    return tuple(unbroken) or tuple(event.event_id for event in report.events if event.head)
