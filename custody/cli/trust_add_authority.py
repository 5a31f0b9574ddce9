"""`custody trust add-authority`: accept a time authority, by its pinned roots."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from custody.cli.authority_text import root_lines
from custody.cli.console import answer, tell
from custody.cli.options import PATH, POLICY, TIME
from custody.cli.verb import Verb
from custody.errors import UsageError
from custody.format.limits import ROOT_FILE_BYTES, TRUST_FILE_BYTES
from custody.format.root_file import RootCertificate, decode_root_file
from custody.model.identity import is_identity
from custody.model.instant import Instant
from custody.present.display import quote
from custody.storage.atomic_file import replace_file
from custody.storage.named_file import read_named_file
from custody.trust.change import with_authority
from custody.trust.trust import Authority, TrustedRoot
from custody.trust.trust_file import decode_trust_file, encode_trust_file

_HOST = re.compile(r"https?://([A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?][^\s#]*)?")


@click.command("add-authority", cls=Verb)
@click.argument("file", type=PATH)
@click.option("--url", help="Where the authority answers: http or https.")
@click.option(
    "--root",
    "root_files",
    type=PATH,
    multiple=True,
    help="A root certificate of the authority, PEM or DER; several of these add up.",
)
@click.option("--operator", help="Who runs it. Two authorities of one operator are one witness.")
@click.option("--name", help="Your own name for it; the host of its URL unless given.")
@click.option("--policy", type=POLICY, help="Accept tokens of this policy only, in dotted digits.")
@click.option("--from", "valid_from", type=TIME, help="Your trust in the roots starts here.")
@click.option("--to", "valid_until", type=TIME, help="The first moment at which you trust them no more.")
@click.option("--further-root", is_flag=True, help="The authority is known, and these are further roots.")
def command(  # noqa: PLR0913 - one value for each option
    *,
    file: str,
    url: str | None,
    root_files: tuple[str, ...],
    operator: str | None,
    name: str | None,
    policy: str | None,
    valid_from: Instant | None,
    valid_until: Instant | None,
    further_root: bool,
) -> int:
    """Accept the time authority at --url, run by --operator, in the trust in FILE.

    Nothing is contacted. Compare the fingerprints that are printed with what the operator publishes.
    """
    if url is None or operator is None or not root_files:
        raise UsageError("authority: expected --url, --root and --operator, found less")
    roots = tuple(decode_root_file(read_named_file(path, ROOT_FILE_BYTES)) for path in root_files)
    authority = Authority(
        name=_own_name(url, name),
        operator=operator,
        roots=tuple(
            TrustedRoot(certificate=root.certificate, valid_from=valid_from, valid_until=valid_until)
            for root in roots
        ),
        url=url,
        policy=policy,
    )
    replace_file(
        file,
        lambda data: encode_trust_file(
            with_authority(decode_trust_file(data), authority, further_roots=further_root)
        ),
        TRUST_FILE_BYTES,
    )
    _print(authority, roots)
    return 0


def _own_name(url: str, name: str | None) -> str:
    found = _HOST.fullmatch(url)
    if found is None:
        raise UsageError("url: expected http:// or https:// and a host, found another text")
    chosen = found[1].lower() if name is None else name
    if not is_identity(chosen):
        raise UsageError("name: expected 1 to 64 of a-z, 0-9 and . _ @ -, found another text")
    return chosen


def _print(authority: Authority, roots: Sequence[RootCertificate]) -> None:
    answer(f"time authority: {quote(authority.name)}, run by {quote(authority.operator)}")
    for root in roots:
        for line in root_lines(root):
            answer(line)
    tell("nothing was contacted; compare each SHA-256 with what the operator publishes, by another channel")


COMMAND = command
