"""Verifying timestamp tokens beside the libraries that people use, and one token for many bundles."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.figures import Goal, aligned
from benchmarks.process import FailedError, output_of
from custody.format.hashes import HASHES
from custody.model.instant import decode_instant
from custody.proof.evidence_record.record import encode_evidence_record
from custody.proof.evidence_record.renew import record_of_token
from custody.proof.evidence_record.tree import reduced_trees
from tests.tools.authority import TestAuthority, der_of

REPOSITORY = Path(__file__).resolve().parents[1]
OURS = ("custody", "custody, path cached")
PEERS = ("rfc3161-client", "pyhanko")
LIMIT_US = {"custody": 1e6 / 1500, "custody, path cached": 1e6 / 4000}
BATCH_SECONDS = 0.5
BATCH_BYTES = 600
UNSOUND_EACH = 20

_AT = decode_instant("2026-01-02T03:04:05Z")


def make_tokens(folder: Path, count: int) -> list[bool]:
    """Write tokens of one authority: a P-256 signer under an RSA-3072 root, as many as there are bundles.

    Returns:
        Which of them are sound; one in twenty has a flipped bit in its signature.
    """
    authority = TestAuthority("bench", intermediate=False, root_key="rsa-3072")
    sound, listed = [], []
    for number in range(count):
        data = b"proof %d\n" % number
        token = authority.stamp(data, at=_AT, nonce=number)
        sound.append(bool(number % UNSOUND_EACH))
        if not sound[-1]:
            token = token[:-1] + bytes([token[-1] ^ 1])
        listed.append({"token": token.hex(), "data": data.hex()})
    facts = {
        "roots": [der_of(authority.root.certificate).hex()],
        "at": _AT.moment.isoformat(),
        "tokens": listed,
    }
    (folder / "tokens.json").write_text(json.dumps(facts), "ascii")
    return sound


def _command(name: str, folder: Path, peers: Path | None) -> tuple[str, ...]:
    script = REPOSITORY / "benchmarks" / "token_contenders.py"
    if name in OURS or peers is None:
        return (sys.executable, "-m", "benchmarks.token_contenders", name, str(folder))
    return (str(peers / "python"), str(script), name, str(folder))


def verify_tokens(folder: Path, peers: Path | None, count: int, rounds: int) -> Iterator[Goal]:
    """Compare verdicts, then time every verifier in turns; print a table, give the goals."""
    sound = make_tokens(folder, count)
    names = (*OURS, *(PEERS if peers is not None else ()))
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        for place in range(len(names)):
            name = names[(turn + place) % len(names)]
            found = json.loads(output_of(_command(name, folder, peers), REPOSITORY))
            if found["verdicts"] != sound:
                message = f"{name}: expected the verdicts of the others on {count} tokens, found other ones"
                raise FailedError(message)
            seconds[name].append(found["seconds"] / found["timed"])
    print(f"\n### {count:,} timestamp tokens, a P-256 signer under an RSA-3072 root\n")
    print(f"{count:,} verdicts compared first: all verifiers give the same, {sound.count(False)} refusals.\n")
    rows = [("verifier", "a CPU second", "µs CPU each, min", "median")]
    for name in names:
        ordered = sorted(seconds[name])
        least, middle = ordered[0] * 1e6, ordered[len(ordered) // 2] * 1e6
        rows.append((name, f"{1e6 / least:,.0f}", f"{least:.0f}", f"{middle:.0f}"))
    _say(aligned(rows))
    for name, limit in LIMIT_US.items():
        yield Goal(what=f"a token: {name}", limit=round(limit), found=min(seconds[name]) * 1e6, unit="µs CPU")


def batch(count: int) -> Iterator[Goal]:
    """Build the tree of one batch, and measure the records that it gives."""
    leaves = [hashlib.sha256(b"bundle %d" % number).digest() for number in range(count)]
    times = []
    for _ in range(5):
        started = time.process_time()
        reduced_trees(leaves, HASHES["sha256"])
        times.append(time.process_time() - started)
    root, trees = reduced_trees(leaves, HASHES["sha256"])
    token = TestAuthority("bench").stamp(digest=root, at=_AT)
    sizes = [
        len(encode_evidence_record(record_of_token(token, HASHES["sha256"], tree))) - len(token)
        for tree in trees
    ]
    print(f"\nOne token for {count:,} bundles: a tree in {min(times):.3f} s CPU; beyond the token ", end="")
    print(f"{sum(sizes) / count:.0f} bytes a bundle, {max(sizes)} at most.")
    yield Goal(what=f"tree over {count:,} bundles", limit=BATCH_SECONDS, found=min(times), unit="s CPU")
    yield Goal(what="evidence record beyond its token", limit=BATCH_BYTES, found=max(sizes), unit="bytes")


def _say(lines: Sequence[str]) -> None:
    print("\n".join(lines), flush=True)
