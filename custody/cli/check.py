"""`custody check`: what a forum asks for, and what of it is missing; before sealing and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from custody.cli.case_options import case_options
from custody.cli.console import answer, answer_bytes, progress, stdout_encoding, warn_if_narrow
from custody.cli.drafting import drafted
from custody.cli.no_bundle import plainly_a_bundle, refuse_no_bundle
from custody.cli.options import PATH, SEAL_ID, TEXT, at_option, language_option
from custody.cli.verb import Verb
from custody.errors import UsageError
from custody.facade.checking import check_bundle, check_draft
from custody.filing.declaration import decode_declaration
from custody.format.canonical import decode_json
from custody.format.declaration import DECLARATION_BYTES
from custody.model.instant import Instant
from custody.present.gap_exit import exit_code_of_gaps
from custody.present.gaps import gap_words, gaps_text, profile_lines
from custody.present.gaps_json import encode_gaps
from custody.profiles.gaps import Gaps
from custody.profiles.profile import Profile, load_profile, profile_names, variant_names
from custody.storage.named_file import read_named_file


@click.command("check", cls=Verb)
@click.argument("sources", nargs=-1, type=PATH, metavar="SOURCE...|BUNDLE")
@click.option(
    "--profile", "profiles", multiple=True, type=TEXT, help="A profile's name, or your own file; repeatable."
)
@click.option("--list-profiles", is_flag=True, help="Name the profiles that custody has.")
@click.option("--metadata", type=PATH, help="Of sources: the sheet of custody draft, filled in, or JSON.")
@case_options
@click.option("--trust", type=PATH, metavar="FILE|none", help="Of a bundle: your trust, or the word none.")
@click.option("--expect-seal", type=SEAL_ID, help="Of a bundle: the seal id that you know from elsewhere.")
@click.option("--declaration", type=PATH, metavar="FILE", help="Of a bundle: what who files it declares.")
@click.option("--declarant", type=TEXT, help="With --declaration: the name that your trust gives him.")
@at_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document (schema gaps-1).")
@language_option
def command(  # noqa: PLR0913 - each option is one argument
    *,
    sources: tuple[str, ...],
    profiles: tuple[str, ...],
    list_profiles: bool,
    metadata: str | None,
    case: Mapping[str, str] | None,
    trust: str | None,
    expect_seal: str | None,
    declaration: str | None,
    declarant: str | None,
    at: Instant | None,
    as_json: bool,
    language: str,
) -> int:
    """Name what profiles ask for and what is missing, of files before they are sealed, or of a bundle.

    With --trust it is a bundle. Exit codes: 0 no error is open, 1 one is not met or not declared, 3 one could
    not be decided; warnings change nothing.
    """
    if list_profiles:
        names = (*profile_names(), *variant_names())
        answer("\n".join(profile_lines([load_profile(name) for name in names], language)))
        return 0
    asked = _asked(sources, profiles)
    if trust is None:
        of_bundle = {"--expect-seal": expect_seal, "--declaration": declaration, "--declarant": declarant}
        _refuse(of_bundle, "a bundle, with --trust")
        _refuse_bundles(sources)
        gaps = check_draft(drafted(sources, case=case, metadata=metadata, sealing=False), asked, at=at)
    else:
        titled = None if case is None else "given"
        _refuse({"--metadata": metadata, "--case": titled}, "sources, without --trust")
        said = _declaration(declaration, declarant)
        gaps = _of_bundle(sources, asked, trust=trust, at=at, expect_seal=expect_seal, said=said)
    if as_json:
        answer_bytes(encode_gaps(gaps))
    else:
        warn_if_narrow(gap_words(language).values())
        answer(gaps_text(gaps, language, encoding=stdout_encoding()))
    return exit_code_of_gaps(gaps)


def _asked(sources: tuple[str, ...], profiles: tuple[str, ...]) -> tuple[Profile, ...]:
    if not sources:
        raise UsageError("sources: expected at least one source or one bundle, found none")
    if not profiles:
        raise UsageError(
            "--profile: expected at least one, found none", hint="custody check --list-profiles names them"
        )
    if len(set(profiles)) != len(profiles):
        raise UsageError("--profile: expected each once, found one twice")
    return tuple(load_profile(name) for name in profiles)


def _refuse(options: Mapping[str, str | None], home: str) -> None:
    given = [name for name, value in options.items() if value is not None]
    if given:
        raise UsageError(f"{given[0]}: expected it with {home}, found it without")


def _refuse_bundles(sources: tuple[str, ...]) -> None:
    """Refuse to take a bundle for files that are to be sealed."""
    if any(map(plainly_a_bundle, sources)):
        raise UsageError("--trust: expected it with a bundle, found none", hint="say whom you trust, or none")


def _declaration(path: str | None, declarant: str | None) -> Mapping[str, Any] | None:
    if path is None:
        if declarant is not None:
            raise UsageError("--declarant: expected it with --declaration, found it alone")
        return None
    data = read_named_file(path, DECLARATION_BYTES)
    decode_declaration(data)
    said: Any = decode_json(data, member="declaration", limit=DECLARATION_BYTES, canonical=False)
    return said if declarant is None else {**said, "identity": declarant}


def _of_bundle(
    sources: tuple[str, ...],
    profiles: tuple[Profile, ...],
    *,
    trust: str,
    at: Instant | None,
    expect_seal: str | None,
    said: Mapping[str, Any] | None,
) -> tuple[Gaps, ...]:
    if len(sources) != 1:
        raise UsageError(
            "bundle: expected one with --trust, found several", hint="custody check without --trust: sources"
        )
    refuse_no_bundle(sources[0])
    with progress("verifying") as bar:
        return check_bundle(
            sources[0],
            profiles,
            trust=trust,
            at=at,
            expect_seal=expect_seal,
            declaration=said,
            progress=bar,
        )


COMMAND = command
