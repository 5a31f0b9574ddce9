"""What the verbs that write in a log share: who writes, what is said besides, and how the result is told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import click
from attrs import evolve, field, fields, frozen
from typing_extensions import override

from custody.cli.console import answer, answer_bytes, tell, tell_error
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import (
    PATH,
    TEXT,
    expect_seal_option,
    json_option,
    passphrase_option,
    trust_option,
)
from custody.cli.signing import writer_from
from custody.errors import StorageError, UsageError
from custody.facade.cosigning import write_draft
from custody.facade.desk import desk_of
from custody.facade.verifying import trust_of
from custody.format.canonical import JSONInput, encode_json
from custody.keys.signer import SeedSigner
from custody.model.identity import Identity
from custody.present.display import display, quote
from custody.storage.public_key import read_public_key
from custody.transfer.act import write_act
from custody.transfer.desk import Desk
from custody.transfer.details import Details
from custody.transfer.receipt import check_free, write_receipt
from custody.transfer.recipient import recipient_of
from custody.transfer.written import Act, Written
from custody.trust.trust import Trust

_Verb = Callable[..., int]
_HOLDING_DIGITS = 32


@frozen(kw_only=True)
class Hand:
    """Who writes, and how, as the options say; the names are those of the options.

    Attributes:
        key: the key file of who acts.
        identity: the name for an OpenSSH key without one.
        passphrase_file: where its passphrase stands.
        trust: whom he accepts.
        cosigner_keys: key files of who else signs here and now.
        cosigner_passphrase_files: their passphrases, in the same order.
        cosigners: who signs later, on a draft: public key files, or names of the trust.
        draft: where to write that draft; the event gets its place only when all have signed it.
        holding: in which of his holdings.
        key_moved: the key file was moved without its memory.
        expect_seal: the seal's id as known from elsewhere.
        receipt: where to write the receipt of the event.
        as_json: print one JSON object.
    """

    key: str
    identity: str | None
    passphrase_file: str | None
    trust: str
    cosigner_keys: tuple[str, ...]
    cosigner_passphrase_files: tuple[str, ...]
    cosigners: tuple[str, ...]
    draft: str | None
    holding: str | None
    key_moved: bool
    expect_seal: str | None
    receipt: str | None
    as_json: bool


@frozen(kw_only=True)
class Told:
    """What a verb says once its event stands.

    Attributes:
        done: the first line of the result.
        then: what follows from it, and the next steps; talk, no result.
        more: further members of the JSON object.
    """

    done: str
    then: Sequence[str] = ()
    more: dict[str, JSONInput] = field(factory=dict)


class HoldingType(click.ParamType[str]):
    """The id of a holding: 32 hex digits."""

    name = "ID"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read 32 hex digits; spaces are allowed, as people copy them."""
        digits = "".join(str(value).split()).lower()
        if len(digits) != _HOLDING_DIGITS or not set(digits) <= set("0123456789abcdef"):
            self.fail("expected 32 hex digits, found another text", param, ctx)
        return digits


HOLDING = HoldingType()


def writing_options(function: _Verb) -> _Verb:
    """Add who writes and how; the function gets them together, as `hand`."""
    names = [one.name for one in fields(Hand)]
    gathered = _gather(function, "hand", names, Hand)
    for option in (
        json_option,
        click.option("--receipt", type=PATH, metavar="FILE", help="Write a receipt of this event: a zip."),
        expect_seal_option,
        click.option(
            "--key-moved", is_flag=True, help="The key file was moved without the folder beside it."
        ),
        click.option("--holding", type=HOLDING, help="In which of your holdings, where you have several."),
        click.option(
            "--draft",
            type=PATH,
            metavar="FILE",
            help="With --cosigner: write this draft instead of the event; custody cosign does the rest.",
        ),
        click.option(
            "--cosigner",
            "cosigners",
            multiple=True,
            metavar="FILE|NAME",
            help="Who cosigns later: a public key file, or a name of the trust; can be repeated.",
        ),
        click.option(
            "--cosigner-passphrase-file",
            "cosigner_passphrase_files",
            multiple=True,
            type=PATH,
            help="As --passphrase-file, for each --cosigner-key in turn.",
        ),
        click.option(
            "--cosigner-key",
            "cosigner_keys",
            multiple=True,
            type=PATH,
            metavar="KEY",
            help="Somebody else's key file that signs here too; can be repeated.",
        ),
        trust_option,
        passphrase_option,
        click.option("--identity", help="The name for an OpenSSH key without one."),
        click.option("--key", required=True, type=PATH, help="Your key file, or an OpenSSH Ed25519 key."),
    ):
        gathered = option(gathered)
    return gathered


def details_options(function: _Verb) -> _Verb:
    """Add what is said besides; the function gets it together, as `details`.

    All of it but the condition of a receipt stands in fields of its own, which can be withheld later.
    """
    names = (
        "purpose",
        "authority",
        "place",
        "condition",
        "seal_number",
        "reference",
        "docket",
        "court",
        "note",
    )
    gathered = _gather(function, "details", names, Details)
    for name, words in (
        ("note", "Anything else."),
        ("court", "Which court."),
        ("docket", "The number of the case at the court."),
        ("reference", "More about the docket."),
        ("seal-number", "The number on a physical seal."),
        ("condition", "In what state."),
        ("place", "Where."),
        ("authority", "On whose authority."),
        ("purpose", "What for."),
    ):
        gathered = click.option(f"--{name}", type=TEXT, metavar="TEXT", help=words)(gathered)
    return gathered


def receipt_words(hand: Hand) -> str:
    """Return the words for what is sent to others: the receipt that was written, or how to get one."""
    return "the receipt" if hand.receipt is not None else "a receipt of this (custody receipt)"


def successor_option(function: _Verb) -> _Verb:
    """Add who may carry on in the place of the actor; put it below `details_options`, in which it goes."""

    @wraps(function)
    def named(*, successor: str | None, details: Details, **given: Any) -> int:  # noqa: ANN401 - as the function
        if successor is not None:
            heir = read_public_key(successor)
            details = evolve(details, successor=heir)
        return function(details=details, **given)

    return click.option(
        "--successor",
        type=PATH,
        metavar="FILE",
        help="The public key file of who may carry on in your place.",
    )(named)


def _gather(function: _Verb, name: str, members: Sequence[str], made: Callable[..., object]) -> _Verb:
    """Return the function with some of its arguments brought together in one."""

    @wraps(function)
    def gathered(**given: Any) -> int:  # noqa: ANN401 - as the function
        taken = {member: given.pop(member) for member in members}
        return function(**given, **{name: made(**taken)})

    return gathered


def desk_for(hand: Hand, bundle: str) -> Desk:
    """Open the keys and the bundle; nothing is written yet.

    Raises:
        BundleError: code NO_BUNDLE: plainly none.
        UsageError: cosigners who sign later without a draft, or a draft without them.
        ExistsError: the name of the receipt or draft is taken.
        CustodyError: as `writer_from` and `desk_of`.
    """
    refuse_no_bundle(bundle)
    if bool(hand.cosigners) != (hand.draft is not None):
        raise UsageError(
            "--cosigner and --draft: expected both, found one",
            hint="who is here with a key signs by --cosigner-key, without a draft",
        )
    if hand.draft is not None and hand.receipt is not None:
        raise UsageError(
            "--receipt: expected no draft, found one",
            hint="it is written when the event stands: custody cosign DRAFT --commit BUNDLE --receipt FILE",
        )
    for new in (hand.receipt, hand.draft):
        if new is not None:
            check_free(new)
    trust = trust_of(hand.trust)
    signer = writer_from(hand.key, hand.passphrase_file, hand.identity, trust)
    return desk_of(
        bundle,
        signer=signer,
        trust=trust,
        cosigners=_cosigners(hand, trust),
        key_moved=hand.key_moved,
        expect_seal=hand.expect_seal,
    )


def _cosigners(hand: Hand, trust: Trust) -> tuple[SeedSigner, ...]:
    files: tuple[str | None, ...] = hand.cosigner_passphrase_files
    if len(files) > len(hand.cosigner_keys):
        raise UsageError(
            f"--cosigner-passphrase-file: expected one for each --cosigner-key, found {len(files)} for"
            f" {len(hand.cosigner_keys)}"
        )
    files += (None,) * (len(hand.cosigner_keys) - len(files))
    pairs = zip(hand.cosigner_keys, files, strict=True)
    return tuple(writer_from(key, file, None, trust) for key, file in pairs)


def conclude(hand: Hand, desk: Desk, act: Act, told: Told) -> int:
    """Write an event, or the draft that its cosigners are to sign, and tell the result."""
    holding = act.holding if act.holding is not None else hand.holding
    act = evolve(act, holding=holding)
    if hand.draft is not None:
        return conclude_draft(hand, desk, act, hand.draft)
    written = write_act(desk, act)
    tell_written(hand, written, told, receipt=hand.receipt)
    return 0


def cosigners_later(hand: Hand, desk: Desk) -> tuple[Identity, ...]:
    """Return who cosigns later, on a draft.

    Raises:
        UsageError: code COSIGNER_…: as `recipient_of`.
    """
    return tuple(_cosigner(name, hand, desk) for name in hand.cosigners)


def conclude_draft(hand: Hand, desk: Desk, act: Act, path: str) -> int:
    """Write the draft of an event and tell who is to sign it."""
    draft = write_draft(desk, evolve(act, cosigners=cosigners_later(hand, desk)), path)
    waiting = [one.claimed_identity for one in draft.missing]
    if hand.as_json:
        told: dict[str, JSONInput] = {"draft": display(path), "type": act.type, "missing": [*waiting]}
        answer_bytes(encode_json(told) + b"\n")
    else:
        answer(f"wrote the draft {quote(path)}; the event has no place in the log yet")
        answer(f"to be signed by: {', '.join(waiting)}")
    tell("whoever reads the draft reads every field of the event: send it to its cosigners alone")
    tell(
        "next: they run custody cosign; then you: custody cosign DRAFT --key KEY --commit BUNDLE --trust FILE"
    )
    return 0


def _cosigner(given: str, hand: Hand, desk: Desk) -> Identity:
    """Return who is meant by a public key file or a name of the trust."""
    try:
        return recipient_of(given, trust_of(hand.trust), desk.now())
    except UsageError as error:
        text = str(error).replace("recipient:", "--cosigner:", 1)
        raise UsageError(text, code=error.code.replace("RECIPIENT", "COSIGNER"), hint=error.hint) from None


def tell_written(
    hand: Hand, written: Written, told: Told, *, receipt: str | None, write: bool = True
) -> None:
    """Write the receipt of an event that stands, and say what there is now.

    Args:
        hand: who wrote.
        written: the event.
        told: what to say of it.
        receipt: the path of its receipt, or None.
        write: whether that is still to be written.
    """
    if receipt is not None and write:
        _write_receipt(written, receipt)
    try:
        _print(hand, written, told, receipt)
        sys.stdout.flush()
    except OSError:
        tell_error(f"written, but the result could not be printed; event: {written.event_id}")
        raise
    if written.finished:
        tell("it had been signed before; nothing was signed again")
    for name in written.aside:
        tell(f"moved out of the log, for it counts for nothing: {quote(name)}")
    for line in told.then:
        tell(line)


def _print(hand: Hand, written: Written, told: Told, receipt: str | None) -> None:
    if hand.as_json:
        answer_bytes(encode_json({**_members(written, receipt), **told.more}) + b"\n")
    else:
        answer(told.done)
        answer(f"event: {written.event_id}")
        answer(f"place: {written.path}")
        if receipt is not None:
            answer(f"receipt: {quote(receipt)}")


def _write_receipt(written: Written, path: str) -> None:
    try:
        write_receipt(path, written.bundle_id, written.path, written.files)
    except StorageError as error:
        raise type(error)(
            f"{error}; the event itself stands: {written.event_id}",
            code=error.code,
            hint="custody receipt writes it from the bundle",
        ) from None


def _members(written: Written, receipt: str | None) -> dict[str, JSONInput]:
    return {
        "event": written.event_id,
        "path": written.path,
        "holding": written.holding or None,
        "seq": written.seq if written.holding else None,
        "type": written.type,
        "receipt": None if receipt is None else display(receipt),
        "aside": [display(name) for name in written.aside],
        "finished": written.finished,
    }
