"""The closed list of reason codes.

A reason is one fact that verification can state. It fixes the number of the finding it belongs to (DESIGN,
"Verification"), its outcome, and the ETSI EN 319 102-1 indication; sentences in every language and next steps
are kept by `custody.present`, keyed by the code. Tests compare codes, never sentences.
"""
# ruff: noqa: PIE796 - rules are compared by identity, so equal ones do not make aliases of two codes

from __future__ import annotations

from enum import Enum

from attrs import frozen

from custody.report.claim import Outcome

PASSED = "TOTAL-PASSED"
FAILED = "TOTAL-FAILED"
INDETERMINATE = "INDETERMINATE"
_INDICATION = {
    Outcome.PROVEN: PASSED,
    Outcome.REFUTED: FAILED,
    Outcome.UNDETERMINED: INDETERMINATE,
}


@frozen(eq=False)  # by identity: equal rules must not make two codes one enum member
class Rule:
    """What is fixed about a reason.

    Attributes:
        number: the finding, 1 to 9, that the reason belongs to.
        outcome: what it does to the claims that it bears on.
        sub_indication: ETSI EN 319 102-1 sub-indication, or "" where that standard has none.
    """

    number: int
    outcome: Outcome
    sub_indication: str = ""


_P, _R, _U = Outcome.PROVEN, Outcome.REFUTED, Outcome.UNDETERMINED


class Reason(Enum):
    """Reason codes; the name is the stable code, the value is its rule."""

    # 1 readable within limits, closed world
    PATHS_KNOWN = Rule(1, _P)
    PATH_UNKNOWN = Rule(1, _R, "FORMAT_FAILURE")
    NOT_A_FILE = Rule(1, _R, "FORMAT_FAILURE")
    ZIP_CONTRADICTION = Rule(1, _R, "FORMAT_FAILURE")
    ZIP_FORM = Rule(1, _U, "FORMAT_FAILURE")
    LIMIT_EXCEEDED = Rule(1, _U, "FORMAT_FAILURE")
    VERSION_UNKNOWN = Rule(1, _U, "FORMAT_FAILURE")
    CHANGED_WHILE_READ = Rule(1, _U)
    UNREADABLE = Rule(1, _U)
    # 2 items
    ITEMS_MATCH = Rule(2, _P)
    ITEMS_MISSING = Rule(2, _R, "SIGNED_DATA_NOT_FOUND")
    ITEM_MALFORMED = Rule(2, _R, "FORMAT_FAILURE")
    ITEM_COUNT = Rule(2, _R, "HASH_FAILURE")
    ROOT_MISMATCH = Rule(2, _R, "HASH_FAILURE")
    # 3 payload
    PAYLOAD_MATCHES = Rule(3, _P)
    FILE_MISSING = Rule(3, _R, "SIGNED_DATA_NOT_FOUND")
    FILE_EXTRA = Rule(3, _R, "HASH_FAILURE")
    FILE_NOT_REGULAR = Rule(3, _R, "FORMAT_FAILURE")
    FILE_SIZE = Rule(3, _R, "HASH_FAILURE")
    FILE_DIGEST = Rule(3, _R, "HASH_FAILURE")
    FILE_CHANGED_WHILE_READ = Rule(3, _U)
    FILE_UNREADABLE = Rule(3, _U)
    CHUNKS_MISMATCH = Rule(3, _R, "HASH_FAILURE")
    MANIFEST_MISMATCH = Rule(3, _R, "HASH_FAILURE")
    # 4 wrapping
    WRAPPING_MATCHES = Rule(4, _P)
    PACKAGING_CHANGED = Rule(4, _U, "FORMAT_FAILURE")
    VERIFY_TXT_CHANGED = Rule(4, _R, "FORMAT_FAILURE")
    # 5 the seal
    SEAL_SIGNED = Rule(5, _P)
    SEAL_MISSING = Rule(5, _R, "SIGNED_DATA_NOT_FOUND")
    SEAL_AMBIGUOUS = Rule(5, _U)
    SEAL_MALFORMED = Rule(5, _R, "FORMAT_FAILURE")
    SEAL_SIGNATURE_MISSING = Rule(5, _R, "SIG_CRYPTO_FAILURE")
    SEAL_SIGNATURE_WRONG = Rule(5, _R, "SIG_CRYPTO_FAILURE")
    SEAL_NOT_EXPECTED = Rule(5, _R, "SIGNED_DATA_NOT_FOUND")
    # 6 the log
    LOG_UNBROKEN = Rule(6, _P)
    EVENT_MALFORMED = Rule(6, _U, "FORMAT_FAILURE")
    EVENT_SIGNATURE_MISSING = Rule(6, _U, "SIG_CRYPTO_FAILURE")
    EVENT_SIGNATURE_WRONG = Rule(6, _U, "SIG_CRYPTO_FAILURE")
    EVENT_SIGNER_UNKNOWN = Rule(6, _U, "NO_SIGNING_CERTIFICATE_FOUND")
    EVENT_KEY_SET = Rule(6, _U, "CHAIN_CONSTRAINTS_FAILURE")
    EVENT_KEY_TIME = Rule(6, _U, "OUT_OF_BOUNDS_NO_POE")
    EVENT_KEY_COMPROMISED = Rule(6, _U, "REVOKED")
    EVENT_ALGORITHM_ENDED = Rule(6, _U, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE")
    EVENT_THRESHOLD = Rule(6, _U, "SIG_CONSTRAINTS_FAILURE")
    EVENT_OF_ANOTHER_BUNDLE = Rule(6, _U, "SIGNED_DATA_NOT_FOUND")
    EVENT_FILE_UNKNOWN = Rule(6, _U, "FORMAT_FAILURE")
    COMMITMENT_REPEATED = Rule(6, _U, "FORMAT_FAILURE")
    LATER_EVENT_EXISTS = Rule(6, _U)
    NOT_MERGED = Rule(6, _U)
    FORK = Rule(6, _R, "SIG_CONSTRAINTS_FAILURE")
    SIGNATURES_DIFFER = Rule(6, _U)
    HEAD_NOT_FOUND = Rule(6, _U, "SIGNED_DATA_NOT_FOUND")
    RECEIPT_HELD = Rule(6, _P)
    RECEIPT_SET_ASIDE = Rule(6, _U)
    NOT_THE_HOLDER = Rule(6, _U, "SIG_CONSTRAINTS_FAILURE")
    NOT_THE_RECIPIENT = Rule(6, _U, "SIG_CONSTRAINTS_FAILURE")
    NOT_THE_SUCCESSOR = Rule(6, _U, "SIG_CONSTRAINTS_FAILURE")
    HOLDING_IN_TRANSIT = Rule(6, _U)
    HOLDING_CLOSED = Rule(6, _U, "SIG_CONSTRAINTS_FAILURE")
    HOLDING_WRONG = Rule(6, _U, "FORMAT_FAILURE")
    HANDOVER_DIFFERS = Rule(6, _U, "HASH_FAILURE")
    FIXITY_FAILED = Rule(6, _U)
    HOLDER_ROLE = Rule(6, _U, "CHAIN_CONSTRAINTS_FAILURE")
    IN_TRANSIT = Rule(6, _U)
    COPY_UNACKNOWLEDGED = Rule(6, _U)
    COPY_WITHDRAWN = Rule(6, _U)
    SUCCESSION_UNAPPROVED = Rule(6, _U)
    SUCCESSOR_UNKNOWN = Rule(6, _U)
    DISPUTED = Rule(6, _U)
    DISPUTE_LOST = Rule(6, _U)
    DISPUTE_WON = Rule(6, _U)
    STUB_IN_PAST = Rule(6, _U)
    STUB_UNFOLLOWED = Rule(6, _U)
    SET_ASIDE_IN_PAST = Rule(6, _U)
    ITEM_UNKNOWN = Rule(6, _U, "FORMAT_FAILURE")
    OUTPUTS_NOT_THERE = Rule(6, _U, "SIGNED_DATA_NOT_FOUND")
    ATTESTATION_LISTED = Rule(6, _U)
    ATTESTATION_SET_ASIDE = Rule(6, _U)
    ATTESTATION_SIGNER_UNKNOWN = Rule(6, _U, "NO_SIGNING_CERTIFICATE_FOUND")
    # 7 time
    EXISTED_BEFORE = Rule(7, _P)
    NOT_STAMPED = Rule(7, _U, "NO_POE")
    NO_STAMP_HOLDS = Rule(7, _U, "NO_POE")
    NOT_SHOWN_BEFORE = Rule(7, _U, "NO_POE")
    SEALED_LATER = Rule(7, _R, "TIMESTAMP_ORDER_FAILURE")
    AUTHORITIES_DISAGREE = Rule(7, _U, "TIMESTAMP_ORDER_FAILURE")
    ONE_OPERATOR = Rule(7, _U)
    STAMP_HOLDS = Rule(7, _P)
    STAMP_INVALID = Rule(7, _U, "FORMAT_FAILURE")
    STAMP_UNDETERMINED = Rule(7, _U, "NO_POE")
    STAMP_NOT_JUDGED = Rule(7, _U, "NO_POE")
    STAMP_SET_ASIDE = Rule(7, _U, "FORMAT_FAILURE")
    ANCHOR_HOLDS = Rule(7, _P)
    ANCHOR_PROVES_NOTHING = Rule(7, _U)
    ANCHOR_MISSING = Rule(7, _U)
    CLAIMED_TIME_REFUTED = Rule(7, _R, "TIMESTAMP_ORDER_FAILURE")
    CLAIMED_TIME_UNORDERED = Rule(7, _U)
    WINDOW_WIDE = Rule(7, _U)
    RENEWAL_HOLDS = Rule(7, _P)
    RENEWAL_VOID = Rule(7, _U, "HASH_FAILURE")
    RENEWAL_NOT_IN_TIME = Rule(7, _U, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE")
    RENEWAL_SHORT = Rule(7, _U, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE")
    RENEWAL_STAMP_CHANGED = Rule(7, _U)
    RENEWAL_DUE = Rule(7, _U)
    # 8 the sealer
    SEALER_TRUSTED = Rule(8, _P)
    SEAL_EXPECTED = Rule(8, _P)
    SEALER_UNKNOWN = Rule(8, _U, "NO_SIGNING_CERTIFICATE_FOUND")
    SEALER_KEY_SET = Rule(8, _U, "CHAIN_CONSTRAINTS_FAILURE")
    SEALER_ROLE = Rule(8, _U, "CHAIN_CONSTRAINTS_FAILURE")
    SEALER_THRESHOLD = Rule(8, _U, "SIG_CONSTRAINTS_FAILURE")
    SEALER_KEY_TIME = Rule(8, _U, "OUT_OF_BOUNDS_NO_POE")
    SEALER_KEY_COMPROMISED = Rule(8, _U, "REVOKED_NO_POE")
    SEALED_AFTER_COMPROMISE = Rule(8, _R, "REVOKED")
    ALGORITHM_ENDED = Rule(8, _U, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE")
    # 9 what is withheld or erased
    NOTHING_WITHHELD = Rule(9, _P)
    PART_ATTRIBUTED = Rule(9, _P)
    ERASURE_ATTRIBUTED = Rule(9, _P)
    PART_INCOMPLETE = Rule(9, _U)
    ERASURE_PENDING = Rule(9, _U)
    ITEMS_ERASED = Rule(9, _U)
    WITHHELD_UNATTRIBUTED = Rule(9, _U)
    NO_OPEN_CONTENT = Rule(9, _U)
    EVENT_FIELD_CLOSED = Rule(9, _U)
    EVENT_STUBBED = Rule(9, _U)
    PREDECESSOR_NOT_PRESENTED = Rule(6, _U)
    PREDECESSOR_MISMATCH = Rule(6, _R, "SIGNED_DATA_NOT_FOUND")

    @property
    def number(self) -> int:
        """The finding that the reason belongs to, 1 to 9."""
        return self.value.number

    @property
    def outcome(self) -> Outcome:
        """What the reason says about the claims that it bears on."""
        return self.value.outcome

    @property
    def indication(self) -> str:
        """The ETSI EN 319 102-1 main indication."""
        return _INDICATION[self.value.outcome]

    @property
    def sub_indication(self) -> str:
        """The ETSI EN 319 102-1 sub-indication, or an empty text."""
        return self.value.sub_indication
