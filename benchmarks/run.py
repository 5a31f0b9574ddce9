"""`make bench`: what sealing and verifying cost beside the tools that people use today.

Whole processes are timed, as a user runs them, in turns: one run of each command, then the next round, each
round beginning with another command, so that a slow moment of the machine meets all of them. Digests are
compared before anything is timed. docs/benchmarks.md says how to read the tables.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from benchmarks.contenders import Contender, Keys, compare_digests, make_keys, seal_command, verifiers
from benchmarks.corpora import Corpus, corpora, make_corpus
from benchmarks.environment import describe_machine, distributions, python_command
from benchmarks.figures import Goal, Series, aligned, goals_table, ratio_goal, series_table
from benchmarks.process import FailedError, measure, output_of, peak_memory
from benchmarks.tokens import batch, verify_tokens

REPOSITORY = Path(__file__).resolve().parents[1]
VERIFY_GOALS = {
    "big": {"openssl": 1.05},
    "media": {"openssl": 1.05},
    "small": {"openssl": 2.5, "bagit --validate": 0.6, "model-signing": 0.25},
}
SEAL_GOAL = 3.5
SEAL_LEFT_OUT = ("nothing", "self-check", "self-check,detection", "self-check,detection,copy")
PEAK_GOAL_MIB = 256
IMPORT_RUNS = 9


@frozen(kw_only=True)
class Plan:
    """What one call measures.

    Attributes:
        folder: where files are made.
        peers: the folder of the peers' commands, or None.
        rounds: of verifiers.
        seal_rounds: of sealing, which writes every file each time.
        items: how many items without files.
        events: how many events of one log.
        quick: small corpora.
    """

    folder: Path
    peers: Path | None
    rounds: int
    seal_rounds: int
    items: int
    events: int
    quick: bool


def say(lines: Sequence[str] | str = "") -> None:
    """Print lines at once."""
    print(lines if isinstance(lines, str) else "\n".join(lines), flush=True)


def rounds_of(
    contenders: Sequence[Contender], rounds: int, before: Callable[[], None] | None = None
) -> list[Series]:
    """Run every command once without counting, then in turns, then once more for its memory."""
    series = [Series(one.name) for one in contenders]
    prepare = before or (lambda: None)
    for turn in range(rounds + 1):
        places = [(turn + offset) % len(contenders) for offset in range(len(contenders))]
        for place in places:
            prepare()
            run = measure(contenders[place].command, contenders[place].folder)
            if turn:
                series[place].runs.append(run)
    for one, contender in zip(series, contenders, strict=True):
        prepare()
        one.peak_bytes = peak_memory(contender.command, contender.folder)
    return series


def verify_corpus(corpus: Corpus, plan: Plan, keys: Keys) -> Iterator[Goal]:
    """Seal a corpus once and measure everybody on the same bundle."""
    source, bundle = plan.folder / corpus.name, plan.folder / f"{corpus.name}-bundle"
    make_corpus(corpus, source)
    first = measure(seal_command(source, bundle, keys), plan.folder)
    same = compare_digests(bundle)
    say(["", f"### {corpus}", ""])
    say(f"{same:,} digests compared first: equal to OpenSSL's. Sealing once took {first.wall_s:.1f} s.")
    series = rounds_of(verifiers(bundle, keys, plan.peers, plan.folder / f"{corpus.name}.sig"), plan.rounds)
    named = {one.name: one for one in series}
    say(["", *series_table("verify", series, named["openssl"])])
    for name, limit in VERIFY_GOALS[corpus.name].items():
        if name in named:
            yield ratio_goal(f"verify {corpus.name} / {name}", limit, series[0], named[name])
    if corpus.name == "small":
        yield seal_parts(source, bundle, plan, keys)
    shutil.rmtree(source)
    shutil.rmtree(bundle)


def seal_parts(source: Path, bundle: Path, plan: Plan, keys: Keys) -> Goal:
    """Measure sealing with parts left out, beside OpenSSL on the same originals."""
    target, old = plan.folder / "resealed", plan.folder / "old"
    old.mkdir()

    def put_aside() -> None:
        # Not removed in between: ext4 is slow to create files while others were removed seconds ago.
        if target.exists():
            target.rename(old / str(len(list(old.iterdir()))))

    def command(parts: str) -> tuple[str, ...]:
        module = (sys.executable, "-m", "benchmarks.seal_parts", parts)
        return (*module, *seal_command(source, target, keys)[2:])

    contenders = [
        Contender(name=seal_name(parts), command=command(parts), folder=REPOSITORY) for parts in SEAL_LEFT_OUT
    ]
    openssl = next(one for one in verifiers(bundle, keys, None, target) if one.name == "openssl")
    series = rounds_of([*contenders, openssl], plan.seal_rounds, before=put_aside)
    put_aside()
    shutil.rmtree(old)
    say(
        [
            "",
            *series_table("seal", series, series[-1]),
            "",
            "What the parts of sealing cost, as differences of minima:",
            "",
        ]
    )
    rows = [("part", "wall s", "CPU s")]
    for name, more, less in zip(
        ("self-check", "media types", "writing the copy"), series, series[1:-1], strict=False
    ):
        wall, cpu = more.wall()[1] - less.wall()[1], more.cpu()[1] - less.cpu()[1]
        rows.append((name, f"{wall:.2f}", f"{cpu:.2f}"))
    rows.append(("all the rest", f"{series[-2].wall()[1]:.2f}", f"{series[-2].cpu()[1]:.2f}"))
    say(aligned(rows))
    return ratio_goal("seal small, without these parts / openssl", SEAL_GOAL, series[-2], series[-1])


def seal_name(parts: str) -> str:
    """Return what the tables call sealing with parts left out."""
    return "custody seal" if parts == "nothing" else f"without {parts.replace(',', ', ')}"


def items_alone(plan: Plan) -> Iterator[Goal]:
    """Measure items without files."""
    folder = plan.folder / "items"
    say(["", f"### {plan.items:,} items without file reading", ""])
    rows = [("half", "CPU s", "µs an item", "peak MiB", "disturbed")]
    goals = []
    for half, limit in (("seal", 45.0), ("verify", 30.0)):
        command = (sys.executable, "-m", "benchmarks.items", half, str(folder), str(plan.items))
        if half == "seal":
            folder.mkdir()
        run = measure(command, REPOSITORY)
        if half == "seal":
            shutil.rmtree(folder)
            folder.mkdir()
        peak = peak_memory(command, REPOSITORY)
        mebibytes = 0.0 if peak is None else peak / (1 << 20)
        per_item = run.cpu_s / plan.items * 1e6
        rows.append(
            (
                half,
                f"{run.cpu_s:.1f}",
                f"{per_item:.1f}",
                f"{mebibytes:.0f}",
                "yes" if run.disturbed else "no",
            )
        )
        scale = plan.items / 1_000_000
        goals.append(
            Goal(what=f"{half}, {plan.items:,} items", limit=limit * scale, found=run.cpu_s, unit="s CPU")
        )
        goals.append(Goal(what=f"{half} of items, memory", limit=PEAK_GOAL_MIB, found=mebibytes, unit="MiB"))
    shutil.rmtree(folder)
    say(aligned(rows))
    yield from goals


def long_log(plan: Plan) -> Iterator[Goal]:
    """Measure a log of many events with two signatures each."""
    folder = plan.folder / "chain"
    folder.mkdir()
    module = (sys.executable, "-m", "benchmarks.chain")
    measure((*module, "make", str(folder), str(plan.events)), REPOSITORY)
    command = (*module, "verify", str(folder), str(plan.events))
    runs = [measure(command, REPOSITORY) for _ in range(plan.seal_rounds + 1)]
    run = min(runs[1:], key=lambda one: one.cpu_s)
    peak = peak_memory(command, REPOSITORY)
    shutil.rmtree(folder)
    mebibytes = 0.0 if peak is None else peak / (1 << 20)
    rows = [
        ("events", "CPU s", "µs an event", "peak MiB", "disturbed"),
        (
            f"{plan.events:,}",
            f"{run.cpu_s:.2f}",
            f"{run.cpu_s / plan.events * 1e6:.0f}",
            f"{mebibytes:.0f}",
            "yes" if run.disturbed else "no",
        ),
    ]
    say(["", "### A log of events with two signatures each", "", *aligned(rows)])
    limit = 8.0 * plan.events / 10_000
    yield Goal(what=f"verify {plan.events:,} events", limit=limit, found=run.cpu_s, unit="s CPU")
    yield Goal(what="verify events, memory", limit=PEAK_GOAL_MIB, found=mebibytes, unit="MiB")


def startup(plan: Plan) -> Iterator[Goal]:
    """Measure what importing costs, and count what comes along."""
    codes = {
        "python alone": "pass",
        "import custody": "import custody",
        "every public name of it": "from custody import *",
        "the command, asked for its version": None,
    }
    rows = [("startup", "CPU min ms", "wall min ms")]
    least = {}
    for name, code in codes.items():
        command = (
            python_command(code) if code else (str(Path(sys.executable).with_name("custody")), "--version")
        )
        runs = [measure(command, plan.folder) for _ in range(IMPORT_RUNS)]
        least[name] = min(run.cpu_s for run in runs) * 1000
        rows.append((name, f"{least[name]:.0f}", f"{min(run.wall_s for run in runs) * 1000:.0f}"))
    names = distributions()
    say(
        [
            "",
            "### Startup",
            "",
            *aligned(rows),
            "",
            f"{len(names)} distributions besides custody: {', '.join(names)}.",
        ]
    )
    yield Goal(what="import custody", limit=200, found=least["import custody"], unit="ms CPU")
    yield Goal(what="distributions besides custody", limit=18, found=len(names), unit="")


@contextmanager
def work_folder() -> Iterator[Path]:
    """Give a new folder on a disk and remove it afterwards: in BENCH_DIR, else where large files may lie."""
    disk = Path("/var/tmp")  # noqa: S108 - often a disk where /tmp is memory; mkdtemp makes it ours alone
    chosen = os.environ.get("BENCH_DIR") or (disk if disk.is_dir() else None)
    folder = Path(tempfile.mkdtemp(prefix="custody-bench-", dir=chosen))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure sealing and verifying beside other tools.")
    parser.add_argument("--peers", type=Path, help="folder of the commands of bagit and model-signing")
    parser.add_argument(
        "--quick", action="store_true", help="small corpora, few rounds: to see that it works"
    )
    parser.add_argument("--rounds", type=int, help="rounds of verifying (5, or 3 when quick)")
    parser.add_argument(
        "--only", default="startup,tokens,big,media,small,items,chain", help="parts, separated by commas"
    )
    return parser.parse_args()


def main() -> int:
    """Measure everything and return 0, also where goals are missed: a machine at work decides on that too."""
    asked = arguments()
    only = set(asked.only.split(","))
    quick: bool = asked.quick
    with work_folder() as folder:
        peers = asked.peers.resolve() if asked.peers is not None else None
        plan = Plan(
            folder=folder,
            peers=peers,
            rounds=asked.rounds or (3 if quick else 5),
            seal_rounds=2 if quick else 3,
            items=50_000 if quick else 1_000_000,
            events=1000 if quick else 10_000,
            quick=quick,
        )
        say(describe_machine(folder, peers))
        try:
            goals = list(all_goals(plan, only))
        except FailedError as error:
            say(f"bench: {error}")
            return 4
    say(["", "### Goals", "", *goals_table(goals)])
    lost = sum(not goal.met for goal in goals)
    say(["", f"{lost} of {len(goals)} goals missed." if lost else "Every goal is met."])
    return 0


def all_goals(plan: Plan, only: set[str]) -> Iterator[Goal]:
    """Measure part after part."""
    output_of(("openssl", "version"), plan.folder)
    keys = make_keys(plan.folder)
    if "startup" in only:
        yield from startup(plan)
    if "tokens" in only:
        yield from verify_tokens(plan.folder, plan.peers, 200 if plan.quick else 1000, plan.rounds)
        yield from batch(10_000)
    for corpus in corpora(quick=plan.quick):
        if corpus.name in only:
            yield from verify_corpus(corpus, plan, keys)
    if "items" in only:
        yield from items_alone(plan)
    if "chain" in only:
        yield from long_log(plan)


if __name__ == "__main__":
    sys.exit(main())
