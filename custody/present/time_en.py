"""English: what is said of proofs of time (finding 7) and of each fault that one can have; ASCII only."""

# ruff: noqa: E501 - one sentence stands on one line, so that the languages can be compared

from __future__ import annotations

from collections.abc import Mapping

from custody.report.reason import Reason
from custody.report.stamp_code import StampCode

_NOTHING = "nothing to do"
_ASK_TIME = (
    "ask for a proof of time by a trusted authority (custody stamp), or look for one among the later copies"
)
_ANOTHER = "nothing follows from it for the bundle; ask for another proof of time"

TIME_REASONS: Mapping[Reason, tuple[str, str]] = {
    Reason.EXISTED_BEFORE: (
        "the seal and its signatures existed before {time}[, according to {authority}][, accuracy {accuracy_ms} ms][; also, each by its own time: {also}]",
        _NOTHING,
    ),
    Reason.NOT_STAMPED: ("there is no proof of time over the seal; the times in it are claims", _ASK_TIME),
    Reason.NO_STAMP_HOLDS: (
        "there are proofs of time over the seal, and none of them holds with this trust",
        "look at their codes below: add a missing root to the trust (custody trust add-authority), or ask for another proof of time",
    ),
    Reason.NOT_SHOWN_BEFORE: (
        "the seal is proven to have existed before {not_after}, which is not earlier than {before}",
        "look for an earlier proof of time; that the seal is later is not shown either",
    ),
    Reason.SEALED_LATER: (
        "the seal was signed after {not_before}, so it did not exist before {before}",
        "ask the sealer for an earlier seal, if there is one",
    ),
    Reason.AUTHORITIES_DISAGREE: (
        "two trusted authorities contradict each other: not before {not_before}, and not after {not_after}; neither time is used",
        "ask both authorities about their clocks, or leave the wrong one out of the trust",
    ),
    Reason.ONE_OPERATOR: (
        "one operator alone vouches for the time[: {operator}]",
        "ask an authority of another operator for a second proof of time (custody stamp)",
    ),
    Reason.STAMP_HOLDS: ("a proof of time holds[: {time}][, {operator}]", _NOTHING),
    Reason.STAMP_INVALID: ("a proof of time is wrong and proves nothing: {codes}", _ANOTHER),
    Reason.STAMP_UNDETERMINED: (
        "a proof of time could not be shown to hold: {codes}",
        "look at its codes: add what is missing to the trust, or ask for another proof of time",
    ),
    Reason.STAMP_NOT_JUDGED: (
        "a proof of time of another kind is here, and this release does not judge it",
        "check it with its own tool, or with a newer release",
    ),
    Reason.STAMP_SET_ASIDE: (
        "a proof of time is set aside: it does not fit what it lies beside; it proves nothing",
        "look for another copy of it, or ask for a new proof of time",
    ),
    Reason.ANCHOR_HOLDS: (
        "an event embeds a proof of time of {time}; it was signed after that[, {operator}]",
        _NOTHING,
    ),
    Reason.ANCHOR_PROVES_NOTHING: (
        "an event embeds a proof of time that could not be shown to hold: {codes}",
        "add what is missing to the trust; otherwise nothing follows from it",
    ),
    Reason.ANCHOR_MISSING: (
        "an event embeds an earlier proof of time that is not here",
        "ask the holder for a copy that has it; nothing follows from its absence",
    ),
    Reason.CLAIMED_TIME_REFUTED: (
        "the event claims {claimed}, and that is not so[: it existed before {not_after}][: it was signed after {not_before}]",
        "ask the signer about the clock of the machine; the event itself is not refuted by this",
    ),
    Reason.CLAIMED_TIME_UNORDERED: (
        "the event claims {claimed}, and what it follows claims the later {before}",
        "ask the signers about the clocks of their machines",
    ),
    Reason.WINDOW_WIDE: (
        "this was signed between {not_before} and {not_after}: nothing narrows it down to a day",
        "rest nothing on when within that time it was signed; stamp the next events as soon as they are signed",
    ),
    Reason.RENEWAL_HOLDS: (
        "a renewal under {hash} was made before {time}, and every line of it holds",
        _NOTHING,
    ),
    Reason.RENEWAL_VOID: (
        "a renewal does not agree with this bundle, so it proves nothing[: {detail}]",
        "nothing follows from it; anybody can write one. Make another: custody renew --hash",
    ),
    Reason.RENEWAL_NOT_IN_TIME: (
        "no trusted proof of time shows that this renewal was made before the old hash ended[; the earliest is {time}]",
        "have it stamped (custody stamp) by an authority that signs with a stronger hash, while the old one is still trusted; later it cannot be made up for",
    ),
    Reason.RENEWAL_SHORT: (
        "the proofs of time over this renewal are themselves made with {hash} and end with it",
        "have the renewal stamped (custody stamp) by an authority that signs with a stronger hash, before {hash} ends",
    ),
    Reason.RENEWAL_STAMP_CHANGED: (
        "a renewal lists this proof of time, and it is missing or changed",
        "look for the proof of time in another copy; the renewal itself counts",
    ),
    Reason.RENEWAL_DUE: (
        "a proof weakens on {date}: a certificate, an algorithm or the trust in a root ends then",
        "renew it before (custody renew); after the end of an algorithm, or of the trust in a root, it cannot be made up for",
    ),
    Reason.EVENT_KEY_COMPROMISED: (
        "the event is shown to have been signed after its signer's key was in other hands; it is set aside[: {event}]",
        "ask the holder of that key which events are his or hers",
    ),
    Reason.DISPUTE_LOST: (
        "another event excludes one that this head rests on, and it is proven to be the earlier[: {event}]",
        "rely on the other head, or ask both parties for a reconciliation",
    ),
    Reason.DISPUTE_WON: (
        "an event contradicts one that this head rests on, and is proven to be the later: {event}",
        "ask its signer why it was made",
    ),
    Reason.SEALED_AFTER_COMPROMISE: (
        "the seal was signed after the sealer's key was in other hands[ since {since}][: {signer}]",
        "do not rely on who sealed; ask the sealer for an own seal of the same material",
    ),
}

STAMP_CODES: Mapping[StampCode, str] = {
    StampCode.TOKEN_LIMIT: "the token is larger or deeper than accepted",
    StampCode.TOKEN_MALFORMED: "the token breaks the form of a timestamp token",
    StampCode.TOKEN_TRAILING: "bytes follow the token",
    StampCode.REPLY_MALFORMED: "the reply of the authority breaks the form of a reply",
    StampCode.REPLY_REJECTED: "the authority refused the request",
    StampCode.REPLY_WITHOUT_TOKEN: "the reply of the authority grants the request and holds no token",
    StampCode.REPLY_CHANGED: "the authority granted something else than was asked for",
    StampCode.CONTENT_TYPE: "what is signed is not a timestamp",
    StampCode.TST_VERSION: "the timestamp is of an unknown version",
    StampCode.EXTENSION_CRITICAL: "the timestamp has a critical extension that nobody here knows",
    StampCode.IMPRINT_ALGORITHM: "the stamped digest uses a hash that is not accepted",
    StampCode.IMPRINT_MALFORMED: "the stamped digest does not fit its hash",
    StampCode.IMPRINT_DIFFERS: "the stamp is over other bytes",
    StampCode.NONCE_DIFFERS: "the token answers another request",
    StampCode.NONCE_MISSING: "the token does not repeat the number of the request",
    StampCode.POLICY_DIFFERS: "the token names another policy than the trust accepts for this authority",
    StampCode.SIGNER_NUMBER: "the token does not have exactly one signature",
    StampCode.SIGNER_CERTIFICATE_MISSING: "the certificate of the signer is not here",
    StampCode.SIGNED_ATTRIBUTES: "the signed attributes are missing, repeated or ambiguous",
    StampCode.CONTENT_TYPE_ATTRIBUTE: "the signature says that it signs something else than a timestamp",
    StampCode.MESSAGE_DIGEST: "the signed digest is not that of the timestamp",
    StampCode.ALGORITHM_PROTECTION: "the protected algorithms are not those that were used",
    StampCode.CERTIFICATE_ID_MISSING: "the signature does not name its certificate",
    StampCode.CERTIFICATE_ID_DIFFERS: "the signature names another certificate",
    StampCode.CERTIFICATE_ID_SHA1: "the signature names its certificate by SHA-1",
    StampCode.SIGNATURE_WRONG: "the signature is wrong",
    StampCode.SIGNATURE_ALGORITHM: "the signature uses an algorithm that is not accepted",
    StampCode.SIGNATURE_WEAK: "the signature uses SHA-1",
    StampCode.KEY_TOO_SHORT: "a key is too short",
    StampCode.PURPOSE: "the certificate of the signer is not for time stamping alone",
    StampCode.KEY_USAGE: "the key of the signer is not meant for signatures like this",
    StampCode.SIGNER_IS_AUTHORITY: "the signer is a certification authority",
    StampCode.NAME_DIFFERS: "the token names another authority than its certificate",
    StampCode.PATH_MISSING: "no certificate path leads to a root that the trust pins",
    StampCode.PATH_REFUSED: "the certificate path breaks a rule of its certificates",
    StampCode.CERTIFICATE_NOT_VALID: "that time lies outside the dates of a certificate of the path",
    StampCode.OUTSIDE_WEB_PROFILE: "the path is outside the profile of the web and was checked by our own builder",
    StampCode.ROOT_NOT_TRUSTED_THEN: "the trust does not accept the root for that time",
    StampCode.ROOT_TRUST_ENDED: "trust in the root has ended, and nothing later vouches for the token",
    StampCode.REVOKED: "a certificate of the path was revoked",
    StampCode.REVOKED_PERHAPS_BEFORE: "a certificate of the path was revoked, perhaps before the token was made",
    StampCode.REVOCATION_NOT_CHECKED: "revocation was not checked: no list and no answer of the issuer is here",
    StampCode.REVOCATION_UNUSED: "some stored revocation data was not used: it cannot be read, or is of a form that is not judged",
    StampCode.REVOCATION_REQUIRED: "revocation could not be checked",
    StampCode.REVOCATION_LIMIT: "more certificates and revocation data lie beside the stamps of this bundle than are read",
    StampCode.TIME_IN_FUTURE: "the token is of a later time than the moment of verification",
    StampCode.CERTIFICATE_EXPIRED_SINCE: "a certificate of the path has expired since",
    StampCode.CERTIFICATE_EXPIRED_BEFORE_RENEWAL: "a certificate had expired before the token was renewed",
    StampCode.ALGORITHM_ENDED: "an algorithm of the token has ended, and nothing later vouches for it",
    StampCode.ACCURACY_UNKNOWN: "the authority states no accuracy; one minute is assumed",
    StampCode.ONE_OPERATOR: "one operator alone vouches for the time",
    StampCode.CERTIFICATE_UNREADABLE: "a certificate of the path cannot be read",
    StampCode.RECORD_LIMIT: "the evidence record is larger or deeper than accepted",
    StampCode.RECORD_MALFORMED: "the evidence record breaks its form",
    StampCode.RECORD_ENCRYPTED: "the evidence record is over encrypted data",
    StampCode.RECORD_ALGORITHM: "the hashes within the evidence record contradict each other",
    StampCode.RECORD_LIST_EMPTY: "a list of the evidence record is empty",
    StampCode.RECORD_ROOT: "the evidence record does not lead to what its token stamps",
    StampCode.RECORD_COVERS_OTHERS: "the evidence record is over other bytes",
    StampCode.RECORD_RENEWAL: "a renewal within the evidence record is not over the token before it",
    StampCode.RECORD_CHAIN: "a chain within the evidence record is not over the chains before it",
    StampCode.RECORD_ORDER: "the times within the evidence record go backwards",
    StampCode.RECORD_TOKEN: "a token within the evidence record does not hold",
    StampCode.RECORD_REPEATS: "the evidence record lists a value twice",
    StampCode.RECORD_GROUP: "the evidence record is over other things as well",
}
