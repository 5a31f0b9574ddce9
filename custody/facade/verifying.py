"""Verifying a bundle on a disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from typing import Literal

from custody.errors import BundleError, CustodyError, FormatError, StorageError, UsageError
from custody.facade.moment import Moment, instant_of, now
from custody.facade.several import several
from custody.format.limits import TRUST_FILE_BYTES
from custody.report.report import Report
from custody.storage.named_file import read_named_file
from custody.storage.opening import open_bundle
from custody.storage.source import BundleSource, Entry, PayloadFault, PayloadJob, Progress
from custody.trust.trust import Trust
from custody.trust.trust_file import decode_trust_file
from custody.verification.verify import refused_report, verify_source

NOBODY = "none"
_NO_TRUST = "name a trust file (custody trust new makes it) or a public key file; the word none trusts nobody"
_UNPACK = "unpack it with your own tool and name the folder inside"


def open_trust(path: str | os.PathLike[str]) -> Trust:
    """Read a trust.json, or a public key file, which serves as a trust of one identity.

    Raises:
        BundleError: it is neither.
        StorageError: it cannot be read.
    """
    return decode_trust_file(read_named_file(os.fspath(path), TRUST_FILE_BYTES))


def trust_of(trust: Trust | str | os.PathLike[str]) -> Trust:
    """Return a trust, the trust in a file, or for the word "none" the trust in nobody.

    Raises:
        UsageError: none of these; what is trusted is always said, so Python's None is refused too.
        BundleError: a file that is neither a trust nor a public key.
        StorageError: code MISSING: no such file; or the machine does not read it.
    """
    return trust_and_digest_of(trust)[0]


def trust_and_digest_of(trust: Trust | str | os.PathLike[str]) -> tuple[Trust, str | None]:
    """Return a trust as `trust_of` does, and the SHA-256 of the file that it was read from, or None.

    Raises:
        UsageError, BundleError, StorageError: as `trust_of`.
    """
    if isinstance(trust, Trust):
        return trust, None
    given: object = trust
    if not isinstance(given, str | os.PathLike) or not os.fspath(given):
        raise UsageError(
            "trust: expected a Trust, the path of a trust file, or none, found"
            + (" an empty text" if given == "" else " another object"),
            hint='say trust="none" to trust nobody',
        )
    if trust == NOBODY:
        return Trust.none(), None
    try:
        data = read_named_file(os.fspath(trust), TRUST_FILE_BYTES)
    except StorageError as error:
        hint = _NO_TRUST if error.code == "MISSING" else error.hint
        raise type(error)(f"trust: {error}", code=error.code, hint=hint) from error
    return decode_trust_file(data), hashlib.sha256(data).hexdigest()


def verify(
    bundle: str | os.PathLike[str],
    *,
    trust: Trust | str | os.PathLike[str],
    at: Moment | None = None,
    before: Moment | None = None,
    expect_seal: str | None = None,
    receipts: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = (),
    head: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Verify a bundle, folder or zip, and report every finding; nothing is changed and no socket is opened.

    Args:
        bundle: its folder or zip.
        trust: whom the verifier accepts: a Trust, the path of a trust.json or public key file, or "none".
        at: the moment that counts as now; this machine's clock unless given.
        before: the seal must be proven to have existed before this moment.
        expect_seal: the id of the seal, 64 hex digits, as known from another source than the bundle.
        receipts: a path, or several, of receipts or other copies: what others hold of this bundle's log, as
            evidence of what was cut off here. Events that are not in the bundle count for nothing else before
            a merge.
        head: the id of the head that is asked about, 64 hex digits; every head unless given.
        progress: told the files and bytes that are done since it was told last: increments, not sums.

    Raises:
        BundleError: the trust is malformed, or a receipt is a zip that cannot be read as one.
        StorageError: the bundle, the trust or a receipt cannot be opened.
        UsageError: a moment without its zone, an `expect_seal` or `head` that is no id, or no trust at all.
    """
    accepted = trust_of(trust)
    verified_at = now() if at is None else instant_of(at)
    limit = None if before is None else instant_of(before)
    path = os.fspath(bundle)
    with ExitStack() as closing:
        shown = [open_receipt(os.fspath(receipt), closing) for receipt in several(receipts, "receipts")]
        try:
            source = open_bundle(path)
        except CustodyError as error:
            return refused_report(error, form="zip", verified_at=verified_at)
        closing.callback(source.close)
        return verify_source(
            source if progress is None else Watched(source, progress),
            accepted,
            verified_at=verified_at,
            before=limit,
            expect_seal=expect_seal,
            receipts=shown,
            head=head,
        )


def open_receipt(path: str, closing: ExitStack) -> BundleSource:
    """Open a receipt; one that cannot be opened is an error, for the caller counts on it.

    Args:
        path: of the receipt.
        closing: closes it.

    Raises:
        BundleError: a zip that cannot be read as one.
        StorageError: it cannot be opened.
    """
    try:
        source = open_bundle(path)
    except FormatError as error:
        raise BundleError(f"receipt: {error}", code=error.code, hint=_UNPACK) from error
    closing.callback(source.close)
    return source


class Watched:
    """A bundle whose reading is watched; see `BundleSource` for what its methods promise."""

    def __init__(self, source: BundleSource, progress: Progress) -> None:
        """Keep the bundle and whom to tell."""
        self._source = source
        self._progress = progress
        self.form: Literal["folder", "zip"] = source.form

    def entries(self) -> Iterator[Entry]:
        """List everything but the payload."""
        return self._source.entries()

    def payload_entries(self) -> Iterator[Entry]:
        """List the payload."""
        return self._source.payload_entries()

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Read one small file."""
        return self._source.read(path, limit_bytes)

    def lines(self, path: str, limit_bytes: int) -> Iterator[bytes]:
        """Read one file line by line."""
        return self._source.lines(path, limit_bytes)

    def blocks(self, path: str) -> Iterator[bytes]:
        """Read one file block by block."""
        return self._source.blocks(path)

    def hash_payload(
        self,
        jobs: Iterable[PayloadJob],
        *,
        expected_files: int | None = None,
        progress: Progress | None = None,
    ) -> Generator[PayloadFault, None, None]:
        """Check the payload and tell how far it is."""
        told = self._progress if progress is None else progress
        yield from self._source.hash_payload(jobs, expected_files=expected_files, progress=told)

    def changed(self) -> bool:
        """Walk once more."""
        return self._source.changed()

    def close(self) -> None:
        """Give back every descriptor."""
        self._source.close()
