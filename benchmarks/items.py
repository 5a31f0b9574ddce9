"""Items alone, without reading a file: `python -m benchmarks.items seal|verify FOLDER COUNT`, each a process.

Sealing makes a draft of so many names, draws their numbers, writes items.jsonl and manifest-sha256.txt and
computes the root, as `custody seal` does, with a digest that costs nothing to make. Verifying reads that
items.jsonl from the disk line by line, checks every line, recomputes leaves, root, manifest and counts, and
strikes out the payload, as `custody verify` does; only the files are not opened.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable
from pathlib import Path

from custody.facade.moment import now
from custody.format.bag import ITEMS_PATH
from custody.sealing.item_rows import Folder, ItemRows
from custody.sealing.items_writer import Content, HashedWrites, ItemsWriter
from custody.sealing.numbering import RANDOM, draw_order
from custody.storage.folder import FolderSource
from custody.storage.source import PayloadFault, PayloadJob, Progress
from custody.storage.tree import open_tree
from custody.trust.trust import Trust
from custody.verification.inventory import EXTENSION_CODES, Inventory
from custody.verification.items import read_items
from custody.verification.run import Question, Run

BUNDLE_ID = "0123456789abcdef0123456789abcdef"
_EXTENSION = "jpg"


def seal_items(folder: Path, count: int) -> str:
    """Write the items of a draft of `count` files and return the root."""
    rows, source = ItemRows(), Folder("evidence")
    for place in range(count):
        rows = rows.append(place, b"camera %d/IMG_%07d.jpg" % (place // 1000, place), source, size_bytes=4096)
    order = draw_order(rows.name, count, RANDOM, os.urandom)
    (folder / "custody").mkdir()
    with (
        (folder / ITEMS_PATH).open("wb") as items_file,
        (folder / "manifest-sha256.txt").open("wb") as list_file,
    ):
        items, manifest = HashedWrites(items_file.write), HashedWrites(list_file.write)
        writer = ItemsWriter(BUNDLE_ID, rows, order, os.urandom, items.write, manifest.write)
        for place in order:
            writer.add(
                Content(
                    size_bytes=4096, extension=_EXTENSION, sha256=f"{place:064x}", media_type="image/jpeg"
                )
            )
        items.flush()
        manifest.flush()
    return writer.root()


class Unread(FolderSource):
    """A bundle whose payload is taken for granted."""

    def hash_payload(
        self,
        jobs: Iterable[PayloadJob],
        *,
        expected_files: int | None = None,  # noqa: ARG002 - as the protocol has it
        progress: Progress | None = None,  # noqa: ARG002 - as above
    ) -> Generator[PayloadFault, None, None]:
        """Take every job and do none."""
        for _ in jobs:
            pass
        yield from ()


def verify_items(folder: Path, count: int) -> str:
    """Verify the items that `seal_items` wrote and return the root."""
    source = Unread(open_tree(str(folder)))
    inventory = Inventory(single={ITEMS_PATH}, payload_files=count)
    inventory.payload = bytearray([0]) + bytearray([EXTENSION_CODES[_EXTENSION]]) * count
    run = Run(question=Question(trust=Trust.none(), verified_at=now()), source=source)
    facts = read_items(run, inventory, BUNDLE_ID)
    source.close()
    if facts.malformed or facts.open != count or any(inventory.leftovers()):
        sys.exit("items: expected as many as were sealed, found others")
    return facts.root


def main() -> None:
    """Do one half and print the root."""
    half, folder, count = sys.argv[1:]
    work = {"seal": seal_items, "verify": verify_items}[half]
    print(work(Path(folder), int(count)))


if __name__ == "__main__":
    main()
