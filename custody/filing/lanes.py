"""Who held it, drawn: one lane for each holding, along proven and claimed time.

The drawing is a whole SVG file without style sheet, script or link, the same in a PDF and in a page. For
Arabic it is mirrored; programs that draw SVG mostly ignore `direction`, so Arabic texts end at their anchor,
and stand between U+2067 (RIGHT-TO-LEFT ISOLATE) and U+2069 (POP DIRECTIONAL ISOLATE; Unicode Standard Annex
9).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

from attrs import frozen

from custody.filing.document import Figure
from custody.filing.lane_scale import PLOT_END, PLOT_START, WIDTH, Bar, Scale, bars_of
from custody.filing.language import Language
from custody.present.display import display
from custody.present.holdings import holding_lines
from custody.report.holding_fact import HoldingFact, HoldingStart, HoldingState

_LISTED: Final = 50
_ROW: Final = 46
_TOP: Final = 14
_BAR: Final = 14
_AXIS: Final = 30
_LEGEND_ROW: Final = 20
_MARGIN: Final = 8
_NAME_CHARACTERS: Final = 22
_LATE: Final = (
    PLOT_START + (PLOT_END - PLOT_START) * 0.55
)  # a caption that begins later would leave the drawing
_OPEN_END: Final = 'stroke="#1f4e79" stroke-width="1" stroke-dasharray="2 2"'
_INK: Final = "#1a1a1a"
_BLUE: Final = "#1f4e79"
_GREY: Final = "#595959"
_FONT: Final = "Noto Sans, Noto Naskh Arabic, sans-serif"
_ISOLATE, _POP = "\u2067", "\u2069"
_HATCH: Final = (
    '<defs><pattern id="claimed" width="6" height="6" patternUnits="userSpaceOnUse">'
    f'<path d="M-1,1 L1,-1 M0,6 L6,0 M5,7 L7,5" stroke="{_BLUE}" stroke-width="1"/></pattern></defs>'
)


def draw_lanes(holdings: Sequence[HoldingFact], scale: Scale, language: Language) -> Figure:
    """Draw the holdings, the first fifty; what is drawn is told in words beside it as well.

    Args:
        holdings: as a report has them: their names are the trust's.
        scale: which moment lies where; see `custody.filing.lane_scale.scale_of`.
        language: its words; Arabic is mirrored.
    """
    shown = holdings[:_LISTED]
    pen = _Pen(language=language)
    height = _TOP + _ROW * len(shown) + _AXIS + _LEGEND_ROW * 4
    parts = [
        f"<title>{escape(language.words['lanes_title'])}</title>",
        f"<desc>{escape(_description(shown, language))}</desc>",
        _HATCH,
        f'<rect x="0" y="0" width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *_axis(pen, scale, _TOP + _ROW * len(shown)),
        *_lanes(pen, shown, scale),
        *_legend(pen, _TOP + _ROW * len(shown) + _AXIS),
    ]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        # A page that runs from right to left would hand its direction down, and turn the anchors round.
        f'viewBox="0 0 {WIDTH} {height}" role="img" direction="ltr" font-family="{_FONT}" font-size="11">'
        + "\n".join(parts)
        + "</svg>\n"
    )
    alt = language.text("lanes_alt", count=len(shown))
    return Figure(svg=svg, alt=alt, width_px=WIDTH, height_px=height)


def _description(holdings: Sequence[HoldingFact], language: Language) -> str:
    return " / ".join(display(line) for line in holding_lines(holdings, language.catalogue))


@frozen(kw_only=True)
class _Pen:
    """Draws in the direction of a language: what begins at the left begins at the right in Arabic."""

    language: Language

    @property
    def mirrored(self) -> bool:
        """Whether x runs from right to left."""
        return self.language.tag == "ar"

    def x(self, x: float) -> str:
        """Return a place, mirrored where the language wants it."""
        return _number(WIDTH - x if self.mirrored else x)

    def rect(self, x: float, y: float, width: float, height: float, look: str) -> str:
        """Draw a rectangle."""
        left = x + width if self.mirrored else x
        size = f'width="{_number(width)}" height="{_number(height)}"'
        return f'<rect x="{self.x(left)}" y="{_number(y)}" {size} {look}/>'

    def line(self, x1: float, y1: float, x2: float, y2: float, look: str) -> str:
        """Draw a line."""
        return f'<line x1="{self.x(x1)}" y1="{_number(y1)}" x2="{self.x(x2)}" y2="{_number(y2)}" {look}/>'

    def words(
        self, x: float, y: float, text: str, look: str = f'fill="{_INK}"', *, ending: bool = False
    ) -> str:
        """Write words of the language, beginning at x, or ending there."""
        anchor = "end" if self.mirrored is not ending else "start"
        told = f"{_ISOLATE}{escape(text)}{_POP}" if self.mirrored else escape(text)
        return f'<text x="{self.x(x)}" y="{_number(y)}" text-anchor="{anchor}" {look}>{told}</text>'

    def date(self, x: float, y: float, text: str) -> str:
        """Write a date above its place: left to right in every language."""
        look = f'text-anchor="middle" fill="{_GREY}"'
        return f'<text x="{self.x(x)}" y="{_number(y)}" {look}>{escape(text)}</text>'

    def diamond(self, x: float, y: float, *, filled: bool) -> str:
        """Draw the sign of a handover: filled where both signed, hollow where one did."""
        size, centre = 6, float(self.x(x))
        points = ((centre, y - size), (centre + size, y), (centre, y + size), (centre - size, y))
        listed = " ".join(f"{_number(px)},{_number(py)}" for px, py in points)
        fill = _INK if filled else "#ffffff"
        return f'<polygon points="{listed}" fill="{fill}" stroke="{_INK}" stroke-width="1.5"/>'

    def seal(self, x: float, y: float) -> str:
        """Draw the sign of a seal: a ring with a tick in it."""
        centre = float(self.x(x))
        tick = f"M{_number(centre - 3)},{_number(y)} l2.5,3 l4,-6"
        return (
            f'<circle cx="{_number(centre)}" cy="{_number(y)}" r="7" fill="#ffffff" stroke="{_INK}" '
            f'stroke-width="1.5"/><path d="{tick}" fill="none" stroke="{_INK}" stroke-width="1.5"/>'
        )


def _number(value: float) -> str:
    """Return a number with one decimal at most, so that the same moments give the same bytes everywhere."""
    return f"{value:.1f}".removesuffix(".0")


def _axis(pen: _Pen, scale: Scale, y: float) -> Iterator[str]:
    yield pen.line(PLOT_START, y, PLOT_END, y, f'stroke="{_GREY}" stroke-width="1"')
    for x, text in scale.ticks():
        yield pen.line(x, _TOP, x, y + 4, 'stroke="#d0d0d0" stroke-width="1"')
        yield pen.date(x, y + 17, text)


def _lanes(pen: _Pen, holdings: Sequence[HoldingFact], scale: Scale) -> Iterator[str]:
    bars = bars_of(holdings, scale)
    places = {fact.opened_by: row for row, fact in enumerate(holdings) if fact.opened_by is not None}
    for row, (fact, bar) in enumerate(zip(holdings, bars, strict=True)):
        y: float = _TOP + _ROW * row + 12
        yield pen.words(_MARGIN, y + 11, _name(fact, pen.language), f'fill="{_INK}" font-weight="bold"')
        yield from _bar(pen, bar, y)
        late = bar.start > _LATE
        place = PLOT_END if late else bar.start
        yield pen.words(place, y + _BAR + 13, _caption(fact, pen.language), ending=late)
    for row, (fact, bar) in enumerate(zip(holdings, bars, strict=True)):
        y = _TOP + _ROW * row + 12 + _BAR / 2
        yield from _signs(pen, fact, bar, y, places)


def _bar(pen: _Pen, bar: Bar, y: float) -> Iterator[str]:
    width = max(bar.end - bar.start, 2)
    if bar.proven:
        yield pen.rect(bar.start, y, width, _BAR, f'fill="{_BLUE}"')
    else:
        dashes = f'fill="url(#claimed)" stroke="{_BLUE}" stroke-width="1.2" stroke-dasharray="4 3"'
        yield pen.rect(bar.start, y, width, _BAR, dashes)
    if bar.open_end:
        yield pen.line(bar.end, y - 3, bar.end, y + _BAR + 3, _OPEN_END)
    for low, high in bar.windows:
        look = f'stroke="{_INK}" stroke-width="1.5"'
        yield pen.line(low, y - 4, high, y - 4, look)
        yield pen.line(low, y - 7, low, y - 1, look)
        yield pen.line(high, y - 7, high, y - 1, look)


def _signs(pen: _Pen, fact: HoldingFact, bar: Bar, y: float, places: Mapping[str, int]) -> Iterator[str]:
    if fact.opened is HoldingStart.SEALED:
        yield pen.seal(bar.start, y)
    if fact.state is HoldingState.IN_TRANSIT:
        yield pen.diamond(bar.end, y, filled=False)
    there = places.get(fact.ended_by or "")
    if there is not None and fact.state in {HoldingState.HANDED_OVER, HoldingState.SUCCEEDED}:
        other = _TOP + _ROW * there + 12 + _BAR / 2
        yield pen.line(bar.end, y, bar.end, other, f'stroke="{_INK}" stroke-width="1"')
        yield pen.diamond(bar.end, other, filled=fact.state is HoldingState.HANDED_OVER)


def _name(fact: HoldingFact, language: Language) -> str:
    name = display(fact.holder or language.words["name_withheld"])
    return name if len(name) <= _NAME_CHARACTERS else f"{name[: _NAME_CHARACTERS - 1]}…"


def _caption(fact: HoldingFact, language: Language) -> str:
    opened = language.catalogue.words[f"opened_{fact.opened.value}"]
    state = language.words[f"lane_{fact.state.value}"]
    return f"{opened}{language.catalogue.words['comma']}{state}"


def _legend(pen: _Pen, y: float) -> Iterator[str]:
    solid = Bar(start=_MARGIN, end=_MARGIN + 30, proven=True)
    hatched = Bar(start=_MARGIN, end=_MARGIN + 30, proven=False)
    words, column, second = pen.language.words, 46, WIDTH / 2 + 40
    yield from _bar(pen, solid, y)
    yield pen.words(column, y + 11, words["lanes_solid"])
    yield from _bar(pen, hatched, y + _LEGEND_ROW)
    yield pen.words(column, y + _LEGEND_ROW + 11, words["lanes_hatched"])
    yield pen.seal(_MARGIN + 15, y + 2 * _LEGEND_ROW + 7)
    yield pen.words(column, y + 2 * _LEGEND_ROW + 11, words["lanes_seal"])
    window = Bar(start=_MARGIN, end=_MARGIN, proven=True, windows=((_MARGIN, _MARGIN + 30),))
    yield from list(_bar(pen, window, y + 3 * _LEGEND_ROW + 11))[1:]
    yield pen.words(column, y + 3 * _LEGEND_ROW + 11, words["lanes_window"])
    for row, (filled, key) in enumerate(((True, "lanes_both"), (False, "lanes_one"))):
        yield pen.diamond(second, y + row * _LEGEND_ROW + 7, filled=filled)
        yield pen.words(second + 16, y + row * _LEGEND_ROW + 11, words[key])
    yield pen.line(second, y + 2 * _LEGEND_ROW, second, y + 3 * _LEGEND_ROW - 4, _OPEN_END)
    yield pen.words(second + 16, y + 2 * _LEGEND_ROW + 11, words["lanes_open"])
