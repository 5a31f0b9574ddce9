"""Reading what programs need besides: public keys, and the bytes of proven items."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

from custody.model.identity import Identity
from custody.report.claim import Claim
from custody.report.report import Report
from custody.storage.opening import open_bundle
from custody.storage.public_key import read_public_key
from custody.verification import opening


def open_public_key(path: str | os.PathLike[str], *, name: str | None = None) -> Identity:
    """Read a public key file, ours or a one-line OpenSSH one.

    Args:
        path: the file.
        name: the label to give the identity instead of the file's own; needed when an OpenSSH line has no
            comment that can serve as one.

    Raises:
        BundleError: it is no public key file, or names nobody.
        StorageError: it cannot be read.
        UsageError: `name` cannot name an identity.
    """
    return read_public_key(path, name=name)


def open_item(report: Report, bundle: str | os.PathLike[str], number: int) -> Iterator[bytes]:
    """Yield the bytes of one item in blocks, checked again against the sealed root and digest.

    The last block is held back until the digest holds: a reader who has seen the end has seen the item. The
    bundle is closed when the iterator ends or is closed.

    Args:
        report: what `verify` found about this bundle.
        bundle: its folder or zip.
        number: of the item, from 1.

    Raises:
        NotProvenError: INTACT is not proven in the report.
        UsageError: there is no such item, or its content is not open.
        BundleError: code FILE_DIGEST or ROOT_MISMATCH: the bytes are no longer those that were verified.
        StorageError: the bundle cannot be opened or read.
    """
    report.require(Claim.INTACT)
    with ExitStack() as closing:
        source = open_bundle(os.fspath(bundle))
        closing.callback(source.close)
        blocks = opening.open_item(report, source, number)
        return _until_read(blocks, closing.pop_all())


def _until_read(blocks: Iterator[bytes], closing: ExitStack) -> Iterator[bytes]:
    with closing:
        yield from blocks
