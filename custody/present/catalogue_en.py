"""English: sentences and next steps for every reason code; all of it ASCII, so that every console can show it."""

# ruff: noqa: E501 - one sentence stands on one line, so that the languages can be compared

from __future__ import annotations

from collections.abc import Mapping

from custody.present.catalogue import Catalogue, Sentence
from custody.present.log_en import LOG_WORDS
from custody.present.time_en import STAMP_CODES, TIME_REASONS
from custody.present.words_en import CLAIM_SENTENCES, CLAIMS, EXITS, LIMITS, OUTCOMES, QUESTIONS, WORDS
from custody.report.reason import Reason

_NOTHING = "nothing needs to be done"
_OTHER_COPY = "ask the sender for another copy; keep this one as it is, for it may show who changed what"
_ASK_HOLDER = "ask the holder who wrote the event for the copy of the log that he or she keeps"
_ASK_SEALER = "ask the sealer for the public key file, compare its fingerprint by another channel, and add it to the trust"
_TELL = "tell the person who gave you this bundle; the event changes nobody's custody"
_PACK = "make a clean copy with 'custody pack'"
_STAMP = "ask for a proof of time by a trusted authority, or look for one among the later copies"

REASONS: Mapping[Reason, Sentence] = {
    **TIME_REASONS,
    # 1 readable within limits, closed world
    Reason.PATHS_KNOWN: ("everything in the bundle has its place in the format", _NOTHING),
    Reason.PATH_UNKNOWN: ("this path has no place in a bundle; nothing signed speaks for it", _OTHER_COPY),
    Reason.NOT_A_FILE: ("a link, folder, pipe or device stands where the format wants a file", _OTHER_COPY),
    Reason.ZIP_CONTRADICTION: (
        "the zip contradicts itself[: {expected} expected, {found} found]",
        _OTHER_COPY,
    ),
    Reason.ZIP_FORM: (
        "the zip is not in the one form that can be checked without unpacking[: {expected} expected, {found} found]",
        "unpack it with your own tool and verify the folder",
    ),
    Reason.LIMIT_EXCEEDED: (
        "something is larger, deeper or more numerous than any accepted bundle[: {limit} is {maximum}][, found {value}]",
        "ask the sender whether this is the bundle that was meant; it was not read further",
    ),
    Reason.VERSION_UNKNOWN: (
        "the bundle names a version that this release does not know[: {version}]",
        "verify with a newer release",
    ),
    Reason.CHANGED_WHILE_READ: (
        "the bundle changed while it was read",
        "stop whatever writes to it (synchronisation, backup, another program) and verify again",
    ),
    Reason.UNREADABLE: (
        "this could not be read: the machine refused[ ({error})][ at byte {offset}]; it says nothing about the evidence",
        "check permissions and the disk, copy the bundle to another disk if it reports faults, and verify again",
    ),
    # 2 items
    Reason.ITEMS_MATCH: ("the items[, {items} of them,] give the root that was sealed", _NOTHING),
    Reason.ITEMS_MISSING: ("the list of items, custody/items.jsonl, is missing", _OTHER_COPY),
    Reason.ITEM_MALFORMED: (
        "this line of the list of items is not in the form of the format[: {detail}]",
        _OTHER_COPY,
    ),
    Reason.ITEM_COUNT: (
        "the number of items is not the sealed one[: sealed {expected}, found {found}]",
        _OTHER_COPY,
    ),
    Reason.ROOT_MISMATCH: (
        "the items do not give the root that was sealed: at least one of them was changed, moved or exchanged",
        _OTHER_COPY,
    ),
    # 3 payload
    Reason.PAYLOAD_MATCHES: (
        "every file that is open is as its item says[: {files} files][, {bytes} bytes]",
        _NOTHING,
    ),
    Reason.FILE_MISSING: ("a sealed file is missing", _OTHER_COPY),
    Reason.FILE_EXTRA: ("this file belongs to no open item", _OTHER_COPY),
    Reason.FILE_NOT_REGULAR: (
        "a link, folder, pipe or device stands where a sealed file should be",
        _OTHER_COPY,
    ),
    Reason.FILE_SIZE: (
        "the file has not the sealed length[: sealed {expected} bytes][, found {found} bytes]",
        _OTHER_COPY,
    ),
    Reason.FILE_DIGEST: (
        "the content of the file is not what was sealed[: {algorithms} differ][; damaged MiB: {chunks}]",
        _OTHER_COPY,
    ),
    Reason.FILE_CHANGED_WHILE_READ: (
        "the file changed while it was read",
        "stop whatever writes to it and verify again",
    ),
    Reason.FILE_UNREADABLE: (
        "the file could not be read: the machine refused[ ({error})][ at byte {offset}]; it says nothing about the evidence",
        "check permissions and the disk, copy the bundle to another disk if it reports faults, and verify again",
    ),
    Reason.CHUNKS_MISMATCH: (
        "the digests of the file's parts do not give the sealed root of its parts[: {detail}]",
        _OTHER_COPY,
    ),
    Reason.MANIFEST_MISMATCH: (
        "the sealed list of files is not the one that the items give[: {expected} expected, {found} found]",
        _OTHER_COPY,
    ),
    # 4 wrapping
    Reason.WRAPPING_MATCHES: ("the wrapping is exactly what the rest of the bundle gives", _NOTHING),
    Reason.PACKAGING_CHANGED: (
        "the wrapping is not as it was made (files of the operating system, empty folders, tag files); it holds no evidence",
        _PACK,
    ),
    Reason.VERIFY_TXT_CHANGED: (
        "custody/VERIFY.txt is not the text that this seal gives; do not follow its instructions",
        _OTHER_COPY,
    ),
    # 5 the seal
    Reason.SEAL_SIGNED: ("the seal is signed by every key that it lists", _NOTHING),
    Reason.SEAL_MISSING: ("there is no seal: nothing signed speaks for these files", _OTHER_COPY),
    Reason.SEAL_AMBIGUOUS: (
        "several seals lie in this bundle, and nothing says which one is meant",
        "name the seal that you expect with --expect-seal, or trust the sealer that you know",
    ),
    Reason.SEAL_MALFORMED: (
        "the seal is not in the form of the format[: {detail}]",
        _OTHER_COPY,
    ),
    Reason.SEAL_SIGNATURE_MISSING: ("a key that the seal lists has not signed it[: {detail}]", _OTHER_COPY),
    Reason.SEAL_SIGNATURE_WRONG: ("a signature of the seal does not hold[: {detail}]", _OTHER_COPY),
    Reason.SEAL_NOT_EXPECTED: (
        "this is another seal than the expected one[: expected {expected}][, found {found}]",
        "check the id that you gave against its source; if it is right, this is not the bundle that was meant",
    ),
    # 6 the log
    Reason.LOG_UNBROKEN: (
        "the events of the log follow one another without a gap[: {events} events]",
        _NOTHING,
    ),
    Reason.EVENT_MALFORMED: (
        "this event is set aside: it is not in the form of the format[: {detail}]",
        _TELL,
    ),
    Reason.EVENT_SIGNATURE_MISSING: (
        "this event is set aside: a key that it lists has not signed it[: {detail}]",
        _TELL,
    ),
    Reason.EVENT_SIGNATURE_WRONG: ("this event is set aside: a signature does not hold[: {detail}]", _TELL),
    Reason.EVENT_SIGNER_UNKNOWN: (
        "this event is set aside: its signer is not in the trust",
        "if you know the signer, compare the fingerprint by another channel and add the key to the trust",
    ),
    Reason.EVENT_KEY_SET: (
        "the event does not list the whole key set of its signer[: {event}]",
        "ask the signer which keys were in use, and whether this event is his or hers",
    ),
    Reason.EVENT_KEY_TIME: (
        "it is not shown that the key was in use when the event was signed[: {event}]",
        _STAMP,
    ),
    Reason.EVENT_ALGORITHM_ENDED: (
        "the trust no longer relies on any algorithm that signed this event[: {event}]",
        "look for a proof of time from before the end, or for a renewal that was made in time",
    ),
    Reason.EVENT_THRESHOLD: (
        "fewer people have signed than the trust demands for this kind of event[: {detail}]",
        "ask the missing signers for a statement of their own, or verify under another trust",
    ),
    Reason.EVENT_OF_ANOTHER_BUNDLE: (
        "this event belongs to another bundle[: {bundle}]; it is set aside",
        _TELL,
    ),
    Reason.EVENT_FILE_UNKNOWN: ("this file has no place in the folder of an event; it is set aside", _TELL),
    Reason.COMMITMENT_REPEATED: ("this event repeats a commitment of another event; it is set aside", _TELL),
    Reason.LATER_EVENT_EXISTS: (
        "a later event is known, and this copy of the log ends before it[: {event}]",
        "merge the receipt that shows it, or ask the holder who wrote it for the copy of the log that he or she keeps",
    ),
    Reason.NOT_MERGED: (
        "this event has no place among the events here, or concerns no head of this log",
        _ASK_HOLDER,
    ),
    Reason.FORK: (
        "one holder signed two statements for one place in the log[: {event}]; they contradict each other, and anybody can check it",
        "keep both copies as they are, and ask the holder; such copies are not merged",
    ),
    Reason.SIGNATURES_DIFFER: (
        "one statement of the log is signed a second time, with other signatures[: {event}]; whoever signed it with the holder can do that alone",
        "ask the holder which of the two is the event that he or she committed",
    ),
    Reason.HEAD_NOT_FOUND: (
        "the event that you named is no head of this log",
        "look for the heads in the list of events, and check the id against its source",
    ),
    Reason.RECEIPT_HELD: ("this copy of the log holds what the receipts show[: {events} events]", _NOTHING),
    Reason.RECEIPT_SET_ASIDE: (
        "this receipt does not count here and is set aside[: {detail}]",
        "ask whoever gave you the receipt for another copy of it, and to which bundle it belongs",
    ),
    Reason.NOT_THE_HOLDER: (
        "the signer of this event is not the holder who writes here; it is set aside",
        _TELL,
    ),
    Reason.NOT_THE_RECIPIENT: (
        "the handover was meant for somebody else than the signer; it is set aside",
        _TELL,
    ),
    Reason.NOT_THE_SUCCESSOR: ("the signer was not named as the holder's successor; it is set aside", _TELL),
    Reason.HOLDING_IN_TRANSIT: (
        "the holder had handed this copy over and wrote on before it was taken back; the event is set aside",
        _TELL,
    ),
    Reason.HOLDING_CLOSED: (
        "the holding had ended before this event: it was closed, or its holder signed it away in a reconciliation; it is set aside",
        _TELL,
    ),
    Reason.HOLDING_WRONG: (
        "this event stands where it may not: it does not follow what it has to follow, or opens a holding that it may not open; it is set aside",
        _TELL,
    ),
    Reason.HANDOVER_DIFFERS: (
        "this event names another root or another number of items than the seal[: {event}]; it is not shown that this bundle was meant",
        "compare root and number with what giver and recipient have in writing, and ask both what was handed over",
    ),
    Reason.FIXITY_FAILED: (
        "who signed this event found items or files that do not match[: {type}]",
        "read in the event what did not match, and ask its signer for the copy that was checked",
    ),
    Reason.HOLDER_ROLE: (
        "somebody took the bundle over whom the trust knows and gives no role to hold it[: {event}]",
        "if this person may hold it, add the role of holder to the trust, and verify again",
    ),
    Reason.IN_TRANSIT: (
        "the bundle was handed over, and this log does not show that anybody received it",
        "ask the recipient to record the receipt, or the holder to take the handover back",
    ),
    Reason.COPY_UNACKNOWLEDGED: (
        "a copy was given away and its receipt is not recorded",
        "ask the recipient to record the receipt of the copy",
    ),
    Reason.COPY_WITHDRAWN: (
        "the giver took back a copy that its recipient has signed for; which came first is not decided by this, and who holds the original does not depend on it",
        "ask both whether the recipient still has the copy",
    ),
    Reason.SUCCESSION_UNAPPROVED: (
        "a successor carries on, and no trusted approver has signed for it",
        "ask for the approver's key, or for a statement that says who took over and why",
    ),
    Reason.SUCCESSOR_UNKNOWN: (
        "who was named as successor is closed in this copy",
        "ask the holder for a copy in which the field is open",
    ),
    Reason.DISPUTED: (
        "two events contradict each other about who holds the bundle, and no proof of time decides[: {event}]",
        "ask both signers; a 'reconciled' event that both sign ends the dispute",
    ),
    Reason.STUB_IN_PAST: (
        "the past of this head holds an event whose content is withheld; what it did is unknown",
        "ask the holder for a copy in which the event is open",
    ),
    Reason.STUB_UNFOLLOWED: (
        "the content of this event is withheld, and no open event follows it",
        "ask the holder for a copy in which the event is open",
    ),
    Reason.SET_ASIDE_IN_PAST: (
        "the past of this head holds an event that was set aside",
        "read what is said of that event, and ask the holder about it",
    ),
    Reason.ITEM_UNKNOWN: (
        "this event speaks of an item that the bundle does not have; it is set aside",
        _TELL,
    ),
    Reason.OUTPUTS_NOT_THERE: (
        "the event says that items of another bundle were made from this one; that bundle does not bear it out[: {bundle}]",
        "ask the holder which bundle has what was made; that one has to name this one's seal",
    ),
    Reason.ATTESTATION_LISTED: (
        "somebody states something about this bundle[: {actor}][, with a signature in doubt: {doubt}]; it changes nobody's custody",
        "read the statement and judge it by itself",
    ),
    Reason.ATTESTATION_SET_ASIDE: (
        "a statement about this bundle is set aside: it is malformed, or its signatures do not hold or do not suffice",
        "ask its author for another copy",
    ),
    Reason.PREDECESSOR_NOT_PRESENTED: (
        "the seal names an earlier bundle that was not presented[: {bundle}][, seal {seal}]",
        "verify both bundles together",
    ),
    Reason.ATTESTATION_SIGNER_UNKNOWN: (
        "a statement about this bundle is signed, by keys that your trust does not know",
        "if you know whose keys these are, compare the fingerprint and add them: custody trust add",
    ),
    Reason.PREDECESSOR_MISMATCH: (
        "the earlier bundle that was presented is not the one that this seal names[: {bundle}]",
        "ask the sealer which earlier bundle was meant",
    ),
    # 8 the sealer
    Reason.SEALER_TRUSTED: ("the trust knows these keys as {identity}, a sealer", _NOTHING),
    Reason.SEAL_EXPECTED: ("this is the seal that you expected", _NOTHING),
    Reason.SEALER_UNKNOWN: ("the trust does not know the keys that signed the seal", _ASK_SEALER),
    Reason.SEALER_KEY_SET: (
        "the seal does not list the whole key set of the sealer as trusted[: {signer}]",
        "ask the sealer which keys were in use, and whether this seal is his or hers",
    ),
    Reason.SEALER_ROLE: (
        "the trust knows the signer[, {signer},] but not as a sealer",
        "ask whoever keeps the trust whether this identity may seal",
    ),
    Reason.SEALER_THRESHOLD: (
        "fewer people have signed the seal than the trust demands[: {expected} demanded, {found} found]",
        "ask whoever keeps the trust, or the missing signers for a statement of their own",
    ),
    Reason.SEALER_KEY_TIME: (
        ("it is not shown that the sealer's key was in use when the seal was signed[: {signer}]"),
        _STAMP,
    ),
    Reason.SEALER_KEY_COMPROMISED: (
        "the sealer's key was in other hands[ since {since}], and no proof of time puts the seal before that[: {signer}]",
        "look for a proof of time over this seal, or compare the seal id with a copy that was noted before",
    ),
    Reason.ALGORITHM_ENDED: (
        "the trust no longer relies on an algorithm of these signatures[: {algorithm}][, ended {until}]",
        "look for a renewal that was made in time, or compare with a copy that was renewed",
    ),
    # 9 what is withheld or erased
    Reason.NOTHING_WITHHELD: ("every item is here and open", _NOTHING),
    Reason.PART_ATTRIBUTED: (
        (
            "this is a part, made by {actor}[ for {recipient}]"
            "[ for somebody whom it calls {claimed_recipient}]; anyone who holds as much can make it;"
            " the sealed manifest was not checked"
        ),
        "if you need what is withheld, ask the holder who made the part",
    ),
    Reason.ERASURE_ATTRIBUTED: (
        "items were erased, and a counted event says by whom[: {items} items]",
        _NOTHING,
    ),
    Reason.PART_INCOMPLETE: (
        "this is a part: not everything that was sealed is here and open[: {items} items are not]",
        "if you need what is withheld, ask the holder who made the part",
    ),
    Reason.ERASURE_PENDING: (
        "[event {event} says that ]items were erased; this copy still has them[: {items} items]",
        "if the erasure is to hold here too: custody merge BUNDLE --to NEW, check NEW, and then destroy this copy",
    ),
    Reason.ITEMS_ERASED: (
        "not everything that was sealed is here: items were erased[: {items}]",
        "read the event that says who erased them, and on what ground",
    ),
    Reason.WITHHELD_UNATTRIBUTED: (
        "something is withheld, and no signature says by whom: anybody could have removed it[: {items} items]",
        "ask the holder for a whole copy, or for a part that he or she has signed",
    ),
    Reason.NO_OPEN_CONTENT: (
        "no item has its content open, so that no file was compared",
        "ask the holder for a part with the files that you need",
    ),
    Reason.EVENT_FIELD_CLOSED: (
        "a field of this event is closed[: {field}]",
        "if you need it, ask the holder for a copy in which it is open",
    ),
    Reason.EVENT_STUBBED: (
        "the content of this event is withheld; only its signature's chain is here",
        "if you need it, ask the holder for a copy in which it is open",
    ),
}

CATALOGUE = Catalogue(
    language="en",
    outcomes=OUTCOMES,
    claims=CLAIMS,
    claim_sentences=CLAIM_SENTENCES,
    questions=QUESTIONS,
    reasons=REASONS,
    stamp_codes=STAMP_CODES,
    limits=LIMITS,
    exits=EXITS,
    words={**WORDS, **LOG_WORDS},
)
