"""The drawing of who held it: proven and claimed apart, mirrored for Arabic, and nothing active in it."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve

from custody.filing.lane_scale import PLOT_END, PLOT_START, WIDTH, Scale, bars_of, scale_of
from custody.filing.lanes import draw_lanes
from custody.filing.language import language_of
from custody.present.catalogue import LANGUAGES
from custody.report.holding_fact import HoldingFact, HoldingMoment, HoldingStart, HoldingState
from tests.unit.filing.filings import facts, moment, story

UNTIL = moment(30)
PROVEN = HoldingMoment(not_before=moment(2), not_after=moment(4), claimed_at=str(moment(3)))
CLAIMED = HoldingMoment(claimed_at=str(moment(10)))
SEALED = HoldingFact(
    holding_id="a" * 32,
    holder="w-01",
    opened=HoldingStart.SEALED,
    opened_by="1" * 64,
    state=HoldingState.HELD,
    start=PROVEN,
)
RECEIVED = HoldingFact(
    holding_id="b" * 32,
    holder="lawyer-7",
    opened=HoldingStart.RECEIVED,
    opened_by="2" * 64,
    state=HoldingState.HELD,
    start=CLAIMED,
)
HANDED_OVER = evolve(SEALED, state=HoldingState.HANDED_OVER, ended_by="2" * 64, end=PROVEN, to="lawyer-7")


def drawn(*holdings: HoldingFact, lang: str = "en") -> str:
    """Return the drawing."""
    return draw_lanes(holdings, scale_of(holdings, UNTIL), language_of(lang)).svg


def legend_free(svg: str, pattern: str) -> int:
    """Count what is drawn besides the legend, which shows each sign once."""
    return len(re.findall(pattern, svg)) - 1


def test_a_bar_is_solid_where_proofs_of_time_bound_it() -> None:
    """A start that is proven, and no end that is recorded."""
    (bar,) = bars_of((SEALED,), scale_of((SEALED,), UNTIL))
    assert (bar.proven, bar.open_end, bar.end) == (True, True, PLOT_END)
    assert legend_free(drawn(SEALED), 'fill="#1f4e79"') == 1


@pytest.mark.parametrize(
    "fact",
    [
        RECEIVED,
        evolve(HANDED_OVER, end=CLAIMED),
        evolve(SEALED, state=HoldingState.DISPUTED),
        evolve(SEALED, state=HoldingState.UNKNOWN, start=HoldingMoment()),
    ],
)
def test_a_bar_is_hatched_where_anything_is_only_claimed(fact: HoldingFact) -> None:
    """The begin, the end, or what became of it."""
    (bar,) = bars_of((fact,), scale_of((fact,), UNTIL))
    assert not bar.proven
    assert legend_free(drawn(fact), r"url\(#claimed\)") == 1


def test_the_window_of_a_moment_is_drawn() -> None:
    """Where it is proven from both sides."""
    (bar,) = bars_of((HANDED_OVER,), scale_of((HANDED_OVER,), UNTIL))
    assert len(bar.windows) == 2
    assert all(low < high for low, high in bar.windows)
    (bar,) = bars_of((RECEIVED,), scale_of((RECEIVED,), UNTIL))
    assert not bar.windows


def test_a_lower_bound_alone_places_a_moment_too() -> None:
    """It is proven not to be earlier."""
    late = evolve(RECEIVED, start=HoldingMoment(not_before=moment(12), claimed_at=str(moment(10))))
    scale = scale_of((late,), UNTIL)
    (bar,) = bars_of((late,), scale)
    assert bar.start == scale.x(scale.last_ms - 18 * 86_400_000)
    assert bar.proven


def test_a_handover_is_a_filled_diamond_when_both_signed() -> None:
    """A succession and a release have a hollow one."""
    heir = evolve(RECEIVED, opened=HoldingStart.SUCCEEDED)
    succeeded = evolve(HANDED_OVER, state=HoldingState.SUCCEEDED)
    transit = evolve(SEALED, state=HoldingState.IN_TRANSIT, end=PROVEN, to="lawyer-7")
    filled, hollow = '<polygon[^>]*fill="#1a1a1a"', '<polygon[^>]*fill="#ffffff"'
    both = drawn(HANDED_OVER, RECEIVED)
    assert (legend_free(both, filled), legend_free(both, hollow)) == (1, 0)
    one = drawn(succeeded, heir)
    assert (legend_free(one, filled), legend_free(one, hollow)) == (0, 1)
    assert (legend_free(drawn(transit), filled), legend_free(drawn(transit), hollow)) == (0, 1)


def test_a_seal_has_its_sign() -> None:
    """Where the first holding begins."""
    assert legend_free(drawn(SEALED), "<circle") == 1
    assert legend_free(drawn(RECEIVED), "<circle") == 0


def test_nothing_in_it_is_active_or_remote() -> None:
    """No script, style sheet, link or address; well-formed, with title and description."""
    for lang in LANGUAGES:
        svg = drawn(HANDED_OVER, RECEIVED, lang=lang)
        root = ET.fromstring(svg)  # noqa: S314 - our own drawing
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert names <= {
            "svg", "title", "desc", "defs", "pattern", "path", "rect", "line", "text", "polygon", "circle",
        }  # fmt: skip
        assert not re.search(r"href|style=|on[a-z]+=|https?://(?!www\.w3\.org/2000/svg)", svg)
        assert root[0].text
        assert root[1].text


def test_it_says_in_words_what_it_shows() -> None:
    """The description holds the lines that stand beside the drawing."""
    description = drawn(HANDED_OVER, RECEIVED).partition("<desc>")[2].partition("</desc>")[0]
    assert description.startswith("w-01: sealed it (not before 2026-01-02T12:00:00Z")
    assert " / lawyer-7: received it" in description


def test_arabic_is_mirrored_and_isolated() -> None:
    """Texts end where English ones begin, between isolates; dates keep their order."""
    english, arabic = drawn(HANDED_OVER, RECEIVED), drawn(HANDED_OVER, RECEIVED, lang="ar")
    assert 'text-anchor="end"' in arabic
    told = re.findall(r"<text[^>]*>([^<]*)</text>", arabic)
    worded = [text for text in told if re.search(r"[\u0600-\u06ff]", text)]
    assert worded
    assert all(text.startswith("\u2067") and text.endswith("\u2069") for text in worded)
    dates = re.findall(r'<text x="([0-9.]+)"[^>]*>(\d{4}-\d\d-\d\d)<', english)
    mirrored = re.findall(r'<text x="([0-9.]+)"[^>]*>(\d{4}-\d\d-\d\d)<', arabic)
    assert [(round(WIDTH - float(x), 1), text) for x, text in dates] == [
        (float(x), text) for x, text in mirrored
    ]
    assert 'direction="ltr"' in arabic


def test_a_long_or_strange_name_stays_in_its_column() -> None:
    """It is cut, escaped and displayed; a name that is withheld is said to be."""
    svg = drawn(evolve(SEALED, holder="<a&b>\u202e" + "x" * 60), evolve(RECEIVED, holder=None))
    assert "&lt;a&amp;b&gt;\\u{202E}" in svg
    assert "x…</text>" in svg
    assert "(name withheld)" in svg
    assert "\u202e" not in svg


def test_what_is_later_than_now_is_put_at_the_edge() -> None:
    """A clock that was wrong does not stretch the drawing, and a time that is none is left out."""
    future = evolve(RECEIVED, start=HoldingMoment(claimed_at="2999-01-01T00:00:00Z"))
    scale = scale_of((future,), UNTIL)
    (bar,) = bars_of((future,), scale)
    assert (bar.start, bar.end) == (PLOT_END, PLOT_END)
    no_time = evolve(RECEIVED, start=HoldingMoment(claimed_at="yesterday"))
    (bar,) = bars_of((no_time,), scale_of((no_time,), UNTIL))
    assert bar.start == PLOT_START


def test_short_spans_have_minutes_and_long_ones_days() -> None:
    """Each tick lies within the plot, once."""
    day = 86_400_000
    long, short = Scale(first_ms=0, last_ms=40 * day), Scale(first_ms=1, last_ms=60_002)
    assert [text for _, text in long.ticks()] == ["1970-01-01", "1970-01-15", "1970-01-28", "1970-02-10"]
    assert [text for _, text in short.ticks()] == ["1970-01-01 00:01Z"]
    assert all(PLOT_START <= x <= PLOT_END for x, _ in (*long.ticks(), *short.ticks()))


def test_fifty_holdings_are_drawn() -> None:
    """The lines beside the drawing say how many there are."""
    figure = draw_lanes([SEALED] * 60, scale_of([SEALED], UNTIL), language_of("en"))
    assert len(re.findall(">w-01</text>", figure.svg)) == 50
    assert figure.alt.startswith("Drawing of 50 holdings")


def test_the_same_holdings_give_the_same_bytes() -> None:
    """Also from a real log."""
    holdings = facts(story()).report.holdings
    assert drawn(*holdings) == drawn(*holdings)
