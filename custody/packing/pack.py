"""A bundle into its canonical zip, and out of it again."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from custody.errors import FormatError, UsageError
from custody.model.instant import Instant
from custody.packing.contents import is_folder_name, read_contents
from custody.storage.commit import staged_folder
from custody.storage.opening import open_bundle
from custody.storage.source import BundleSource, Entry, EntryKind, Progress
from custody.storage.targets import check_target
from custody.storage.tree import base_name
from custody.storage.zip_source import ZipSource, open_zip
from custody.storage.zip_writer import new_zip

ZIP_ENDING = ".zip"
"""What the name of a packed bundle ends in."""


@frozen(kw_only=True)
class Packed:
    """What was made.

    Attributes:
        path: the zip, or the folder.
        files: how many files it holds.
        left_out: paths of the bundle that the copy does not have: litter and empty folders.
    """

    path: str
    files: int
    left_out: tuple[str, ...] = ()


def pack_bundle(
    bundle: str,
    out: str | None,
    *,
    verified_at: Instant,
    whole: bool = False,
    progress: Progress | None = None,
) -> Packed:
    """Write the canonical zip of a bundle, with its wrapping made anew and without litter.

    Args:
        bundle: its folder or zip.
        out: the zip to create; unless given, the name of the bundle and `.zip` in the present folder.
        verified_at: the moment that counts as now.
        whole: it is meant that testimony, people or unclear consent leave in the open.
        progress: told the files and bytes that are done.

    Raises:
        UsageError: code WHOLE: the bundle holds such things and `whole` was not said; code TARGET_INSIDE:
            `out` lies inside a bundle.
        BundleError: as `custody.packing.contents.read_contents`.
        ExistsError: `out` is taken.
        SourceChangedError: a file changed while it was read.
        StorageError: the machine refused; nothing is left.
    """
    source = open_bundle(bundle)
    try:
        named = source.top if isinstance(source, ZipSource) else base_name(bundle)
        contents = read_contents(source, verified_at, named=named)
        if contents.telling and not whole:
            raise UsageError(
                "bundle: expected nothing in the open that can harm people,"
                " found testimony, people or unclear consent",
                code="WHOLE",
                hint="say --whole when the recipient may see everything; parts come with a later release",
            )
        path = out or f"{contents.top}{ZIP_ENDING}"
        check_target(path, outside=(bundle,))
        sizes = dict(_sizes(source))
        with new_zip(path) as target:
            for name in contents.paths():
                made = contents.made.get(name)
                size = sizes.get(name, 0) if made is None else len(made)
                target.add(f"{contents.top}/{name}", size, source.blocks(name) if made is None else (made,))
                if progress is not None:
                    progress(1, size)
        return Packed(path=path, files=len(contents.paths()), left_out=contents.left_out)
    finally:
        source.close()


def _sizes(source: BundleSource) -> Iterator[tuple[str, int]]:
    for entry in _entries(source):
        if entry.kind is EntryKind.FILE:
            yield entry.path, entry.size_bytes


def _entries(source: BundleSource) -> Iterator[Entry]:
    yield from source.entries()
    yield from source.payload_entries()


def unpack_bundle(zip_path: str, out: str | None, *, progress: Progress | None = None) -> Packed:
    """Write the files of a canonical zip into a new folder, all of them or none.

    Every name was checked against the grammar of paths, and the directory against the files, before anything
    is written; what is written is not verified.

    Args:
        zip_path: the zip; links are not followed.
        out: the folder to create; unless given, the one at the top of the zip, in the present folder.
        progress: told the files and bytes that are done.

    Raises:
        FormatError: code ZIP_FORM: another form; ZIP_CONTRADICTION: it contradicts itself; ZIP_TOP: no `out`
            is given, and the zip would choose a name that is no bundle's; nothing is left.
        UsageError: code TARGET_INSIDE: `out` lies inside a bundle.
        ExistsError: `out` is taken.
        StorageError: the machine refused; nothing is left.
    """
    source = open_zip(zip_path)
    try:
        files = [entry for entry in _entries(source) if entry.kind is EntryKind.FILE]
        if out is None and not is_folder_name(source.top):
            raise FormatError(
                "zip",
                expected="a top folder named like a bundle",
                found="another name",
                code="ZIP_TOP",
                hint="name the folder to create with --out",
            )
        path = out or source.top
        with staged_folder(path, expected_files=len(files)) as staged:
            staged.create_folder("data")
            for entry in files:
                folder = entry.path.rpartition("/")[0]
                if folder:
                    staged.create_folder(folder)
                with staged.create(entry.path) as writer:
                    for block in source.blocks(entry.path):
                        writer.write(block)
                if progress is not None:
                    progress(1, entry.size_bytes)
            staged.publish()
        return Packed(path=path, files=len(files))
    finally:
        source.close()
