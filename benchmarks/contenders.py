"""The commands that are compared, as a user types them, and the proof that they hash the same bytes."""

from __future__ import annotations

import sys
from pathlib import Path

from attrs import frozen

from benchmarks.process import FailedError, output_of

ONE_OPENSSL = "find data -type f -print0 | xargs -0 -n 128 openssl dgst -sha256"
OPENSSL = "find data -type f -print0 | xargs -0 -n 128 -P2 openssl dgst -sha256"


@frozen(kw_only=True)
class Contender:
    """One command.

    Attributes:
        name: as the tables call it.
        command: its words.
        folder: where it runs.
    """

    name: str
    command: tuple[str, ...]
    folder: Path


@frozen(kw_only=True)
class Keys:
    """The keys of one benchmark, made for it.

    Attributes:
        secret: key file of custody.
        public: its public key file.
        peer_secret: an EC key in PEM, for model-signing.
        peer_public: its public half.
    """

    secret: Path
    public: Path
    peer_secret: Path
    peer_public: Path


def custody_command() -> str:
    """Return the command line of this environment."""
    return str(Path(sys.executable).with_name("custody"))


def make_keys(folder: Path) -> Keys:
    """Make keys without passphrases: unlocking them is slow on purpose, and no part of sealing."""
    keys = Keys(
        secret=folder / "bench.key",
        public=folder / "bench.pub",
        peer_secret=folder / "peer.pem",
        peer_public=folder / "peer-public.pem",
    )
    custody = custody_command()
    for command in (
        (custody, "key", "new", "bench", "--unprotected", "--out", str(keys.secret)),
        (custody, "key", "export", str(keys.secret), "--out", str(keys.public)),
        ("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(keys.peer_secret)),
        ("openssl", "ec", "-in", str(keys.peer_secret), "-pubout", "-out", str(keys.peer_public)),
    ):
        output_of(command, folder)
    return keys


def seal_command(source: Path, bundle: Path, keys: Keys) -> tuple[str, ...]:
    """Return the command that seals a folder."""
    return (custody_command(), "seal", str(source), "--key", str(keys.secret), "--out", str(bundle))


def verifiers(bundle: Path, keys: Keys, peers: Path | None, signature: Path) -> tuple[Contender, ...]:
    """Return ours first, then the peers that are here.

    Args:
        bundle: what all of them read.
        keys: to check with.
        peers: the folder of the peers' commands; None: only tools of the system.
        signature: of model-signing over the bundle's payload, made here.
    """
    found = [
        Contender(
            name="custody verify",
            command=(custody_command(), "verify", bundle.name, "--trust", str(keys.public)),
            folder=bundle.parent,
        ),
        Contender(name="openssl", command=("sh", "-c", OPENSSL), folder=bundle),
    ]
    if peers is None:
        return tuple(found)
    found.append(
        Contender(
            name="bagit --validate",
            command=(str(peers / "bagit.py"), "--validate", "--processes", "2", bundle.name),
            folder=bundle.parent,
        )
    )
    model_signing = (str(peers / "model_signing"),)
    files = ("--signature", str(signature), "data")
    output_of((*model_signing, "sign", "key", "--private_key", str(keys.peer_secret), *files), bundle)
    command = (*model_signing, "verify", "key", "--public_key", str(keys.peer_public), *files)
    found.append(Contender(name="model-signing", command=command, folder=bundle))
    return tuple(found)


def compare_digests(bundle: Path) -> int:
    """Compare our digests with OpenSSL's, file by file, and return how many there are.

    Raises:
        FailedError: they differ.
    """
    theirs = {}  # by one process after another, for two that print at once mix their lines
    for line in output_of(("sh", "-c", ONE_OPENSSL), bundle).decode("ascii").splitlines():
        head, _, digest = line.partition(")= ")
        theirs[head.partition("(")[2]] = digest
    ours = {}
    for line in (bundle / "manifest-sha256.txt").read_text(encoding="ascii").splitlines():
        digest, _, path = line.partition("  ")
        ours[path] = digest
    if not ours or ours != theirs:
        raise FailedError("digests: expected those of openssl, found others")
    return len(ours)
