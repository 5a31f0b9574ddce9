"""The QR code of a seal."""

from __future__ import annotations

import pytest
import segno

from custody.errors import UsageError
from custody.filing.barcode import QUIET_MODULES, encode_qr, seal_payload
from tests.tools.documents import DIGEST, PAYLOAD


def test_the_payload_is_the_id_in_upper_case_behind_a_word() -> None:
    """Upper case keeps the code small."""
    assert seal_payload(DIGEST) == PAYLOAD


@pytest.mark.parametrize("text", ["", DIGEST[1:], DIGEST.upper(), DIGEST + "\n", "g" * 64])
def test_an_id_in_another_form_is_refused(text: str) -> None:
    """A code that leads to no seal is not printed."""
    with pytest.raises(UsageError, match="seal id"):
        seal_payload(text)


@pytest.mark.parametrize("text", ["", "custody", "A B", "A" * 513, "A\n", "É"])
def test_a_payload_with_other_signs_is_refused(text: str) -> None:
    """Only what the alphanumeric mode holds, without blanks."""
    with pytest.raises(UsageError, match="code"):
        encode_qr(text)


def test_a_whole_id_fits_into_version_four() -> None:
    """33 modules and the quiet zone on both sides."""
    assert f'width="{33 + 2 * QUIET_MODULES}"' in encode_qr(PAYLOAD)


def test_every_dark_module_is_drawn_once() -> None:
    """The runs of the drawing cover as many modules as the code has dark ones."""
    lengths = [int(part.split("v")[0]) for part in encode_qr(PAYLOAD).split("h")[1:] if "v1" in part]
    code = segno.make_qr(PAYLOAD, error="m", mode="alphanumeric", boost_error=False)
    assert sum(lengths) == sum(map(sum, code.matrix))


def test_the_same_payload_is_drawn_the_same() -> None:
    """Nothing in the drawing is of the moment."""
    assert encode_qr(PAYLOAD) == encode_qr(PAYLOAD)
