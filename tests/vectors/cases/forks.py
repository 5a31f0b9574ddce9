"""Finding 6: what receipts contradict, and the choice of a head."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from tests.tools.bundles import Bundle, add_event, make_bundle, text_item
from tests.tools.forging import sign_ed25519_again
from tests.vectors.cases.receipts import beside, receipt
from tests.vectors.cases.times import EARLY, stamped
from tests.vectors.kept import KeptSigner
from tests.vectors.story import Story, at_head_of, custody_vector, head_folder, merge
from tests.vectors.vector import Vector
from tests.vectors.world import FIRST, World


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    story = Story(world)
    yield from _forks(world, story)
    yield from _forked_heads(world, story)
    yield from _forked_seals(world, story)
    yield from _signed_again(world)
    yield from _heads(world, story)


def _forks(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    one = story.fixity(base, world.plain)
    other = story.fixity(base, world.plain, name="other")
    yield beside("fork", one, [receipt(other)], "two events of one holder for one place", "refuted FORK")
    longer = story.fixity(story.fixity(one, world.plain), world.plain)
    yield beside(
        "fork-in-the-past",
        longer,
        [receipt(other)],
        "a fork refutes everything that was built on one side of it",
        "refuted FORK",
    )
    yield beside(
        "fork-intact",
        one,
        [receipt(other)],
        "a fork touches nobody's content",
        "proven FORK",
        require="intact sealed-by",
    )
    yield beside(
        "fork-beside-the-log",
        base,
        [receipt(one), receipt(other)],
        "two receipts contradict each other about what came after this copy",
        "undetermined (FORK)",
    )


def _forked_heads(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    copied, copy = story.copy()
    ahead = story.fixity(copied, world.plain)
    both = merge(copy, ahead)
    against = story.fixity(copied, world.plain, name="other")
    yield beside(
        "fork-of-another-head",
        both,
        [receipt(against)],
        "the giver of a copy contradicts himself after it: every head is asked about",
        "refuted FORK",
    )
    yield beside(
        "fork-of-another-head-chosen",
        both,
        [receipt(against)],
        "the giver of a copy contradicts himself after it, and only the copy is asked about",
        "proven FORK",
        head=copy.head,
    )
    released = story.release(base, world.plain, world.lawyer)
    busy = story.fixity(released, world.plain)
    taken_back = story.withdraw(released, world.plain, released.head)
    yield beside(
        "fork-by-an-act-that-does-not-count",
        taken_back,
        [receipt(busy)],
        "the giver signed two statements for one place, one of them while the bundle was in transit",
        "refuted FORK",
    )


def _forked_seals(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    one = story.fixity(base, world.plain)
    other = story.fixity(base, world.plain, name="other")
    again = make_bundle(
        [text_item("b.txt", "b\n", kind="record")], signers=[world.plain], name="base", data={"padding": True}
    )
    yield beside(
        "fork-of-the-seal", base, [receipt(again)], "two seals of one bundle id by one sealer", "refuted FORK"
    )
    foreign = make_bundle([text_item("b.txt", "b\n", kind="record")], signers=[world.stranger], name="base")
    yield beside(
        "receipt-seal-by-stranger",
        base,
        [receipt(foreign)],
        "a stranger's seal of the same bundle id",
        "proven RECEIPT_SET_ASIDE",
    )
    known = make_bundle([text_item("b.txt", "b\n", kind="record")], signers=[world.lawyer], name="base")
    yield beside(
        "receipt-seal-by-another",
        base,
        [receipt(known)],
        "a seal of the same bundle id by somebody else who is known",
        "proven RECEIPT_SET_ASIDE",
    )
    yield beside(
        "fork-by-a-key-in-other-hands",
        stamped(one, FIRST, EARLY, folder=head_folder(one)),
        [receipt(other)],
        "who stole the key cannot make its owner contradict himself",
        "undetermined EVENT_KEY_TIME",
        trust="timed-compromised",
    )


def _signed_again(world: World) -> Iterator[Vector]:
    base = world.base
    erased = add_event(
        base,
        "erased",
        {"leaves": [0], "ground": "consent withdrawn"},
        signers=[world.plain, world.approver],
        actor="archive",
    )
    folder = head_folder(erased)
    place = next(place for place in (1, 2) if _key(erased, folder, place) == _key_of(world.approver))
    twin = evolve(erased, files=sign_ed25519_again(erased.files, folder, "approver", place=place))
    yield beside(
        "signatures-differ",
        erased,
        [receipt(twin)],
        "the cosigner signed the same statement once more",
        "undetermined SIGNATURES_DIFFER",
    )


def _key(bundle: Bundle, folder: str, place: int) -> bytes:
    return bundle.files[f"{folder}/{place}.ed25519.pub"]


def _key_of(signer: KeptSigner) -> bytes:
    from custody.proof.signature import encode_public_key  # noqa: PLC0415

    (key,) = signer.identity.key_set.keys
    return encode_public_key(key)


def _heads(world: World, story: Story) -> Iterator[Vector]:
    copied, copy = story.copy()
    both = merge(copy, story.release(copied, world.plain, world.lawyer))
    yield custody_vector("head-every", both, "one of two heads is in transit", "undetermined IN_TRANSIT")
    yield custody_vector(
        "head-chosen", both, "only the other head is asked about", "proven IN_TRANSIT", head=copy.head
    )
    yield custody_vector(
        "head-not-found",
        both,
        "the event that is asked about is no head",
        "undetermined HEAD_NOT_FOUND",
        head=copied.head,
    )
    sent, got = story.handed_over()
    withdrawn = story.withdraw(sent, world.plain, sent.head)
    yield custody_vector(
        "head-lost-chosen",
        merge(stamped(got, FIRST, EARLY, folder=head_folder(got)), withdrawn),
        "a head that lost its dispute bears on custody when it is the one asked about",
        "undetermined DISPUTE_LOST",
        trust="timed",
        head=withdrawn.head,
    )
    hole = story.fixity(story.fixity(both_holder(both, copied), world.plain), world.plain)
    gap = hole.edit({path: None for path in hole.files if path.startswith(_folder(copied, 2))})
    yield custody_vector(
        "head-chosen-beside-gap",
        gap,
        "a gap in the holding of the other head",
        "proven LATER_EVENT_EXISTS",
        head=copy.head,
    )


def both_holder(both: Bundle, copied: Bundle) -> Bundle:
    """Return the copy of both holdings before anything followed the giving of the copy."""
    later = [path for path in both.files if path.startswith(_folder(copied, 2))]
    cut = both.edit(dict.fromkeys(later))
    return at_head_of(cut, copied)


def _folder(bundle: Bundle, seq: int) -> str:
    return f"custody/log/{bundle.holding}/{seq:08d}/"
