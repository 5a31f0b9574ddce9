"""`custody cosign`: sign what somebody else has drafted, or give a draft that all have signed its place."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import click
from attrs import frozen

from custody.cli.console import answer, answer_bytes, tell
from custody.cli.options import PATH, SEAL_ID, json_option, language_option, passphrase_option
from custody.cli.signing import signer_from
from custody.cli.verb import Verb
from custody.cli.writing import Hand, Told, desk_for, tell_written
from custody.errors import UsageError
from custody.facade.cosigning import cosign, read_draft
from custody.facade.verifying import NOBODY, trust_of
from custody.format.canonical import JSONInput, encode_json
from custody.present.catalogue import Catalogue, catalogue_for
from custody.present.display import display, quote
from custody.present.drafted import draft_lines
from custody.transfer.cosigned import check_complete, commit_draft
from custody.transfer.draft import EventDraft
from custody.transfer.receipt import check_free


@frozen(kw_only=True)
class _Asked:
    """The options, by their names."""

    draft: str
    show: bool
    key: str | None
    identity: str | None
    passphrase_file: str | None
    to: str | None
    others: tuple[str, ...]
    bundle: str | None
    trust: str | None
    receipt: str | None
    key_moved: bool
    expect_seal: str | None
    yes: bool
    as_json: bool
    language: str


@click.command("cosign", cls=Verb)
@click.argument("draft", type=PATH)
@click.option("--show", is_flag=True, help="Only show what is to be signed, and who has signed it.")
@click.option("--key", type=PATH, help="Your key file, or an OpenSSH Ed25519 key.")
@click.option("--identity", help="The name for an OpenSSH key without one.")
@passphrase_option
@click.option("--to", type=PATH, metavar="FILE", help="Write the signed draft here; else it replaces DRAFT.")
@click.option(
    "--with",
    "others",
    type=PATH,
    multiple=True,
    metavar="FILE",
    help="A copy of DRAFT that somebody else has signed; can be repeated.",
)
@click.option("--commit", "bundle", type=PATH, metavar="BUNDLE", help="As the actor: give it its place here.")
@click.option("--trust", type=PATH, metavar="FILE|none", help="Your trust.json; --commit needs it.")
@click.option("--receipt", type=PATH, metavar="FILE", help="With --commit: write a receipt: a zip.")
@click.option("--key-moved", is_flag=True, help="With --commit: the key file was moved without the folder.")
@click.option("--expect-seal", type=SEAL_ID, help="With --commit: the seal id from another source.")
@click.option("--yes", is_flag=True, help="Sign without asking: for scripts, which cannot read.")
@json_option
@language_option
def command(**given: Any) -> int:  # noqa: ANN401 - the options, by their names
    """Show what DRAFT states, all of it, and sign it as one of its cosigners.

    The actor signs last, with --commit, and the event gets its place in the log. A draft opens every field of
    its event: whoever reads it reads every name and place in it, so send it to its cosigners alone. A
    signature cannot be taken back: the draft can be committed as long as its place is the next of the log.
    """
    asked = _Asked(**given)
    _check(asked)
    read = read_draft(asked.draft, others=asked.others)
    catalogue = catalogue_for(asked.language)
    lines = draft_lines(read, catalogue, None if asked.trust is None else trust_of(asked.trust))
    if asked.show:
        for line in lines:
            answer(line)
        _tell_to_look(read)
        return 0
    if asked.key is None:
        raise UsageError("--key: expected your key file, found none", hint="to look without a key: --show")
    if asked.bundle is not None:
        check_complete(read)
    _tell_to_look(read)
    _show_and_ask(lines, catalogue, yes=asked.yes, as_json=asked.as_json)
    if asked.bundle is not None:
        return _commit(asked, asked.key, asked.bundle, read)
    signer = signer_from(asked.key, asked.passphrase_file, asked.identity)
    signed = cosign(asked.draft, signer=signer, to=asked.to, read=read)
    _tell_signed(signed, asked.to or asked.draft, as_json=asked.as_json)
    return 0


def _check(asked: _Asked) -> None:
    """Refuse options that do not fit each other, before anything is read."""
    if asked.bundle is None and (
        asked.receipt is not None or asked.key_moved or asked.expect_seal is not None
    ):
        raise UsageError("--receipt, --key-moved, --expect-seal: expected --commit, found none")
    if asked.bundle is not None and (asked.to is not None or asked.trust is None or asked.show):
        raise UsageError("--commit: expected --trust and neither --to nor --show, found others")
    for new in (asked.to, asked.receipt):
        if new is not None:
            check_free(new)


def _tell_to_look(draft: EventDraft) -> None:
    """Say that a draft alone does not show whose holding is carried on; who approves that should know."""
    if draft.body.type == "succeeded":
        tell(
            "the draft names a holding and events by their ids alone: look first whose they are, and what"
            " came of them, in your copy of the bundle: custody log BUNDLE"
        )


def _show_and_ask(lines: Iterable[str], catalogue: Catalogue, *, yes: bool, as_json: bool) -> None:
    """Show what is to be signed where the person sees it, and let him or her decide."""
    asked = sys.stdin.isatty() and not yes
    for line in lines:
        (tell if as_json or (asked and not sys.stdout.isatty()) else answer)(line)
    if yes:
        return
    if not asked:
        raise UsageError(
            "sign: expected a terminal to ask on, found none; nothing was signed",
            hint="a script that knows what it signs says --yes",
        )
    sys.stdout.flush()
    click.confirm(catalogue.words["draft_ask"], abort=True, err=True)


def _tell_signed(draft: EventDraft, path: str, *, as_json: bool) -> None:
    waiting = [one.claimed_identity for one in draft.missing]
    if as_json:
        told: dict[str, JSONInput] = {"draft": display(path), "type": draft.body.type, "missing": [*waiting]}
        answer_bytes(encode_json(told) + b"\n")
    else:
        answer(f"signed; the draft is {quote(path)}, and the event has no place in the log yet")
    if waiting:
        tell(f"still to be signed by: {', '.join(waiting)}")
    else:
        tell(
            f"next: send it to its actor, {draft.body.actor}, who signs last: custody cosign --commit BUNDLE"
        )


def _commit(asked: _Asked, key: str, bundle: str, draft: EventDraft) -> int:
    hand = Hand(
        key=key,
        identity=asked.identity,
        passphrase_file=asked.passphrase_file,
        trust=asked.trust or NOBODY,
        cosigner_keys=(),
        cosigner_passphrase_files=(),
        cosigners=(),
        draft=None,
        holding=None,
        key_moved=asked.key_moved,
        expect_seal=asked.expect_seal,
        receipt=asked.receipt,
        as_json=asked.as_json,
    )
    desk = desk_for(hand, bundle)
    written = commit_draft(desk, draft)
    told = Told(done=f"{written.type}: signed by all, and in the log of {quote(bundle)}")
    tell_written(hand, written, told, receipt=hand.receipt)
    return 0


COMMAND = command
