"""Checking profiles: of files before they are sealed, and of bundles."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from custody.errors import BundleError, UsageError
from custody.facade.moment import Moment, instant_of, now
from custody.facade.verifying import Watched, trust_of
from custody.format.declaration import DECLARATION_FORMAT, DECLARATION_SHAPE
from custody.format.shape import check_shape
from custody.model.instant import Instant
from custody.profiles.bundle import subject_of_bundle
from custody.profiles.gaps import Gaps, check_all
from custody.profiles.profile import Profile, load_profile
from custody.profiles.subject import subject_of_draft
from custody.report.report import Report
from custody.report.timeline import Timeline
from custody.sealing.draft import Draft
from custody.sealing.gather import detect_kinds
from custody.sealing.item_rows import Stream
from custody.sealing.sources import locate
from custody.storage.bundle_listing import looks_like_bundle
from custody.storage.digests import Buffer, file_reader
from custody.storage.opening import open_bundle
from custody.storage.source import BundleSource, Progress
from custody.storage.tree import open_tree, opened_file
from custody.trust.trust import Trust
from custody.verification.standing import take_standing
from custody.verification.timeline import timeline_of
from custody.verification.verify import verify_source


def check_draft(
    draft: Draft, profiles: str | Profile | Iterable[str | Profile], *, at: Moment | None = None
) -> tuple[Gaps, ...]:
    """Check what is to be sealed against profiles; nothing is changed.

    Files are read where a profile compares digests that were taken at the acquisition.

    Args:
        draft: what would be sealed.
        profiles: a Profile, the name of one, the path of a profile's file, or several of these.
        at: the moment that counts as now; this machine's clock unless given.

    Returns:
        For each profile its checks and their answers, in the order of the profiles.

    Raises:
        UsageError: no Draft; no profile, or none of that name; or a moment without its zone.
        FormatError: a file that is no profile.
        StorageError: a file cannot be read.
    """
    asked = _profiles(profiles)
    if not isinstance(draft, Draft):
        raise UsageError(
            "draft: expected a Draft, found something else",
            hint="custody.Draft().add(path, name=...), or custody.check_bundle for a bundle",
        )
    subject = subject_of_draft(
        draft, detect_kinds(draft), moment=_moment(at), digest_of=_DraftDigests(draft=draft).of
    )
    return check_all(subject, asked)


def check_bundle(
    bundle: str | os.PathLike[str],
    profiles: str | Profile | Iterable[str | Profile],
    *,
    trust: Trust | str | os.PathLike[str],
    at: Moment | None = None,
    expect_seal: str | None = None,
    declaration: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> tuple[Gaps, ...]:
    """Verify a bundle and check it against profiles; nothing is changed and no socket is opened.

    Args:
        bundle: its folder or zip.
        profiles: as of `check_draft`.
        trust: whom the verifier accepts: a Trust, the path of a trust.json or public key file, or "none".
        at: the moment that counts as now; this machine's clock unless given.
        expect_seal: the id of the seal, 64 hex digits, as known from another source than the bundle.
        declaration: what the person who files says (schema declaration-1), and as `identity` the name that
            the trust gives him; without it the checks of the filing come later.
        progress: told the files and bytes that are done since it was told last.

    Returns:
        For each profile its checks and their answers, in the order of the profiles.

    Raises:
        UsageError: no profile, or none of that name; a moment without its zone, or no trust at all.
        BundleError: code NO_BUNDLE: a folder that holds nothing of a bundle; the trust, a profile or the
            declaration is malformed, or the bundle is a zip that cannot be read as one.
        StorageError: the bundle or the trust cannot be opened.
    """
    asked = _profiles(profiles)
    _check_declaration(declaration)
    accepted = trust_of(trust)
    moment = _moment(at)
    path = os.fspath(bundle)
    if Path(path).is_dir() and not looks_like_bundle(path):
        raise BundleError(
            "bundle: expected a folder or a zip with a seal, found something else",
            code="NO_BUNDLE",
            hint="name the folder that custody seal made; custody.check_draft is for files before sealing",
        )
    source = open_bundle(path)
    try:
        watched = source if progress is None else Watched(source, progress)
        report = verify_source(watched, accepted, verified_at=moment, expect_seal=expect_seal)
        timeline = _timeline(source, accepted, report, expect_seal)
        return check_all(subject_of_bundle(source, report, timeline, declaration=declaration), asked)
    finally:
        source.close()


def _check_declaration(declaration: object) -> None:
    if declaration is None:
        return
    if not isinstance(declaration, Mapping) or not isinstance(declaration.get("identity", ""), str):
        raise UsageError("declaration: expected members as in the schema declaration-1, found another object")
    said = {name: value for name, value in declaration.items() if name != "identity"}
    check_shape(DECLARATION_SHAPE, {"format": DECLARATION_FORMAT, **said}, "declaration")


def _profiles(profiles: str | Profile | Iterable[str | Profile]) -> tuple[Profile, ...]:
    given = (profiles,) if isinstance(profiles, str | Profile) else profiles
    if not isinstance(given, Iterable):
        raise UsageError("profiles: expected names, paths or Profiles, found another object")
    given = tuple(given)
    if not given:
        raise UsageError("profiles: expected at least one, found none")
    return tuple(one if isinstance(one, Profile) else load_profile(one) for one in given)


def _moment(at: Moment | None) -> Instant:
    return now() if at is None else instant_of(at)


def _timeline(source: BundleSource, trust: Trust, report: Report, expect_seal: str | None) -> Timeline | None:
    """Return the log told, or None where no seal can be judged: the report says why."""
    try:
        standing = take_standing(source, trust, verified_at=report.verified_at, expect_seal=expect_seal)
    except BundleError:
        return None
    return timeline_of(standing)


@frozen(kw_only=True)
class _DraftDigests:
    """Digests of the files of a draft, read when they are asked for; those of streams cannot be had."""

    draft: Draft

    def of(self, number: int, algorithm: str) -> str | None:
        """Return the digest of one file in hex."""
        place = number - 1
        source = self.draft.rows.source(place)
        if isinstance(source, Stream):
            return None
        folder, path = locate(source, self.draft.rows.name(place))
        running = hashlib.new(algorithm, usedforsecurity=False)
        buffer = Buffer()
        tree = open_tree(folder)
        try:
            with opened_file(tree, path) as descriptor:
                fill = file_reader(descriptor)
                while block := buffer.fill(fill, Buffer.SIZE_BYTES):
                    running.update(block)
        finally:
            tree.close()
        return running.hexdigest()
