"""Finding 9: whole and part, erasure, and by whose signature anything is closed."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from custody.format.bag import ITEMS_PATH
from tests.tools.bundles import Bundle, add_event, make_part, reduce_items, reduce_line, stub
from tests.vectors.vector import Vector
from tests.vectors.world import World, vector

ALL = 1023


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    base = world.base
    checked = add_event(base, "fixity-checked", {"root": base.root, "result": "pass"}, signers=[world.plain])
    first = f"custody/log/{base.bundle_id}/00000001"
    whole, part = make_part(checked, [ALL, 0b101, 0], signers=[world.plain], to=world.lawyer)
    _, stubbed = make_part(checked, [ALL, 0, ALL], signers=[world.plain], to=world.lawyer, stubs=[first])
    yield vector(
        "part-sound",
        part,
        "a part that its holder's disclosure accounts for",
        "proven PART_ATTRIBUTED",
        tags="audit",
    )
    yield vector(
        "part-sound-stub",
        stubbed,
        "a sound part in which an event travels as a stub",
        "proven PART_ATTRIBUTED",
        tags="audit",
    )
    yield vector(
        "part-incomplete", part, "a part is not complete", "undetermined PART_INCOMPLETE", require="complete"
    )
    yield vector(
        "part-whole-of-it",
        whole,
        "the whole from which a part was made",
        "proven NOTHING_WITHHELD",
        tags="audit",
    )
    yield vector(
        "part-expected-seal",
        part,
        "a part under an expected seal, nothing trusted",
        "proven PART_ATTRIBUTED",
        trust="none",
        require="intact",
        expect_seal=base.seal_id,
    )
    yield vector(
        "part-custody",
        stubbed,
        "custody over a stub is undetermined",
        "undetermined STUB_IN_PAST",
        require="custody-unbroken",
    )
    yield from _cut(world, whole, part, first)
    yield from _strangers(world, checked)
    none, _ = make_part(checked, [0b100] * 3, signers=[world.plain], to=world.lawyer)
    _, closed = make_part(checked, [0b110] * 3, signers=[world.plain], to=world.lawyer)
    del none
    yield vector(
        "part-no-open-content", closed, "a part with no open content", "undetermined NO_OPEN_CONTENT"
    )
    yield from _by_hand(world, base)
    yield from _erasure(world)


def _relined(part: Bundle, place: int, mask: int) -> Bundle:
    lines = part.files[ITEMS_PATH].splitlines()
    lines[place] = reduce_line(lines[place], mask, part.bundle_id, place)
    return part.edit({ITEMS_PATH: b"".join(line + b"\n" for line in lines)})


def _cut(world: World, whole: Bundle, part: Bundle, first: str) -> Iterator[Vector]:
    field = _relined(part, 0, ALL & ~2).rewrap()
    yield vector(
        "part-field-taken",
        field,
        "a field was taken from a part by hand",
        "undetermined WITHHELD_UNATTRIBUTED",
    )
    item = _relined(part, 0, 0).edit({"data/000001.txt": None}).rewrap()
    yield vector(
        "part-item-taken", item, "an item was taken from a part by hand", "undetermined WITHHELD_UNATTRIBUTED"
    )
    opening = evolve(part, files=stub(part.files, first)).rewrap()
    yield vector(
        "part-opening-taken",
        opening,
        "an event's opening was taken from a part by hand",
        "undetermined WITHHELD_UNATTRIBUTED",
    )
    event = part.edit({path: None for path in part.files if path.startswith(f"{first}/")})
    yield vector(
        "part-event-taken",
        event,
        "a whole event was taken from a part by hand",
        "undetermined WITHHELD_UNATTRIBUTED",
    )
    opened = part.edit({path: None for path in part.files if path.endswith("/00000002/opened.json")})
    yield vector(
        "part-opened-taken",
        opened,
        "the disclosure's own account was taken",
        "undetermined WITHHELD_UNATTRIBUTED",
    )
    later = add_event(
        whole, "fixity-checked", {"root": whole.root, "result": "pass"}, signers=[world.plain], name="later"
    )
    cut = reduce_items(later.files, later.bundle_id, [ALL, 0b101, 0])
    cut.pop(later.path("manifest.json"))
    covered = evolve(later, files=cut).rewrap()
    yield vector(
        "part-under-cover",
        covered,
        "a whole bundle cut down under cover of an earlier disclosure",
        "undetermined WITHHELD_UNATTRIBUTED",
    )
    manifest = part.edit({part.path("manifest.json"): whole.files[whole.path("manifest.json")]})
    yield vector(
        "part-manifest-left", manifest, "the seal's manifest left in a part", "refuted MANIFEST_MISMATCH"
    )


def _strangers(world: World, checked: Bundle) -> Iterator[Vector]:
    _, by_stranger = make_part(checked, [ALL, 0, 0], signers=[world.stranger], to=world.lawyer)
    yield vector(
        "part-by-stranger", by_stranger, "a disclosure by a stranger", "undetermined WITHHELD_UNATTRIBUTED"
    )
    _, by_other = make_part(checked, [ALL, 0, 0], signers=[world.court], to=world.lawyer)
    yield vector(
        "part-by-other",
        by_other,
        "a disclosure by a known person who is not the holder",
        "undetermined WITHHELD_UNATTRIBUTED",
    )
    _, part = make_part(checked, [ALL, 0, 0], signers=[world.plain], to=world.lawyer)
    _, other = make_part(checked, [ALL, ALL, 0], signers=[world.plain], to=world.lawyer)
    swapped = other.edit({path: data for path, data in part.files.items() if "/00000002/" in path})
    yield vector(
        "part-of-other-disclosure",
        swapped,
        "a part under the account of another part",
        "undetermined WITHHELD_UNATTRIBUTED",
    )


def _by_hand(world: World, base: Bundle) -> Iterator[Vector]:
    hidden = evolve(base, files=reduce_items(base.files, base.bundle_id, [ALL, ALL, 0])).rewrap()
    yield vector(
        "withheld-by-hand",
        hidden,
        "an item was withheld by hand and the wrapping made anew",
        "refuted MANIFEST_MISMATCH",
        tags="audit",
    )
    closed = hidden.edit({base.path("manifest.json"): None})
    yield vector(
        "withheld-by-hand-manifest-closed",
        closed,
        "the same, and the seal's manifest closed",
        "undetermined WITHHELD_UNATTRIBUTED",
    )
    field = evolve(base, files=reduce_items(base.files, base.bundle_id, [ALL, ALL & ~2, ALL])).rewrap()
    yield vector(
        "withheld-field-by-hand", field, "a field was withheld by hand", "undetermined WITHHELD_UNATTRIBUTED"
    )
    del world


def _erasure(world: World) -> Iterator[Vector]:
    base = world.base
    data = {"leaves": [2], "ground": "consent withdrawn"}
    erased = add_event(base, "erased", data, signers=[world.plain, world.approver], actor="archive")
    yield vector(
        "erasure-pending",
        erased,
        "an erasure by holder and approver that this copy has not carried out",
        "proven ERASURE_PENDING",
    )
    files = reduce_items(erased.files, base.bundle_id, [ALL, ALL, 0])
    files.pop(base.path("manifest.json"))
    done = evolve(erased, files=files).rewrap()
    yield vector(
        "erased-sound",
        done,
        "an item erased by holder and approver",
        "proven ERASURE_ATTRIBUTED",
        tags="audit",
    )
    yield vector(
        "erased-incomplete",
        done,
        "a bundle with an erased item is not complete",
        "undetermined ITEMS_ERASED",
        require="complete",
    )
    yield vector(
        "erased-key-time",
        done,
        "an erasure by a key that ended, with nothing to prove an earlier time",
        "undetermined WITHHELD_UNATTRIBUTED",
        trust="expired",
        require="intact",
        expect_seal=base.seal_id,
    )
    alone = add_event(base, "erased", data, signers=[world.plain])
    files = reduce_items(alone.files, base.bundle_id, [ALL, ALL, 0])
    files.pop(base.path("manifest.json"))
    yield vector(
        "erased-by-one-unattributed",
        evolve(alone, files=files).rewrap(),
        "an erasure by the holder alone does not count",
        "undetermined WITHHELD_UNATTRIBUTED",
    )
    files = reduce_items(erased.files, base.bundle_id, [ALL, 0, 0])
    files.pop(base.path("manifest.json"))
    yield vector(
        "erased-more-withheld",
        evolve(erased, files=files).rewrap(),
        "more is withheld than was erased",
        "undetermined WITHHELD_UNATTRIBUTED",
    )
