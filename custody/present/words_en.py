"""English: verdicts, claims, limits, headings and what the exit codes mean; ASCII only."""

# ruff: noqa: E501 - one sentence stands on one line, so that the languages can be compared

from __future__ import annotations

from collections.abc import Mapping

from custody.report.claim import Claim, Outcome
from custody.report.report import Limit

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.PROVEN: "PROVEN",
    Outcome.REFUTED: "REFUTED",
    Outcome.UNDETERMINED: "UNDETERMINED",
}
CLAIMS: Mapping[Claim, str] = {
    Claim.INTACT: "intact",
    Claim.SEALED_BY: "sealed by",
    Claim.EXISTED_BEFORE: "existed before",
    Claim.CUSTODY_UNBROKEN: "custody unbroken",
    Claim.COMPLETE: "complete",
}
CLAIM_SENTENCES: Mapping[tuple[Claim, Outcome], str] = {
    (Claim.INTACT, Outcome.PROVEN): (
        "{unchanged} of {items} items are unchanged since seal {seal}"
        " ({partly_open} partly open, {erased} erased, {withheld} withheld)"
    ),
    (Claim.INTACT, Outcome.REFUTED): "what is here is not what was sealed[ (seal {seal})]",
    (Claim.INTACT, Outcome.UNDETERMINED): (
        "could not be decided whether the items are unchanged[ since seal {seal}]"
    ),
    (Claim.SEALED_BY, Outcome.PROVEN): "the seal was signed by {identities}",
    (Claim.SEALED_BY, Outcome.REFUTED): "the seal does not hold, whoever is named in it",
    (Claim.SEALED_BY, Outcome.UNDETERMINED): "could not be decided who signed the seal",
    (Claim.EXISTED_BEFORE, Outcome.PROVEN): (
        "the seal and its signatures existed before {time}[, according to {authority}]"
    ),
    (
        Claim.EXISTED_BEFORE,
        Outcome.REFUTED,
    ): "it is not so that this seal existed before the time in question",
    (Claim.EXISTED_BEFORE, Outcome.UNDETERMINED): "could not be decided before which moment the seal existed",
    (Claim.CUSTODY_UNBROKEN, Outcome.PROVEN): (
        "the recorded handovers have no gap up to {heads}"
        " (a tail of the log that was cut off cannot be seen without a receipt)"
    ),
    (Claim.CUSTODY_UNBROKEN, Outcome.REFUTED): "the recorded handovers contradict what was signed",
    (Claim.CUSTODY_UNBROKEN, Outcome.UNDETERMINED): "could not be decided whether the handovers have a gap",
    (Claim.COMPLETE, Outcome.PROVEN): (
        "every sealed item and every field is here and open; what was never sealed is unknown"
    ),
    (Claim.COMPLETE, Outcome.REFUTED): "what is here is not all of what was sealed, or not as it was sealed",
    (
        Claim.COMPLETE,
        Outcome.UNDETERMINED,
    ): "could not be decided whether everything that was sealed is here and open",
}
QUESTIONS: Mapping[int, str] = {
    1: "Can everything be read, and does everything have its place?",
    2: "Do the items give the sealed root?",
    3: "Are the files what the items say?",
    4: "Is the wrapping what the rest gives?",
    5: "Is the seal signed by every key that it lists?",
    6: "Do the events of the log follow one another?",
    7: "Which times are proven?",
    8: "Is the sealer known to the trust?",
    9: "What is withheld or erased, and by whose signature?",
}
LIMITS: Mapping[Limit, str] = {
    Limit.CONTENT_TRUE: "whether what the files show or say happened that way",
    Limit.PERSON_BEHIND_KEY: "which person used the key",
    Limit.TIME_OF_CAPTURE: "when the files were made, and what was done to them before the seal",
    Limit.NEVER_SEALED: "whether other material existed that was never sealed, or was sealed elsewhere",
    Limit.LOG_TAIL: "whether later events, statements or copies exist that were cut off before anyone else saw them",
    Limit.CHANGED_AND_RESTORED: "whether a file was changed and restored while it was read",
    Limit.FREELY_SIGNED: "whether the signer signed freely",
}
EXITS: Mapping[int, str] = {
    0: "every required claim is proven",
    1: "a required claim is refuted",
    2: "the command was called wrongly",
    3: "nothing required is refuted, and something required could not be decided",
    4: "something could not be read; that says nothing about the evidence",
    130: "interrupted",
}
WORDS: Mapping[str, str] = {
    "bundle": "bundle",
    "seal": "seal",
    "folder": "folder",
    "zip": "zip",
    "verified_at": "verified at",
    "no_seal": "no readable seal",
    "because": "because",
    "forgeable": "the files match seal {seal}; anyone could have made this seal",
    "nobody": "keys that the trust does not name",
    "no_heads": "the seal",
    "heads": "event {heads}",
    "head_proven": "up to event {event}: no gap",
    "head_refuted": "up to event {event}: contradicted ({codes})",
    "head_undetermined": "up to event {event}: could not be decided ({codes})",
    "heads_more": "and {count} more heads",
    "holdings": "Who held it",
    "holdings_none": "nobody is shown to have held it: no event here counts",
    "holdings_more": "and {count} more holdings",
    "holder_hidden": "somebody whose name is withheld",
    "holding_line": "{holder}: {opened}[ ({start})][{notes}]; {state}",
    "holding_claimed": "claimed {time}",
    "opened_sealed": "sealed it",
    "opened_received": "received it",
    "opened_copy-received": "received a copy",
    "opened_succeeded": "carried it on as successor",
    "opened_unapproved": "says that he or she carries it on as successor",
    "opened_unknown": "how this holding began is withheld",
    "state_held": "holds it, as far as this log shows",
    "state_held-shown": (
        "held it up to the last event here; a receipt that is not part of this log shows that {to} has taken it over since"
    ),
    "state_in-transit": "handed over by {holder} to {to}[ ({end})], not yet received: nobody is shown to hold it",
    "state_in-transit-shown": (
        "handed over by {holder} to {to}[ ({end})]; a receipt that is not part of this log shows that it was taken over"
    ),
    "state_handed-over": (
        "handed over and received by {to}[ ({end})]; files that stayed with {holder} are a copy without a holder"
    ),
    "state_succeeded": "carried on by {to}[ ({end})]",
    "state_closed": "closed by {holder}[ ({end})]",
    "state_reconciled": "ended with a reconciliation that {holder} signed[ ({end})]",
    "state_disputed": "disputed: signed events contradict each other about this holding",
    "state_unapproved": "no approver whom the trust knows has signed that, so nobody is shown to hold it",
    "note_not-as-sealed": "; the recipient recorded that it was not as sealed",
    "note_refused": "; the release to {to} was refused by {to}, which changes nobody's custody",
    "note_release-withdrawn": "; released in between and taken back",
    "state_unknown": "what became of it is hidden by an event that is withheld or set aside",
    "unnamed": "somebody whom the trust does not name",
    "findings": "What was checked",
    "at": "at",
    "item": "item",
    "next": "next",
    "basis": "basis",
    "facts": "facts",
    "counts": "Items",
    "counts_line": (
        "{items} in all: {open} open, {partly_open} partly open, {withheld} withheld, {erased} erased;"
        " {padding} of the open ones are padding; {files} files, {payload_bytes} bytes found as sealed"
    ),
    "more": "and {count} more that are not listed",
    "claimed": "Claimed by the bundle; nothing here was checked against the world",
    "claimed_case": "case",
    "claimed_at": "sealed at",
    "claimed_signer": "signer",
    "claimed_events": "events",
    "status_counted": "counted",
    "status_set-aside": "set aside",
    "status_stub": "content withheld",
    "status_receipt": "receipt",
    "status_attestation": "attestation",
    "calendar_summary": "custody: renew the proofs of bundle {bundle}",
    "calendar_description": "A proof weakens on {date}. Renew it before: custody renew, then custody stamp.",
    "renew_by": "renew before",
    "window": "signed",
    "not_before": "not before {time}",
    "not_after": "not after {time}",
    "comma": ", ",
    "head": "head",
    "limits": "Not shown by this or any verification",
    "summary": "Summary",
    "required": "required",
    "exit": "exit code {code}: {meaning}",
    "table_title": "Bundles",
    "unreadable": "UNREADABLE",
    "total": (
        "{bundles} bundles: {proven} with every required claim proven, {refuted} refuted,"
        " {undetermined} undetermined, {unreadable} unreadable"
    ),
    "predecessors": "Earlier bundles that a seal names and that are not here",
    "predecessor": "bundle {bundle}, seal {seal}, named by {by}",
    "not_verified": "NOT VERIFIED: what follows is what the bundle says of itself",
    "event_time": "claimed time",
    "event": "event",
    "type": "type",
    "closed": "closed",
    "fingerprint": "fingerprint",
    "withheld": "withheld",
    "partly": "partly open",
    "no_bundle_folder": "this folder is no bundle, it has neither bagit.txt nor custody: name a bundle's folder or zip",
    "no_bundle_file": "this file is no bundle: a bundle is a folder or a zip",
    "no_bundle_zip": "this zip is cut off: copy or fetch it again",
    "unreadable_event": "cannot be read as an event",
}
