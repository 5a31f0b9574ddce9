"""Opening the key that a person named, with words that name it too."""

from __future__ import annotations

from contextlib import suppress

from custody.cli.passphrase import passphrase_from
from custody.errors import CustodyError, SignerError, StorageError, UsageError
from custody.format.limits import KEY_FILE_BYTES
from custody.keys.opener import open_signer
from custody.keys.openssh import BEGIN, public_key_in
from custody.keys.secret_file import read_secret_file
from custody.keys.signer import SeedSigner
from custody.storage.named_file import STDIN, read_named_file
from custody.storage.tree import base_name
from custody.trust.trust import Trust

_PUBLIC = (b'{"format":"custody/public-key/', b"ssh-ed25519 ")
_FILE = "key file:"


def secret_file(path: str) -> bytes:
    """Return the bytes of a key file.

    Raises:
        SignerError: as `read_secret_file`, with the file's name; a public key has code KEY_PUBLIC.
        StorageError: the machine refused to read it.
    """
    if path != STDIN:
        _refuse_public(path)
    try:
        return read_secret_file(path, limit_bytes=KEY_FILE_BYTES)
    except (SignerError, StorageError) as error:
        raise _named(error, path) from None


def signer_from(path: str, passphrase_file: str | None, identity: str | None) -> SeedSigner:
    """Open the key in a file for signing.

    Args:
        path: the key file.
        passphrase_file: see `passphrase_from`.
        identity: the name for an OpenSSH key; files of ours have their own.

    Raises:
        UsageError: a name for a key that has one.
        CustodyError: as `open_signer`.
    """
    ours = not secret_file(path).startswith(BEGIN)
    if ours and identity is not None:
        raise UsageError(
            "--identity: expected an OpenSSH key to name, found a key file with a name of its own",
            hint="leave --identity out",
        )
    try:
        return open_signer(path, passphrase_from(passphrase_file), name=identity)
    except SignerError as error:
        raise _named(error, path) from None


def writer_from(path: str, passphrase_file: str | None, identity: str | None, trust: Trust) -> SeedSigner:
    """Open the key in a file for writing in a log, under a name that somebody chose for that.

    The comment of an OpenSSH key is no such name: it is user@host as a rule, and an event is for good.

    Args:
        path: see `signer_from`.
        passphrase_file: see `signer_from`.
        identity: see `signer_from`; for an OpenSSH key the name that the trust gives it serves as well.
        trust: whom the writer accepts.

    Raises:
        SignerError: code IDENTITY_MISSING: an OpenSSH key that nobody has named.
        CustodyError: as `signer_from`.
    """
    data = b"" if identity is not None else secret_file(path)
    if data.startswith(BEGIN):
        known = trust.match([public_key_in(data).key_id]).identity
        if known is None:
            raise SignerError(
                f"key file {base_name(path)}: expected a name for this OpenSSH key, found none",
                code="IDENTITY_MISSING",
                hint="say who signs, in the words that others shall read: --identity w-01; the comment of the"
                " key is not taken, and a trust file that names the key does as well",
            )
        identity = known.name
    return signer_from(path, passphrase_file, identity)


def _refuse_public(path: str) -> None:
    beginning = b""
    with suppress(CustodyError):  # whatever is wrong with the file is said by whoever reads it in earnest
        beginning = read_named_file(path, KEY_FILE_BYTES)
    if beginning.startswith(_PUBLIC):
        raise SignerError(
            f"key file {base_name(path)}: expected a secret key, found a public key",
            code="KEY_PUBLIC",
            hint="name the key file itself, the one that custody key new has made",
        )


def _named(error: SignerError | StorageError, path: str) -> SignerError | StorageError:
    """Say which file an error is about, as a command may have been given several."""
    text = str(error)
    if not text.startswith(_FILE):
        return error
    return type(error)(
        f"key file {base_name(path)}:{text.removeprefix(_FILE)}", code=error.code, hint=error.hint
    )
