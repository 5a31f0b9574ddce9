"""VERIFY.txt: how to check a bundle with stock tools, for people who trust neither us nor our program.

The text is a pure function of the seal: its ids, signers, keys and stated time (bundle spec, "VERIFY.txt").
It is the same in a whole bundle and in its parts, and the verifier recomputes it, because a changed text
would instruct its reader wrongly.

English comes first, then Arabic; the commands are the same lines in both. In Arabic, file names and other
Latin passages inside a sentence stand between U+2066 and U+2069 (LEFT-TO-RIGHT ISOLATE, POP DIRECTIONAL
ISOLATE; Unicode Standard Annex 9), so that they are not torn apart; digests stand on lines of their own, and
commands hold no such marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import ModuleType

from custody.format import verify_words_ar, verify_words_en
from custody.format.verify_facts import POWERSHELL, Command, SealFacts, SealSigner
from custody.format.verify_posix import posix_steps
from custody.format.verify_powershell import powershell_steps
from custody.model.identity import KeyAlgorithm

__all__ = ["TEMPLATE", "SealFacts", "SealSigner", "encode_verify_txt"]

TEMPLATE = 1
_RULE = "=" * 72
_LATIN_PASSAGE = re.compile(r"`([^`\n]*)`")
_ISOLATED = "\N{LEFT-TO-RIGHT ISOLATE}\\1\N{POP DIRECTIONAL ISOLATE}"


def encode_verify_txt(seal: SealFacts) -> bytes:
    """Encode VERIFY.txt, template 1: UTF-8, lines ended by LF.

    Args:
        seal: what the seal states, with the keys beside it.
    """
    posix, windows = posix_steps(seal), powershell_steps(seal)
    steps = {number: posix.get(number, ()) + windows.get(number, ()) for number in verify_words_en.STEPS}
    english = _language(verify_words_en, seal, steps)
    arabic = _language(verify_words_ar, seal, steps)
    return "".join(f"{line}\n" for line in (*english, "", _RULE, _RULE, "", *arabic)).encode("utf-8")


def _prose(text: str) -> str:
    """Isolate what the words mark as Latin; commands, with backticks of their own, never come here."""
    return _LATIN_PASSAGE.sub(_ISOLATED, text)


def _language(words: ModuleType, seal: SealFacts, steps: dict[int, tuple[Command, ...]]) -> Iterator[str]:
    yield from (words.TITLE, _RULE, _prose(words.OPENING), "")
    yield from _facts(words, seal)
    yield from (_prose(words.MEANING), "", _prose(words.HOW))
    for number, (heading, text) in words.STEPS.items():
        title = words.STEP.format(number=number, heading=_prose(heading))
        yield from ("", "", title, "-" * 72, _prose(text))
        yield from _block(steps[number])


def _block(commands: tuple[Command, ...]) -> Iterator[str]:
    """Print commands with their marks, and a blank line where PowerShell begins."""
    for place, command in enumerate(commands):
        if place == 0 or (command.shell == POWERSHELL) != (commands[place - 1].shell == POWERSHELL):
            yield ""
        yield f"    {command.shell} {command.line}"


def _facts(words: ModuleType, seal: SealFacts) -> Iterator[str]:
    yield from (words.BUNDLE, f"    {seal.bundle_id}", words.SEAL, f"    {seal.seal_id}")
    yield from (words.TIME, f"    {seal.claimed_at}", "")
    for number, signer in enumerate(seal.signers, 1):
        yield from (words.SIGNER.format(number=number), f"    {signer.claimed_identity}")
        yield from (words.FINGERPRINT, f"    {signer.key_set.fingerprint}")
        for label, algorithm in (
            (words.ED25519, KeyAlgorithm.ED25519),
            (words.MLDSA65, KeyAlgorithm.MLDSA65),
        ):
            key = signer.key_set.key(algorithm)
            if key is not None:
                yield from (_prose(label), f"    {key.key_id}")
        yield ""
