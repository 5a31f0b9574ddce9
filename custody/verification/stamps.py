"""Reading and judging the stamps and anchors of a bundle; what they prove together is said elsewhere.

A stamp folder holds one proof and the companions that it was checked with. A file that is not named by its
own digest is set aside; a companion that no path uses proves nothing and refutes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from custody.errors import CustodyError, LimitError, SourceChangedError
from custody.format.hashes import HASHES
from custody.format.layout import STAMP_FILE
from custody.format.limits import STAMP_BYTES
from custody.model.instant import Instant, decode_instant
from custody.proof.stamp import DigestOf, StampQuestion
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.report.stamp_code import StampCode, StampOutcome
from custody.report.stamp_fact import StampFact
from custody.trust.trust import AlgorithmEnd
from custody.verification.companions import Companions, ProvenBy
from custody.verification.inventory import Inventory
from custody.verification.run import LISTED, Run, reason_of

if TYPE_CHECKING:
    from custody.verification.stamp_judging import Judging

JUDGED_KINDS = frozenset({"tst", "ers"})
_STAMPED_FILE = {"log": "proof.sha256", "attestations": "proof.sha256", "renewals": "renewal.txt"}
_REVOKED = frozenset({StampCode.REVOKED, StampCode.REVOKED_PERHAPS_BEFORE})
_ORDER = (StampOutcome.VALID, StampOutcome.UNDETERMINED, StampOutcome.INVALID)
_BEFORE_ALL = decode_instant("1970-01-01T00:00:00Z")


@frozen(kw_only=True)
class StoredStamp:
    """One proof of time as it lies in its folder.

    Attributes:
        path: its folder, relative to the bundle.
        over: the folder of what it is over.
        kind: ending of the proof: tst, ots or ers.
        data: the proof.
    """

    path: str
    over: str
    kind: str
    data: bytes = field(repr=False)


@define
class Judge:
    """Judges stamps and anchors of one bundle with one trust; the paths of authorities are built once.

    Attributes:
        run: the question and the bytes.
        inventory: what stands where.
    """

    run: Run
    inventory: Inventory
    companions: Companions = field(init=False)
    _judging: Judging | None = None

    def __attrs_post_init__(self) -> None:
        """Prepare what lies beside stamps; nothing is read yet."""
        self.companions = Companions(run=self.run, inventory=self.inventory)

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
        for path in paths:
            name, _, ending = path.rpartition("/")[2].rpartition(".")
            data = self._read(path, digest if name == "stamp" else name, claims)
            if name == "stamp" and data is not None:
                yield StoredStamp(path=folder, over=over, kind=ending, data=data)

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

    def _set_aside(self, path: str, detail: str) -> None:
        self.run.findings.add(Reason.STAMP_SET_ASIDE, path, LISTED, detail=detail)

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
        proven_by: Instant | None,
        proven_file: ProvenBy,
    ) -> StampFact:
        """Judge one stamp, or (without digests) an anchor.

        Args:
            stamp: the proof and what lies beside it.
            digest_of: gives the digests of what it is over.
            proven_by: by when the proof is shown to have existed.
            proven_file: the same of a companion: what is younger than the proof cannot speak for then.
        """
        moments: list[Instant | None] = [proven_by]
        if proven_by is not None:
            moments += [one for one in self.companions.moments(proven_file) if one > proven_by]
        facts = [self._judge_at(stamp, digest_of, proven_by, moment, proven_file) for moment in moments]
        # What is believed of a revocation at its own moment counts; else a path at the moment that it needs.
        revoked = [fact for fact in facts if not _REVOKED.isdisjoint(fact.codes)]
        return min(revoked or facts, key=lambda fact: _ORDER.index(fact.outcome))

    def _judge_at(
        self,
        stamp: StoredStamp,
        digest_of: DigestOf | None,
        proven_by: Instant | None,
        moment: Instant | None,
        proven_file: ProvenBy,
    ) -> StampFact:
        """Judge a stamp with what is shown to have existed by a moment that is not before its own."""
        dated = self.companions.dated(moment, proven_file)
        question = StampQuestion(
            trust=self.run.question.trust,
            now=self.run.question.verified_at,
            digest_of=digest_of,
            material=dated.others,
            proven_material=dated.older,
            proven_by=proven_by,
            material_proven_by=moment,
        )
        fact = self._loaded().judge(stamp, question)
        if not self.companions.overfull:
            return fact
        # More than is read may hold a revocation: then none of the bundle's stamps shows anything.
        return evolve(
            fact,
            codes=(*fact.codes, StampCode.REVOCATION_LIMIT),
            not_after=None,
            not_before=None,
            weakens_at=None,
        )

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
            material=self.companions.dated(None, _nothing).others,
        )
        return self._loaded().judge(stamp, question).holds

    def _loaded(self) -> Judging:
        if self._judging is None:
            # A bundle without stamps needs no certificates, and they take half of the time to start.
            from custody.verification.stamp_judging import Judging  # noqa: PLC0415

            self._judging = Judging()
        return self._judging


def _nothing(_path: str) -> None:
    """Tell that nothing dates a file."""
