"""Proofs of time that lie in a bundle already, judged, so that nothing is asked for twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import evolve, field, frozen

from custody.format.limits import STAMP_BYTES
from custody.model.instant import Instant, decode_instant
from custody.proof.evidence_record.verify import verify_evidence_record
from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import DigestOf, Material, StampQuestion, TokenVerdict
from custody.report.stamp_code import StampOutcome
from custody.stamping.desk import Desk
from custody.storage.source import BundleSource
from custody.trust.trust import AlgorithmEnd

TOKEN_FILE: Final = "stamp.tst"  # noqa: S105 - the name of a file
RECORD_FILE: Final = "stamp.ers"
_LONG_AGO: Final = decode_instant("1970-01-01T00:00:00Z")
_MATERIAL: Final = {"cer": "certificates", "crl": "crls", "ocsp": "ocsps"}


@frozen(kw_only=True)
class Standing:
    """A proof of time that holds.

    Attributes:
        path: its folder, relative to the bundle.
        tokens: SHA-256 of each of its tokens, oldest first.
        operators: who runs their authorities, likewise.
        authorities: their names in the trust, likewise.
        last: of its last token: name of the imprint's hash.
        generated_at: the time of its first token.
        not_after: that time with its accuracy: what is stamped existed before.
        newest_at: the time of its last token.
        weakens_at: when it should have been renewed, or None.
        names: of the files in its folder.
    """

    path: str
    tokens: tuple[str, ...]
    operators: tuple[str, ...]
    authorities: tuple[str, ...]
    last: str
    generated_at: Instant
    not_after: Instant
    newest_at: Instant
    weakens_at: Instant | None = None
    names: tuple[str, ...] = ()

    @property
    def operator(self) -> str:
        """Who says when it was: the operator of the first token."""
        return self.operators[0]


@frozen(kw_only=True)
class Stored:
    """A proof of time as it lies in its folder.

    Attributes:
        path: its folder, relative to the bundle.
        name: TOKEN_FILE or RECORD_FILE.
        data: the proof.
        companions: the other files of the folder by name.
    """

    path: str
    name: str
    data: bytes = field(repr=False)
    companions: Mapping[str, bytes] = field(factory=dict, repr=False)


def material_of(companions: Mapping[str, bytes]) -> Material:
    """Sort companions by their endings."""
    kept: dict[str, tuple[bytes, ...]] = {}
    for name, data in sorted(companions.items()):
        kind = _MATERIAL.get(name.rpartition(".")[2])
        if kind is not None:
            kept[kind] = (*kept.get(kind, ()), data)
    return Material(**kept)


def read_stored(source: BundleSource, path: str, names: Iterable[str]) -> Stored | None:
    """Read one stamp folder; None where no proof that we judge is in it.

    Args:
        source: the bundle.
        path: the folder, relative to the bundle.
        names: of the files in it.

    Raises:
        CustodyError: a file of it cannot be read.
    """
    listed = sorted(names)
    proof = next((name for name in (TOKEN_FILE, RECORD_FILE) if name in listed), None)
    if proof is None:
        return None
    endings = [name for name in listed if name.rpartition(".")[2] in _MATERIAL]
    return Stored(
        path=path,
        name=proof,
        data=source.read(f"{path}/{proof}", STAMP_BYTES),
        companions={name: source.read(f"{path}/{name}", STAMP_BYTES) for name in endings},
    )


def standing_of(desk: Desk, stored: Stored, digest_of: DigestOf) -> Standing | None:
    """Judge a proof as of now; None where it does not hold."""
    question = StampQuestion(
        trust=desk.trust, now=desk.now(), digest_of=digest_of, material=material_of(stored.companions)
    )
    if stored.name == TOKEN_FILE:
        token = verify_token(stored.data, question, paths=desk.paths())
        return _standing(stored, token.outcome, (token,), token.weakens_at)
    record = verify_evidence_record(stored.data, question, paths=desk.paths())
    return _standing(stored, record.outcome, record.tokens, record.weakens_at)


def outlasts(desk: Desk, stored: Stored, digest_of: DigestOf, algorithm: str) -> bool:
    """Tell whether a proof would hold if a hash had ended long ago: whether it rests on it nowhere."""
    ends = [end for end in desk.trust.algorithm_ends if end.algorithm != algorithm]
    ended = AlgorithmEnd(algorithm=algorithm, until=_LONG_AGO)
    trust = evolve(desk.trust, algorithm_ends=(*ends, ended))
    return standing_of(evolve(desk, trust=trust), stored, digest_of) is not None


def _standing(
    stored: Stored, outcome: StampOutcome, tokens: tuple[TokenVerdict, ...], weakens_at: Instant | None
) -> Standing | None:
    authorities = [token.authority for token in tokens if token.authority is not None]
    times = [token.generated_at for token in tokens if token.generated_at is not None]
    if outcome is not StampOutcome.VALID or not times or len(authorities) != len(tokens):
        return None
    return Standing(
        path=stored.path,
        tokens=tuple(token.sha256 for token in tokens),
        operators=tuple(one.operator for one in authorities),
        authorities=tuple(one.name for one in authorities),
        last=tokens[-1].imprint_algorithm or "",
        generated_at=times[0],
        not_after=tokens[0].not_after or times[0],
        newest_at=times[-1],
        weakens_at=weakens_at,
        names=(stored.name, *stored.companions),
    )
