"""`custody trust add-authority`: accept a time authority, by its pinned roots."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click
from attrs import frozen

from custody.cli.authority_text import added_lines
from custody.cli.console import answer, tell
from custody.cli.options import PATH, POLICY, TIME
from custody.cli.trust_change import change_trust
from custody.cli.verb import Verb
from custody.errors import UsageError
from custody.facade.authorities import well_known_authority
from custody.format.limits import ROOT_FILE_BYTES
from custody.format.root_file import RootCertificate, decode_root_file
from custody.model.identity import is_identity
from custody.model.instant import Instant
from custody.storage.named_file import read_named_file
from custody.trust.change import with_authority
from custody.trust.listed import listed_roots
from custody.trust.trust import Authority, TrustedRoot

# No user and no password in it: a trust file is shown and passed on.
_URL = re.compile(r"https?://([A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?][^\s#]*)?")


@frozen(kw_only=True)
class _Found:
    """What the words of the command name: an authority without its roots, and the roots."""

    name: str
    operator: str
    url: str | None
    roots: tuple[RootCertificate, ...]


@click.command("add-authority", cls=Verb)
@click.argument("file", type=PATH)
@click.argument("name", required=False)
@click.option(
    "--root",
    "root_files",
    type=PATH,
    multiple=True,
    help="A root certificate, PEM or DER; several add up. With NAME only the recorded ones are taken.",
)
@click.option("--url", help="Where your own authority answers: http or https.")
@click.option("--operator", help="Who runs your own authority. Two of one operator are one witness.")
@click.option(
    "--as", "--name", "label", help="Your own name for it; NAME or the host of the URL unless given."
)
@click.option("--policy", type=POLICY, help="Accept tokens of this policy only, in dotted digits.")
@click.option("--from", "valid_from", type=TIME, help="Your trust in these roots starts here.")
@click.option("--to", "valid_until", type=TIME, help="The first moment at which you trust them no more.")
@click.option("--further-root", is_flag=True, help="The authority is known, and these are further roots.")
def command(  # noqa: PLR0913 - one value for each option
    *,
    file: str,
    name: str | None,
    root_files: tuple[str, ...],
    url: str | None,
    operator: str | None,
    label: str | None,
    policy: str | None,
    valid_from: Instant | None,
    valid_until: Instant | None,
    further_root: bool,
) -> int:
    """Accept a time authority in the trust in FILE: NAME of the list, or your own with --url.

    Your own needs --url, --root and --operator. Nobody is contacted. Whoever holds the key of a root makes
    its time: compare the fingerprints that are printed with what the operator publishes.
    """
    files = [read_named_file(path, ROOT_FILE_BYTES) for path in root_files]
    found = _own(url, operator, files) if name is None else _listed(name, url, operator, files)
    authority = Authority(
        name=_label(found.name if label is None else label),
        operator=found.operator,
        roots=tuple(
            TrustedRoot(certificate=root.certificate, valid_from=valid_from, valid_until=valid_until)
            for root in found.roots
        ),
        url=found.url,
        policy=policy,
    )
    change_trust(file, lambda trust: with_authority(trust, authority, further_roots=further_root))
    for line in added_lines(authority, found.roots):
        answer(line)
    tell("nobody was contacted; compare each sha-256 with what the operator publishes, by another channel")
    return 0


def _listed(name: str, url: str | None, operator: str | None, files: Sequence[bytes]) -> _Found:
    if url is not None or operator is not None:
        raise UsageError("authority: expected NAME, or --url and --operator, found both")
    listed = well_known_authority(name)
    return _Found(name=name, operator=listed.operator, url=listed.url, roots=listed_roots(listed, files))


def _own(url: str | None, operator: str | None, files: Sequence[bytes]) -> _Found:
    if url is None or operator is None or not files:
        raise UsageError(
            "authority: expected a NAME, or --url, --root and --operator, found less",
            hint="custody authority list shows the names",
        )
    host = _URL.fullmatch(url)
    if host is None:
        raise UsageError("--url: expected http or https, a host, no user and no fragment, found another text")
    roots = tuple(root for data in files for root in decode_root_file(data))
    return _Found(name=host[1].lower(), operator=operator, url=url, roots=roots)


def _label(name: str) -> str:
    if not is_identity(name):
        raise UsageError("--as: expected 1 to 64 of a-z, 0-9 and . _ @ -, found another text")
    return name


COMMAND = command
