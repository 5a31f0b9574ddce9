"""`custody sign-pdf`: a signature of your office on a document, with a timestamp where a server is named."""

from __future__ import annotations

import click

from custody.cli.console import answer, tell
from custody.cli.options import PATH, TEXT, passphrase_option
from custody.cli.passphrase import passphrase_from
from custody.cli.service import proxy_option, service_at_once
from custody.cli.verb import Verb
from custody.errors import UsageError
from custody.facade.moment import now
from custody.facade.timestamping import Timestamp, timestamp_of_address, timestamp_of_authority
from custody.filing.sign_pdf import FIELD_NAME, PDF_BYTES, sign_pdf
from custody.filing.signing_key import SIGNING_FILE_BYTES, SigningKey, decode_pem, decode_pkcs12
from custody.present.display import quote
from custody.storage.atomic_file import new_file
from custody.storage.named_file import read_named_file
from custody.storage.targets import check_target

_ADDRESS = ("http://", "https://")


@click.command("sign-pdf", cls=Verb)
@click.argument("pdf", type=PATH, metavar="IN.pdf")
@click.option("--p12", type=PATH, metavar="FILE", help="Key and certificates as PKCS#12.")
@click.option("--key", type=PATH, metavar="FILE", help="Or the key as PEM,")
@click.option("--certificate", type=PATH, metavar="FILE", help="with its certificates as PEM.")
@passphrase_option
@click.option("--no-passphrase", is_flag=True, help="The key has none.")
@click.option("--tsa", metavar="URL|NAME", help="A timestamp server: its address, or its name in the trust.")
@click.option("--trust", type=PATH, metavar="FILE", help="Your trust.json, which names the server.")
@proxy_option
@click.option("--reason", type=TEXT, metavar="TEXT", help="What the signature says of itself.")
@click.option(
    "--field", type=TEXT, metavar="NAME", default=FIELD_NAME, show_default=True, help="The name of its field."
)
@click.option("--out", required=True, type=PATH, metavar="OUT.pdf", help="The new file.")
def command(  # noqa: PLR0913 - each option is one argument
    *,
    pdf: str,
    p12: str | None,
    key: str | None,
    certificate: str | None,
    passphrase_file: str | None,
    no_passphrase: bool,
    tsa: str | None,
    trust: str | None,
    proxy: str | None,
    reason: str | None,
    field: str,
    out: str,
) -> int:
    """Sign IN.pdf as PAdES with a certificate for documents; no key of a custody log is used.

    The signature shows who issued the document, and nothing about the evidence.
    """
    check_target(out)
    timestamp = _timestamp(tsa, trust, proxy)
    signer = _signer(p12, key, certificate, passphrase_file, no_passphrase=no_passphrase)
    with new_file(out) as writer:
        data = read_named_file(pdf, PDF_BYTES)
        writer.write(
            sign_pdf(data, signer=signer, at=now(), timestamp=timestamp, field_name=field, reason=reason)
        )
    answer(f"signed {quote(out)}")
    if timestamp is None:
        tell("without a timestamp: the time in it is this machine's, and a claim (--tsa)")
    elif trust is None:
        tell("whose timestamp it is was not checked: whoever reads it needs the root of that server")
    tell("readers of PDFs show a warning where they do not know your certification authority")
    return 0


def _timestamp(tsa: str | None, trust: str | None, proxy: str | None) -> Timestamp | None:
    """Return what asks for a timestamp, or None where none is wanted.

    Raises:
        UsageError: a trust without a name in it, or a name without a trust.
    """
    if tsa is None:
        if trust is not None or proxy is not None:
            raise UsageError("--trust and --proxy: expected them with --tsa, found them without it")
        return None
    service = service_at_once(proxy=proxy)
    if tsa.lower().startswith(_ADDRESS):
        if trust is not None:
            raise UsageError("--tsa: expected the name of an authority of the trust, found an address")
        return timestamp_of_address(tsa, service=service)
    if trust is None:
        raise UsageError(
            "--trust: expected the file that names this server, found none",
            hint="or name the server by its address: --tsa http://…",
        )
    return timestamp_of_authority(tsa, trust=trust, service=service)


def _signer(
    p12: str | None,
    key: str | None,
    certificate: str | None,
    passphrase_file: str | None,
    *,
    no_passphrase: bool,
) -> SigningKey:
    """Open what signs.

    Raises:
        UsageError: neither PKCS#12 nor PEM was named, or both; or a passphrase for a key that has none.
    """
    pem = (key, certificate)
    if (p12 is None) == (pem == (None, None)) or (p12 is None and None in pem):
        raise UsageError("key: expected --p12, or --key with --certificate, found neither or both")
    if no_passphrase and passphrase_file is not None:
        raise UsageError("--no-passphrase: expected no --passphrase-file, found one")
    passphrase = None if no_passphrase else passphrase_from(passphrase_file)()
    if p12 is not None:
        return decode_pkcs12(read_named_file(p12, SIGNING_FILE_BYTES), passphrase)
    texts = [read_named_file(path, SIGNING_FILE_BYTES) for path in pem if path is not None]
    return decode_pem(texts[0], texts[1], passphrase)


COMMAND = command
