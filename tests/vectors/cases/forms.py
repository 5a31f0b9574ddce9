"""Finding 1, zips: the canonical form, another form, and a zip that contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from tests.vectors.vector import Vector
from tests.vectors.world import World, vector


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    base = world.base
    sound = vector("zip-sound", base, "a canonical zip", "proven PATHS_KNOWN", form="zip")
    yield sound
    body = sound.body
    yield evolve(
        sound,
        name="zip-trailing-byte",
        comment="a byte after the end",
        expect="undetermined ZIP_FORM",
        body=body + b"\0",
    )
    yield evolve(
        sound,
        name="zip-prefix",
        comment="a byte before the first entry",
        expect="undetermined ZIP_FORM",
        body=b"\0" + body,
    )
    yield evolve(
        sound,
        name="zip-truncated",
        comment="the end is missing",
        expect="undetermined ZIP_FORM",
        body=body[:-1],
    )
    yield evolve(sound, name="zip-empty", comment="no bytes at all", expect="undetermined ZIP_FORM", body=b"")
    payload = base.files["data/000003.txt"]
    place = body.index(payload)
    flipped = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
    yield evolve(
        sound,
        name="zip-payload-changed",
        comment="one bit of a file in a zip differs",
        expect="refuted FILE_DIGEST",
        body=flipped,
    )
    name = b"data/000003.txt"
    local = body.index(name)
    renamed = body[:local] + b"data/000004.txt" + body[local + len(name) :]
    yield evolve(
        sound,
        name="zip-names-disagree",
        comment="a local header names another file than the directory",
        expect="refuted ZIP_CONTRADICTION",
        body=renamed,
    )
    removed = base.edit({"data/000003.txt": None})
    yield vector(
        "zip-file-removed",
        removed,
        "a file is missing from a canonical zip",
        "refuted FILE_MISSING",
        form="zip",
    )
    crc = bytearray(body)
    directory = body.rindex(b"PK\x01\x02", 0, body.rindex(name))
    for start in (directory + 16, local - 30 + 14):
        crc[start] ^= 1
    yield evolve(
        sound,
        name="zip-crc-wrong",
        comment="both headers state another checksum than the bytes have",
        expect="refuted ZIP_CONTRADICTION",
        body=bytes(crc),
    )
