"""One verifier of timestamp tokens, timed: `python token_contenders.py NAME FOLDER`, in its own environment.

Prints JSON: a verdict for each token, and the processor seconds that the sound ones took in a second pass.
Only the verifier that is asked for is imported, so this runs where nothing of custody is installed. What
every verifier may keep between tokens (roots, settings) it keeps.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

Verify = Callable[[bytes, bytes, datetime], bool]
"""Judges a token over bytes, with certificates as of a moment."""

GRANTED = bytes.fromhex("3003020100")


def custody_verifier(roots: list[bytes], *, cached: bool) -> Verify:
    """Return ours, with or without a cache of paths."""
    from custody.format.hashes import digests_of  # noqa: PLC0415 - only one verifier is imported
    from custody.model.instant import decode_instant  # noqa: PLC0415
    from custody.proof.rfc3161.path import PathCache  # noqa: PLC0415
    from custody.proof.rfc3161.verify import verify_token  # noqa: PLC0415
    from custody.proof.stamp import StampQuestion  # noqa: PLC0415
    from custody.report.stamp_code import StampOutcome  # noqa: PLC0415
    from custody.trust.trust import Authority, Trust, TrustedRoot  # noqa: PLC0415

    pinned = tuple(TrustedRoot(certificate=one) for one in roots)
    trust = Trust(authorities=(Authority(name="bench", operator="bench", roots=pinned),))
    now = decode_instant("2026-11-24T00:00:00Z")
    paths = PathCache() if cached else None

    def verify(token: bytes, data: bytes, _at: datetime) -> bool:
        question = StampQuestion(trust=trust, now=now, digest_of=digests_of(data))
        return verify_token(token, question, paths=paths).outcome is StampOutcome.VALID

    return verify


def rfc3161_client_verifier(roots: list[bytes]) -> Verify:
    """Return that of rfc3161-client, which takes replies."""
    from cryptography import x509  # noqa: PLC0415
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response  # noqa: PLC0415

    verifier = VerifierBuilder(roots=[x509.load_der_x509_certificate(one) for one in roots]).build()

    def verify(token: bytes, data: bytes, _at: datetime) -> bool:
        members = GRANTED + token
        reply = b"\x30\x82" + len(members).to_bytes(2, "big") + members
        try:
            return verifier.verify_message(decode_timestamp_response(reply), data)
        except VerificationError:
            return False

    return verify


def pyhanko_verifier(roots: list[bytes]) -> Verify:
    """Return that of pyhanko."""
    import asyncio  # noqa: PLC0415
    import hashlib  # noqa: PLC0415
    import logging  # noqa: PLC0415

    from asn1crypto import cms, x509  # noqa: PLC0415
    from pyhanko.sign.validation.errors import SignatureValidationError  # noqa: PLC0415
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data  # noqa: PLC0415
    from pyhanko.sign.validation.status import TimestampSignatureStatus  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    trusted = [x509.Certificate.load(one) for one in roots]
    loop = asyncio.new_event_loop()

    async def ask(token: bytes, data: bytes, at: datetime) -> bool:
        content: Any = cms.ContentInfo.load(token)["content"]
        context = ValidationContext(trust_roots=trusted, moment=at, allow_fetching=False)
        found = await validate_tst_signed_data(
            content, context, lambda name: hashlib.new(name, data).digest()
        )
        status = TimestampSignatureStatus(**found)
        return bool(status.intact and status.valid and status.trusted)

    def verify(token: bytes, data: bytes, at: datetime) -> bool:
        try:
            return loop.run_until_complete(ask(token, data, at))
        except SignatureValidationError:
            return False

    return verify


def verifier_of(name: str, roots: list[bytes]) -> Verify:
    """Return a verifier by its name."""
    if name == "rfc3161-client":
        return rfc3161_client_verifier(roots)
    if name == "pyhanko":
        return pyhanko_verifier(roots)
    return custody_verifier(roots, cached=name == "custody, path cached")


def main() -> int:
    """Judge every token once, then time the sound ones."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    facts = json.loads((folder / "tokens.json").read_text("ascii"))
    at = datetime.fromisoformat(facts["at"])
    tokens = [(bytes.fromhex(one["token"]), bytes.fromhex(one["data"])) for one in facts["tokens"]]
    verify = verifier_of(name, [bytes.fromhex(one) for one in facts["roots"]])
    verdicts = [verify(token, data, at) for token, data in tokens]
    sound = [one for one, verdict in zip(tokens, verdicts, strict=True) if verdict]
    started = time.process_time()
    for token, data in sound:
        verify(token, data, at)
    seconds = time.process_time() - started
    print(json.dumps({"verdicts": verdicts, "seconds": seconds, "timed": len(sound)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
