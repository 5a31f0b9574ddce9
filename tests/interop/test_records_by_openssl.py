"""Evidence records: named by step 11, and checked with openssl by the lines of verify-by-hand.md."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from custody.format.hashes import HASHES
from custody.proof.evidence_record.record import EvidenceRecord, ReducedTree, encode_evidence_record
from custody.proof.evidence_record.renew import record_of_token, with_hash_renewal, with_renewal
from custody.proof.evidence_record.tree import group_hash
from tests.interop.sample_bundle import seal_files, write
from tests.interop.stamped_bundles import (
    Authorities,
    counted,
    make_authorities,
    renewed_bundle,
    seal_of,
    twenty_years_ahead,
)
from tests.tools.openssl_authority import OpensslAuthority
from tests.tools.verify_lines import FURTHER, Transcript

RequireTool: TypeAlias = Callable[[str], str]


@pytest.fixture(scope="module")
def authorities(require_tool: RequireTool, tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    """Authorities of three operators, made for this module."""
    return make_authorities(require_tool, tmp_path_factory.mktemp("authorities"))


@pytest.fixture
def ahead(require_tool: RequireTool) -> tuple[str, ...]:
    """What a command runs under to see a clock twenty years ahead."""
    return twenty_years_ahead(require_tool)


def batch(authority: OpensslAuthority, leaf: bytes, hash_name: str = "sha256") -> tuple[bytes, ReducedTree]:
    """One token over a leaf and four others, and the lists that lead from the leaf to it."""
    chosen = HASHES[hash_name]
    one, two, three, four = (chosen.digest(bytes([number])) for number in range(4))
    tree = ((leaf,), (one,), (two, three), (four,))
    below = group_hash((group_hash((leaf, one), chosen), two, three), chosen)
    return authority.stamp(b"".join(sorted((below, four))), hash_name=hash_name), tree


def record_over(authority: OpensslAuthority, data: bytes, hash_name: str = "sha256") -> EvidenceRecord:
    """The record of one file of a batch."""
    token, tree = batch(authority, HASHES[hash_name].digest(data), hash_name)
    return record_of_token(token, HASHES[hash_name], tree)


def renewed(authority: OpensslAuthority, record: EvidenceRecord, hash_name: str = "sha256") -> EvidenceRecord:
    """The record with one more token, which renewed others too."""
    token, tree = batch(authority, HASHES[hash_name].digest(record.chains[-1][-1].token), hash_name)
    return with_renewal(record, token, tree)


def add_record(authorities: Authorities, event: Path, data: bytes) -> Path:
    """Add a record, with the certificates of both authorities beside it."""
    chains = (*authorities.first.chain, *authorities.second.chain)
    companions = {f"{hashlib.sha256(one).hexdigest()}.cer": one for one in chains}
    folder = event / "stamps" / hashlib.sha256(data).hexdigest()
    write(folder, {"stamp.ers": data, **companions})
    return folder / "stamp.ers"


@pytest.fixture
def recorded(authorities: Authorities, tmp_path: Path) -> Path:
    """A bundle with records alone: of a batch, renewed, under another hash, of one token; and a proof.ots."""
    bundle = seal_files(tmp_path)
    proof = (seal_of(bundle) / "proof.sha256").read_bytes()
    first = record_over(authorities.first, proof)
    for record in (
        first,
        renewed(authorities.second, first),
        renewed(authorities.second, record_over(authorities.first, proof, "sha512"), "sha512"),
        record_of_token(authorities.second.stamp(proof), HASHES["sha256"]),
    ):
        add_record(authorities, seal_of(bundle), encode_evidence_record(record))
    write(seal_of(bundle) / "stamps" / ("0" * 64), {"stamp.ots": b"unread"})
    return bundle


def test_what_openssl_cannot_check_is_named_and_counted(authorities: Authorities, recorded: Path) -> None:
    """Evidence records and OpenTimestamps proofs, by path; that nothing was checked is said."""
    transcript = authorities.check(recorded)
    assert transcript.failed == set()
    for path in (*seal_of(recorded).rglob("stamp.ers"), *seal_of(recorded).rglob("stamp.ots")):
        assert f"NOT CHECKED {path.relative_to(recorded).as_posix()}\n" in transcript.output
    assert counted(transcript) == ["HOLDS: 0", "FAILED: 0", "NOT CHECKED: 5", "HOLDS over the seal: 0"]


def holding(transcript: Transcript) -> int:
    """How many tokens the lines for records found good; none of the other lines found any in these tests."""
    assert counted(transcript)[0] == "HOLDS: 0", transcript.output
    return len(re.findall(r"^HOLDS \S.* GMT custody/\S+/stamp\.ers$", transcript.output, re.MULTILINE))


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_records_are_checked_by_the_lines_of_the_page(
    authorities: Authorities, recorded: Path, require_tool: RequireTool, shell: str
) -> None:
    """Each token of each record, with nothing but stock tools."""
    transcript = authorities.check_records(recorded, shell=require_tool(shell))
    assert "\nFAILED custody" not in transcript.output
    assert (transcript.failed, holding(transcript)) == (set(), 1 + 2 + 2 + 1), transcript.output


def test_records_are_checked_in_twenty_years(
    authorities: Authorities, recorded: Path, ahead: tuple[str, ...]
) -> None:
    """Each token at its own time."""
    assert holding(authorities.check_records(recorded, under=ahead)) == 6


def test_a_record_over_a_renewal_is_checked(authorities: Authorities, tmp_path: Path) -> None:
    """From renewal.txt."""
    bundle, folder = renewed_bundle(tmp_path)
    record = record_over(authorities.first, (folder / "renewal.txt").read_bytes(), "sha512")
    add_record(authorities, folder, encode_evidence_record(record))
    assert holding(authorities.check_records(bundle)) == 1


def record_of_a_stranger(authorities: Authorities, proof: bytes) -> bytes:
    """By an authority whose root is not trusted."""
    return encode_evidence_record(record_over(authorities.stranger, proof))


def record_of_another_bundle(authorities: Authorities, _proof: bytes) -> bytes:
    """A good record of something else."""
    return encode_evidence_record(record_over(authorities.first, b"another proof\n"))


def record_without_the_leaf(authorities: Authorities, proof: bytes) -> bytes:
    """A good token and its lists but for the first one."""
    token, tree = batch(authorities.first, HASHES["sha256"].digest(proof))
    return encode_evidence_record(record_of_token(token, HASHES["sha256"], tree[1:-1]))


def record_of_no_token(_authorities: Authorities, _proof: bytes) -> bytes:
    """A record that ends before its first token."""
    return bytes.fromhex("300b 0201 01 3000 3004 3002 3000".replace(" ", ""))


def record_of_nothing(_authorities: Authorities, _proof: bytes) -> bytes:
    """No bytes at all."""
    return b""


@pytest.mark.parametrize(
    "make",
    [
        record_of_a_stranger,
        record_of_another_bundle,
        record_without_the_leaf,
        record_of_no_token,
        record_of_nothing,
    ],
)
def test_bad_records_fail(
    authorities: Authorities, tmp_path: Path, make: Callable[[Authorities, bytes], bytes]
) -> None:
    """By their paths, and nothing is said to hold."""
    bundle = seal_files(tmp_path)
    data = make(authorities, (seal_of(bundle) / "proof.sha256").read_bytes())
    path = add_record(authorities, seal_of(bundle), data).relative_to(bundle).as_posix()
    transcript = authorities.check_records(bundle)
    assert holding(transcript) == 0
    assert f"FAILED {path}\n" in transcript.output


def test_a_renewal_of_another_record_fails_after_the_token_that_holds(
    authorities: Authorities, tmp_path: Path
) -> None:
    """What held before the false renewal is printed, then that the record fails."""
    bundle = seal_files(tmp_path)
    record = record_over(authorities.first, (seal_of(bundle) / "proof.sha256").read_bytes())
    other = renewed(authorities.second, record_over(authorities.first, b"another proof\n"))
    false = with_renewal(record, other.chains[0][1].token, other.chains[0][1].tree or ())
    path = add_record(authorities, seal_of(bundle), encode_evidence_record(false))
    transcript = authorities.check_records(bundle)
    assert holding(transcript) == 1
    assert f"FAILED {path.relative_to(bundle).as_posix()}\n" in transcript.output


def test_the_lines_stop_at_a_record_under_another_hash(authorities: Authorities, tmp_path: Path) -> None:
    """As the page says of records that were carried on under another hash."""
    bundle = seal_files(tmp_path)
    record = record_over(authorities.first, (seal_of(bundle) / "proof.sha256").read_bytes())
    token = authorities.second.stamp(b"what RFC 4998 wants", hash_name="sha512")
    carried = with_hash_renewal(record, token, HASHES["sha512"])
    add_record(authorities, seal_of(bundle), encode_evidence_record(carried))
    transcript = authorities.check_records(bundle)
    assert (holding(transcript), transcript.output.count("\nFAILED custody")) == (1, 1)


def test_the_lines_are_typed_after_those_of_the_bundle(authorities: Authorities, recorded: Path) -> None:
    """Each line of the page succeeds by itself."""
    assert set(authorities.check_records(recorded).codes[FURTHER]) == {0}
