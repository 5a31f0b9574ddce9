"""Two copies of one bundle: compared, or united."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TypeAlias

from custody.errors import BundleError, FormatError, UsageError
from custody.facade.moment import Moment, instant_of, now
from custody.facade.verifying import trust_of
from custody.storage.attentive_source import AttentiveSource
from custody.storage.opening import open_bundle
from custody.storage.source import BundleSource
from custody.storage.targets import check_target
from custody.transfer.compare import Comparison, compare_standings
from custody.transfer.copies import check_read, naming
from custody.transfer.merge import Merged, merge_in_place
from custody.transfer.new_copy import merge_to
from custody.transfer.proof import write_proof
from custody.trust.trust import Trust
from custody.verification.run import Question
from custody.verification.standing import Standing, take_standing

AnyPath: TypeAlias = str | os.PathLike[str]
_UNPACK = "unpack it with your own tool and name the folder inside"


def merge(
    bundle: AnyPath,
    *others: AnyPath,
    trust: Trust | AnyPath,
    to: AnyPath | None = None,
    at: Moment | None = None,
    expect_seal: str | None = None,
) -> Merged:
    """Add to a bundle what other copies of it, or receipts, have more; or write the union as a new bundle.

    Which order they are named in, and how often, plays no part. Nothing that is there is removed or replaced;
    a fork is refused, and what an erasure names does not come back. No key and no memory of a key is touched.

    Args:
        bundle: the folder that grows; with `to` also a zip, and it stays as it is.
        others: copies, folders or zips, that must be proven intact; and receipts, of which only the
            signatures speak.
        trust: whom the reader accepts: a Trust, the path of a trust.json or public key file, or "none".
        to: the folder to create; unless given, `bundle` itself grows.
        at: the moment that counts as now; this machine's clock unless given.
        expect_seal: the id of the seal as known from another source.

    Raises:
        UsageError: nothing to merge; code OTHER_BUNDLE; or TARGET_INSIDE.
        NotProvenError: the bundle is refuted, or a copy is not proven intact.
        LogError: the code says why the copies are not united: FORK, SIGNATURES_DIFFER, PLACE_CONTESTED,
            PART_NOT_MERGED, ERASURE_PENDING, LOG_LIMIT, STAMPS_LIMIT. Nothing was written.
        BundleError: a copy or the trust cannot be read as one.
        StorageError: the machine refused. What was added stays and is sound; the same call again goes on.
    """
    question = _question(trust, at, expect_seal)
    if to is None and not others:
        raise UsageError("copies: expected at least one to merge, found none")
    if to is None:
        with _opened(others, start=1) as sources:
            return merge_in_place(os.fspath(bundle), sources, question)
    with _opened([bundle, *others], start=0) as sources:
        return merge_to(os.fspath(to), sources, question)


def compare(
    a: AnyPath,
    b: AnyPath,
    *,
    trust: Trust | AnyPath,
    at: Moment | None = None,
    expect_seal: str | None = None,
    proof: AnyPath | None = None,
) -> Comparison:
    """Say what two copies of one bundle are to each other: same, extended, both have more, or a fork.

    Only the logs are compared, by what counts in each; `verify` says whether the copies are intact.

    Args:
        a: a copy, folder or zip.
        b: another one.
        trust: whom the reader accepts: a Trust, the path of a trust.json or public key file, or "none".
        at: the moment that counts as now; this machine's clock unless given.
        expect_seal: the id of the seal as known from another source.
        proof: a folder to create, with both events of each conflict as receipts that anybody can check.

    Raises:
        UsageError: code OTHER_BUNDLE; or TARGET_INSIDE.
        BundleError: a copy or the trust cannot be read as one; code SEALER_UNKNOWN: the sealer of a copy is
            not trusted, so nothing in it counts.
        ExistsError: the folder for the proof is there.
        StorageError, SourceChangedError: the machine refused a file, or one changed meanwhile.
    """
    question = _question(trust, at, expect_seal)
    if proof is not None:
        check_target(os.fspath(proof))
    with _opened([a, b], start=1) as sources:
        first, second = (_standing(AttentiveSource(source), question) for source in sources)
        comparison = compare_standings(first, second)
        if proof is not None:
            write_proof(os.fspath(proof), comparison, first, second)
        return comparison


def _standing(source: AttentiveSource, question: Question) -> Standing:
    standing = take_standing(
        source, question.trust, verified_at=question.verified_at, expect_seal=question.expect_seal
    )
    check_read(source, standing.log)
    return standing


def _question(trust: Trust | AnyPath, at: Moment | None, expect_seal: str | None) -> Question:
    verified_at = now() if at is None else instant_of(at)
    return Question(trust=trust_of(trust), verified_at=verified_at, expect_seal=expect_seal)


@contextmanager
def _opened(paths: Sequence[AnyPath], *, start: int) -> Iterator[list[BundleSource]]:
    """Open copies; one that cannot be opened is named by its place."""
    with ExitStack() as closing:
        sources = []
        for place, path in enumerate(paths, start=start):
            try:
                source = open_bundle(os.fspath(path))
            except FormatError as error:
                raise BundleError(f"{naming(place)}: {error}", code=error.code, hint=_UNPACK) from error
            closing.callback(source.close)
            sources.append(source)
        yield sources
