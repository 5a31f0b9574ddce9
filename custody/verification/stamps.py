"""Reading and judging the stamps and anchors of a bundle; what they prove together is said elsewhere.

A stamp folder holds one proof and the companions that it was checked with. A file that is not named by its
own digest is set aside; a companion that no path uses proves nothing and refutes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from custody.errors import CustodyError, LimitError, SourceChangedError
from custody.format.hashes import HASHES
from custody.format.layout import STAMP_FILE
from custody.format.limits import COMPANIONS_BYTES, POOLED_BYTES, STAMP_BYTES
from custody.model.instant import Instant, decode_instant
from custody.proof.stamp import DigestOf, Material, StampQuestion
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.report.stamp_fact import StampFact
from custody.trust.trust import AlgorithmEnd
from custody.verification.inventory import Inventory
from custody.verification.run import LISTED, Run, reason_of

if TYPE_CHECKING:
    from custody.verification.stamp_judging import Judging

JUDGED_KINDS = frozenset({"tst", "ers"})
_STAMPED_FILE = {"log": "proof.sha256", "attestations": "proof.sha256", "renewals": "renewal.txt"}
_BEFORE_ALL = decode_instant("1970-01-01T00:00:00Z")
_ENDINGS = ("cer", "crl", "ocsp")
_REVOCATION = ("crl", "ocsp")


@frozen(kw_only=True)
class Companion:
    """A certificate, or what was said about revocation, beside a stamp.

    Attributes:
        path: where it lies, relative to the bundle.
        ending: cer, crl or ocsp.
        data: its bytes, which its name is the digest of.
    """

    path: str
    ending: str
    data: bytes = field(repr=False)


@frozen(kw_only=True)
class StoredStamp:
    """One proof of time as it lies in its folder.

    Attributes:
        path: its folder, relative to the bundle.
        over: the folder of what it is over.
        kind: ending of the proof: tst, ots or ers.
        data: the proof.
        companions: what lies beside it.
    """

    path: str
    over: str
    kind: str
    data: bytes = field(repr=False)
    companions: tuple[Companion, ...] = ()


ProvenBy = Callable[[str], Instant | None]
"""Tells by when a file is proven to have existed as it is, by a renewal; None where nothing tells."""


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
    _pooled: tuple[Companion, ...] | None = None

    def read(self, over: str, claims: tuple[Claim, ...]) -> Iterator[StoredStamp]:
        """Read the stamps over one folder, one after the other, and name what is out of place there.

        Their number has no limit, so that no number of others keeps a sound one from being looked at.
        """
        folders: dict[str, list[str]] = {}
        for name in sorted(self.inventory.stamps.get(over, ())):
            found = STAMP_FILE.fullmatch(name)
            if found is None:
                self._set_aside(f"{over}/{name}", "unknown file")
            else:
                folders.setdefault(found[1], []).append(f"{over}/{name}")
        for digest, paths in folders.items():
            yield from self._read_folder(over, digest, paths, claims)

    def _read_folder(
        self, over: str, digest: str, paths: list[str], claims: tuple[Claim, ...]
    ) -> Iterator[StoredStamp]:
        folder = f"{over}/stamps/{digest}"
        proofs = [path for path in paths if path.startswith(f"{folder}/stamp.")]
        companions: list[Companion] = []
        size = 0
        for path in paths:
            if path in proofs:
                continue
            companion = self._companion(path, claims)
            if companion is not None and (size := size + len(companion.data)) <= COMPANIONS_BYTES:
                companions.append(companion)
            elif companion is not None:
                self._set_aside(path, "too much beside one stamp")
        for path in proofs:
            data = self._read(path, digest, claims)
            if data is not None:
                kind = path.rpartition(".")[2]
                yield StoredStamp(path=folder, over=over, kind=kind, data=data, companions=tuple(companions))

    def _companion(self, path: str, claims: tuple[Claim, ...]) -> Companion | None:
        stem, _, ending = path.rpartition("/")[2].rpartition(".")
        data = self._read(path, stem, claims)
        return None if data is None else Companion(path=path, ending=ending, data=data)

    def _read(self, path: str, digest: str, claims: tuple[Claim, ...]) -> bytes | None:
        """Read a file that must be named by its digest; one that is too large is no file of the format."""
        try:
            data = self.run.source.read(path, STAMP_BYTES)
        except LimitError:
            self._set_aside(path, "LIMIT")
            return None
        except CustodyError as error:
            self.run.add_unread(reason_of(error), path, claims, error.code)
            return None
        if hashlib.sha256(data).hexdigest() == digest:
            return data
        self._set_aside(path, "its name is not its digest")
        return None

    def _revocation_paths(self) -> Iterator[str]:
        for over, names in sorted(self.inventory.stamps.items()):
            for name in sorted(names):
                if name.endswith(_REVOCATION) and STAMP_FILE.fullmatch(name):
                    yield f"{over}/{name}"

    def _quietly(self, path: str) -> bytes | None:
        """Read a file that is named by its digest; what is wrong with it is said where it lies."""
        try:
            data = self.run.source.read(path, STAMP_BYTES)
        except CustodyError:
            return None
        stem = path.rpartition("/")[2].partition(".")[0]
        return data if hashlib.sha256(data).hexdigest() == stem else None

    def _set_aside(self, path: str, detail: str) -> None:
        self.run.findings.add(Reason.STAMP_SET_ASIDE, path, LISTED, detail=detail)

    def _revocation(self) -> tuple[Companion, ...]:
        """Return what the bundle holds about revocation, wherever: it speaks of every stamp (rule TS-15).

        Each list once, up to a size; the companions of a stamp are asked besides, whatever the size.
        """
        if self._pooled is None:
            pooled: dict[str, Companion] = {}
            left = POOLED_BYTES
            for path in self._revocation_paths():
                name = path.rpartition("/")[2]
                data = None if name in pooled else self._quietly(path)
                if data is not None and len(data) <= left:
                    left -= len(data)
                    pooled[name] = Companion(path=path, ending=name.rpartition(".")[2], data=data)
            self._pooled = tuple(pooled.values())
        return self._pooled

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
        self,
        stamp: StoredStamp,
        digest_of: DigestOf | None,
        proven_by: Instant | None = None,
        proven_file: ProvenBy = lambda _path: None,
    ) -> StampFact:
        """Judge one stamp, or (without digests) an anchor.

        Args:
            stamp: the proof and what lies beside it.
            digest_of: gives the digests of what it is over.
            proven_by: by when the proof is shown to have existed.
            proven_file: the same of a companion: what is younger than the proof cannot speak for then.
        """
        known = {one.data: one for one in (*self._revocation(), *stamp.companions)}
        older, others = _split(known.values(), proven_by, proven_file)
        question = StampQuestion(
            trust=self.run.question.trust,
            now=self.run.question.verified_at,
            digest_of=digest_of,
            material=others,
            proven_material=older,
            proven_by=proven_by,
        )
        return self._loaded().judge(stamp, question)

    def outlives(self, stamp: StoredStamp, digest_of: DigestOf, algorithm: str) -> bool:
        """Tell whether a stamp would still hold, by itself, if an algorithm had ended."""
        trust = self.run.question.trust
        others = tuple(end for end in trust.algorithm_ends if end.algorithm != algorithm)
        question = StampQuestion(
            trust=evolve(
                trust, algorithm_ends=(*others, AlgorithmEnd(algorithm=algorithm, until=_BEFORE_ALL))
            ),
            now=self.run.question.verified_at,
            digest_of=digest_of,
            material=_material(stamp.companions),
        )
        return self._loaded().judge(stamp, question).holds

    def _loaded(self) -> Judging:
        if self._judging is None:
            # A bundle without stamps needs no certificates, and they take half of the time to start.
            from custody.verification.stamp_judging import Judging  # noqa: PLC0415

            self._judging = Judging()
        return self._judging

    def judge_anchor(self, path: str, over: str, token: bytes, proven_by: Instant | None) -> StampFact:
        """Judge an anchor: what it stamps does not matter, only when it was made."""
        return self.judge(StoredStamp(path=path, over=over, kind="tst", data=token), None, proven_by)


def _split(
    companions: Iterable[Companion], proven_by: Instant | None, proven_file: ProvenBy
) -> tuple[Material, Material]:
    """Part what is shown to be as old as the proof from the rest."""
    older: list[Companion] = []
    others: list[Companion] = []
    for one in companions:
        known_by = None if proven_by is None else proven_file(one.path)
        proven = proven_by is not None and known_by is not None and known_by <= proven_by
        (older if proven else others).append(one)
    return _material(older), _material(others)


def _material(companions: Iterable[Companion]) -> Material:
    found: dict[str, list[bytes]] = {ending: [] for ending in _ENDINGS}
    for one in companions:
        found[one.ending].append(one.data)
    return Material(certificates=tuple(found["cer"]), crls=tuple(found["crl"]), ocsps=tuple(found["ocsp"]))
