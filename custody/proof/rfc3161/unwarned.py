"""Silence for what `cryptography` warns of while it reads: all of it is judged by whoever reads here.

Odd serial numbers and country codes of strangers must not reach a terminal, nor raise where a program turns
warnings into errors.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from warnings import catch_warnings, simplefilter


@contextmanager
def unwarned() -> Generator[None]:
    """Drop the warnings of a block."""
    with catch_warnings():
        simplefilter("ignore", UserWarning)  # deprecations of `cryptography` are among them
        yield
