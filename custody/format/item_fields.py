"""The ten fields of an item and their members (bundle spec, "Items"; closed: unknown members are refused).

Every member that a forum's profile needs has a home here, so that profiles never need a new format.
"""

from __future__ import annotations

from custody.format.extension import EXTENSIONS
from custody.format.limits import CHUNK_BYTES, INTEGER, TEXT_CHARACTERS
from custody.format.shape import (
    Base64Text,
    Boolean,
    Choice,
    DateText,
    DecimalText,
    Hex,
    InstantText,
    Integer,
    LanguageTag,
    OneOf,
    Record,
    Sequence,
    Shape,
    Text,
    TextMap,
    UrlText,
)

ITEM_FIELDS = ("content", "name", "kind", "origin", "time", "place", "people", "terms", "derivation", "extra")
KINDS = ("testimony", "media", "record", "derived", "padding", "other")
SCOPES = (
    "iiim",
    "coi",
    "icc-otp",
    "universal-jurisdiction",
    "us-court",
    "partner-organisation",
    "media",
    "public",
)
PERSON_ROLES = (
    "witness",
    "survivor",
    "victim",
    "missing",
    "alleged-perpetrator",
    "author",
    "photographer",
    "interviewer",
    "interpreter",
    "translator",
    "collector",
    "guardian",
    "subject",
    "other",
)

LINE = Text(max_characters=500)
PROSE = Text(max_characters=TEXT_CHARACTERS)
NAME_TEXT = Text(max_characters=4096)
INSTANT = InstantText()
LANGUAGE = LanguageTag()
URL = UrlText(max_characters=4096)
OFFSET = Text(max_characters=6, pattern=r"[+-][0-9]{2}:[0-9]{2}")
HEX32, HEX64, HEX128 = Hex(32), Hex(64), Hex(128)
DIGEST_ALGORITHMS = Choice(("md5", "sha1", "sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b"))
DIGEST = Record(
    required={
        "algorithm": DIGEST_ALGORITHMS,
        "digest": Text(max_characters=128, pattern=r"[0-9a-f]{32,128}"),
    },
    optional={"at": INSTANT, "by": LINE, "place": LINE, "match": Boolean()},
)
CLOCK = Record(
    optional={
        "source": Choice(("device", "ntp", "gps", "manual", "platform", "unknown")),
        "offset_ms": Integer(-INTEGER, INTEGER),
        "uncertainty_ms": Integer(0, INTEGER),
    }
)
TOOL = Record(
    required={"name": LINE},
    optional={"version": LINE, "build": LINE, "configuration": PROSE, "validation": PROSE},
)
PERSON = Record(
    required={"id": LINE},
    optional={"role": Choice(PERSON_ROLES), "contact": LINE, "minor": Boolean(), "note": PROSE},
)
PERSONS = Sequence(PERSON, minimum=1, maximum=200)
PLACE = Record(
    optional={
        "description": PROSE,
        "country": Text(max_characters=2, pattern=r"[A-Z]{2}"),
        "region": LINE,
        "latitude": DecimalText(magnitude=90),
        "longitude": DecimalText(magnitude=180),
        "radius_m": Integer(0, INTEGER),
        "method": LINE,
        "confidence": Choice(("low", "medium", "high")),
    }
)

_CHUNKS = Record(required={"size": Integer(CHUNK_BYTES, CHUNK_BYTES), "root": HEX64})
CONTENT = Record(
    required={"size": Integer(0, INTEGER), "ext": Choice(("", *sorted(EXTENSIONS))), "sha256": HEX64},
    optional={"sha512": HEX128, "sha3_256": HEX64, "chunks": _CHUNKS},
)
NAME = OneOf((NAME_TEXT, Record(required={"base64": Base64Text(max_bytes=4096)})))
KIND = Record(
    required={"kind": Choice(KINDS)},
    optional={
        "media_type": Text(
            max_characters=127, pattern=r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*"
        ),
        "title": LINE,
        "language": LANGUAGE,
        "description": PROSE,
        "document_type": LINE,
        "graphic": Boolean(),
    },
)
_MEDIUM = Record(
    optional={
        "type": LINE,
        "make": LINE,
        "model": LINE,
        "serial": LINE,
        "custodian": LINE,
        "condition": PROSE,
        "seal_number": LINE,
    }
)
_CAPTURE = Record(
    optional={
        "final_url": URL,
        "platform": LINE,
        "account": LINE,
        "account_id": LINE,
        "post_id": LINE,
        "part": Choice(("html", "page", "media", "metadata", "context", "log", "archive")),
        "user_agent": LINE,
        "virtual_identity": LINE,
        "machine_ip": LINE,
        "content_present": Record(
            required={"result": Boolean()}, optional={"attested_by": LINE, "method": LINE, "at": INSTANT}
        ),
    }
)
ORIGIN = Record(
    optional={
        "role": Choice(("original", "copy", "working", "derived", "redacted")),
        "method": LINE,
        "tool": TOOL,
        "source": LINE,
        "source_category": LINE,
        "url": URL,
        "device": LINE,
        "medium": _MEDIUM,
        "account": LINE,
        "capture": _CAPTURE,
        "acquired_by": LINE,
        "acquired_from": LINE,
        "authority": LINE,
        "started": INSTANT,
        "ended": INSTANT,
        "write_blocker": LINE,
        "original_digest": DIGEST,
        "copy_digest": DIGEST,
        "original_location": LINE,
        "custody_before": PROSE,
        "changes": PROSE,
    }
)
TIME = Record(
    optional={
        "captured": INSTANT,
        "captured_end": INSTANT,
        "collected": INSTANT,
        "published": INSTANT,
        "document_date": DateText(),
        "offset": OFFSET,
        "precision": Choice(("second", "minute", "hour", "day", "month", "year")),
        "method": LINE,
        "clock": CLOCK,
    }
)
PEOPLE = Record(required={"persons": PERSONS})
_SCOPES = Record(optional={scope: Boolean() for scope in SCOPES})
_LEVELS = Record(
    optional={part: Choice(("open", "withheld")) for part in ("name", "photo", "place", "family", "voice")}
)
_CONSENT = Record(
    required={"given": Boolean()},
    optional={
        "date": DateText(),
        "method": Choice(("written", "thumbprint", "audio", "video", "verbal")),
        "language": LANGUAGE,
        "interpreter": LINE,
        "witnessed_by": LINE,
        "capacity": LINE,
        "minor": Boolean(),
        "guardian": LINE,
        "child_protocol": LINE,
        "purposes_explained": Boolean(),
        "risks_explained": Boolean(),
        "confidentiality_explained": Boolean(),
        "withdrawal_explained": Boolean(),
        "form_item": Integer(1, INTEGER),
        "recontact": Boolean(),
        "willing_to_testify": Boolean(),
        "first_account": Boolean(),
        "earlier_interviews": Integer(0, INTEGER),
        "recorded": Boolean(),
        "referrals": Sequence(
            Choice(("medical", "psychological", "legal", "other")), minimum=1, maximum=4, sorted_unique=True
        ),
        "narrative": PROSE,
    },
)
_WITHDRAWN = Record(
    required={"at": INSTANT},
    optional={"scope": Sequence(Choice(SCOPES), minimum=1, maximum=8, sorted_unique=True), "reason": PROSE},
)
TERMS = Record(
    optional={
        "consent": _CONSENT,
        "scopes": _SCOPES,
        "identity_levels": _LEVELS,
        "partners": Sequence(LINE, minimum=1, maximum=50),
        "states": Sequence(
            Text(max_characters=2, pattern=r"[A-Z]{2}"), minimum=1, maximum=50, sorted_unique=True
        ),
        "purposes": Sequence(LINE, minimum=1, maximum=50),
        "conditions": PROSE,
        "review": DateText(),
        "confidentiality": Choice(("public", "restricted", "confidential", "sealed")),
        "protective_measures": Boolean(),
        "rights": LINE,
        "legal_basis": LINE,
        "withdrawn": _WITHDRAWN,
    }
)
_ORIGINAL = Record(
    required={"item": Integer(1, INTEGER)}, optional={"bundle": HEX32, "seal": HEX64, "leaf": HEX64}
)
DERIVATION = Record(
    required={"of": Sequence(_ORIGINAL, minimum=1, maximum=100), "how": LINE},
    optional={
        "tool": TOOL,
        "parameters": PROSE,
        "operator": LINE,
        "reproducible": Boolean(),
        "machine_learning": Boolean(),
        "reviewed_by": LINE,
        "translator_declaration": PROSE,
    },
)
EXTRA = TextMap(max_members=64, key_pattern=r"[a-z][a-z0-9_]{0,63}", value=PROSE)

ITEM_SHAPES: tuple[Shape, ...] = (CONTENT, NAME, KIND, ORIGIN, TIME, PLACE, PEOPLE, TERMS, DERIVATION, EXTRA)
