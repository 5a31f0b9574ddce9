"""Which vectors each rule of the custody log refuses, and with which code.

Where a code is not alone, its companions are named, and why; `test_rules.py` compares all of it with what
verification finds.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen

AMBIENT: Final = frozenset({"NOT_STAMPED", "ONE_OPERATOR", "STAMP_HOLDS", "ANCHOR_HOLDS", "RENEWAL_HOLDS"})
"""What is said of bundles whether or not a rule refuses anything."""


@frozen(kw_only=True)
class Refused:
    """One vector that a rule refuses.

    Attributes:
        vector: its name.
        code: the reason code that the rule gives.
        beside: further codes that are not proven; empty when the rule's own stands alone.
        why: why it cannot stand alone.
    """

    vector: str
    code: str
    beside: frozenset[str] = frozenset()
    why: str = ""


@frozen(kw_only=True)
class RuleCase:
    """One rule.

    Attributes:
        rule: its name.
        says: what it demands, in a line.
        refused: vectors that break it.
        without: why no vector can; only where `refused` is empty.
    """

    rule: str
    says: str
    refused: tuple[Refused, ...] = ()
    without: str = ""


def _case(rule: str, says: str, *refused: Refused, without: str = "") -> RuleCase:
    return RuleCase(rule=rule, says=says, refused=refused, without=without)


def _alone(code: str, *names: str) -> tuple[Refused, ...]:
    return tuple(Refused(vector=name, code=code) for name in names)


def _with(code: str, beside: str, why: str, *names: str) -> tuple[Refused, ...]:
    return tuple(Refused(vector=name, code=code, beside=frozenset(beside.split()), why=why) for name in names)


_TRANSIT = "the release that the refused event answers stays open, which is said as well"
_RESTS = "an event that does not count lies in the past of a head: the head is undetermined for it"
_TRANSIT_HERE = "in this copy the release is open, which is said as well"
_COPY_HERE = "in this copy nobody acknowledged the copy, which is said as well"
_COPY = "the copy that the refused event answers stays unacknowledged, which is said as well"
_NO_LOG = "it is a rule of the custodian log, which version 1 does not have"
_LATER: Final = {
    "R2": "two checkpoints of one log agree",
    "R3": "proofs of inclusion verify, and enough witnesses signed",
    "R4": "the newest cosignature is fresh enough",
    "R5": "the newest entry for a bundle is its head",
}

RULES: Final = (
    _case(
        "C1",
        "strict JSON in one canonical encoding, within limits",
        *_alone(
            "EVENT_MALFORMED",
            "event-statement-member-twice",
            "event-statement-spaces",
            "event-statement-line-feed",
            "event-statement-float",
            "event-statement-order",
            "event-body-member-twice",
            "event-body-escapes",
            "event-body-lone-surrogate",
        ),
        *_alone("LIMIT_EXCEEDED", "event-too-long"),
    ),
    _case(
        "C2",
        "known type, exactly the members, sorted lists, whole digests and salts",
        *_alone(
            "EVENT_MALFORMED",
            "event-type-unknown",
            "event-member-unknown",
            "event-member-missing",
            "event-leaves-unsorted",
            "event-key-id-in-capitals",
            "event-prev-twice",
            "event-prev-unsorted",
            "event-signers-unsorted",
            "event-commitment-twice",
            "event-commitment-missing",
            "event-seq-negative",
            "event-salt-too-long",
            "event-opening-unnamed",
        ),
    ),
    _case(
        "S1",
        "every listed key has signed, and the actor is one of the signers",
        *_alone(
            "EVENT_SIGNATURE_MISSING",
            "event-unsigned",
            "draft-unsigned",
            "draft-cosigned-unsigned",
            "event-lattice-signature-stripped",
            "event-lattice-signature-stripped-from-proof",
        ),
        *_alone("EVENT_MALFORMED", "event-actor-is-no-signer"),
    ),
    _case(
        "S2",
        "each signer lists one whole key set of a trusted identity",
        *_alone("EVENT_SIGNER_UNKNOWN", "event-by-stranger", "erased-with-a-stranger"),
        *_alone("EVENT_KEY_SET", "event-key-set"),
    ),
    _case(
        "S3",
        "each signature is valid over the exact bytes that were parsed",
        *_alone(
            "EVENT_SIGNATURE_WRONG",
            "event-signature-wrong",
            "event-signed-as-attestation",
            "event-signed-as-file",
            "event-of-another-bundle-relabelled",
        ),
    ),
    _case(
        "S4",
        "keys count at the proven time of the signature",
        *_alone(
            "EVENT_KEY_COMPROMISED", "time-event-after-compromise", "succession-by-thief-after-the-theft"
        ),
        *_alone("EVENT_KEY_TIME", "succession-by-thief-of-the-holders-key"),
        *_alone("EVENT_ALGORITHM_ENDED", "event-algorithm-ended-in-past"),
        *_with(
            "EVENT_KEY_TIME",
            "STAMP_INVALID",
            "the stamp that would have dated the signature is named as well: it holds over something else",
            "draft-stamped-then-signed-by-thief",
            "draft-cosigned-then-signed-by-thief",
            "stamp-of-another-event",
            "stamp-of-another-bundles-event",
        ),
    ),
    _case(
        "S5",
        "enough distinct identities signed",
        *_alone(
            "EVENT_THRESHOLD",
            "erased-by-one",
            "erased-by-two-sets-of-one",
            "erased-without-an-approver",
            "threshold-raised-by-trust",
        ),
        *_alone("ATTESTATION_SET_ASIDE", "revocation-by-one", "revocation-by-two-sets-of-one"),
    ),
    _case(
        "L1",
        "one bundle, and no commitment twice in a past",
        *_alone("COMMITMENT_REPEATED", "event-commitments-repeated"),
        *_alone("EVENT_OF_ANOTHER_BUNDLE", "event-of-another-bundle", "event-of-another-bundle-beside"),
        *_alone("ATTESTATION_SET_ASIDE", "attestation-of-another-bundle"),
    ),
    _case(
        "L2",
        "one seal, at seq 0 of the holding of the bundle's id",
        *_alone("HOLDING_WRONG", "seal-second-in-other-holding"),
        *_alone("SEAL_MISSING", "seal-missing"),
        *_alone("EVENT_MALFORMED", "seal-copied"),
    ),
    _case(
        "L3",
        "every event that is followed is here",
        *_alone("LATER_EVENT_EXISTS", "event-removed", "event-follows-two"),
        *_alone("NOT_MERGED", "event-not-merged"),
        *_with(
            "LATER_EVENT_EXISTS",
            "EVENT_OF_ANOTHER_BUNDLE",
            "what stands in the place of the event that was removed is named as well",
            "event-replaced",
        ),
    ),
    _case(
        "L4",
        "a derived holding id, one predecessor per event",
        *_alone(
            "HOLDING_WRONG",
            "holding-seq-skipped",
            "holding-unreleased",
            "event-follows-two-holdings",
            "succession-holding-wrong",
        ),
        *_with("HOLDING_WRONG", "IN_TRANSIT", _TRANSIT, "holding-id-wrong", "holding-received-inside"),
        *_with(
            "HOLDING_WRONG",
            "DISPUTED",
            "the dispute that the refused reconciliation would have ended goes on, which is said as well",
            "reconciled-without-following",
        ),
        *_alone("EVENT_MALFORMED", "event-folder-renamed", "event-of-another-holding", "event-twice"),
    ),
    _case(
        "L5",
        "one statement per holding and seq, one set of signatures per statement",
        *_alone(
            "FORK",
            "fork",
            "fork-in-the-past",
            "fork-of-the-seal",
            "fork-of-another-head",
            "fork-by-an-act-that-does-not-count",
        ),
        *_with(
            "FORK",
            "LATER_EVENT_EXISTS",
            "what two receipts say against each other also shows that the log goes on",
            "fork-beside-the-log",
        ),
        *_alone("SIGNATURES_DIFFER", "signatures-differ"),
    ),
    _case(
        "L6",
        "events that exclude each other do not both stand",
        *_alone(
            "DISPUTED",
            "dispute-withdrawn-and-received",
            "dispute-received-twice",
            "succession-twice",
            "succession-while-holder-goes-on",
            "succession-beside-receipt",
            "time-dispute-open",
        ),
        *_with(
            "DISPUTED",
            "EVENT_THRESHOLD",
            "the reconciliation that not every party signed is set aside, which is said as well",
            "dispute-reconciled-by-one",
            "reconciled-by-a-third-person",
        ),
        *_with(
            "DISPUTE_WON",
            "DISPUTE_LOST",
            "times decided: the head that stands and the one that lost are both named",
            "time-dispute-won",
            "time-dispute-apart",
            "withdrawal-published-late",
            "withdrawal-stamped-late",
            "succession-backdated",
            "succession-after-receipt",
        ),
    ),
    _case(
        "L7",
        "heads are counted, and rest on counted events alone",
        *_with(
            "SET_ASIDE_IN_PAST", "EVENT_SIGNER_UNKNOWN", _RESTS, "event-on-stranger", "head-before-set-aside"
        ),
        *_with("SET_ASIDE_IN_PAST", "EVENT_SIGNATURE_MISSING", _RESTS, "event-on-stripped"),
        *_with("SET_ASIDE_IN_PAST", "NOT_THE_HOLDER", _RESTS, "event-on-set-aside"),
        *_with(
            "SET_ASIDE_IN_PAST",
            "HOLDING_IN_TRANSIT IN_TRANSIT",
            _RESTS,
            "former-holder-releases-again-and-it-is-received",
        ),
        *_alone("STUB_UNFOLLOWED", "stub-unfollowed"),
    ),
    _case(
        "H1",
        "only the holder writes in his holding",
        *_alone(
            "NOT_THE_HOLDER",
            "event-not-the-holder",
            "event-later-not-the-holder",
            "former-holder-in-the-recipients-holding",
            "event-consent-by-another",
        ),
    ),
    _case(
        "H2",
        "only the one who is named receives",
        *_with(
            "NOT_THE_RECIPIENT",
            "IN_TRANSIT",
            _TRANSIT,
            "transfer-wrong-recipient",
            "receipt-by-the-giver",
            "receipt-by-known-person-under-the-recipients-name",
            "release-label-of-another-received-by-label",
            "release-keys-of-two",
        ),
        *_with("NOT_THE_RECIPIENT", "COPY_UNACKNOWLEDGED", _COPY, "copy-received-by-another"),
        *_with("HOLDING_WRONG", "IN_TRANSIT", _TRANSIT, "receipt-of-a-copy-for-a-release"),
        *_with("HOLDING_WRONG", "COPY_UNACKNOWLEDGED", _COPY, "receipt-of-a-release-for-a-copy"),
    ),
    _case(
        "H3",
        "after a release only its withdrawal",
        *_alone(
            "HOLDING_IN_TRANSIT",
            "transfer-act-of-former-holder",
            "former-holder-releases-again",
            "former-holder-copies",
        ),
        *_with(
            "HOLDING_IN_TRANSIT",
            "IN_TRANSIT",
            _TRANSIT,
            "transfer-act-in-transit",
            "withdrawal-of-something-else",
        ),
    ),
    _case(
        "H4",
        "nothing after the end of a holding",
        *_alone(
            "HOLDING_CLOSED",
            "holding-after-closed",
            "succession-after-closed",
            "holding-after-its-reconciliation",
            "holding-after-its-reconciliation-by-both",
        ),
    ),
    _case(
        "H5",
        "only the one who was named succeeds, or the holder himself, and an approver cosigns",
        *_alone("NOT_THE_SUCCESSOR", "succession-false"),
        *_alone("EVENT_SIGNER_UNKNOWN", "succession-by-stranger-under-the-successors-name"),
        *_alone(
            "SUCCESSION_UNAPPROVED",
            "succession-alone",
            "succession-approved-by-own-second-set",
            "succession-approved-by-holder",
            "succession-cosigned-by-no-approver",
        ),
        *_with(
            "SUCCESSOR_UNKNOWN",
            "EVENT_FIELD_CLOSED",
            "that the field which names the successor is closed is said as well",
            "succession-unknown",
        ),
    ),
    _case(
        "H6",
        "what a stub did is unknown: nobody is refused for it, and nothing after it is proven",
        *_with(
            "STUB_IN_PAST",
            "EVENT_STUBBED",
            "a stub is named for COMPLETE as well",
            "stub-in-past",
            "stub-hides-a-release",
            "stub-hides-whom-it-was-released-to",
        ),
        *_with(
            "STUB_IN_PAST",
            "EVENT_STUBBED IN_TRANSIT",
            "nobody knows whether the stub received the release before it",
            "stub-hides-the-holder",
        ),
    ),
    _case(
        "H7",
        "an open release is in transit, an open copy unacknowledged; a copy taken back and received is named",
        *_alone(
            "IN_TRANSIT",
            "transfer-in-transit",
        ),
        *_with(
            "IN_TRANSIT",
            "EVENT_THRESHOLD",
            "the reconciliation that not every party signed is set aside, which is said as well",
            "transfer-in-transit-covered",
            "transfer-withdrawn-by-another",
        ),
        *_alone("COPY_UNACKNOWLEDGED", "copy-unacknowledged"),
        *_alone("COPY_WITHDRAWN", "copy-withdrawn-and-received"),
    ),
    _case("I1", "sealed before used", *_alone("SEAL_MISSING", "item-used-before-the-seal")),
    _case(
        "I2",
        "one seal per bundle id",
        *_alone("HOLDING_WRONG", "seal-second-in-other-holding"),
        *_alone("SEAL_NOT_EXPECTED", "seal-replaced-by-sealer"),
        *_alone("SEAL_AMBIGUOUS", "seal-ambiguous"),
    ),
    _case("I3", "items exist", *_alone("ITEM_UNKNOWN", "event-leaf-unknown", "event-input-unknown")),
    _case(
        "I4",
        "outputs are items of this bundle, or of another one that is named with its seal",
        *_alone(
            "ITEM_UNKNOWN",
            "output-unknown",
            "output-unknown-under-own-id",
            "output-in-a-bundle-without-seal",
        ),
    ),
    _case(
        "I5",
        "an earlier bundle is the one that the seal names",
        without="a vector holds one bundle; tests/unit/verification/test_predecessors.py holds two",
    ),
    _case("T1", "claimed times do not go back", *_alone("CLAIMED_TIME_UNORDERED", "time-claimed-order")),
    _case(
        "T2",
        "bounds do not contradict each other",
        *_alone("AUTHORITIES_DISAGREE", "time-authorities-disagree", "time-authorities-disagree-custody"),
    ),
    _case("T3", "claimed no later than proven", *_alone("CLAIMED_TIME_REFUTED", "time-claimed-forward")),
    _case("T4", "claimed no earlier than proven", *_alone("CLAIMED_TIME_REFUTED", "time-claimed-back")),
    _case(
        "T5",
        "a wide window is named",
        *_alone("WINDOW_WIDE", "time-window-wide"),
        *_with("WINDOW_WIDE", "IN_TRANSIT", _TRANSIT_HERE, "time-window-wide-release"),
    ),
    _case(
        "R1",
        "what others hold of the log is not left out; it counts only if its signatures do",
        *_alone(
            "LATER_EVENT_EXISTS",
            "receipt-later-event",
            "receipt-past-not-here",
            "receipt-of-succession",
            "receipt-beside-succession",
            "receipt-whole-copy",
        ),
        *_with("LATER_EVENT_EXISTS", "IN_TRANSIT", _TRANSIT_HERE, "receipt-of-open-release"),
        *_alone("NOT_MERGED", "receipt-of-unknown-release", "receipt-of-late-succession"),
        *_with("NOT_MERGED", "COPY_UNACKNOWLEDGED", _COPY_HERE, "receipt-of-copy"),
        *_alone(
            "RECEIPT_SET_ASIDE",
            "receipt-seal-by-stranger",
            "receipt-seal-by-another",
            "receipt-stranger",
            "receipt-unsigned",
            "receipt-another-bundle",
            "receipt-not-the-holder",
            "receipt-former-holder",
            "receipt-bytes-changed",
            "receipt-stub",
        ),
        *_alone("DISPUTED", "receipt-of-withdrawal", "receipt-against-withdrawal", "receipt-received-twice"),
    ),
    *(_case(rule, says, without=_NO_LOG) for rule, says in _LATER.items()),
    _case(
        "EV1",
        "key ids are computed",
        *_alone("SEAL_MALFORMED", "seal-key-file-swapped"),
        *_alone("EVENT_MALFORMED", "event-signature-set-of-another-signer"),
    ),
    _case(
        "EV2",
        "every key of a whole set has signed",
        *_alone("EVENT_SIGNATURE_MISSING", "event-lattice-signature-stripped"),
        *_alone("EVENT_MALFORMED", "event-lattice-key-stripped"),
        *_alone("EVENT_KEY_SET", "event-key-set"),
    ),
    _case(
        "EV3",
        "signatures are over event.json, for one namespace",
        *_alone("EVENT_SIGNATURE_WRONG", "event-signed-as-attestation", "event-signed-as-file"),
        *_alone("ATTESTATION_SET_ASIDE", "attestation-signed-as-event"),
    ),
    _case(
        "EV4",
        "the id fixes the statement and its signatures",
        *_alone(
            "EVENT_MALFORMED", "draft-proof-kept-by-thief", "event-proof-of-another", "event-id-borrowed"
        ),
        *_alone("SIGNATURES_DIFFER", "signatures-differ"),
        *_with(
            "EVENT_KEY_TIME",
            "STAMP_INVALID",
            "the stamp over the draft is named as well",
            "draft-stamped-then-signed-by-thief",
            "draft-cosigned-then-signed-by-thief",
        ),
        *_with(
            "EVENT_KEY_TIME",
            "RENEWAL_VOID",
            "the renewal of the draft is named as well",
            "draft-renewed-then-signed-by-thief",
        ),
        *_with(
            "EVENT_KEY_TIME",
            "ATTESTATION_LISTED",
            "the attestation of the draft is listed as well",
            "draft-attested-then-signed-by-thief",
        ),
    ),
    _case(
        "EV5",
        "an opening is what the statement commits to",
        *_alone("EVENT_MALFORMED", "event-edited-after-signing", "event-malformed"),
    ),
    _case(
        "EV6",
        "statements of others change no custody, and stand apart",
        *_alone(
            "EVENT_MALFORMED",
            "event-of-a-type-for-attestations",
            "event-refusal-in-the-log",
            "event-from-attestation",
        ),
        *_alone(
            "ATTESTATION_SET_ASIDE",
            "attestation-of-a-type-for-the-log",
            "attestation-from-event",
            "attestation-cut",
            "attestation-misplaced",
        ),
        *_alone("ATTESTATION_SIGNER_UNKNOWN", "attestation-by-stranger"),
    ),
    _case("EV7", "no unknown type", *_alone("EVENT_MALFORMED", "event-type-unknown")),
    _case("EV8", "only the holder records consent", *_alone("NOT_THE_HOLDER", "event-consent-by-another")),
    _case("EV9", "nothing is edited", *_alone("EVENT_MALFORMED", "event-edited-after-signing")),
)
