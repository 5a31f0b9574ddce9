"""`custody seal`: from files to a bundle."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from custody.cli.case_options import case_options
from custody.cli.console import answer, answer_bytes, progress, tell, tell_error
from custody.cli.drafting import drafted
from custody.cli.options import PATH, json_option, language_option, passphrase_option
from custody.cli.pack import tell_left_out
from custody.cli.service import proxy_option, service_at_once
from custody.cli.signing import writer_from
from custody.cli.verb import Verb
from custody.errors import NetworkError, UsageError
from custody.facade.checking import check_draft
from custody.facade.sealing import seal
from custody.facade.stamping import fetch_anchors
from custody.facade.verifying import NOBODY, trust_of
from custody.format.canonical import encode_json
from custody.present.display import display, quote
from custody.present.gaps import gaps_text
from custody.profiles.profile import Severity
from custody.sealing.draft import Draft
from custody.sealing.seal import Sealed
from custody.storage.named_file import STDIN


@click.command("seal", cls=Verb)
@click.argument("sources", nargs=-1, required=True, type=PATH, metavar="SOURCE...")
@click.option("--out", type=PATH, help="The folder to create; the bundle id unless given.")
@click.option("--key", required=True, type=PATH, help="Your key file, or an OpenSSH Ed25519 key.")
@click.option("--identity", help="The name for an OpenSSH key without one.")
@passphrase_option
@case_options
@click.option("--previous", type=PATH, help="The bundle that this one adds to.")
@click.option("--metadata", type=PATH, help="The sheet of custody draft, filled in, or JSON.")
@click.option(
    "--profile", "profiles", multiple=True, help="Seal only if this profile has no error now; repeatable."
)
@click.option("--successor", type=PATH, help="The public key file of who may carry on in your place.")
@click.option(
    "--digest", "digests", multiple=True, type=click.Choice(["sha512", "sha3_256"]), help="One more digest."
)
@click.option("--chunks", is_flag=True, help="Keep the digests of each MiB of large files.")
@click.option("--order", type=click.Choice(["random", "path"]), default="random", show_default=True)
@click.option("--fresh", is_flag=True, help="Embed a proof, fetched now, that the seal is not older than it.")
@click.option("--authority", "authorities", multiple=True, help="With --fresh: who is asked; of the trust.")
@click.option("--trust", type=PATH, metavar="FILE", help="With --fresh: your trust.json.")
@proxy_option
@json_option
@language_option
def command(  # noqa: PLR0913 - each option is one argument
    *,
    sources: tuple[str, ...],
    out: str | None,
    key: str,
    identity: str | None,
    passphrase_file: str | None,
    case: Mapping[str, str] | None,
    previous: str | None,
    metadata: str | None,
    profiles: tuple[str, ...],
    successor: str | None,
    digests: tuple[str, ...],
    chunks: bool,
    order: str,
    fresh: bool,
    authorities: tuple[str, ...],
    trust: str | None,
    proxy: str | None,
    as_json: bool,
    language: str,
) -> int:
    """Copy the files of the sources into a new bundle and sign it; the sources are only read."""
    _refuse_half_a_wish(fresh=fresh, authorities=authorities, trust=trust)
    draft = drafted(sources, case=case, metadata=metadata, successor=successor)
    warnings = _refuse_gaps(draft, profiles, language)
    signer = writer_from(key, passphrase_file, identity, trust_of(trust or NOBODY))
    anchors = () if trust is None else _anchors(authorities, trust, proxy)
    with progress("sealing", files=len(draft)) as bar:
        sealed = seal(
            draft,
            to=Path(out).parent if out else ".",
            name=Path(out).name if out else None,
            signer=signer,
            order=order,
            digests=digests,
            chunks=chunks,
            previous=previous,
            anchors=anchors,
            never=[path for path in (key, passphrase_file) if path is not None and path != STDIN],
            progress=bar,
        )
    _print(sealed, draft, as_json=as_json)
    if warnings:
        tell(warnings)
    return 0


def _refuse_half_a_wish(*, fresh: bool, authorities: tuple[str, ...], trust: str | None) -> None:
    if fresh != bool(authorities) or fresh != (trust is not None):
        raise UsageError("--fresh: expected it with --authority and --trust, found one without the others")


def _anchors(authorities: tuple[str, ...], trust: str, proxy: str | None) -> tuple[bytes, ...]:
    """Fetch the proofs to embed; without them nothing is sealed."""
    try:
        return fetch_anchors(authorities, trust=trust, service=service_at_once(proxy=proxy))
    except NetworkError as error:
        raise NetworkError(
            f"{error}; nothing was sealed",
            code=error.code,
            hint="seal without --fresh, which needs no connection, and custody stamp later",
        ) from None


def _refuse_gaps(draft: Draft, profiles: tuple[str, ...], language: str) -> str:
    """End the command when profiles ask for what is missing and cannot be added to a seal.

    Returns:
        What is open and keeps nobody from sealing, as text; empty when nothing is.

    Raises:
        UsageError: code PROFILE_GAPS; the gaps were told on standard error.
    """
    if not profiles:
        return ""
    gaps = check_draft(draft, profiles)
    count = sum(len(one.sealing_errors) for one in gaps)
    if count:
        tell(gaps_text(gaps, language, only=Severity.ERROR).rstrip("\n"))
        raise UsageError(
            f"profiles: expected no errors before sealing, found {count}; nothing was sealed",
            code="PROFILE_GAPS",
            hint="fill in what is missing; custody check SOURCE --metadata FILE --profile NAME says it again",
        )
    warned = [one for one in gaps if one.of(Severity.WARNING)]
    return gaps_text(warned, language, only=Severity.WARNING).rstrip("\n") if warned else ""


def _print(sealed: Sealed, draft: Draft, *, as_json: bool) -> None:
    try:
        _print_result(sealed, draft, as_json=as_json)
        sys.stdout.flush()
    except OSError:
        tell_error(f"sealed, but the result could not be printed; seal: {sealed.seal_id}")
        raise


def _print_result(sealed: Sealed, draft: Draft, *, as_json: bool) -> None:
    where = os.path.relpath(sealed.path)
    if as_json:
        members = {"bundle": sealed.bundle_id, "seal": sealed.seal_id, "path": display(where)}
        answer_bytes(encode_json({**members, "left_out": [display(name) for name in draft.left_out]}) + b"\n")
    else:
        answer(f"sealed {sealed.report.counts.files} files into {quote(where)}; time not yet proven")
        answer(f"bundle: {sealed.bundle_id}")
        answer(f"seal: {sealed.seal_id}")
    tell_left_out(draft.left_out)
    tell("next: note the seal id outside this machine; custody verify --trust; custody pack to hand it on")


COMMAND = command
