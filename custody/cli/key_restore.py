"""`custody key restore`: the key file again, from its printed page."""

from __future__ import annotations

import click

from custody.cli.console import answer
from custody.cli.options import PATH, passphrase_option
from custody.cli.passphrase import passphrase_from
from custody.cli.verb import Verb
from custody.errors import FormatError
from custody.format.limits import KEY_FILE_BYTES
from custody.keys.backup import decode_backup_page, restore_key_file
from custody.keys.key_file import decode_key_file
from custody.keys.secret_file import write_secret_file
from custody.storage.named_file import read_named_file
from custody.storage.targets import check_target


@click.command("restore", cls=Verb)
@click.argument("page", type=PATH)
@click.option("--out", required=True, type=PATH, help="The key file to create.")
@passphrase_option
def command(*, page: str, out: str, passphrase_file: str | None) -> int:
    """Restore a key file from PAGE, typed or scanned; - is standard input."""
    check_target(out)
    try:
        text = read_named_file(page, KEY_FILE_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError("backup page", expected="UTF-8 text", found="other bytes") from None
    data = restore_key_file(decode_backup_page(text), passphrase_from(passphrase_file))
    write_secret_file(out, data)
    identity = decode_key_file(data).claimed_identity
    answer(f"identity: {identity.name}")
    answer(f"fingerprint: {identity.key_set.fingerprint}")
    return 0


COMMAND = command
