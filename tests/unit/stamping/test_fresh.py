"""Anchors: tokens fetched just before sealing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from custody.errors import BundleError, LimitError, NetworkError
from custody.format.limits import ANCHORS
from custody.network.fault import ExchangeError, NetworkFault
from custody.proof.rfc3161.token import decode_token
from custody.sealing.draft import Draft
from custody.sealing.seal import Sealed, SealOptions, seal_draft
from custody.stamping.desk import Postponed
from custody.stamping.fresh import fetch_anchors
from custody.storage.opening import open_bundle
from custody.verification.inventory import take_inventory
from tests.tools.bundles import stream_of
from tests.tools.stamping import FIRST, NOW, SIGNER, answering, make_desk, passing


def sealed_with(folder: Path, *anchors: bytes) -> Sealed:
    """Seal one file with anchors."""
    (folder / "a.txt").write_bytes(b"x")
    return seal_draft(
        Draft().add(folder / "a.txt"),
        folder,
        signers=[SIGNER],
        randomness=stream_of("seal"),
        now=lambda: NOW,
        options=SealOptions(name="b", anchors=anchors),
    )


def test_fresh_random_bytes_are_stamped() -> None:
    """Two tokens for two authorities, over different bytes that tell nothing."""
    desk = make_desk()
    tokens = fetch_anchors(desk, desk.trust.authorities)
    imprints = {decode_token(token).info.imprint for token in tokens}
    assert (len(tokens), len(imprints)) == (2, 2)


def test_one_that_fails_is_an_error() -> None:
    """Who asks for anchors gets all of them or none."""
    desk = make_desk(carrier=answering(FIRST))
    with pytest.raises(NetworkError):
        fetch_anchors(desk, desk.trust.authorities)


def test_a_failure_that_may_pass_is_asked_about_again() -> None:
    """As often as the carrier says that it may help; any other one is final."""
    errors = iter([passing(), passing(), ExchangeError(NetworkFault.TLS, "x", expected="y", found="z")])

    def fail(_query: bytes) -> bytes:
        raise next(errors)

    desk = make_desk(FIRST, carrier=answering(first=fail))
    told: list[Postponed] = []
    desk.postpones = told.append
    with pytest.raises(ExchangeError, match="expected y"):
        fetch_anchors(desk, desk.trust.authorities)
    assert [one.again_in_seconds for one in told] == [1.0, 1.0]


def test_the_seal_embeds_them(tmp_path: Path) -> None:
    """In its body, and in files that are named by their digests."""
    desk = make_desk()
    tokens = fetch_anchors(desk, desk.trust.authorities)
    sealed = sealed_with(tmp_path, *tokens, tokens[0])
    source = open_bundle(sealed.path)
    try:
        [names] = take_inventory(source).files.values()
    finally:
        source.close()
    digests = {hashlib.sha256(token).hexdigest() for token in tokens}
    assert {name for name in names if name.startswith("anchors/")} == {
        f"anchors/{digest}.tst" for digest in digests
    }


def test_a_seal_without_anchors_has_no_folder_for_them(tmp_path: Path) -> None:
    """An empty one would be noticed."""
    sealed = sealed_with(tmp_path)
    assert not list(Path(sealed.path).rglob("anchors"))


def test_what_is_no_token_is_not_sealed(tmp_path: Path) -> None:
    """It would stay in the bundle for ever."""
    with pytest.raises(BundleError):
        sealed_with(tmp_path, b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_more_anchors_than_an_event_may_embed_are_refused() -> None:
    """Before anything is done."""
    tokens = [FIRST.stamp(bytes([number]), at=NOW) for number in range(ANCHORS + 1)]
    SealOptions(anchors=tuple(tokens[:ANCHORS]))
    with pytest.raises(LimitError):
        SealOptions(anchors=tuple(tokens))
