"""Why the log does not let something happen, in the codes of the report."""

from __future__ import annotations

from typing import Final

from custody.errors import LogError
from custody.report.reason import Reason

_WORDS: Final = {
    Reason.EVENT_SIGNER_UNKNOWN: (
        "signers: expected identities that the trust knows, found another",
        "add the cosigner to your trust file: custody trust add",
    ),
    Reason.EVENT_THRESHOLD: (
        "signers: expected more distinct identities for this type of event, found too few",
        "let another trusted identity cosign; for erased, one in the role approver",
    ),
    Reason.EVENT_KEY_COMPROMISED: (
        "signers: expected keys that are not compromised, found some that the trust says are",
        "sign with the new key set; if it was lost, the successor goes on: custody succeed",
    ),
    Reason.NOT_THE_HOLDER: (
        "holding: expected one of this signer, found none",
        "custody log shows who holds the bundle; an expert or a court uses custody attest",
    ),
    Reason.NOT_THE_RECIPIENT: (
        "recipient: expected the identity that the release or copy names, found another",
        "sign with the keys that it names, or ask for a release to you",
    ),
    Reason.NOT_THE_SUCCESSOR: (
        "successor: expected the one that the holder named when he began, found another",
        "only the named successor, or the holder himself, goes on",
    ),
    Reason.HOLDING_IN_TRANSIT: (
        "holding: expected one that is held, found one that was released",
        "merge the recipient's receipt, or take the release back: custody withdraw",
    ),
    Reason.HOLDING_CLOSED: (
        "holding: expected one that goes on, found a closed one",
        "nothing follows a closed holding",
    ),
    Reason.HANDOVER_DIFFERS: (
        "root and items: expected those of the seal, found others",
        "ask the giver for a release of this very bundle; custody verify shows its seal",
    ),
    Reason.HOLDER_ROLE: (
        "signer: expected somebody in the role of holder or sealer, found one whom your trust gives neither",
        "add the role of holder for these keys to your trust file: custody trust add --role holder",
    ),
    Reason.ITEM_UNKNOWN: (
        "items: expected numbers of this bundle, found a higher one",
        "custody list shows the numbers",
    ),
    Reason.LATER_EVENT_EXISTS: (
        "holding: expected the newest copy of it, found a later event of it whose past is not here",
        "merge the newest copy, or the receipts, into this one: custody merge",
    ),
    Reason.SET_ASIDE_IN_PAST: (
        "log: expected a past of counted events, found one that is set aside",
        "custody verify names it; nothing is continued from there",
    ),
}


def refused(reason: Reason) -> LogError:
    """Return the error for an event that would not count; its code is the reason's name."""
    message, hint = _WORDS.get(
        reason, ("event: expected one that counts in this log, found one that would not", None)
    )
    return LogError(message, code=reason.name, hint=hint or "custody verify says more about this log")
