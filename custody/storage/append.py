"""Appending to a log: a signed event waits beside the bundle, complete and durable, for its one rename.

What a killed process leaves is of two kinds. A temporary folder was never signed to the end and is removed.
A signed event stands under `.<bundle>.signed-<16 hex>`: its writer finishes it the next time, and it is never
signed again, for a second signature on the same place would be a fork. Nothing of both lies in the bundle, so
readers see the log as it was or as it is.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping

from attrs import field, frozen

from custody.errors import CustodyError, LimitError, SourceChangedError, StorageError
from custody.format.layout import EVENT_FILE, LOG_FOLDER
from custody.format.limits import EVENT_BYTES
from custody.storage.bundle_listing import SET_ASIDE
from custody.storage.commit import new_staged, place_below, remove_stale, remove_tree
from custody.storage.durability import sync_folder
from custody.storage.folder import FolderSource
from custody.storage.lock import locked
from custody.storage.os_errors import storage_error
from custody.storage.publishing import publish_folder
from custody.storage.source import EntryKind
from custody.storage.tree import Tree, base_name, entry_kind, host_path, open_tree

_NAME_BYTES = 8
_MOST_FILES = 256  # of one event: ten openings, sixteen signers with two keys each, anchors
_HOLDING = re.compile(r"[0-9a-f]{32}")
_SEQ_DIGITS = 8
_NAME = re.compile(r"[0-9]{8}|[0-9a-f]{64}")
_JUNK = {"NOT_A_FOLDER", "NOT_A_FILE", "LIMIT"}


@frozen(kw_only=True)
class Signed:
    """A signed event that has no place in the bundle yet.

    Attributes:
        path: of the folder around it, beside the bundle.
        name: of its folder: eight digits, or the id of an attestation; "" where it is nothing that this
            program has left.
        files: its files by name; what no event has is left out.
    """

    path: str
    name: str
    files: Mapping[str, bytes] = field(repr=False)


@contextlib.contextmanager
def appending(bundle: str) -> Iterator[Appender]:
    """Hold the lock of a bundle for one append; unsigned leftovers are removed.

    Raises:
        StorageError: the machine refused.
    """
    path = os.path.abspath(bundle)
    with locked(path):
        remove_stale(path)
        yield Appender(path)


class Appender:
    """Stages and publishes the next event; `appending` is the way to get one."""

    def __init__(self, bundle: str) -> None:
        """Append to the bundle at a path, whose lock is held."""
        self.bundle = bundle

    def leftovers(self) -> tuple[Signed, ...]:
        """Return what stands under the names of signed events, ascending by these names.

        Somebody else may have put it there: only the signatures tell. What must not be read is left out.

        Raises:
            StorageError: the machine refused to list or read them.
        """
        folder, name = os.path.split(self.bundle)
        pattern = re.compile(re.escape(f".{name}.signed-") + r"[0-9a-f]{16}")
        try:
            with os.scandir(host_path(folder)) as listing:
                found = sorted(entry.path for entry in listing if pattern.fullmatch(entry.name))
        except OSError as error:
            raise storage_error(error, base_name(self.bundle), "list") from error
        return tuple(signed for path in found if (signed := _read_signed(path)) is not None)

    def stage(self, name: str, files: Mapping[str, bytes]) -> Signed:
        """Write a signed event beside the bundle, durably.

        Args:
            name: of its folder: eight digits, or the id of an attestation.
            files: its files by name.

        Raises:
            StorageError: the machine refused; what is left, if anything, is the whole event.
        """
        staged = new_staged(self.bundle, expected_files=len(files))
        try:
            staged.create_folder(name)
            if any(file.startswith("anchors/") for file in files):
                staged.create_folder(f"{name}/anchors")
            for file, content in sorted(files.items()):
                staged.write(f"{name}/{file}", content)
            path = self._beside("signed")
            staged.keep_as(path)
        finally:
            staged.discard()
        return Signed(path=path, name=name, files=files)

    def _beside(self, kind: str) -> str:
        folder, own = os.path.split(self.bundle)
        return os.path.join(folder, f".{own}.{kind}-{os.urandom(_NAME_BYTES).hex()}")

    def publish(self, signed: Signed, parent: str) -> None:
        """Give a staged event its place, by one rename that replaces nothing.

        Args:
            signed: what was staged.
            parent: the folder that it is to stand in, relative to the bundle.

        Raises:
            ExistsError: the place is taken; the signed event stays where it is.
            StorageError: the machine refused, or something on the way is no folder; likewise.
        """
        self._check_way(parent)
        place_below(host_path(signed.path), self.bundle, parent, signed.name)

    def _check_way(self, parent: str) -> None:
        """Refuse to publish through a link that somebody has put in the place of a folder."""
        above = parent.rpartition("/")[0]
        tree = open_tree(self.bundle)
        try:
            kind = entry_kind(tree.status(above))  # what lies above is opened on the way there, never a link
        except OSError as error:
            raise storage_error(error, above, "look at") from error
        finally:
            tree.close()
        if kind is not EntryKind.FOLDER:
            raise StorageError(f"{above}: expected a folder, found a {kind.value}", code="NOT_A_FOLDER")

    def discard(self, signed: Signed) -> None:
        """Remove a signed event that stands in the bundle already, or that was never to be.

        It loses its name first: half an event under it would be taken for something that others did.
        """
        doomed = self._beside("tmp")
        try:
            os.rename(host_path(signed.path), host_path(doomed))
        except OSError:
            doomed = signed.path
        remove_tree(host_path(doomed))

    def stands(self, path: str) -> bool:
        """Tell whether anything, of whatever kind, stands at a path relative to the bundle."""
        return os.path.lexists(host_path(os.path.join(self.bundle, *path.split("/"))))

    def keep_aside(self, signed: Signed) -> str:
        """Move a signed event that has no place any more out of the way; see `move_aside`."""
        name = signed.name or "signed"
        return self._aside(os.path.join(signed.path, signed.name) if signed.name else signed.path, name)

    def move_aside(self, path: str) -> str:
        """Move what stands where the next event belongs, and is none, out of the bundle's log.

        Nothing is lost: it lies beside the bundle then, in the folder `<bundle>.set-aside`.

        Args:
            path: of the folder, file or link, relative to the bundle.

        Returns:
            The name that it has there.

        Raises:
            StorageError: the machine refused.
        """
        parts = path.split("/")
        return self._aside(os.path.join(self.bundle, *parts), "-".join(parts[-2:]))

    def _aside(self, path: str, name: str) -> str:
        folder = f"{self.bundle}{SET_ASIDE}"
        kept = f"{name}-{os.urandom(_NAME_BYTES).hex()}"
        try:
            if not os.path.lexists(host_path(folder)):
                os.mkdir(host_path(folder))
                sync_folder(host_path(os.path.dirname(folder)))
            kind = entry_kind(os.lstat(host_path(folder)))
        except OSError as error:
            raise storage_error(error, base_name(folder), "create") from error
        if kind is not EntryKind.FOLDER:
            raise StorageError(
                f"{base_name(folder)}: expected a folder, found a {kind.value}",
                code="NOT_A_FOLDER",
                hint="rename it: what has no place in the log is kept under this name",
            )
        publish_folder(host_path(path), host_path(os.path.join(folder, kept)))
        with contextlib.suppress(OSError):
            os.rmdir(host_path(os.path.dirname(path)))  # a holding that held nothing else stands empty now
        return f"{base_name(folder)}/{kept}"


def _read_signed(path: str) -> Signed | None:
    """Read what stands under the name of a signed event; None where nothing does, or nothing of ours."""
    junk = Signed(path=path, name="", files={})
    try:
        tree = open_tree(host_path(path))
        try:
            return _signed_in(tree, path) or junk
        finally:
            tree.close()
    except FileNotFoundError:
        return None
    except OSError as error:
        refusal: CustodyError = storage_error(error, base_name(path), "read")
    except (StorageError, LimitError, SourceChangedError) as error:
        refusal = error
    if refusal.code == "MISSING" or (refusal.code == "PERMISSION" and _is_foreign(path)):
        return None
    if refusal.code in _JUNK:
        return junk
    raise refusal


def _is_foreign(path: str) -> bool:
    """Tell whether another user has put something there; what we cannot read of our own may be signed."""
    try:
        return hasattr(os, "geteuid") and os.lstat(path).st_uid != os.geteuid()
    except OSError:
        return False


def _signed_in(tree: Tree, path: str) -> Signed | None:
    entries = list(tree.scan(""))
    if not entries:  # its event was published, and its writer killed before he removed it
        os.rmdir(host_path(path))
        raise FileNotFoundError
    if len(entries) != 1 or not entries[0][1] or _NAME.fullmatch(entries[0][0]) is None:
        return None
    name = entries[0][0]
    source = FolderSource(tree)
    files: dict[str, bytes] = {}
    for below, prefix in ((name, ""), (f"{name}/anchors", "anchors/")):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):  # most events embed no anchors
            for found in sorted(one for one, is_folder in tree.scan(below) if not is_folder):
                if EVENT_FILE.fullmatch(f"{prefix}{found}") and len(files) < _MOST_FILES:
                    files[f"{prefix}{found}"] = source.read(f"{below}/{found}", EVENT_BYTES)
    return Signed(path=path, name=name, files=files)


def log_places(bundle: str) -> dict[str, tuple[int, ...]]:
    """Return the holdings of a log by their folders, with the places that are taken in each, ascending.

    Names that no event can have are left out; nothing is opened, no link is followed, and what cannot be
    looked into counts as empty: others may have put it there.

    Raises:
        StorageError: the machine refused to list them.
    """
    try:
        tree = open_tree(bundle)
        try:
            listed = sorted(tree.scan(LOG_FOLDER))
            return {
                holding: _places_in(tree, holding) if is_folder else ()
                for holding, is_folder in listed
                if _HOLDING.fullmatch(holding)
            }
        finally:
            tree.close()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise storage_error(error, base_name(bundle), "list") from error


def _places_in(tree: Tree, holding: str) -> tuple[int, ...]:
    with contextlib.suppress(PermissionError, FileNotFoundError):
        names = [name for name, _is_folder in tree.scan(f"{LOG_FOLDER}/{holding}")]
        return tuple(sorted(int(name) for name in names if _is_seq(name)))
    return ()


def _is_seq(name: str) -> bool:
    return len(name) == _SEQ_DIGITS and name.isascii() and name.isdigit()
