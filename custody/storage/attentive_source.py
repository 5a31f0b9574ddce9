"""A bundle whose reader must know whether the machine refused anything, whatever was made of it.

Verification takes a file that cannot be read as a fact about what can be shown. Who writes from what was read
must not: an event that a broken disk hides is not an event that does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from custody.errors import CustodyError, SourceChangedError, StorageError
from custody.storage.source import BundleSource, Entry, PayloadFault, PayloadJob, Progress

_ABOUT_THE_BUNDLE: Final = frozenset({"MISSING", "NOT_A_FILE"})


class AttentiveSource:
    """A bundle that remembers the first refusal; see `BundleSource` for what its methods promise."""

    form: Literal["folder", "zip"]

    def __init__(self, source: BundleSource) -> None:
        """Read a bundle; whoever opened it closes it."""
        self.form = source.form
        self._source = source
        self._failure: CustodyError | None = None

    def raise_failure(self) -> None:
        """Raise what the machine refused, if it did.

        Raises:
            StorageError, SourceChangedError: as when it happened.
        """
        if self._failure is not None:
            raise self._failure

    def _note(self, error: StorageError | SourceChangedError) -> None:
        if self._failure is None and error.code not in _ABOUT_THE_BUNDLE:
            self._failure = error

    def entries(self) -> Iterator[Entry]:
        """List everything but the payload."""
        return self._source.entries()

    def payload_entries(self) -> Iterator[Entry]:
        """List the payload."""
        return self._source.payload_entries()

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Read one small file."""
        try:
            return self._source.read(path, limit_bytes)
        except (StorageError, SourceChangedError) as error:
            self._note(error)
            raise

    def lines(self, path: str, limit_bytes: int) -> Iterator[bytes]:
        """Read one file line by line."""
        return self._watched(self._source.lines(path, limit_bytes))

    def blocks(self, path: str) -> Iterator[bytes]:
        """Read one file block by block."""
        return self._watched(self._source.blocks(path))

    def _watched(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from parts
        except (StorageError, SourceChangedError) as error:
            self._note(error)
            raise

    def hash_payload(
        self,
        jobs: Iterable[PayloadJob],
        *,
        expected_files: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[PayloadFault]:
        """Check the payload; what cannot be read of it is a fault like others."""
        return self._source.hash_payload(jobs, expected_files=expected_files, progress=progress)

    def changed(self) -> bool:
        """Walk once more."""
        return self._source.changed()

    def close(self) -> None:
        """Leave the bundle open."""
