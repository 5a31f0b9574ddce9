"""Timestamp tokens of real authorities: the sound ones hold as far as their roots are known, no others."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from custody.format.hashes import digests_of
from custody.model.instant import decode_instant
from custody.proof.rfc3161.path import PathCache
from custody.proof.rfc3161.token import decode_token
from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import DigestOf, Material, StampQuestion, TokenVerdict
from custody.report.stamp_code import StampCode, StampOutcome
from custody.trust.trust import Authority, Trust, TrustedRoot

NOW: Final = decode_instant("2026-11-24T00:00:00Z")
Entry = dict[str, Any]

# What is wrong with the unsound ones, and how it is called here.
REASONS: Final = {
    "ESS_MISMATCH": StampCode.CERTIFICATE_ID_DIFFERS,
    "MISSING_ATTR": StampCode.SIGNED_ATTRIBUTES,
    "MSG_DIGEST": StampCode.MESSAGE_DIGEST,
    "NO_SIGNER_CERT": StampCode.SIGNER_CERTIFICATE_MISSING,
    "N_SIGNERS": StampCode.SIGNER_NUMBER,
    "SIGNATURE": StampCode.SIGNATURE_WRONG,
    "malformed": StampCode.CERTIFICATE_ID_MISSING,  # its list of certificate ids is empty
    "a certificate in the token does not parse in a strict DER parser": StampCode.CERTIFICATE_UNREADABLE,
}
WEAK: Final = {
    "WEAK_DIGEST: sha1": StampCode.SIGNATURE_WEAK,
    "WEAK_HASH: sha1": StampCode.IMPRINT_ALGORITHM,
}
# An issuer of 2013 with a signer of 1,024 bits; its root is not there either.
SHORT_KEYS: Final = 1


@pytest.fixture(scope="module")
def folder(corpora: Path) -> Path:
    """The tokens."""
    return corpora / "tsa"


@pytest.fixture(scope="module")
def entries(folder: Path) -> list[Entry]:
    """What is recorded of each."""
    listed: list[Entry] = json.loads((folder / "INDEX.json").read_bytes())
    return listed


def certificates_in(path: Path) -> tuple[bytes, ...]:
    """Certificates of a PEM file, DER; none where it is absent."""
    if not path.exists():
        return ()
    return tuple(one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(path.read_bytes()))


def stamped_in(path: Path, entry: Entry) -> DigestOf:
    """Digests of what was stamped: of the bytes, where they are there, else the recorded one."""
    if path.exists():
        return digests_of(path.read_bytes())
    known: dict[str, bytes] = {entry["imprint_alg"]: bytes.fromhex(entry["imprint"])}
    return lambda name: known[name]


def question_in(folder: Path, entry: Entry) -> StampQuestion:
    """What is asked of a token: its own root is trusted, its chain lies beside it."""
    place = folder / entry["name"]
    roots = tuple(TrustedRoot(certificate=der) for der in certificates_in(place / "root.pem"))
    authority = Authority(name="real", operator="real", roots=roots)
    return StampQuestion(
        trust=Trust(authorities=(authority,) if roots else ()),
        now=NOW,
        digest_of=stamped_in(place / "data.bin", entry),
        material=Material(certificates=certificates_in(place / "chain.pem")),
    )


def token_in(folder: Path, entry: Entry) -> bytes:
    """The token itself."""
    place = folder / str(entry["name"])
    return (place / "token.tst").read_bytes()


@pytest.fixture(scope="module")
def verdicts(folder: Path, entries: list[Entry]) -> dict[str, TokenVerdict]:
    """What each comes to."""
    return {
        entry["name"]: verify_token(token_in(folder, entry), question_in(folder, entry)) for entry in entries
    }


def sound(entries: list[Entry]) -> list[Entry]:
    """Those that are expected to be sound."""
    return [entry for entry in entries if entry["expected"] == "valid"]


def test_sound_tokens_hold_as_far_as_their_roots_are_known(
    entries: list[Entry], verdicts: dict[str, TokenVerdict]
) -> None:
    """35 valid, 12 without an anchor, 3 weak, and nothing else."""
    found = Counter(verdicts[entry["name"]].faults for entry in sound(entries))
    assert found == {
        (): 35,
        (StampCode.PATH_MISSING,): 12 - SHORT_KEYS,
        (StampCode.KEY_TOO_SHORT, StampCode.PATH_MISSING): SHORT_KEYS,
        (StampCode.SIGNATURE_WEAK,): 2,
        (StampCode.IMPRINT_ALGORITHM,): 1,
    }


def test_those_without_an_anchor_are_those_whose_root_is_not_there(
    entries: list[Entry], verdicts: dict[str, TokenVerdict]
) -> None:
    """No root is missed."""
    missing = {
        entry["name"] for entry in sound(entries) if StampCode.PATH_MISSING in verdicts[entry["name"]].faults
    }
    assert missing == {entry["name"] for entry in sound(entries) if entry["root_sha256"] is None}


def test_weak_tokens_are_those_recorded_as_weak(
    entries: list[Entry], verdicts: dict[str, TokenVerdict]
) -> None:
    """SHA-1 is named where it is used."""
    weak = {entry["name"]: WEAK[entry["weak_algorithm"]] for entry in entries if entry.get("weak_algorithm")}
    assert {name: verdicts[name].faults for name in weak} == {name: (code,) for name, code in weak.items()}


def test_unsound_tokens_are_refused_for_their_reason(
    entries: list[Entry], verdicts: dict[str, TokenVerdict]
) -> None:
    """All ten, each with the expected code."""
    unsound = [entry for entry in entries if entry["expected"] != "valid"]
    assert len(unsound) == 10
    for entry in unsound:
        verdict = verdicts[entry["name"]]
        assert verdict.outcome is not StampOutcome.VALID, entry["name"]
        assert REASONS[entry["reason"]] in verdict.faults, entry["name"]


def test_what_tokens_say_is_read_as_recorded(entries: list[Entry], verdicts: dict[str, TokenVerdict]) -> None:
    """Time in whole seconds, policy and imprint of all sound ones."""
    for entry in sound(entries):
        verdict = verdicts[entry["name"]]
        assert verdict.generated_at is not None
        assert f"{verdict.generated_at.moment.replace(microsecond=0)}" == entry["gen_time"][:19] + "+00:00"
        assert verdict.policy == entry["policy"]
        assert (verdict.imprint_algorithm, verdict.imprint) == (entry["imprint_alg"], entry["imprint"])


def test_nonces_are_read_as_recorded(folder: Path, entries: list[Entry]) -> None:
    """Negative ones and large ones too."""
    for entry in sound(entries):
        nonce = decode_token(token_in(folder, entry)).info.nonce
        assert nonce == (None if entry["nonce"] is None else int(entry["nonce"])), entry["name"]


def test_no_token_stamps_other_bytes(folder: Path, entries: list[Entry]) -> None:
    """Each is asked about bytes that it does not stamp."""
    for entry in sound(entries):
        question = question_in(folder, entry)
        other = StampQuestion(
            trust=question.trust, now=NOW, digest_of=digests_of(b"other"), material=question.material
        )
        assert verify_token(token_in(folder, entry), other).outcome is not StampOutcome.VALID


def test_no_token_holds_under_the_roots_of_others(folder: Path, entries: list[Entry]) -> None:
    """Their own embedded and stored certificates gain nothing without a pinned root."""
    for entry in sound(entries):
        question = question_in(folder, entry)
        alone = StampQuestion(
            trust=Trust.none(), now=NOW, digest_of=question.digest_of, material=question.material
        )
        faults = verify_token(token_in(folder, entry), alone).faults
        assert StampCode.PATH_MISSING in faults, entry["name"]


def test_one_cache_serves_all_authorities(
    folder: Path, entries: list[Entry], verdicts: dict[str, TokenVerdict]
) -> None:
    """Verdicts with a common cache are those without one."""
    paths = PathCache()
    for entry in entries:
        verdict = verify_token(token_in(folder, entry), question_in(folder, entry), paths=paths)
        assert verdict == verdicts[entry["name"]]


def test_changed_bytes_of_real_tokens_change_nothing_that_is_reported(
    folder: Path, entries: list[Entry], verdicts: dict[str, TokenVerdict]
) -> None:
    """Of each valid one forty bytes in turn: no longer VALID, or the very same statement."""
    chosen = Random(3161)
    for entry in sound(entries):
        verdict = verdicts[entry["name"]]
        if verdict.outcome is not StampOutcome.VALID:
            continue
        token, question = token_in(folder, entry), question_in(folder, entry)
        for _ in range(40):
            changed = bytearray(token)
            changed[chosen.randrange(len(token))] ^= 1 << chosen.randrange(8)
            found = verify_token(bytes(changed), question)
            if found.outcome is StampOutcome.VALID:
                same = evolve(found, sha256=verdict.sha256, codes=verdict.codes, used=verdict.used)
                assert same == verdict, entry["name"]
