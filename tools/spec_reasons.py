"""When each reason code is found and which claims it bears on, for the specification.

Written from `custody.verification`; the generator refuses to run when a code has no sentence here.
"""

from __future__ import annotations

from custody.report.reason import Reason

CONTENT, CUSTODY, TIME = "content", "custody", "time"
EVERY, LISTED = "every", "none"
NOT_TIME = "every but time"

CONDITIONS: dict[Reason, tuple[str, str]] = {
    Reason.PATHS_KNOWN: (CONTENT, "no finding 1 keeps INTACT or COMPLETE from being proven"),
    Reason.PATH_UNKNOWN: (
        CONTENT,
        (
            "a regular file outside `data/` whose path 3.1 does not name, that is no litter, and that "
            "lies in the folder of the seal (not under `stamps/`) or in the folder of no event, "
            "attestation or renewal"
        ),
    ),
    Reason.NOT_A_FILE: (
        "content, or none",
        (
            "something that is neither a regular file nor a folder; none where it lies in the folder of "
            "an event other than the seal, of an attestation or a renewal, or under a `stamps/`; it "
            "stands beside `FILE_NOT_REGULAR` where an item calls for the path"
        ),
    ),
    Reason.ZIP_CONTRADICTION: (
        "content, and those of the file",
        (
            "headers of the form of 11.1 contradict each other, or a file's bytes have another CRC-32 "
            "than stated"
        ),
    ),
    Reason.ZIP_FORM: (EVERY, "the zip is in another form than 11.1; nothing else is looked at"),
    Reason.LIMIT_EXCEEDED: (
        "those of the file",
        (
            "a limit of section 14 is exceeded: of the container or the number of log folders, every; of "
            "items and chunks, content; of a file of another event than the seal, none"
        ),
    ),
    Reason.VERSION_UNKNOWN: (
        "every, or none",
        (
            "an event states a `v` that this version does not know: of the seal, every; of another event, "
            "none, and it is set aside"
        ),
    ),
    Reason.CHANGED_WHILE_READ: (
        "content, or those of the file",
        (
            "a second walk shows other files, sizes or times than the first, or a file changed while it "
            "was read"
        ),
    ),
    Reason.UNREADABLE: (
        "those of the file",
        "the machine refuses to read a file other than one of the payload",
    ),
    Reason.ITEMS_MATCH: (CONTENT, "every line is read, and number and root are those of the seal's body"),
    Reason.ITEMS_MISSING: (CONTENT, "there is a seal and no `custody/items.jsonl`"),
    Reason.ITEM_MALFORMED: (
        CONTENT,
        (
            "a line breaks 1.1, 4.1 or 4.2, or is too long, or the last one has no LF; then root, "
            "manifest, further payload files and wrapping are not concluded"
        ),
    ),
    Reason.ITEM_COUNT: (CONTENT, "every line is read, and their number is not `items` of the seal's body"),
    Reason.ROOT_MISMATCH: (CONTENT, "the number is right and the root is not `root` of the seal's body"),
    Reason.PAYLOAD_MATCHES: (
        CONTENT,
        "every line and every chunk file is read, and no finding 3 of another outcome was made",
    ),
    Reason.FILE_MISSING: (CONTENT, "an open `content` calls for a file, and nothing has its path"),
    Reason.FILE_EXTRA: (
        CONTENT,
        "a regular file below `data/` that no open `content` calls for and that is no litter",
    ),
    Reason.FILE_NOT_REGULAR: (CONTENT, "an open `content` calls for a path where no regular file stands"),
    Reason.FILE_SIZE: (CONTENT, "the file has another length than `content.size`; it is not read then"),
    Reason.FILE_DIGEST: (
        CONTENT,
        "the length is right, and one of the digests or chunks of `content` differs",
    ),
    Reason.FILE_CHANGED_WHILE_READ: (CONTENT, "a file of the payload changed while it was read"),
    Reason.FILE_UNREADABLE: (CONTENT, "the machine refuses to read a file of the payload"),
    Reason.CHUNKS_MISMATCH: (
        CONTENT,
        (
            "an open `content` has `chunks` and the chunk file is missing, has another length, or gives "
            "another root; or there is a chunk file that no open `content` calls for"
        ),
    ),
    Reason.MANIFEST_MISMATCH: (
        CONTENT,
        (
            "the seal's `manifest` is open, no counted `erased` names a closed line, and digest, files or "
            "bytes are not the recomputed ones"
        ),
    ),
    Reason.WRAPPING_MATCHES: (
        CONTENT,
        "the seal gives VERIFY.txt, every line is read, and no finding 4 of another outcome was made",
    ),
    Reason.PACKAGING_CHANGED: (
        CONTENT,
        (
            "litter, an empty folder other than `data/`, a folder that 3.1 has no place for, or a file of "
            "section 11 that is missing or (VERIFY.txt apart) differs"
        ),
    ),
    Reason.VERIFY_TXT_CHANGED: (CONTENT, "`custody/VERIFY.txt` is there and is not what the seal gives"),
    Reason.SEAL_SIGNED: (
        EVERY,
        "there is a seal, well formed, and every key that its body lists has signed it",
    ),
    Reason.SEAL_MISSING: (CONTENT, "no folder is a candidate (12.1) for a seal"),
    Reason.SEAL_AMBIGUOUS: (EVERY, "several candidates are left, and 12.1 chooses none"),
    Reason.SEAL_MALFORMED: (
        EVERY,
        "the chosen seal breaks sections 1 and 5, is a stub, or stands in another folder than it states",
    ),
    Reason.SEAL_SIGNATURE_MISSING: (EVERY, "a key that the seal's body lists has no signature file"),
    Reason.SEAL_SIGNATURE_WRONG: (EVERY, "a signature file of the seal does not verify by 5.5"),
    Reason.SEAL_NOT_EXPECTED: (NOT_TIME, "a seal is expected and no candidate has its id"),
    Reason.LOG_UNBROKEN: (CUSTODY, "a head for which no reason of 6.2 stands; once for each such head"),
    Reason.EVENT_MALFORMED: (
        LISTED,
        "an event other than the seal breaks sections 1 and 5, or stands in another folder than it states",
    ),
    Reason.EVENT_SIGNATURE_MISSING: (LISTED, "a key that an event's body lists has no signature file"),
    Reason.EVENT_SIGNATURE_WRONG: (LISTED, "a signature file of an event does not verify by 5.5"),
    Reason.EVENT_SIGNER_UNKNOWN: (
        LISTED,
        (
            "of a signer of an event no key is known to the trust, and the expected seal does not list "
            "this very set"
        ),
    ),
    Reason.EVENT_KEY_SET: (
        CUSTODY,
        "in a head's past: a signer's keys are known and not one whole set (10, rule 3)",
    ),
    Reason.EVENT_KEY_TIME: (
        CUSTODY,
        "in a head's past: a signer's set does not count at U (10, rule 2), by interval or compromise",
    ),
    Reason.EVENT_KEY_COMPROMISED: (
        "custody, or none",
        (
            "the lower bound of an event is not before `compromised_since` of a signer's set: another event "
            "than the seal is set aside"
        ),
    ),
    Reason.EVENT_ALGORITHM_ENDED: (
        CUSTODY,
        "in a head's past: every algorithm of a signer's set has ended at the moment of verification",
    ),
    Reason.EVENT_THRESHOLD: (
        LISTED,
        (
            "fewer distinct identities signed than 5.4 or the trust demands, an `erased` has no approver "
            "beside its actor, or a `reconciled` lacks somebody whose holding it would end (rule S5)"
        ),
    ),
    Reason.EVENT_OF_ANOTHER_BUNDLE: (
        LISTED,
        "an event's statement names another bundle, wherever it lies",
    ),
    Reason.EVENT_FILE_UNKNOWN: (
        LISTED,
        (
            "a file that 3.1 does not name in the folder of an event other than the seal, of an "
            "attestation or of a renewal"
        ),
    ),
    Reason.COMMITMENT_REPEATED: (LISTED, "rule L1"),
    Reason.LATER_EVENT_EXISTS: (
        "custody, or none",
        (
            "a signed event, its past not all here, not by another than the known opener, whose holding "
            "has a counted event or a placed stub here, custody where that is the holding of a head that is "
            "asked about; a counted event after a head in its holding that does not have it in its past; or "
            "an event of a receipt that comes after a head (6.3)"
        ),
    ),
    Reason.NOT_MERGED: (
        LISTED,
        (
            "the same in a holding that has none; or an event of a receipt that counts and concerns no head "
            "(6.3)"
        ),
    ),
    Reason.FORK: (
        "custody, or none",
        (
            "an event of a receipt and an event of a head's past are different statements of one holding and "
            "seq, by one actor whose keys leave no doubt; none where no head rests on either (6.3)"
        ),
    ),
    Reason.SIGNATURES_DIFFER: (
        CUSTODY,
        "an event of a receipt is the statement of an event of a head's past under another id (6.3)",
    ),
    Reason.HEAD_NOT_FOUND: (CUSTODY, "the verifier asks about one head, and no head has its id"),
    Reason.RECEIPT_HELD: (
        LISTED,
        "receipts hold events that are in this log or attestations that are listed",
    ),
    Reason.RECEIPT_SET_ASIDE: (
        LISTED,
        (
            "a receipt holds no event, or one that would be set aside in this log, is a stub, or is of "
            "another bundle (6.3)"
        ),
    ),
    Reason.NOT_THE_HOLDER: (LISTED, "rule H1"),
    Reason.NOT_THE_RECIPIENT: (LISTED, "rule H2"),
    Reason.NOT_THE_SUCCESSOR: (LISTED, "rule H5"),
    Reason.HOLDING_IN_TRANSIT: (LISTED, "rule H3"),
    Reason.HOLDING_CLOSED: (LISTED, "rule H4"),
    Reason.HOLDING_WRONG: (
        LISTED,
        "rules L2 and L4, or a receipt that follows no release (of a copy: no `copied`)",
    ),
    Reason.HANDOVER_DIFFERS: (
        CUSTODY,
        (
            "in a head's past: a `released` whose `root` or `items`, or a `received`, `copy-received` or "
            "`fixity-checked` with the result `pass` whose `root`, is not that of the seal's body"
        ),
    ),
    Reason.FIXITY_FAILED: (
        LISTED,
        "a counted or attested `received`, `copy-received` or `fixity-checked` with the result `fail`",
    ),
    Reason.HOLDER_ROLE: (
        CUSTODY,
        (
            "in a head's past: a `received`, `copy-received` or `succeeded` whose actor the trust gives the "
            "role neither of holder nor of sealer; under an expected seal those who signed it need none"
        ),
    ),
    Reason.IN_TRANSIT: (
        CUSTODY,
        (
            "in a head's past, itself included: a `released` that no `withdrawn`, `received` or "
            "`succeeded` in the same past answers"
        ),
    ),
    Reason.COPY_UNACKNOWLEDGED: (LISTED, "a counted `copied` that no counted `copy-received` follows"),
    Reason.COPY_WITHDRAWN: (
        LISTED,
        (
            "a counted `copy-received` of a counted `copied` that a counted `withdrawn` of the holding of "
            "the `copied` answers"
        ),
    ),
    Reason.SUCCESSION_UNAPPROVED: (
        CUSTODY,
        "in a head's past: a `succeeded` that no approver signed besides actor and former holder",
    ),
    Reason.SUCCESSOR_UNKNOWN: (
        CUSTODY,
        "in a head's past: a `succeeded` after a holding whose opener is hidden or has `people` closed",
    ),
    Reason.DISPUTE_LOST: (
        LISTED,
        (
            "in a head's past: an event against which another that it excludes stands (6.2); then nothing "
            "about this head bears on custody"
        ),
    ),
    Reason.DISPUTE_WON: (LISTED, "in a head's past: an event that stands against one that it excludes (6.2)"),
    Reason.DISPUTED: (CUSTODY, "a head's past holds a side of a dispute that did not end in it (6.2)"),
    Reason.STUB_IN_PAST: (CUSTODY, "a head's past holds a stub"),
    Reason.STUB_UNFOLLOWED: (LISTED, "a stub that is in no counted event's past"),
    Reason.SET_ASIDE_IN_PAST: (CUSTODY, "a head's past holds an event that is set aside"),
    Reason.ITEM_UNKNOWN: (LISTED, "rule I3"),
    Reason.OUTPUTS_NOT_THERE: (LISTED, "section 12.4"),
    Reason.ATTESTATION_LISTED: (
        LISTED,
        (
            "an attestation that is well formed, of this bundle, in the folder of its id, signed by every "
            "listed key of enough known identities, and not after the compromise of one"
        ),
    ),
    Reason.ATTESTATION_SIGNER_UNKNOWN: (
        LISTED,
        "an attestation of this bundle whose signatures hold, with a signer that the trust does not know",
    ),
    Reason.ATTESTATION_SET_ASIDE: (LISTED, "any other attestation that could be read"),
    Reason.EXISTED_BEFORE: (TIME, "the seal has an upper bound (9.4) that no lower bound contradicts"),
    Reason.NOT_STAMPED: (
        TIME,
        "the seal has no upper bound, and nothing below its `stamps/` is in its place",
    ),
    Reason.NO_STAMP_HOLDS: (TIME, "the seal has no upper bound, and a stamp in its place"),
    Reason.NOT_SHOWN_BEFORE: (TIME, "the verifier asks for a time, and the upper bound is not earlier"),
    Reason.SEALED_LATER: (TIME, "the verifier asks for a time, and the lower bound is not earlier"),
    Reason.AUTHORITIES_DISAGREE: (
        "time, or none",
        "the lower bound of an event is later than its upper bound: of the seal, time; of others, none",
    ),
    Reason.ONE_OPERATOR: (
        LISTED,
        "the stamps that hold and cover the seal have fewer than two operators, or fewer than two roots",
    ),
    Reason.STAMP_HOLDS: (LISTED, "a stamp whose codes are notes (9.4)"),
    Reason.STAMP_INVALID: (LISTED, "a stamp with a code that makes it invalid"),
    Reason.STAMP_UNDETERMINED: (
        LISTED,
        "a stamp with a code that leaves it undetermined, and none that makes it invalid",
    ),
    Reason.STAMP_NOT_JUDGED: (LISTED, "a `stamp.ots` in its place"),
    Reason.STAMP_SET_ASIDE: (
        LISTED,
        (
            "a file below a `stamps/` that 3.1 does not name, that is not named by its digest, or larger "
            "than the limit; or a stamp over a file that is not here"
        ),
    ),
    Reason.ANCHOR_HOLDS: (LISTED, "an anchor whose codes are notes (9.4)"),
    Reason.ANCHOR_PROVES_NOTHING: (LISTED, "an anchor with another code"),
    Reason.ANCHOR_MISSING: (LISTED, "an anchor that a body lists and whose file is not here"),
    Reason.CLAIMED_TIME_REFUTED: (
        LISTED,
        "a signed event claims a time later than its upper bound or before its lower by more than 300 s",
    ),
    Reason.CLAIMED_TIME_UNORDERED: (
        LISTED,
        "a signed event claims a time earlier than that of an event it follows by more than 300 s",
    ),
    Reason.WINDOW_WIDE: (
        LISTED,
        "a signed `sealed`, `released` or `received` has both bounds, more than 24 hours apart",
    ),
    Reason.RENEWAL_HOLDS: (LISTED, "a renewal that is not void and was made before the end of SHA-256"),
    Reason.RENEWAL_VOID: (LISTED, "a line of the renewal fails (9.3), or its folder is not its digest"),
    Reason.RENEWAL_NOT_IN_TIME: (
        LISTED,
        "a renewal that is not void, and has no bound or a bound not before the end",
    ),
    Reason.RENEWAL_SHORT: (
        LISTED,
        "a renewal whose stamps that hold would all cease to hold, by themselves, with the end of SHA-256",
    ),
    Reason.RENEWAL_STAMP_CHANGED: (LISTED, "a line of a renewal about a file below a `stamps/` fails"),
    Reason.RENEWAL_DUE: (LISTED, "the earliest date at which a proof weakens (9.5) is at most 730 days away"),
    Reason.SEALER_TRUSTED: (
        "sealed-by, custody, content",
        (
            "the seal is signed, every signer is a trusted sealer without doubt, and there are enough; "
            "under the expected seal it bears on sealed-by and custody alone"
        ),
    ),
    Reason.SEAL_EXPECTED: (CONTENT, "the seal is signed and has the expected id"),
    Reason.SEALER_UNKNOWN: ("as above", "a signer of the signed seal is in no identity of the trust"),
    Reason.SEALER_KEY_SET: ("as above", "his keys are known and not one whole set (10, rule 3)"),
    Reason.SEALER_ROLE: ("as above", "he is known, without doubt, and not in the role of sealer"),
    Reason.SEALER_THRESHOLD: (
        "as above",
        "no signer is in doubt and fewer distinct identities signed than the trust demands for `sealed`",
    ),
    Reason.SEALER_KEY_TIME: ("as above", "his set does not count at U, by `from` or `to`"),
    Reason.SEALER_KEY_COMPROMISED: ("as above", "his set does not count at U, by `compromised_since`"),
    Reason.SEALED_AFTER_COMPROMISE: (
        "sealed-by",
        "the lower bound of the seal is not before `compromised_since`",
    ),
    Reason.ALGORITHM_ENDED: (
        "as above; every",
        "every algorithm of his set has ended (once for each); or SHA-256 has, which bears on every claim",
    ),
    Reason.NOTHING_WITHHELD: (CONTENT, "every line is read and open"),
    Reason.PART_ATTRIBUTED: (
        "intact",
        "lines are closed besides erased ones, and exactly one head is a `disclosed` that fulfils section 8",
    ),
    Reason.ERASURE_ATTRIBUTED: (
        CONTENT,
        "every line is read, and every closed one is named by an attributable `erased`",
    ),
    Reason.PART_INCOMPLETE: ("complete", "stands beside `PART_ATTRIBUTED`"),
    Reason.ERASURE_PENDING: (
        LISTED,
        "an attributable `erased` names a line that is not wholly closed",
    ),
    Reason.ITEMS_ERASED: ("complete", "an attributable `erased` names a line that is closed"),
    Reason.WITHHELD_UNATTRIBUTED: (
        CONTENT,
        "lines are closed besides erased ones, and no head, or more than one, fulfils section 8",
    ),
    Reason.NO_OPEN_CONTENT: ("intact", "every line is read, and none opens a `content` that is not null"),
    Reason.EVENT_FIELD_CLOSED: ("complete", "a field that the body of a counted event names has no opening"),
    Reason.EVENT_STUBBED: ("complete", "a stub that a counted event follows"),
    Reason.PREDECESSOR_NOT_PRESENTED: (LISTED, "section 12.4"),
    Reason.PREDECESSOR_MISMATCH: (CUSTODY, "section 12.4"),
}
