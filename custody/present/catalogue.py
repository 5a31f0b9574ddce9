"""What every language has to say: sentences keyed by codes, and how they are filled in.

A sentence names its arguments in braces. A passage in square brackets is printed only when all its arguments
are known: verification states a fact with what it has at hand, and no sentence ever shows a gap.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping

from attrs import frozen

from custody.errors import UsageError
from custody.present.display import display
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Limit
from custody.report.stamp_code import StampCode

LANGUAGES = ("en", "ar")
_PASSAGE = re.compile(r"\[([^\[\]]*)\]")
_ARGUMENT = re.compile(r"\{([a-z_]+)\}")

Sentence = tuple[str, str]
"""What was found, and what to do next."""


@frozen(kw_only=True)
class Catalogue:
    """All words of one language.

    Attributes:
        language: BCP 47 tag.
        outcomes: the three words of a verdict.
        claims: the name of each claim.
        claim_sentences: what each outcome of each claim says.
        questions: the heading of each of the nine findings.
        reasons: for each reason code, a sentence and a next step.
        stamp_codes: for each code about one proof of time, a sentence.
        limits: what no verification shows.
        exits: what each exit code means.
        words: everything else, by key.
    """

    language: str
    outcomes: Mapping[Outcome, str]
    claims: Mapping[Claim, str]
    claim_sentences: Mapping[tuple[Claim, Outcome], str]
    questions: Mapping[int, str]
    reasons: Mapping[Reason, Sentence]
    stamp_codes: Mapping[StampCode, str]
    limits: Mapping[Limit, str]
    exits: Mapping[int, str]
    words: Mapping[str, str]


def arguments_of(sentence: str) -> frozenset[str]:
    """Return the names of the arguments of a sentence."""
    return frozenset(_ARGUMENT.findall(sentence))


def passages_of(sentence: str) -> frozenset[frozenset[str]]:
    """Return, for each optional passage of a sentence, the names of its arguments."""
    return frozenset(arguments_of(passage) for passage in _PASSAGE.findall(sentence))


def fill(sentence: str, arguments: Mapping[str, str | int]) -> str:
    """Fill a sentence with arguments; each is displayed, never trusted.

    An empty text counts as unknown; a required argument that is unknown shows as "?".
    """
    known = {name: value for name, value in arguments.items() if value != ""}

    def passage(found: re.Match[str]) -> str:
        return found[1] if arguments_of(found[1]) <= known.keys() else ""

    def argument(found: re.Match[str]) -> str:
        return display(str(known.get(found[1], "?")))

    return _ARGUMENT.sub(argument, _PASSAGE.sub(passage, sentence))


def catalogue_for(language: str) -> Catalogue:
    """Return the catalogue of a language; only that one is loaded.

    Raises:
        UsageError: there is none.
    """
    if language not in LANGUAGES:
        raise UsageError(f"language: expected one of {', '.join(LANGUAGES)}, found another")
    catalogue: Catalogue = importlib.import_module(f"custody.present.catalogue_{language}").CATALOGUE
    return catalogue
