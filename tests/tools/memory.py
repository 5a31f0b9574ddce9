"""A bundle in memory, for properties that verify thousands of them; and judging shared by tests."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Literal

from custody.errors import CustodyError, LimitError, StorageError
from custody.keys.signer import Signer
from custody.model.instant import decode_instant
from custody.report.report import Report
from custody.storage.folder import split_lines
from custody.storage.source import Entry, EntryKind, FaultKind, PayloadFault, PayloadJob, Progress
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity
from custody.verification.verify import verify_source
from tests.tools.bundles import Files

NOW = decode_instant("2026-02-01T00:00:00Z")


class MemorySource:
    """A bundle in memory; see `BundleSource` for what its methods promise."""

    form: Literal["folder", "zip"] = "folder"

    def __init__(self, files: Files, faults: Mapping[str, CustodyError] | None = None) -> None:
        """Take the files by their paths, and what happens instead of reading some of them."""
        self._files = files
        self._faults = faults or {}

    def entries(self) -> Iterator[Entry]:
        """List everything but the payload, with the folders that the names imply."""
        listed = {path: EntryKind.FILE for path in self._files if not path.startswith("data/")}
        for path in list(listed):
            while path := path.rpartition("/")[0]:
                listed[path] = EntryKind.FOLDER
        listed["data"] = EntryKind.FOLDER
        for path, kind in sorted(listed.items()):
            yield Entry(path=path, kind=kind, size_bytes=len(self._files.get(path, b"")))

    def payload_entries(self) -> Iterator[Entry]:
        """List the payload."""
        for path, data in self._files.items():
            if path.startswith("data/"):
                yield Entry(path=path, kind=EntryKind.FILE, size_bytes=len(data))

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Return one file."""
        data = b"".join(self.blocks(path))
        if len(data) > limit_bytes:
            raise LimitError(path, limit="bytes", maximum=limit_bytes, value=len(data))
        return data

    def lines(self, path: str, limit_bytes: int) -> Iterator[bytes]:
        """Yield the lines of one file."""
        yield from split_lines(path, self.blocks(path), limit_bytes)

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield one file."""
        if path in self._faults:
            raise self._faults[path]
        if path not in self._files:
            raise StorageError(f"{path}: expected a file, found none", code="MISSING")
        yield self._files[path]

    def hash_payload(
        self,
        jobs: Iterable[PayloadJob],
        *,
        expected_files: int | None = None,  # noqa: ARG002 - as the protocol has it
        progress: Progress | None = None,  # noqa: ARG002 - as above
    ) -> Generator[PayloadFault, None, None]:
        """Check length and SHA-256."""
        for job in jobs:
            data = self._files.get(job.path)
            if data is None:
                yield PayloadFault(path=job.path, kind=FaultKind.MISSING)
            elif len(data) != job.size_bytes:
                yield PayloadFault(path=job.path, kind=FaultKind.SIZE, found_bytes=len(data))
            elif hashlib.sha256(data).hexdigest() != job.sha256:
                yield PayloadFault(path=job.path, kind=FaultKind.DIGEST, algorithms=("sha256",))

    def changed(self) -> bool:
        """Nothing changes here."""
        return False

    def close(self) -> None:
        """Nothing is held."""


def trusting(*signers: Signer, roles: Iterable[Role] = (Role.SEALER, Role.HOLDER)) -> Trust:
    """Return a trust in these signers."""
    return trusting_each(*((signer, tuple(roles)) for signer in signers))


def trusting_each(*people: tuple[Signer, Iterable[Role]]) -> Trust:
    """Return a trust in signers, each with roles of his own."""
    return Trust(
        identities=tuple(
            TrustedIdentity(
                name=signer.identity.name,
                roles=frozenset(roles),
                sets=(DatedKeySet(key_set=signer.identity.key_set),),
            )
            for signer, roles in people
        )
    )


def judge(files: Files, trust: Trust, *, expect_seal: str | None = None) -> Report:
    """Verify a bundle in memory."""
    return verify_source(MemorySource(files), trust, verified_at=NOW, expect_seal=expect_seal)
