"""Finding 3: the payload against the items."""

from __future__ import annotations

from collections.abc import Iterator

from tests.tools.bundles import CHUNK, Item, chunk_digests, make_bundle
from tests.vectors.vector import Vector
from tests.vectors.world import World, vector

AUDIT = "audit"


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    base = world.base
    one, two, three = sorted(path for path in base.files if path.startswith("data/"))
    yield vector("whole-sound", base, "a sound whole bundle", "proven NOTHING_WITHHELD", tags=AUDIT)
    yield vector(
        "whole-sound-hybrid",
        world.hybrid,
        "a sound bundle signed by a hybrid key set",
        "proven SEALER_TRUSTED",
        tags=AUDIT,
    )
    yield vector(
        "whole-complete", base, "every item and field is open", "proven ITEMS_MATCH", require="complete"
    )
    data = bytearray(base.files[three])
    data[0] ^= 1
    yield vector(
        "payload-byte-changed",
        base.edit({three: bytes(data)}),
        "one bit of one file differs",
        "refuted FILE_DIGEST",
        tags=AUDIT,
    )
    yield vector(
        "payload-byte-appended",
        base.edit({three: base.files[three] + b"\n"}),
        "a file is one byte longer",
        "refuted FILE_SIZE",
        tags=AUDIT,
    )
    yield vector(
        "payload-truncated", base.edit({one: b""}), "a file was emptied", "refuted FILE_SIZE", tags=AUDIT
    )
    yield vector(
        "payload-removed", base.edit({one: None}), "a file is missing", "refuted FILE_MISSING", tags=AUDIT
    )
    yield vector(
        "payload-added",
        base.edit({"data/000004.txt": b"new"}),
        "a file too many",
        "refuted FILE_EXTRA",
        tags=AUDIT,
    )
    yield vector(
        "payload-added-strange-name",
        base.edit({"data/note.txt": b"x"}),
        "a file whose name is no number",
        "refuted FILE_EXTRA",
        tags=AUDIT,
    )
    yield vector(
        "payload-added-below",
        base.edit({"data/sub/000001.txt": b"x"}),
        "a file in a folder below data",
        "refuted FILE_EXTRA",
        tags=AUDIT,
    )
    yield vector(
        "payload-second-extension",
        base.edit({"data/000001.pdf": b"x"}),
        "a second file of one number",
        "refuted FILE_EXTRA",
        tags=AUDIT,
    )
    swapped = base.edit({one: base.files[three], three: base.files[one]})
    yield vector("payload-swapped", swapped, "two files changed places", "refuted FILE_SIZE", tags=AUDIT)
    renamed = base.edit({two: None, "data/000002.png": base.files[two]})
    yield vector(
        "payload-renamed", renamed, "a file has another extension", "refuted FILE_MISSING", tags=AUDIT
    )
    yield vector(
        "payload-number-padded",
        base.edit({one: None, "data/0000001.txt": base.files[one]}),
        "a number with seven digits where six do",
        "refuted FILE_EXTRA",
        tags=AUDIT,
    )
    yield vector(
        "payload-link",
        base.edit({one: None}),
        "a symbolic link instead of a file",
        "refuted FILE_NOT_REGULAR",
        links=(f"{one} 000002.jpg",),
    )
    double = make_bundle(
        [Item(data=b"x", ext="txt", sha512=True, fields={"kind": {"kind": "record"}})],
        signers=[world.plain],
        name="sha512",
    )
    yield vector(
        "payload-sha512-sound",
        double,
        "a second digest is listed and holds",
        "proven PAYLOAD_MATCHES",
        tags=AUDIT,
    )
    wrong = make_bundle([_wrong_sha512()], signers=[world.plain], name="sha512-wrong")
    yield vector(
        "payload-sha512-wrong",
        wrong,
        "the sealed second digest belongs to other bytes",
        "refuted FILE_DIGEST",
        tags=AUDIT,
    )
    yield from _chunks(world)
    empty = make_bundle(
        [Item(data=b"", ext="txt", fields={"kind": {"kind": "other"}})],
        signers=[world.plain],
        name="empty-file",
    )
    yield vector(
        "payload-empty-file",
        empty,
        "an empty file is an item like any other",
        "proven PAYLOAD_MATCHES",
        tags=AUDIT,
    )
    manifest = make_bundle(
        signers=[world.plain],
        name="manifest-wrong",
        fields={"manifest": {"sha256": "0" * 64, "files": 3, "bytes": 84}},
    )
    yield vector(
        "seal-manifest-wrong",
        manifest,
        "the seal states another manifest",
        "refuted MANIFEST_MISMATCH",
        tags=AUDIT,
    )


def _wrong_sha512() -> Item:
    return Item(data=b"x", ext="txt", fields={"kind": {"kind": "record"}}, claimed_sha512="0" * 128)


def _chunks(world: World) -> Iterator[Vector]:
    data = b"a" * CHUNK + b"b" * 5
    bundle = make_bundle(
        [Item(data=data, ext="zip", chunks=True, fields={"kind": {"kind": "media"}})],
        signers=[world.plain],
        name="chunks",
    )
    path = "custody/chunks/000001.sha256"
    yield vector(
        "chunks-sound",
        bundle,
        "the digests of each MiB are listed and hold",
        "proven PAYLOAD_MATCHES",
        tags="audit",
    )
    yield vector(
        "chunks-missing",
        bundle.edit({path: None}).rewrap(),
        "a listed chunk file is missing",
        "refuted CHUNKS_MISMATCH",
    )
    other = b"".join(reversed(chunk_digests(data)))
    yield vector(
        "chunks-changed",
        bundle.edit({path: other}).rewrap(),
        "a chunk file gives another root",
        "refuted CHUNKS_MISMATCH",
    )
    yield vector(
        "chunks-uncalled",
        world.base.edit({path: other}).rewrap(),
        "a chunk file that no content calls for",
        "refuted CHUNKS_MISMATCH",
    )
