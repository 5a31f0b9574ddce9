"""Reading and judging the stamps and anchors of a bundle; what they prove together is said elsewhere.

A stamp folder holds one proof and the companions that it was checked with. A file that is not named by its
own digest is set aside; a companion that no path uses proves nothing and refutes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from custody.errors import SourceChangedError
from custody.format.hashes import HASHES
from custody.format.layout import STAMP_FILE
from custody.format.limits import STAMP_BYTES, STAMPS
from custody.model.instant import Instant
from custody.proof.stamp import DigestOf, Material, StampQuestion
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.report.stamp_fact import StampFact
from custody.verification.inventory import Inventory
from custody.verification.run import LISTED, Run

if TYPE_CHECKING:
    from custody.verification.stamp_judging import Judging

JUDGED_KINDS = frozenset({"tst", "ers"})
_STAMPED_FILE = {"log": "proof.sha256", "attestations": "proof.sha256", "renewals": "renewal.txt"}
_COMPANIONS = {"cer": "certificates", "crl": "crls", "ocsp": "ocsps"}


@frozen(kw_only=True)
class StoredStamp:
    """One proof of time as it lies in its folder.

    Attributes:
        path: its folder, relative to the bundle.
        over: the folder of what it is over.
        kind: ending of the proof: tst, ots or ers.
        data: the proof.
        material: its companions.
    """

    path: str
    over: str
    kind: str
    data: bytes = field(repr=False)
    material: Material


@define
class Judge:
    """Judges stamps and anchors of one bundle with one trust; the paths of authorities are built once.

    Attributes:
        run: the question and the bytes.
        inventory: what stands where.
    """

    run: Run
    inventory: Inventory
    _judging: Judging | None = None

    def read(self, over: str, claims: tuple[Claim, ...]) -> Iterator[StoredStamp]:
        """Read the stamps over one folder, and name what is out of place there."""
        files: dict[str, dict[str, bytes]] = {}
        for name in sorted(self.inventory.stamps.get(over, ())):
            path = f"{over}/{name}"
            found = STAMP_FILE.fullmatch(name)
            if found is None or (found[1] not in files and len(files) >= STAMPS):
                detail = "unknown file" if found is None else "too many"
                self.run.findings.add(Reason.STAMP_SET_ASIDE, path, LISTED, detail=detail)
                continue
            kept = files.setdefault(found[1], {})
            data = self.run.read(path, STAMP_BYTES, claims)
            if data is not None and self._named_by_digest(path, found[1], data):
                kept[name.rpartition("/")[2]] = data
        for digest, kept in files.items():
            yield from _stored(f"{over}/stamps/{digest}", over, kept)

    def _named_by_digest(self, path: str, folder_digest: str, data: bytes) -> bool:
        stem = path.rpartition("/")[2].partition(".")[0]
        named = hashlib.sha256(data).hexdigest() == (folder_digest if stem == "stamp" else stem)
        if not named:
            self.run.findings.add(Reason.STAMP_SET_ASIDE, path, LISTED, detail="its name is not its digest")
        return named

    def digests_over(self, folder: str, hash_name: str, expected: str) -> DigestOf:
        """Return the digests of what the stamps in a folder are over; each is computed once, when asked for.

        Args:
            folder: of an event, an attestation or a renewal.
            hash_name: a hash whose digest of these bytes is known from before.
            expected: that digest, hex: what was judged and what is stamped must be the same bytes.

        Raises:
            SourceChangedError: code CHANGED_WHILE_READ, when the digests are asked for: they are not.
        """
        path = f"{folder}/{_STAMPED_FILE[folder.split('/')[1]]}"

        @cache
        def digest_of(name: str) -> bytes:
            hashed = {one: HASHES[one].new() for one in {name, hash_name}}
            for block in self.run.source.blocks(path):
                for each in hashed.values():
                    each.update(block)
            if hashed[hash_name].hexdigest() != expected:
                raise SourceChangedError(
                    f"{path}: expected the bytes read before, found others", code="CHANGED_WHILE_READ"
                )
            digest: bytes = hashed[name].digest()
            return digest

        return digest_of

    def judge(
        self, stamp: StoredStamp, digest_of: DigestOf | None, proven_by: Instant | None = None
    ) -> StampFact:
        """Judge one stamp, or (without digests) an anchor."""
        question = StampQuestion(
            trust=self.run.question.trust,
            now=self.run.question.verified_at,
            digest_of=digest_of,
            material=stamp.material,
            proven_by=proven_by,
        )
        return self._loaded().judge(stamp, question)

    def _loaded(self) -> Judging:
        if self._judging is None:
            # A bundle without stamps needs no certificates, and they take half of the time to start.
            from custody.verification.stamp_judging import Judging  # noqa: PLC0415

            self._judging = Judging()
        return self._judging

    def judge_anchor(self, path: str, over: str, token: bytes, proven_by: Instant | None) -> StampFact:
        """Judge an anchor: what it stamps does not matter, only when it was made."""
        return self.judge(
            StoredStamp(path=path, over=over, kind="tst", data=token, material=Material()), None, proven_by
        )


def _stored(path: str, over: str, files: dict[str, bytes]) -> Iterator[StoredStamp]:
    companions: dict[str, list[bytes]] = {"certificates": [], "crls": [], "ocsps": []}
    for name, data in sorted(files.items()):
        ending = name.rpartition(".")[2]
        if ending in _COMPANIONS:
            companions[_COMPANIONS[ending]].append(data)
    material = Material(**{name: tuple(listed) for name, listed in companions.items()})
    for name, data in sorted(files.items()):
        stem, _, ending = name.rpartition(".")
        if stem == "stamp":
            yield StoredStamp(path=path, over=over, kind=ending, data=data, material=material)
