"""Findings 1 and 4: the closed world of paths, and the wrapping."""

from __future__ import annotations

from collections.abc import Iterator

from custody.format.bag import VERIFY_PATH
from tests.vectors.vector import Vector
from tests.vectors.world import World, vector

_ZEROS = "0" * 64


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    base = world.base
    yield vector(
        "wrapping-sound",
        world.hybrid,
        "the wrapping is what the format derives",
        "proven WRAPPING_MATCHES",
        require="intact",
    )
    yield vector(
        "seal-sound",
        base,
        "the seal is signed by every listed key",
        "proven SEAL_SIGNED",
        require="sealed-by",
    )
    for path, name in {
        "README.txt": "path-unknown-top",
        "custody/notes.txt": "path-unknown-custody",
        "manifest-md5.txt": "path-second-manifest",
        "fetch.txt": "path-fetch",
        "custody/log/notes/00000000/event.json": "path-unknown-holding",
        "custody/chunks/1.sha256": "path-chunk-number",
        base.path("extra.json"): "path-unknown-in-seal",
        base.path("anchors/x.tst"): "path-unknown-anchor",
    }.items():
        yield vector(
            name,
            base.edit({path: b"x"}),
            "a file at a path that the format does not name",
            "refuted PATH_UNKNOWN",
            tags="audit",
        )
    yield vector(
        "path-link",
        base,
        "a symbolic link beside the items",
        "refuted NOT_A_FILE",
        links=("custody/link items.jsonl",),
    )
    for path, name in {
        ".DS_Store": "litter-top",
        "data/Thumbs.db": "litter-payload",
        "custody/._items.jsonl": "litter-resource-fork",
        "desktop.ini": "litter-windows",
        base.path(".DS_Store"): "litter-in-seal",
        "data/~$000001.docx": "litter-office",
    }.items():
        yield vector(
            name, base.edit({path: b"x"}), "litter of an operating system", "undetermined PACKAGING_CHANGED"
        )
    yield vector(
        "folder-empty", base, "an empty folder", "undetermined PACKAGING_CHANGED", folders=("custody/empty",)
    )
    for path, name in {
        "bagit.txt": "bagit-txt",
        "bag-info.txt": "bag-info",
        "manifest-sha256.txt": "manifest",
        "tagmanifest-sha256.txt": "tag-manifest",
    }.items():
        changed = base.edit({path: base.files[path] + b"\n"})
        yield vector(f"{name}-changed", changed, f"{path} was changed", "undetermined PACKAGING_CHANGED")
        yield vector(
            f"{name}-missing", base.edit({path: None}), f"{path} is missing", "undetermined PACKAGING_CHANGED"
        )
    text = base.files[VERIFY_PATH]
    changed = base.edit({VERIFY_PATH: text.replace(b"sha256sum", b"md5sum", 1)})
    yield vector(
        "verify-txt-changed",
        changed,
        "the instructions for checking were changed",
        "refuted VERIFY_TXT_CHANGED",
    )
    yield vector(
        "verify-txt-changed-rewrapped",
        _rewrap_tags(world, changed.files),
        "the same, and the tag manifest made anew",
        "refuted VERIFY_TXT_CHANGED",
    )
    yield vector(
        "verify-txt-missing",
        base.edit({VERIFY_PATH: None}),
        "VERIFY.txt is missing",
        "undetermined PACKAGING_CHANGED",
    )


def _rewrap_tags(world: World, files: dict[str, bytes]) -> dict[str, bytes]:
    import hashlib  # noqa: PLC0415

    from custody.format.bag import encode_tag_manifest  # noqa: PLC0415

    listed = [
        line.split("  ")[1] for line in world.base.files["tagmanifest-sha256.txt"].decode().splitlines()
    ]
    tags = {path: hashlib.sha256(files[path]).hexdigest() for path in listed}
    return {**files, "tagmanifest-sha256.txt": encode_tag_manifest(tags)}
