"""A language of the filing: how sentences become pieces of text that each know what they are.

Sentences and words come from `custody.present.catalogue` and from the words of the filing. Whatever is filled
in keeps its own kind: digests and times as EXACT, texts of a bundle as UNTRUSTED, so no renderer can take one
for the other. In Arabic, Latin passages inside our own words become EXACT too: they run from left to right.
"""

from __future__ import annotations

import importlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from attrs import evolve, frozen

from custody.filing.document import Inline, Span, SpanKind
from custody.filing.glyphs import drawable
from custody.model.identity import is_identity
from custody.present.catalogue import Catalogue, arguments_of, catalogue_for
from custody.present.display import display

Value: TypeAlias = Inline | Span | str | int
"""What may be filled into a sentence: pieces of text; our own facts as text or number."""

_PASSAGE: Final = re.compile(r"\[([^\[\]]*)\]")
_ARGUMENT: Final = re.compile(r"\{([a-z0-9_]+)\}")
_DIGEST: Final = re.compile(r"\b[0-9a-f]{16,}\b")
_LATIN: Final = re.compile(
    r"-{0,2}[A-Za-z0-9][A-Za-z0-9._/@:<>=+-]*(?: -{0,2}[A-Za-z0-9][A-Za-z0-9._/@:<>=+-]*)*"
)
_ENDS: Final = ".?!:؟"
_DRAWN: Final = re.compile(r"\\u\{[0-9A-F]{1,6}\}|.", re.DOTALL)
_LONGEST_ESCAPE: Final = len("\\u{10FFFF}")


@frozen(kw_only=True)
class Language:
    """The words of one language.

    Attributes:
        catalogue: what every report says.
        words: what only a filing says, by key.
    """

    catalogue: Catalogue
    words: Mapping[str, str]

    @property
    def tag(self) -> str:
        """BCP 47 tag: "en" or "ar"."""
        return self.catalogue.language

    def text(self, key: str, **arguments: str | int) -> str:
        """Return words of the filing as plain text, for headings; arguments are our own facts."""
        return "".join(span.text for span in self.inline(key, **arguments))

    def inline(self, key: str, **arguments: Value) -> Inline:
        """Return words of the filing with what is filled in."""
        return self.filled(self.words[key], arguments)

    def strong(self, key: str) -> Inline:
        """Return emphasised words of the filing."""
        return (Span(self.words[key], SpanKind.STRONG),)

    def shared(self, key: str, **arguments: Value) -> Inline:
        """Return words that every report has, with what is filled in."""
        return self.filled(self.catalogue.words[key], arguments)

    def told(self, text: str) -> Inline:
        """Return our own words, which hold nothing of a bundle."""
        return tuple(self._own(text))

    def filled(self, sentence: str, arguments: Mapping[str, Value]) -> Inline:
        """Fill a sentence as `custody.present.catalogue.fill` does, each argument keeping its kind."""
        known = {name: value for name, value in arguments.items() if value not in ("", ())}

        def passage(found: re.Match[str]) -> str:
            return found[1] if arguments_of(found[1]) <= known.keys() else ""

        return tuple(_joined(self._pieces(_PASSAGE.sub(passage, sentence), known)))

    def listed(self, parts: Iterable[Inline]) -> Inline:
        """Join parts by the comma of the language."""
        found: list[Span] = []
        for part in parts:
            if found:
                found.append(Span(self.catalogue.words["comma"]))
            found.extend(part)
        return tuple(found)

    def _pieces(self, sentence: str, known: Mapping[str, Value]) -> Iterator[Span]:
        for place, part in enumerate(_ARGUMENT.split(sentence)):
            if place % 2:
                yield from _value(known.get(part, "?"))
            elif part:
                yield from self._own(part)

    def _own(self, text: str) -> Iterator[Span]:
        end = 0
        for found in (_LATIN if self.tag == "ar" else _DIGEST).finditer(text):
            latin = found[0].rstrip(".:")
            if found.start() > end:
                yield Span(text[end : found.start()])
            yield Span(latin, SpanKind.EXACT)
            end = found.start() + len(latin)
        if text[end:]:
            yield Span(text[end:])


def _value(value: Value) -> Iterator[Span]:
    if isinstance(value, Span):
        yield value
    elif isinstance(value, tuple):
        yield from value
    else:
        yield Span(display(str(value)), SpanKind.EXACT)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Join neighbours of our own words."""
    held: Span | None = None
    for span in spans:
        if held is not None and held.kind is span.kind is SpanKind.WORDS:
            held = evolve(held, text=held.text + span.text)
            continue
        if held is not None:
            yield held
        held = span
    if held is not None:
        yield held


def claimed(text: str, *, most: int | None = None) -> Span:
    r"""Return a text of a bundle, made harmless and marked as such.

    Args:
        text: of the bundle.
        most: cut it so that no more characters are drawn; what a font lacks is drawn as `\\u{4E2D}`, which is
            cut nowhere within.
    """
    shown = display(text)
    if most is None or (len(shown) <= most and len(drawable(shown)) <= most):
        return Span(shown, SpanKind.UNTRUSTED)
    units = [found[0] for found in _DRAWN.finditer(shown[: _LONGEST_ESCAPE * most])]
    lengths = range(len(units) + 1)
    fitting = bisect_right(lengths, most - 1, key=lambda count: len(drawable("".join(units[:count])))) - 1
    return Span(f"{''.join(units[:fitting])}…", SpanKind.UNTRUSTED)


def named(name: str) -> Span:
    """Return a name that a report gives to keys.

    The trust's names are EXACT. Under an expected seal the seal's own label is used, with that said behind
    it: it holds a blank, as no name of a trust does, and stays a text of the bundle.
    """
    return Span(name, SpanKind.EXACT) if is_identity(name) else claimed(name)


def as_sentence(inline: Inline) -> Inline:
    """Return a sentence of the catalogue as it is printed: with a capital letter and a full stop."""
    if not inline:
        return inline
    first, last = inline[0], inline[-1]
    spans = list(inline)
    if first.kind is SpanKind.WORDS:
        spans[0] = evolve(first, text=first.text[:1].upper() + first.text[1:])
    if not last.text.endswith(tuple(_ENDS)):
        spans.append(Span("."))
    return tuple(_joined(spans))


def capital(text: str) -> str:
    """Return words with a capital letter, for headings."""
    return text[:1].upper() + text[1:]


def language_of(tag: str, words: str = "words") -> Language:
    """Return a language of the filing; only that one is loaded.

    Args:
        tag: "en" or "ar".
        words: of which kind of document: the beginning of the names of the modules that hold them.

    Raises:
        UsageError: there is no such language.
    """
    catalogue = catalogue_for(tag)
    found: Mapping[str, str] = importlib.import_module(f"custody.filing.{words}_{tag}").WORDS
    return Language(catalogue=catalogue, words=found)
