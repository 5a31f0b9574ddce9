"""The people, trusts and bundles that the vectors share; everything is a function of fixed seeds."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from custody.format.container import central_header, end_of_directory, local_header
from custody.model.instant import decode_instant
from custody.trust.trust import AlgorithmEnd, DatedKeySet, Role, Threshold, Trust, TrustedIdentity
from custody.trust.trust_file import encode_trust_file
from tests.tools.authority import TestAuthority
from tests.tools.bundles import Bundle, Files, make_bundle
from tests.vectors.kept import Kept, KeptSigner
from tests.vectors.vector import Vector


class World:
    """Everybody who acts in the vectors."""

    def __init__(self, kept: Kept) -> None:
        """Make the signers; `sealer` has a hybrid set, the others one key."""
        self.kept = kept
        self.sealer = KeptSigner("sealer", kept, hybrid=True)
        self.sealer_short = KeptSigner("sealer", kept)
        self.plain = KeptSigner("archive", kept)
        self.lawyer = KeptSigner("lawyer", kept)
        self.court = KeptSigner("court", kept)
        self.heir = KeptSigner("heir", kept)
        self.approver = KeptSigner("approver", kept)
        self.stranger = KeptSigner("stranger", kept)
        self.base = make_bundle(signers=[self.plain], name="base")
        self.hybrid = make_bundle(signers=[self.sealer], name="hybrid")

    def party(self, signer: KeptSigner) -> dict[str, object]:
        """Return a signer as an event names him."""
        return {"identity": signer.identity.name, "keys": list(signer.identity.key_set.key_ids)}

    def trusts(self) -> dict[str, Trust]:
        """Return the trusts by name."""
        both = frozenset({Role.SEALER, Role.HOLDER})
        people = [
            (self.sealer, both),
            (self.plain, both),
            (self.lawyer, frozenset({Role.HOLDER})),
            (self.court, frozenset({Role.HOLDER, Role.ATTESTER})),
            (self.heir, frozenset({Role.HOLDER})),
            (self.approver, frozenset({Role.APPROVER})),
        ]
        usual = tuple(_trusted(signer, roles) for signer, roles in people)
        others = usual[2:]
        day = decode_instant("2026-01-15T00:00:00Z")
        key_set = self.plain.identity.key_set
        return {
            "sealer": Trust(identities=usual),
            "holder-only": Trust(identities=(*others, _trusted(self.plain, frozenset({Role.HOLDER})))),
            "expired": Trust(identities=(_dated(DatedKeySet(key_set=key_set, valid_until=day)), *others)),
            "not-yet": Trust(
                identities=(
                    _dated(DatedKeySet(key_set=key_set, valid_from=decode_instant("2027-01-01T00:00:00Z"))),
                    *others,
                )
            ),
            "compromised": Trust(
                identities=(_dated(DatedKeySet(key_set=key_set, compromised_since=day)), *others)
            ),
            "two-sealers": Trust(
                identities=usual, thresholds=(Threshold(event_type="sealed", identities=2),)
            ),
            "ed25519-ended": Trust(
                identities=usual, algorithm_ends=(AlgorithmEnd(algorithm="ed25519", until=day),)
            ),
            "nobody-ed25519-ended": Trust(algorithm_ends=(AlgorithmEnd(algorithm="ed25519", until=day),)),
            "sha256-ended": Trust(
                identities=usual, algorithm_ends=(AlgorithmEnd(algorithm="sha256", until=day),)
            ),
            **_timed(usual, others, self.plain),
            **_approving(usual, self.plain, self.heir, self.approver),
            "two-sets": Trust(
                identities=(
                    TrustedIdentity(
                        name="archive",
                        roles=both,
                        sets=(
                            DatedKeySet(key_set=key_set),
                            DatedKeySet(key_set=self.heir.identity.key_set),
                        ),
                    ),
                ),
                thresholds=(Threshold(event_type="sealed", identities=2),),
            ),
        }

    def trust_files(self) -> dict[str, bytes]:
        """Return the bytes of the trust files by name."""
        return {name: encode_trust_file(trust) for name, trust in self.trusts().items()}


FIRST = TestAuthority("first", operator="First operator")
SECOND = TestAuthority("second", operator="Second operator")
STRONG = TestAuthority(
    "strong", operator="Third operator", unit_key="p521", issuer_key="p521", root_key="p521"
)
"""It signs with SHA-512 throughout, so that the end of SHA-256 does not touch its tokens."""
UNTRUSTED = TestAuthority("stranger", operator="A stranger")
DAY = decode_instant("2026-01-15T00:00:00Z")


def _timed(
    usual: tuple[TrustedIdentity, ...], others: tuple[TrustedIdentity, ...], plain: KeptSigner
) -> dict[str, Trust]:
    """Return the trusts that pin two time authorities, alike in all but one thing."""
    both = (FIRST.authority(), SECOND.authority(), STRONG.authority())
    key_set = plain.identity.key_set
    expired = (_dated(DatedKeySet(key_set=key_set, valid_until=DAY)), *others)
    compromised = (_dated(DatedKeySet(key_set=key_set, compromised_since=DAY)), *others)

    def ends(*names: str) -> tuple[AlgorithmEnd, ...]:
        return tuple(AlgorithmEnd(algorithm=name, until=DAY) for name in names)

    return {
        "timed": Trust(identities=usual, authorities=both),
        "timed-expired": Trust(identities=expired, authorities=both),
        "timed-compromised": Trust(identities=compromised, authorities=both),
        "timed-ed25519-ended": Trust(identities=usual, authorities=both, algorithm_ends=ends("ed25519")),
        "timed-sha256-ended": Trust(identities=usual, authorities=both, algorithm_ends=ends("sha256")),
        "timed-root-ended": Trust(
            identities=usual, authorities=(FIRST.authority(valid_until=DAY), SECOND.authority())
        ),
    }


def _approving(
    usual: tuple[TrustedIdentity, ...], plain: KeptSigner, heir: KeptSigner, approver: KeptSigner
) -> dict[str, Trust]:
    """Return the trusts of the attacks on thresholds: one person with two sets, or in two roles."""
    everything = frozenset({Role.SEALER, Role.HOLDER, Role.APPROVER})

    def person(name: str, *signers: KeptSigner) -> TrustedIdentity:
        sets = tuple(DatedKeySet(key_set=signer.identity.key_set) for signer in signers)
        return TrustedIdentity(name=name, roles=everything, sets=sets)

    def others(*names: str) -> tuple[TrustedIdentity, ...]:
        return tuple(one for one in usual if one.name not in names)

    redacting = (Threshold(event_type="redacted", identities=2),)
    return {
        "two-sets-approving": Trust(identities=(person("archive", plain, heir), *others("archive", "heir"))),
        "heir-approving": Trust(identities=(person("heir", heir, approver), *others("heir", "approver"))),
        "holder-approving": Trust(identities=(person("archive", plain), *others("archive"))),
        "two-redactors": Trust(identities=usual, thresholds=redacting),
    }


def _trusted(signer: KeptSigner, roles: frozenset[Role]) -> TrustedIdentity:
    return TrustedIdentity(
        name=signer.identity.name, roles=roles, sets=(DatedKeySet(key_set=signer.identity.key_set),)
    )


def _dated(dated: DatedKeySet) -> TrustedIdentity:
    return TrustedIdentity(name="archive", roles=frozenset({Role.SEALER, Role.HOLDER}), sets=(dated,))


def stored_zip(files: Mapping[str, bytes], top: str) -> bytes:
    """Return the canonical zip of a bundle's files."""
    members = sorted((f"{top}/{path}", data) for path, data in files.items())
    body, directory = bytearray(), bytearray()
    for name, data in members:
        crc = zlib.crc32(data)
        directory += central_header(name, crc, len(data), len(body))
        body += local_header(name, crc, len(data)) + data
    end = end_of_directory(len(members), len(directory), len(body))
    return bytes(body + directory + end)


def restamped(body: bytes, path: str) -> bytes:
    """Return a stored zip whose two headers of one member state another checksum than its bytes have."""
    changed = bytearray(body)
    name = path.encode()
    local = body.index(name)
    top = body.rindex(b"PK\x03\x04", 0, local)
    directory = body.rindex(b"PK\x01\x02", 0, body.rindex(name))
    for start in (directory + 16, top + 14):
        changed[start] ^= 1
    return bytes(changed)


def packed(files: Mapping[str, bytes], top: str) -> bytes:
    """Return a bundle's files as an ordinary compressed zip, for vectors that are unpacked first."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"{top}/{path}"), data, zipfile.ZIP_DEFLATED, 9)
    return body.getvalue()


def vector(name: str, bundle: Bundle | Files, comment: str, expect: str, **header: object) -> Vector:
    """Return a vector of a bundle's files."""
    files = bundle.files if isinstance(bundle, Bundle) else bundle
    holdings = [path.split("/")[2] for path in sorted(files) if path.startswith("custody/log/")]
    top = bundle.bundle_id if isinstance(bundle, Bundle) else next(iter(holdings), "0" * 32)
    body = stored_zip(files, top) if header.get("form") == "zip" else packed(files, top)
    return Vector(name=name, comment=comment, expect=expect, body=body, **header)  # type: ignore[arg-type]
