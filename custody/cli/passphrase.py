"""Where a passphrase comes from: the terminal or a file, never an argument or the environment."""

from __future__ import annotations

import sys

import click

from custody.cli.console import tell
from custody.errors import FormatError, SignerError
from custody.format.limits import KEY_FILE_BYTES
from custody.keys.key_file import Passphrase, encode_passphrase
from custody.keys.process import forbid_core_dumps
from custody.storage.named_file import read_named_file

_SHORT = 8


def passphrase_from(file: str | None, *, new: bool = False) -> Passphrase:
    """Return what asks for the passphrase, once and only when one is needed.

    Core dumps are forbidden from now on: a key is about to be loaded.

    Args:
        file: its first line is the passphrase; without it the terminal is asked.
        new: ask twice, for a passphrase that is to be set.
    """
    forbid_core_dumps()

    def ask() -> bytes:
        typed = _typed(new=new) if file is None else _first_line(file)
        if new and 0 < len(typed) < _SHORT:
            tell(f"WARNING: this passphrase is shorter than {_SHORT} characters; several words are better")
        return encode_passphrase(typed)

    return ask


def _first_line(file: str) -> str:
    data = read_named_file(file, KEY_FILE_BYTES)
    try:
        return data.decode("utf-8-sig").partition("\n")[0].removesuffix("\r")
    except UnicodeDecodeError:
        raise FormatError("passphrase file", expected="UTF-8 text", found="other bytes") from None


def _typed(*, new: bool) -> str:
    if not sys.stdin.isatty():
        raise SignerError(
            "passphrase: expected a terminal to ask on, found none",
            code="KEY_LOCKED",
            hint="use --passphrase-file",
        )
    typed: str = click.prompt(
        "new passphrase" if new else "passphrase", hide_input=True, confirmation_prompt=new, err=True
    )
    return typed
