"""The benchmarks measure what they say; how fast it is, no test decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.chain import make_chain, verify_chain
from benchmarks.contenders import Contender
from benchmarks.corpora import Corpus, make_corpus
from benchmarks.figures import Goal, Series, goals_table, ratio_goal, series_table
from benchmarks.items import seal_items, verify_items
from benchmarks.process import Run, measure
from benchmarks.seal_parts import PARTS, replacements
from benchmarks.tokens import batch, verify_tokens


def series(name: str, *walls: float) -> Series:
    """Make a series of runs that nobody disturbed."""
    return Series(name, [Run(wall_s=wall, cpu_s=wall, others=0.0) for wall in walls])


def test_items_verify_to_the_root_that_was_sealed(tmp_path: Path) -> None:
    """Both halves of the items benchmark do the whole work."""
    sealed = seal_items(tmp_path, 1500)
    assert verify_items(tmp_path, 1500) == sealed


def test_a_long_log_is_verified_to_its_end(tmp_path: Path) -> None:
    """The benchmark of logs counts every event, and stops when one is missing."""
    bundle = make_chain(tmp_path, 3)
    assert verify_chain(bundle, 3) == 4
    with pytest.raises(ValueError, match="every event"):
        verify_chain(bundle, 4)


def test_what_is_left_out_of_sealing_is_there_to_be_left_out() -> None:
    """Each replacement stands for something that sealing really uses."""
    found = replacements(set(PARTS))
    assert [name for place, name, _ in found if not hasattr(place, name)] == []


def test_a_corpus_is_the_same_each_time(tmp_path: Path) -> None:
    """Names, lengths and bytes do not depend on the run."""
    corpus = Corpus(name="some", files=3, size_bytes=2 << 20, spread_bytes=1000, extensions=("jpg", "txt"))
    for name in ("a", "b"):
        make_corpus(corpus, tmp_path / name)
    first, second = (
        {file.name: file.read_bytes() for file in (tmp_path / name).rglob("*.*")} for name in ("a", "b")
    )
    assert first == second
    assert len({content[:64] for content in first.values()}) == 3


def test_processor_time_of_children_is_counted(tmp_path: Path) -> None:
    """A shell that only waits for a busy child is charged with it."""
    command = ("sh", "-c", "head -c 50000000 /dev/zero | sha256sum > busy; cat busy > copy")
    run = measure(Contender(name="busy", command=command, folder=tmp_path).command, tmp_path)
    assert run.cpu_s > 0.01


def test_a_missed_goal_is_printed_as_a_loss() -> None:
    """Minimum over minimum decides; the ratio of medians stands beside it."""
    ours, theirs = series("ours", 2.0, 3.0, 4.0), series("theirs", 1.0, 1.0, 2.0)
    goal = ratio_goal("ours / theirs", 1.5, ours, theirs)
    assert (goal.found, goal.median, goal.met) == (2.0, 3.0, False)
    assert "LOSS" in goals_table([goal])[-1]
    assert Goal(what="x", limit=2, found=2).met
    assert "2.00" in series_table("verify", [ours, theirs], theirs)[2]


def test_tokens_are_judged_before_they_are_timed(tmp_path: Path) -> None:
    """The verifiers of this environment tell sound tokens from unsound ones, and each has a goal."""
    goals = list(verify_tokens(tmp_path, None, 21, 1))
    assert [goal.what for goal in goals] == ["a token: custody", "a token: custody, path cached"]


def test_a_batch_costs_each_bundle_what_the_goal_says() -> None:
    """Bytes do not depend on the machine: 10,000 bundles keep to their goal."""
    assert [goal.met for goal in batch(10_000) if goal.unit == "bytes"] == [True]
