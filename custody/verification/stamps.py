"""Reading and judging the stamps and anchors of a bundle; what they prove together is said elsewhere.

A stamp folder holds one proof and the companions that it was checked with. A file that is not named by its
own digest is set aside; a companion that no path uses proves nothing and refutes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from attrs import define, field, frozen

from custody.format.hashes import HASHES
from custody.format.layout import STAMP_FILE
from custody.format.limits import STAMP_BYTES, STAMPS
from custody.model.instant import Instant
from custody.proof.evidence_record.verify import verify_evidence_record
from custody.proof.rfc3161.path import PathCache
from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import DigestOf, Material, RecordVerdict, StampQuestion, TokenVerdict
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.report.stamp_fact import StampFact
from custody.verification.inventory import Inventory
from custody.verification.run import LISTED, Run

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
    _paths: PathCache = field(factory=PathCache)

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

    def digests_over(self, folder: str) -> DigestOf:
        """Return the digests of what a stamp in a folder is over; each is computed once, when asked for."""
        kind = folder.split("/")[1]
        path = f"{folder}/{_STAMPED_FILE[kind]}"

        @cache
        def digest_of(name: str) -> bytes:
            hashed = HASHES[name].new()
            for block in self.run.source.blocks(path):
                hashed.update(block)
            digest: bytes = hashed.digest()
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
        if stamp.kind == "ers":
            return _of_record(stamp, verify_evidence_record(stamp.data, question, paths=self._paths))
        return _of_token(stamp, verify_token(stamp.data, question, paths=self._paths), question)

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


def _of_token(stamp: StoredStamp, verdict: TokenVerdict, question: StampQuestion) -> StampFact:
    holds = not verdict.faults
    anchor = question.digest_of is None
    return StampFact(
        path=stamp.path,
        over=stamp.over,
        kind=stamp.kind,
        codes=verdict.codes,
        generated_at=verdict.generated_at,
        accuracy_ms=verdict.accuracy_ms,
        not_before=verdict.not_before if holds and anchor else None,
        not_after=verdict.not_after if holds and not anchor else None,
        **_named((verdict,)),
        weakens_at=verdict.weakens_at if holds else None,
    )


def _of_record(stamp: StoredStamp, verdict: RecordVerdict) -> StampFact:
    first = verdict.tokens[0] if verdict.tokens else None
    holds = all(code.note for code in verdict.codes)
    return StampFact(
        path=stamp.path,
        over=stamp.over,
        kind=stamp.kind,
        codes=verdict.codes,
        generated_at=None if first is None else first.generated_at,
        accuracy_ms=None if first is None else first.accuracy_ms,
        not_after=first.not_after if first is not None and holds else None,
        **_named(verdict.tokens),
        weakens_at=verdict.weakens_at if holds else None,
    )


def _named(tokens: Iterable[TokenVerdict]) -> dict[str, Any]:
    listed = tuple(tokens)
    authorities = [token.authority for token in listed]
    return {
        "operators": tuple("" if one is None else one.operator for one in authorities),
        "authorities": tuple("" if one is None else one.name for one in authorities),
        "root": hashlib.sha256(listed[0].chain[-1]).hexdigest() if listed and listed[0].chain else "",
        "token": listed[0].sha256 if listed else "",
    }
