"""Finding 7: what stamps, anchors and renewals prove, and what disagrees with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from custody.model.instant import Instant, decode_instant
from tests.tools.authority import TestAuthority, der_of
from tests.tools.bundles import Bundle, Files, add_event, make_bundle
from tests.vectors.story import CUSTODY, custody_vector, head_folder
from tests.vectors.vector import Vector
from tests.vectors.world import FIRST, SECOND, UNTRUSTED, World, vector

TIME = "existed-before"
EARLY, SOON, LATER = "2026-01-03T00:00:00Z", "2026-01-10T00:00:00Z", "2026-01-20T00:00:00Z"


def at(text: str) -> Instant:
    """Read an instant."""
    return decode_instant(text)


def with_stamp(
    bundle: Bundle,
    proof: bytes,
    *,
    folder: str = "",
    ending: str = "tst",
    companions: Mapping[str, bytes] | None = None,
) -> Bundle:
    """Return the bundle with a stamp over one of its folders, the seal's unless given."""
    place = f"{folder or bundle.path('').rstrip('/')}/stamps/{hashlib.sha256(proof).hexdigest()}"
    files: Files = {f"{place}/stamp.{ending}": proof}
    for name, data in (companions or {}).items():
        files[f"{place}/{hashlib.sha256(data).hexdigest()}.{name}"] = data
    return bundle.edit(files)


def stamped(bundle: Bundle, authority: TestAuthority, when: str, *, folder: str = "") -> Bundle:
    """Return the bundle with a token over the proof.sha256 of a folder."""
    where = folder or bundle.path("").rstrip("/")
    token = authority.stamp(bundle.files[f"{where}/proof.sha256"], at=at(when))
    return with_stamp(bundle, token, folder=where)


def anchor(authority: TestAuthority, when: str) -> dict[str, bytes]:
    """Return an anchor of a time, by its digest: over bytes that do not matter."""
    token = authority.stamp(b"32 random bytes, for instance", at=at(when))
    return {hashlib.sha256(token).hexdigest(): token}


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    yield from _stamps(world)
    yield from _companions(world)
    yield from _outdated(world)
    yield from _bounds(world)
    yield from _unordered(world)
    yield from _anchors(world)
    yield from _windows(world)
    yield from _keys(world)


def _stamps(world: World) -> Iterator[Vector]:
    base = world.base
    timed = {"require": TIME, "trust": "timed"}
    yield vector(
        "time-not-stamped",
        base,
        "no stamp: nothing is proven about time",
        "undetermined NOT_STAMPED",
        **timed,
    )
    one = stamped(base, FIRST, EARLY)
    yield vector(
        "time-stamped", one, "a stamp by an authority of the trust", "proven EXISTED_BEFORE", **timed
    )
    yield vector("time-one-operator", one, "one operator alone is said", "proven ONE_OPERATOR", **timed)
    yield vector(
        "time-stamp-holds", stamped(one, SECOND, SOON), "two operators", "proven STAMP_HOLDS", **timed
    )
    yield vector(
        "time-stamp-of-unknown-authority",
        one,
        "the same stamp where the trust pins no root",
        "undetermined NO_STAMP_HOLDS",
        require=TIME,
    )
    stray = with_stamp(base, b"not a token")
    yield vector(
        "time-stamp-invalid",
        stray,
        "a stamp that is no token proves nothing",
        "undetermined (STAMP_INVALID)",
        **timed,
    )
    yield vector("time-stamp-harmless", stray, "and leaves the content proven", "proven STAMP_INVALID")
    other = stamped(world.hybrid, FIRST, EARLY)
    foreign = next(data for path, data in other.files.items() if path.endswith("stamp.tst"))
    yield vector(
        "time-stamp-of-another-bundle",
        with_stamp(base, foreign),
        "a sound stamp over another bundle",
        "undetermined (STAMP_INVALID)",
        **timed,
    )
    yield vector(
        "time-stamp-of-stranger",
        stamped(base, UNTRUSTED, EARLY),
        "an authority that the trust does not know",
        "undetermined (STAMP_UNDETERMINED)",
        **timed,
    )


def _companions(world: World) -> Iterator[Vector]:
    base = world.base
    timed = {"require": TIME, "trust": "timed"}
    other = stamped(world.hybrid, FIRST, EARLY)
    foreign = next(data for path, data in other.files.items() if path.endswith("stamp.tst"))
    embedded = UNTRUSTED.stamp(
        base.files[base.path("proof.sha256")], at=at(EARLY), certificates=UNTRUSTED.chain
    )
    companions = {"cer": der_of(UNTRUSTED.root.certificate)}
    yield vector(
        "time-root-brought-along",
        with_stamp(base, embedded, companions=companions),
        "a root inside the token and beside it is no anchor of trust",
        "undetermined (STAMP_UNDETERMINED)",
        **timed,
    )
    yield vector(
        "time-stamp-ots",
        with_stamp(base, b"\x00OpenTimestamps", ending="ots"),
        "an OpenTimestamps proof is listed and not judged",
        "undetermined (STAMP_NOT_JUDGED)",
        **timed,
    )
    misnamed = base.edit({base.path(f"stamps/{'0' * 64}/stamp.tst"): foreign})
    yield vector(
        "time-stamp-misnamed",
        misnamed,
        "a stamp whose folder is not its digest is set aside",
        "proven STAMP_SET_ASIDE",
    )
    unknown = base.edit({base.path("stamps/readme.txt"): foreign})
    yield vector(
        "time-stamp-unknown-file",
        unknown,
        "an unknown file under stamps is set aside",
        "proven STAMP_SET_ASIDE",
    )


def _outdated(world: World) -> Iterator[Vector]:
    one = stamped(world.base, FIRST, EARLY)
    timed = {"require": TIME, "trust": "timed"}
    yield vector(
        "time-root-ended",
        one,
        "trust in the root has ended, and nothing later vouches for the token",
        "undetermined NO_STAMP_HOLDS",
        require=TIME,
        trust="timed-root-ended",
    )
    yield vector(
        "time-expired-since",
        one,
        "a token whose certificates have expired since proves its time",
        "proven EXISTED_BEFORE",
        at="2045-01-01T00:00:00Z",
        **timed,
    )
    yield vector(
        "time-renewal-due",
        one,
        "a proof that weakens within two years is said to",
        "proven RENEWAL_DUE",
        at="2035-06-01T00:00:00Z",
        **timed,
    )


def _bounds(world: World) -> Iterator[Vector]:
    one = stamped(world.base, FIRST, SOON)
    timed = {"require": TIME, "trust": "timed"}
    yield vector(
        "time-before", one, "asked for later: proven", "proven EXISTED_BEFORE", before=LATER, **timed
    )
    yield vector(
        "time-not-shown-before",
        one,
        "asked for earlier: not shown",
        "undetermined NOT_SHOWN_BEFORE",
        before=EARLY,
        **timed,
    )
    late = make_bundle(signers=[world.plain], name="late", anchors=anchor(FIRST, SOON), at=at(SOON))
    yield vector(
        "time-sealed-later",
        stamped(late, FIRST, LATER),
        "an anchor shows that the seal is later than what is asked for",
        "refuted SEALED_LATER",
        before=EARLY,
        **timed,
    )
    log = add_event(world.base, "annotated", {"event": world.base.seal_id}, signers=[world.plain])
    yield vector(
        "time-stamp-over-later-event",
        stamped(log, FIRST, EARLY, folder=head_folder(log)),
        "a stamp over a later event covers the seal",
        "proven EXISTED_BEFORE",
        **timed,
    )
    yield vector(
        "time-claimed-forward",
        stamped(world.base, FIRST, "2026-01-01T00:00:00Z"),
        "the seal claims a time later than its stamp: the claim is refuted, not the seal",
        "proven CLAIMED_TIME_REFUTED",
        **timed,
    )


def _unordered(world: World) -> Iterator[Vector]:
    unordered = add_event(
        world.base,
        "annotated",
        {"event": world.base.seal_id},
        signers=[world.plain],
        at=at("2025-01-01T00:00:00Z"),
    )
    yield vector(
        "time-claimed-order",
        unordered,
        "an event claims to be older than the seal that it follows",
        "proven CLAIMED_TIME_UNORDERED",
    )


def _anchors(world: World) -> Iterator[Vector]:
    anchored = make_bundle(
        signers=[world.plain], name="anchored", anchors=anchor(FIRST, "2026-01-01T00:00:00Z")
    )
    (digest,) = anchor(FIRST, "2026-01-01T00:00:00Z")
    yield vector(
        "time-anchor",
        anchored,
        "an anchor bounds the seal from below",
        "proven ANCHOR_HOLDS",
        trust="timed",
        tags="audit",
    )
    yield vector(
        "time-anchor-of-stranger",
        make_bundle(signers=[world.plain], name="anchored-2", anchors=anchor(UNTRUSTED, EARLY)),
        "an anchor of an unknown authority proves nothing",
        "proven ANCHOR_PROVES_NOTHING",
        trust="timed",
    )
    yield vector(
        "time-anchor-missing",
        anchored.edit({anchored.path(f"anchors/{digest}.tst"): None}),
        "a listed anchor that is missing gives no bound",
        "proven ANCHOR_MISSING",
    )
    yield vector(
        "time-anchor-changed",
        anchored.edit({anchored.path(f"anchors/{digest}.tst"): b"other"}),
        "an anchor of the seal with other bytes",
        "refuted SEAL_MALFORMED",
    )


def _windows(world: World) -> Iterator[Vector]:
    timed = {"require": TIME, "trust": "timed"}
    back = make_bundle(signers=[world.plain], name="back-dated", anchors=anchor(FIRST, SOON))
    yield vector(
        "time-claimed-back",
        back,
        "the seal claims a time earlier than its anchor: the claim is refuted",
        "proven CLAIMED_TIME_REFUTED",
        trust="timed",
    )
    late = make_bundle(signers=[world.plain], name="late", anchors=anchor(FIRST, SOON), at=at(SOON))
    yield vector(
        "time-window-wide",
        stamped(late, FIRST, LATER),
        "an anchor and a stamp leave more than a day for the signature: the window is named",
        "proven WINDOW_WIDE",
        **timed,
    )
    sent = add_event(
        world.base,
        "released",
        {"to": world.party(world.lawyer), "root": world.base.root, "items": world.base.items},
        signers=[world.plain],
        anchors=anchor(FIRST, SOON),
        at=at(SOON),
    )
    yield vector(
        "time-window-wide-release",
        stamped(sent, FIRST, LATER, folder=head_folder(sent)),
        "the same of a release",
        "proven WINDOW_WIDE",
        **timed,
    )
    torn = stamped(back, SECOND, EARLY)
    yield vector(
        "time-authorities-disagree",
        torn,
        "a stamp that is earlier than the anchor: one clock is wrong, no time is proven",
        "undetermined AUTHORITIES_DISAGREE",
        **timed,
    )
    yield custody_vector(
        "time-authorities-disagree-custody",
        torn,
        "clocks that contradict each other never refute custody",
        "proven AUTHORITIES_DISAGREE",
        trust="timed",
    )


def _keys(world: World) -> Iterator[Vector]:
    base = world.base
    for name, what in (("expired", "expired"), ("compromised", "compromised"), ("ed25519-ended", "ended")):
        trust = f"timed-{name}"
        yield vector(
            f"time-key-{what}-stamped-in-time",
            stamped(base, FIRST, SOON),
            f"a key that is {what} today, and was stamped in time",
            "proven SEALER_TRUSTED",
            trust=trust,
        )
        reason = {"expired": "SEALER_KEY_TIME", "compromised": "SEALER_KEY_COMPROMISED"}
        yield vector(
            f"time-key-{what}-stamped-late",
            stamped(base, FIRST, LATER),
            f"a key that was {what} when it was stamped",
            f"undetermined {reason.get(name, 'ALGORITHM_ENDED')}",
            trust=trust,
        )
    late = make_bundle(signers=[world.plain], name="thief", anchors=anchor(FIRST, LATER), at=at(LATER))
    yield vector(
        "time-sealed-after-compromise",
        late,
        "an anchor shows that the seal was signed after the compromise",
        "refuted SEALED_AFTER_COMPROMISE",
        trust="timed-compromised",
        require="sealed-by",
    )
    event = add_event(
        stamped(base, FIRST, SOON),
        "annotated",
        {"event": base.seal_id},
        signers=[world.plain],
        anchors=anchor(FIRST, LATER),
        at=at(LATER),
    )
    yield vector(
        "time-event-after-compromise",
        event,
        "an event that an anchor dates after the compromise is set aside",
        "proven EVENT_KEY_COMPROMISED",
        trust="timed-compromised",
        require=f"intact {CUSTODY}",
    )
