"""The list of well-known time authorities: what was recorded of each, when, and from which source.

A list is data, not trust: nothing in it is believed before a verifier takes an entry into his own trust file.
It holds what helps him to do so: who runs the service, where it answers, and the SHA-256 of the roots at
which its chains end, so that a certificate from elsewhere can be compared with it.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from enum import Enum
from itertools import pairwise
from typing import Any, Final

from attrs import field, frozen

from custody.errors import FormatError
from custody.format.key_file import decode_json_file
from custody.format.limits import MIB
from custody.format.root_file import MAX_CERTIFICATE_BYTES, decode_root_certificate
from custody.format.shape import (
    Base64Text,
    Choice,
    DateText,
    Hex,
    InstantText,
    OneOf,
    Record,
    Sequence,
    Text,
    UrlText,
)
from custody.format.text_shape import OID_PATTERN

AUTHORITIES_FORMAT: Final = "custody/authorities/1"
MEMBER: Final = "list of authorities"
NOT_CONTACTED: Final = "not contacted"
_LABEL: Final = Text(max_characters=200)
_NOTE: Final = Text(max_characters=1000)
_URL: Final = UrlText(max_characters=1000)
_POLICIES: Final = Sequence(Text(max_characters=200, pattern=OID_PATTERN), maximum=20, sorted_unique=True)


class Qualified(Enum):
    """Whether a source says that a service is a qualified one (eIDAS Article 42); nobody checked it."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


_ROOT: Final = Record(
    required={"sha256": Hex(64), "subject": _LABEL, "basis": _NOTE},
    optional={
        "not_before": InstantText(),
        "not_after": InstantText(),
        "certificate": Base64Text(max_bytes=MAX_CERTIFICATE_BYTES),
        "published_at": _URL,
    },
)
_QUALIFIED: Final = Record(
    required={
        "as_recorded": Choice([answer.value for answer in Qualified]),
        "recorded_on": DateText(),
        "source": _NOTE,
    }
)
_AUTHORITY: Final = Record(
    required={
        "name": Text(max_characters=64, pattern="[a-z0-9](?:-?[a-z0-9])*"),
        "title": _LABEL,
        "operator": _LABEL,
        "country": Text(max_characters=2, pattern="[A-Z]{2}"),
        "roots": Sequence(_ROOT, minimum=1, maximum=20),
        "qualified": _QUALIFIED,
        "contacted": OneOf((Choice([NOT_CONTACTED]), DateText())),
        "sources": Sequence(_NOTE, minimum=1, maximum=20),
    },
    optional={"url": _URL, "policies_seen": _POLICIES, "notes": Sequence(_NOTE, minimum=1, maximum=20)},
)
AUTHORITIES_SHAPE: Final = Record(
    required={
        "format": Choice([AUTHORITIES_FORMAT]),
        "recorded_on": DateText(),
        "authorities": Sequence(_AUTHORITY, minimum=1, maximum=1000),
    }
)


@frozen(kw_only=True)
class ListedRoot:
    """A root at which the chains of an authority end, as recorded.

    Attributes:
        fingerprint: SHA-256 of the certificate, 64 hex digits.
        subject: common name, organisation, unit and country, without addresses of persons.
        basis: why it is believed to be the authority's root.
        not_before, not_after: UTC times as in the certificate; None where it was not at hand.
        certificate: DER, or None: then the verifier brings it, and it must have this fingerprint.
        published_at: where the operator publishes it, or None.
    """

    fingerprint: str
    subject: str
    basis: str
    not_before: str | None = None
    not_after: str | None = None
    certificate: bytes | None = field(default=None, repr=False)
    published_at: str | None = None


@frozen(kw_only=True)
class ListedAuthority:
    """A time authority as recorded.

    Attributes:
        name: how the command line calls it: a-z, 0-9 and single hyphens.
        title: its name for people.
        operator: who runs it; two authorities of one operator are one witness.
        country: ISO 3166-1 alpha-2, where the operator is established.
        url: where it answers, or None.
        policies_seen: policies of its tokens, as dotted digits; they change, so they bind nobody.
        roots: at least one.
        qualified: whether a source says that it is a qualified service.
        qualified_recorded_on: when that was recorded, as YYYY-MM-DD.
        qualified_source: who says so.
        contacted: `not contacted`, or the date on which a request of ours was answered.
        notes: terms, limits, doubts.
        sources: where all this stands.
    """

    name: str
    title: str
    operator: str
    country: str
    url: str | None
    policies_seen: tuple[str, ...]
    roots: tuple[ListedRoot, ...]
    qualified: Qualified
    qualified_recorded_on: str
    qualified_source: str
    contacted: str
    notes: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def needs_root(self) -> bool:
        """Tell whether the list holds none of its certificates, so that the verifier must bring one."""
        return all(root.certificate is None for root in self.roots)


def decode_authority_list(data: bytes) -> tuple[ListedAuthority, ...]:
    """Read a list of authorities, ascending by name.

    Raises:
        LimitError: too large or too deep.
        VersionError: a later version of the format.
        FormatError: anything else that is not exactly the format; also a certificate with another fingerprint
            or other dates than recorded, one that cannot issue others, names that do not ascend, and one root
            under two operators.
    """
    value = decode_json_file(
        data, AUTHORITIES_SHAPE, member=MEMBER, limit=MIB, file_format=AUTHORITIES_FORMAT
    )
    entries = value["authorities"]
    listed = tuple(_decode_authority(entry, f"/authorities/{n}") for n, entry in enumerate(entries))
    if any(first.name >= second.name for first, second in pairwise(listed)):
        raise _fault("/authorities", "ascending names, each once", "another order")
    operators: dict[str, str] = {}
    for authority in listed:
        for root in authority.roots:
            if operators.setdefault(root.fingerprint, authority.operator) != authority.operator:
                raise _fault("/authorities", "each root of one operator", "one of two")
    return listed


def _fault(pointer: str, expected: str, found: str) -> FormatError:
    return FormatError(MEMBER, pointer=pointer, expected=expected, found=found)


def _decode_authority(entry: Mapping[str, Any], pointer: str) -> ListedAuthority:
    qualified = entry["qualified"]
    return ListedAuthority(
        name=entry["name"],
        title=entry["title"],
        operator=entry["operator"],
        country=entry["country"],
        url=entry.get("url"),
        policies_seen=tuple(entry.get("policies_seen", ())),
        roots=tuple(_decode_root(root, f"{pointer}/roots/{n}") for n, root in enumerate(entry["roots"])),
        qualified=Qualified(qualified["as_recorded"]),
        qualified_recorded_on=qualified["recorded_on"],
        qualified_source=qualified["source"],
        contacted=entry["contacted"],
        notes=tuple(entry.get("notes", ())),
        sources=tuple(entry["sources"]),
    )


def _decode_root(entry: Mapping[str, Any], pointer: str) -> ListedRoot:
    certificate = b64decode(entry["certificate"]) if "certificate" in entry else None
    if certificate is not None:
        found = decode_root_certificate(certificate, member=MEMBER, pointer=f"{pointer}/certificate")
        if found.fingerprint != entry["sha256"]:
            raise _fault(f"{pointer}/sha256", "the fingerprint of the certificate", "another one")
        dates = (str(found.not_before), str(found.not_after))
        if (entry.get("not_before"), entry.get("not_after")) != dates:
            raise _fault(pointer, "the dates of the certificate", "others")
    return ListedRoot(
        fingerprint=entry["sha256"],
        subject=entry["subject"],
        basis=entry["basis"],
        not_before=entry.get("not_before"),
        not_after=entry.get("not_after"),
        certificate=certificate,
        published_at=entry.get("published_at"),
    )
