"""The closed list of codes about one proof of time: what is wrong with it, and what is said of it.

A code belongs to a rule (TS-1 to TS-20: tokens; ER-0 to ER-11: evidence records; bundle spec, "Time") and
has an outcome. Notes are facts that are said and change no outcome. Sentences in every language
are kept by `custody.present`, keyed by the code.
"""
# ruff: noqa: PIE796 - rules are compared by identity, so equal ones do not make aliases of two codes

from __future__ import annotations

from enum import Enum

from attrs import frozen


class StampOutcome(Enum):
    """What one proof of time is worth (rule TS-20)."""

    VALID = "valid"
    INVALID = "invalid"
    """It must not be believed, whatever else is learned."""
    UNDETERMINED = "undetermined"
    """It may be sound; what is missing or has ended keeps that from being shown."""


@frozen(eq=False)  # by identity: equal rules must not make two codes one enum member
class StampRule:
    """What is fixed about a code.

    Attributes:
        rule: such as "TS-4".
        outcome: INVALID or UNDETERMINED for a fault; VALID for a note.
    """

    rule: str
    outcome: StampOutcome


_I, _U, _NOTE = StampOutcome.INVALID, StampOutcome.UNDETERMINED, StampOutcome.VALID


class StampCode(Enum):
    """Codes; the name is the stable code, the value is its rule."""

    # limits and form of tokens
    TOKEN_LIMIT = StampRule("TS-1", _U)
    TOKEN_MALFORMED = StampRule("TS-1", _I)
    TOKEN_TRAILING = StampRule("TS-1", _I)
    # replies
    REPLY_MALFORMED = StampRule("TS-2", _I)
    REPLY_REJECTED = StampRule("TS-2", _I)
    REPLY_WITHOUT_TOKEN = StampRule("TS-2", _I)
    REPLY_CHANGED = StampRule("TS-2", _I)  # granted with modifications, and not what was asked for
    # what is signed
    CONTENT_TYPE = StampRule("TS-3", _I)
    TST_VERSION = StampRule("TS-3", _I)
    EXTENSION_CRITICAL = StampRule("TS-3", _I)
    IMPRINT_ALGORITHM = StampRule("TS-4", _U)  # none that is accepted; SHA-1 above all
    IMPRINT_MALFORMED = StampRule("TS-4", _I)  # length or parameters
    IMPRINT_DIFFERS = StampRule("TS-4", _I)
    NONCE_DIFFERS = StampRule("TS-5", _I)
    NONCE_MISSING = StampRule("TS-5", _I)
    POLICY_DIFFERS = StampRule("TS-6", _U)
    # who signed
    SIGNER_NUMBER = StampRule("TS-7", _I)
    SIGNER_CERTIFICATE_MISSING = StampRule("TS-7", _U)
    SIGNED_ATTRIBUTES = StampRule("TS-8", _I)  # missing, repeated, or with several values
    CONTENT_TYPE_ATTRIBUTE = StampRule("TS-8", _I)
    MESSAGE_DIGEST = StampRule("TS-8", _I)
    ALGORITHM_PROTECTION = StampRule("TS-8", _I)
    CERTIFICATE_ID_MISSING = StampRule("TS-9", _I)
    CERTIFICATE_ID_DIFFERS = StampRule("TS-9", _I)
    CERTIFICATE_ID_SHA1 = StampRule("TS-9", _NOTE)
    SIGNATURE_WRONG = StampRule("TS-10", _I)
    SIGNATURE_ALGORITHM = StampRule("TS-10", _U)
    SIGNATURE_WEAK = StampRule("TS-10", _U)  # SHA-1
    KEY_TOO_SHORT = StampRule("TS-10", _U)
    PURPOSE = StampRule("TS-11", _I)  # extended key usage: absent, not critical, or not time stamping alone
    KEY_USAGE = StampRule("TS-11", _I)
    SIGNER_IS_AUTHORITY = StampRule("TS-11", _I)  # a certification authority's own certificate
    NAME_DIFFERS = StampRule("TS-12", _I)
    # up to a pinned root
    PATH_MISSING = StampRule("TS-13", _U)
    PATH_REFUSED = StampRule("TS-13", _I)  # it reaches a pinned root and breaks a constraint
    CERTIFICATE_NOT_VALID = StampRule("TS-13", _I)  # outside its validity at genTime
    OUTSIDE_WEB_PROFILE = StampRule("TS-13", _NOTE)
    ROOT_NOT_TRUSTED_THEN = StampRule("TS-14", _U)
    ROOT_TRUST_ENDED = StampRule("TS-14", _U)
    REVOKED = StampRule("TS-15", _I)
    REVOKED_PERHAPS_BEFORE = StampRule("TS-15", _U)
    REVOCATION_NOT_CHECKED = StampRule("TS-15", _NOTE)
    REVOCATION_UNUSED = StampRule("TS-15", _NOTE)  # a list or response of a form that is not judged
    REVOCATION_REQUIRED = StampRule("TS-15", _U)  # strict mode, and none is here
    REVOCATION_LIMIT = StampRule("TS-15", _U)  # more of it lies in the bundle than is read
    TIME_IN_FUTURE = StampRule("TS-16", _U)  # perhaps the moment of verification was set to an earlier one
    CERTIFICATE_EXPIRED_SINCE = StampRule("TS-17", _NOTE)
    CERTIFICATE_EXPIRED_BEFORE_RENEWAL = StampRule("TS-17", _U)
    ALGORITHM_ENDED = StampRule("TS-17", _U)
    ACCURACY_UNKNOWN = StampRule("TS-18", _NOTE)
    ONE_OPERATOR = StampRule("TS-19", _NOTE)
    CERTIFICATE_UNREADABLE = StampRule("TS-20", _U)
    # evidence records
    RECORD_LIMIT = StampRule("ER-0", _U)
    RECORD_MALFORMED = StampRule("ER-0", _I)
    RECORD_ENCRYPTED = StampRule("ER-0", _U)
    RECORD_ALGORITHM = StampRule("ER-1", _I)
    RECORD_LIST_EMPTY = StampRule("ER-3", _I)
    RECORD_ROOT = StampRule("ER-3", _I)
    RECORD_COVERS_OTHERS = StampRule("ER-5", _I)  # what is asked about is in no first list
    RECORD_RENEWAL = StampRule("ER-6", _I)
    RECORD_CHAIN = StampRule("ER-7", _I)
    RECORD_ORDER = StampRule("ER-8", _I)
    RECORD_TOKEN = StampRule("ER-9", _U)  # a token inside it does not hold; its own code stands beside
    RECORD_GROUP = StampRule("ER-10", _NOTE)  # other values stand in its first list
    RECORD_REPEATS = StampRule("ER-10", _NOTE)  # a list of it holds one value twice

    @property
    def rule(self) -> str:
        """The rule that the code belongs to."""
        return self.value.rule

    @property
    def outcome(self) -> StampOutcome:
        """What the code makes of the proof; VALID for a note."""
        return self.value.outcome

    @property
    def note(self) -> bool:
        """Whether it only says something."""
        return self.value.outcome is StampOutcome.VALID


def outcome_of(codes: tuple[StampCode, ...]) -> StampOutcome:
    """Add codes up: one that makes it invalid outweighs any doubt, and a doubt outweighs the rest."""
    outcomes = {code.outcome for code in codes}
    return next(one for one in (_I, _U, _NOTE) if one in outcomes or one is _NOTE)
