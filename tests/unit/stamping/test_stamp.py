"""Stamping bundles by authorities in this process."""

from __future__ import annotations

from pathlib import Path

from custody.stamping.desk import authorities_named
from custody.stamping.stamp import StampOptions, StampOutcome, stamp_bundles
from tests.tools.stamping import make_desk, sealed_bundle, stamps_of


def run(
    folder: Path, *bundles: Path, names: tuple[str, ...] = ("first", "second"), **options: object
) -> StampOutcome:
    desk = make_desk()
    return stamp_bundles(
        desk,
        [str(one) for one in bundles],
        authorities_named(desk.trust, names),
        queue=str(folder / ".custody-queue"),
        options=StampOptions(**options),
    )


def test_a_seal_is_stamped_by_two_operators(tmp_path: Path) -> None:
    """One token each, with its whole path beside it."""
    bundle = sealed_bundle(tmp_path / "b")
    outcome = run(tmp_path, bundle)
    assert [one.operator for one in outcome.added] == ["First operator", "Second operator"]
    assert (outcome.short, outcome.refused, outcome.passed) == ((), (), ())
    assert [len(names) for names in stamps_of(bundle).values()] == [4, 4]
    assert not (tmp_path / ".custody-queue").exists()
