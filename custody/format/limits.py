"""The one home of every limit that a reader enforces before it does work (bundle spec, "Limits")."""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB

ITEM_LINE_BYTES = 64 * KIB  # without its line feed
EVENT_BYTES = MIB  # event.json and each opening
PROOF_BYTES = 64 * KIB  # proof.sha256
SIGNATURE_BYTES = 4 * KIB
PUBLIC_KEY_BYTES = 4 * KIB
STAMP_BYTES = 256 * KIB  # each file below a stamps/ and each anchor
TOKEN_CERTIFICATES = 32  # embedded in a token; as many CRLs
TOKEN_INTEGER_BYTES = 128  # serial number, nonce, accuracy: what is written out in digits
TOKEN_DEPTH = 16  # of a string in chunks, the only thing of a token that is read to any depth
TOKEN_RAW_DEPTH = 64  # of values that are passed over
KEY_FILE_BYTES = 64 * KIB
TRUST_FILE_BYTES = 16 * MIB
ROOT_FILE_BYTES = 4 * MIB  # root certificates that a person names; a system keeps all of its own in one file
METADATA_BYTES = 256 * MIB  # of a metadata sheet, which is no part of a bundle
DRAFT_BYTES = 16 * MIB  # of an event on its way to its cosigners, which is no part of a bundle
JSON_DEPTH = 32
INTEGER = 2**53 - 1
ITEMS = 10_000_000
CHUNK_BYTES = MIB
EVENTS = 100_000
SIGNERS = 16
PREVIOUS_EVENTS = 64
ANCHORS = 16  # per event
COMPANIONS_BYTES = 16 * MIB  # of all that lies beside the stamps of a bundle, each file once
PATH_SIGNATURES = 800  # checked on certificates beside a token when a path to a root is looked for
PATH_LENGTH = 8  # certificates, signer and root counted
RENEWAL_LINE_BYTES = 2 * KIB  # of renewal.txt, without its line feed
RECORD_CHAINS = 100  # of an evidence record, whose bytes are limited as a stamp's
RECORD_TIMESTAMPS = 1_000  # in all chains of an evidence record
RECORD_LISTS = 1_000  # of one reduced hash tree
PATH_BYTES = 1024
PATH_DEPTH = 64
PATH_PART_BYTES = 255
FOLDER_NAMES = 1_000_000  # in one folder other than data/
ZIP_MEMBERS = 20_000_000
ZIP_CAPITALS = 65_536  # names with a capital letter; a bundle has one, VERIFY.txt
TEXT_CHARACTERS = 16 * KIB  # of one text member
FAILURES_LISTED = 1000
