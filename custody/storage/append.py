"""Appending to a log: a signed event waits beside the bundle, complete and durable, for its one rename.

What a killed process leaves is of two kinds. A temporary folder was never signed to the end and is removed.
A signed event stands under `.<bundle>.signed-<16 hex>`: it is finished by the next writer, never signed
again, for a second signature on the same place would be a fork. Nothing of both lies in the bundle, so
readers see the log as it was or as it is.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping

from attrs import field, frozen

from custody.errors import StorageError
from custody.format.limits import EVENT_BYTES
from custody.storage.commit import new_staged, place_below, remove_stale, remove_tree
from custody.storage.lock import locked
from custody.storage.os_errors import storage_error
from custody.storage.publishing import publish_folder
from custody.storage.tree import base_name, host_path

_NAME_BYTES = 8
_MOST_FILES = 64  # of one event: openings, sixteen signers with two keys each; anchors are fewer
_ASIDE = ".set-aside"


@frozen(kw_only=True)
class Signed:
    """A signed event that has no place in the bundle yet.

    Attributes:
        path: of the folder around it, beside the bundle.
        name: of its folder: eight digits, or the id of an attestation.
        files: its files by name, as far as they could be read.
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
        """Return the signed events that killed writers left, oldest name first.

        Raises:
            StorageError: the machine refused to list or read them.
        """
        folder, name = os.path.split(self.bundle)
        pattern = re.compile(re.escape(f".{name}.signed-") + r"[0-9a-f]{16}")
        try:
            with os.scandir(host_path(folder)) as listing:
                found = sorted(entry.path for entry in listing if pattern.fullmatch(entry.name))
            return tuple(signed for path in found if (signed := _read_signed(path)) is not None)
        except OSError as error:
            raise storage_error(error, base_name(self.bundle), "list") from error

    def stage(self, name: str, files: Mapping[str, bytes]) -> Signed:
        """Write a signed event beside the bundle, durably.

        Args:
            name: of its folder: eight digits, or the id of an attestation.
            files: its files by name.

        Raises:
            StorageError: the machine refused; nothing is left.
        """
        staged = new_staged(self.bundle, expected_files=len(files))
        try:
            staged.create_folder(name)
            if any(file.startswith("anchors/") for file in files):
                staged.create_folder(f"{name}/anchors")
            for file, content in sorted(files.items()):
                staged.write(f"{name}/{file}", content)
            folder, own = os.path.split(self.bundle)
            path = os.path.join(folder, f".{own}.signed-{os.urandom(_NAME_BYTES).hex()}")
            staged.keep_as(path)
        finally:
            staged.discard()
        return Signed(path=path, name=name, files=files)

    def publish(self, signed: Signed, parent: str) -> None:
        """Give a signed event its place, by one rename that replaces nothing.

        Args:
            signed: what was staged, or left.
            parent: the folder that it is to stand in, relative to the bundle.

        Raises:
            ExistsError: the place is taken; the signed event stays where it is.
            StorageError: the machine refused; likewise.
        """
        place_below(host_path(signed.path), self.bundle, parent, signed.name)

    def discard(self, signed: Signed) -> None:
        """Remove a signed event that stands in the bundle already, or that was never to be."""
        remove_tree(host_path(signed.path))

    def keep_aside(self, signed: Signed) -> str:
        """Move a signed event that has no place any more out of the way; see `move_aside`."""
        return self._aside(os.path.join(signed.path, signed.name), signed.name)

    def move_aside(self, path: str) -> str:
        """Move a folder of the bundle's log out of it: junk that stands where the next event belongs.

        Nothing is lost: it lies beside the bundle then, in the folder `<bundle>.set-aside`.

        Args:
            path: of the folder, relative to the bundle.

        Returns:
            The name that it has there.

        Raises:
            StorageError: the machine refused.
        """
        parts = path.split("/")
        return self._aside(os.path.join(self.bundle, *parts), "-".join(parts[-2:]))

    def _aside(self, path: str, name: str) -> str:
        folder = f"{self.bundle}{_ASIDE}"
        kept = f"{name}-{os.urandom(_NAME_BYTES).hex()}"
        try:
            os.makedirs(host_path(folder), exist_ok=True)
        except OSError as error:
            raise storage_error(error, base_name(folder), "create") from error
        publish_folder(host_path(path), host_path(os.path.join(folder, kept)))
        with contextlib.suppress(OSError):
            os.rmdir(host_path(os.path.dirname(path)))  # a holding that held nothing else stands empty now
        return f"{base_name(folder)}/{kept}"


def _read_signed(path: str) -> Signed | None:
    """Read a leftover; what is none of ours, or is being removed, is left alone."""
    with os.scandir(host_path(path)) as listing:
        names = [entry.name for entry in listing]
    if len(names) != 1:
        return None
    files: dict[str, bytes] = {}
    inside = os.path.join(path, names[0])
    for folder, prefix in ((inside, ""), (os.path.join(inside, "anchors"), "anchors/")):
        if not os.path.isdir(host_path(folder)):
            continue
        with os.scandir(host_path(folder)) as listing:
            for entry in sorted(listing, key=lambda one: one.name)[:_MOST_FILES]:
                if entry.is_file(follow_symlinks=False):
                    files[f"{prefix}{entry.name}"] = _read(entry.path)
    return Signed(path=path, name=names[0], files=files)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        content = file.read(EVENT_BYTES + 1)
    if len(content) > EVENT_BYTES:
        raise StorageError(f"{base_name(path)}: expected a file of an event, found a longer one")
    return content


def log_places(bundle: str) -> dict[str, tuple[int, ...]]:
    """Return the holdings of a log by their folders, with the places that are taken in each, ascending.

    Names that no event can have are left out; nothing is opened.

    Raises:
        StorageError: the machine refused to list them.
    """
    found: dict[str, tuple[int, ...]] = {}
    folder = os.path.join(bundle, "custody", "log")
    try:
        for holding in sorted(os.listdir(host_path(folder))):
            if re.fullmatch(r"[0-9a-f]{32}", holding):
                names = os.listdir(host_path(os.path.join(folder, holding)))
                found[holding] = tuple(sorted(int(one) for one in names if re.fullmatch(r"[0-9]{8}", one)))
    except OSError as error:
        raise storage_error(error, base_name(bundle), "list") from error
    return found
