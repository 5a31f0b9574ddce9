"""Subjects for the tests of profiles: files before sealing, and bundles that the library itself verifies."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import evolve, field, frozen

from custody.errors import BundleError
from custody.format.layout import event_path
from custody.keys.signer import Signer
from custody.model.instant import Instant, decode_instant
from custody.profiles.bundle import subject_of_bundle
from custody.profiles.subject import Subject, subject_of_draft
from custody.trust.trust import Role, Trust
from custody.verification.standing import take_standing
from custody.verification.timeline import timeline_of
from custody.verification.verify import verify_source
from tests.tools.authority import TestAuthority
from tests.tools.bundles import Bundle, Item, add_event, attest, make_bundle, seed_signer
from tests.tools.copies import party
from tests.tools.memory import MemorySource, trusting_each

NOW: Final = decode_instant("2026-03-01T12:00:00Z")
SEALED_AT: Final = decode_instant("2026-01-02T03:04:05Z")
ARCHIVE = seed_signer("archive")
LAWYER = seed_signer("lawyer")
EXPERT = seed_signer("expert")
APPROVER = seed_signer("approver")
STRANGER = seed_signer("stranger")
FIRST = TestAuthority("first", operator="First operator")
SECOND = TestAuthority("second", operator="Second operator")
TRUST: Final = evolve(
    trusting_each(
        (ARCHIVE, {Role.SEALER, Role.HOLDER}),
        (LAWYER, {Role.HOLDER, Role.ATTESTER}),
        (EXPERT, {Role.ATTESTER}),
        (APPROVER, {Role.APPROVER}),
    ),
    authorities=(FIRST.authority(), SECOND.authority()),
)

Fields = Mapping[str, Any]


@frozen(kw_only=True)
class Described:
    """An item as a draft has it: a name and fields."""

    name: str | Mapping[str, str] | None = None
    fields: Fields = field(factory=dict)


@frozen(kw_only=True)
class Drafted:
    """A draft without files."""

    given: tuple[Described, ...]
    case: Fields | None = None

    def items(self) -> tuple[Described, ...]:
        """Return the items."""
        return self.given


def source(
    *items: Fields,
    case: Fields | None = None,
    names: Sequence[str] = (),
    digest_of: Callable[[int, str], str | None] = lambda _number, _algorithm: None,
) -> Subject:
    """Return files before sealing as a subject.

    Args:
        *items: the fields of each file; a record unless its kind says something else.
        case: what is said of the case.
        names: of the files; 1.txt, 2.txt … unless given.
        digest_of: what the files' digests would be.
    """
    called = names or [f"{number}.txt" for number in range(1, len(items) + 1)]
    given = tuple(Described(name=name, fields=fields) for name, fields in zip(called, items, strict=True))
    draft = Drafted(given=given, case=case)
    return subject_of_draft(draft, ["record"] * len(items), moment=NOW, digest_of=digest_of)


def sealed(
    *items: Fields,
    case: Fields | None = None,
    name: str = "bundle",
    sha3_256: bool = False,
    signers: Sequence[Signer] = (ARCHIVE,),
    at: Instant = SEALED_AT,
) -> Bundle:
    """Seal small text files by the archive, each with these fields; one record unless told.

    The bytes of item n are `text n`, a line feed behind.
    """
    described = [
        {"kind": {"kind": "record"}, "name": f"{n}.txt", **one} for n, one in enumerate(items or ({},), 1)
    ]
    made = [
        Item(data=text_of(n), ext="txt", fields=one, sha3_256=sha3_256) for n, one in enumerate(described, 1)
    ]
    fields = {} if case is None else {"case": case}
    return make_bundle(made, signers=signers, name=name, fields=fields, at=at)


def text_of(number: int) -> bytes:
    """Return the bytes of an item of `sealed`."""
    return f"text {number}\n".encode()


def digest_of_text(number: int, algorithm: str = "sha256") -> str:
    """Return a digest of an item of `sealed`, in hex."""
    return hashlib.new(algorithm, text_of(number), usedforsecurity=False).hexdigest()


def handed_over(bundle: Bundle, *, result: str = "pass", at: Instant = SEALED_AT, **received: Any) -> Bundle:  # noqa: ANN401 - data of the receipt
    """Let the archive release a bundle to the lawyer, and the lawyer receive it."""
    release = {"to": party(LAWYER), "root": bundle.root, "items": bundle.items}
    bundle = add_event(bundle, "released", release, signers=[ARCHIVE], at=at)
    data = {"root": bundle.root, "result": result, **received}
    return add_event(bundle, "received", data, signers=[LAWYER], opens=True, at=at)


def examined(bundle: Bundle, type_: str, data: Fields | None, by: Any = EXPERT) -> Bundle:  # noqa: ANN401 - a signer
    """Let an expert state something about the last event."""
    return attest(bundle, type_, data, signers=[by], prev=[bundle.head])


def stamped(
    bundle: Bundle,
    *by: TestAuthority,
    at: Instant = decode_instant("2026-01-03T00:00:00Z"),  # noqa: B008 - immutable
) -> Bundle:
    """Stamp the last event; by the first authority unless told."""
    folder = event_path(bundle.holding, bundle.seq)
    for authority in by or (FIRST,):
        token = authority.stamp(bundle.files[f"{folder}/proof.sha256"], at=at)
        bundle = bundle.edit({f"{folder}/stamps/{hashlib.sha256(token).hexdigest()}/stamp.tst": token})
    return bundle


def checked(
    bundle: Bundle, *, trust: Trust = TRUST, now: Instant = NOW, declaration: Fields | None = None
) -> Subject:
    """Verify a bundle and return it as a subject."""
    files = MemorySource(bundle.files)
    report = verify_source(files, trust, verified_at=now)
    try:
        timeline = timeline_of(take_standing(files, trust, verified_at=now))
    except BundleError:
        timeline = None
    return subject_of_bundle(files, report, timeline, declaration=declaration)
