"""The closed world of paths: what may stand where in a bundle (bundle spec, "Paths")."""

from __future__ import annotations

import re
from enum import Enum

from attrs import frozen

from custody.format.bag import BAG_PATHS, ITEMS_PATH, VERIFY_PATH
from custody.format.event_fields import EVENT_FIELDS

LOG_FOLDER = "custody/log"
ATTESTATIONS_FOLDER = "custody/attestations"
RENEWALS_FOLDER = "custody/renewals"
STAMPS_PREFIX = "stamps/"


class PathKind(Enum):
    """What a path is, by its name alone."""

    WRAPPING = "wrapping"  # the four files of the bag
    ITEMS = "items"
    VERIFY = "verify"
    CHUNKS = "chunks"
    EVENT = "event"  # a file of an event's or attestation's folder
    RENEWAL = "renewal"
    STAMP = "stamp"  # anything under a stamps/ folder
    FOLDER = "folder"  # a folder that the format names
    LITTER = "litter"
    UNKNOWN = "unknown"


@frozen
class Place:
    """Where a path belongs.

    Attributes:
        kind: what the path is.
        folder: of what lies in the folder of an event, attestation or renewal: that folder.
        name: the rest of the path inside that folder; of CHUNKS: the number as text.
    """

    kind: PathKind
    folder: str = ""
    name: str = ""


_LITTER = re.compile(r"\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|~\$.*", re.DOTALL)
_OWNER = re.compile(
    r"(?P<event>custody/log/[0-9a-f]{32}/[0-9]{8})"
    r"|(?P<attestation>custody/attestations/[0-9a-f]{64})"
    r"|(?P<renewal>custody/renewals/[0-9a-f]{64,128})"
)
_CHUNKS = re.compile(r"custody/chunks/([0-9]{6,})\.sha256")
_FIELDS = "|".join(EVENT_FIELDS)
_SIGNER = r"[1-9][0-9]?"
EVENT_FILE = re.compile(
    rf"event\.json|proof\.sha256|(?:{_FIELDS})\.json"
    rf"|{_SIGNER}\.(?:sshsig|mldsa65|ed25519\.pub|mldsa65\.der)|anchors/[0-9a-f]{{64}}\.tst"
)
STAMP_FILE = re.compile(r"stamps/([0-9a-f]{64})/(?:stamp\.(?:tst|ots|ers)|[0-9a-f]{64}\.(?:cer|crl|ocsp))")
_FOLDER = re.compile(
    r"custody(?:/chunks|/log(?:/[0-9a-f]{32}(?:/[0-9]{8}(?:/anchors|/stamps(?:/[0-9a-f]{64})?)?)?)?"
    r"|/attestations(?:/[0-9a-f]{64}(?:/anchors|/stamps(?:/[0-9a-f]{64})?)?)?"
    r"|/renewals(?:/[0-9a-f]{64,128}(?:/stamps(?:/[0-9a-f]{64})?)?)?)?|data"
)
_FIXED = {
    ITEMS_PATH: PathKind.ITEMS,
    VERIFY_PATH: PathKind.VERIFY,
    **dict.fromkeys(BAG_PATHS, PathKind.WRAPPING),
}


def is_litter(name: str) -> bool:
    """Tell whether the last component of a path is litter that operating systems leave (a closed list)."""
    return _LITTER.fullmatch(name.rpartition("/")[2]) is not None


def place_of(path: str) -> Place:
    """Classify a path by its name alone; the payload below `data/` is not classified here."""
    if path in _FIXED:
        return Place(_FIXED[path])
    if is_litter(path):
        return Place(PathKind.LITTER)
    owner = _OWNER.match(path)
    if owner is not None and path[owner.end() : owner.end() + 1] == "/":
        return _owned(owner, path[owner.end() + 1 :], path)
    chunks = _CHUNKS.fullmatch(path)
    if chunks is not None:
        return Place(PathKind.CHUNKS, name=chunks[1])
    return Place(PathKind.FOLDER if _FOLDER.fullmatch(path) else PathKind.UNKNOWN)


def _owned(owner: re.Match[str], name: str, path: str) -> Place:
    folder = owner[0]
    if _FOLDER.fullmatch(path):
        return Place(PathKind.FOLDER, folder, name)
    if name.startswith(STAMPS_PREFIX):
        return Place(PathKind.STAMP, folder, name)
    return Place(PathKind.RENEWAL if owner["renewal"] else PathKind.EVENT, folder, name)


def event_path(holding: str, seq: int) -> str:
    """Return the folder of an event: holding and eight digits."""
    return f"{LOG_FOLDER}/{holding}/{seq:08d}"


def seal_path(bundle_id: str) -> str:
    """Return the folder of the seal: the first event of the holding that bears the bundle's id."""
    return event_path(bundle_id, 0)
