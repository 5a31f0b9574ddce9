"""`custody stamp`, `custody renew` and `custody seal --fresh`, with authorities on the loopback interface."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from custody.facade.moment import now
from custody.model.instant import Instant, decode_instant
from custody.stamping.queue import Queue, make_request
from custody.storage.lock import locked
from custody.storage.spool import opened_spool
from custody.trust.trust import Trust
from custody.trust.trust_file import encode_trust_file
from tests.tools.authority import TestAuthority
from tests.tools.stamping import FIRST, SECOND, make_desk, sealed_bundle, stamps_of, tree_of
from tests.tools.timestamp_server import Behaviour, Server, after, authority_reply, says, serving, sound
from tests.unit.cli.conftest import Shell

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
BOTH = ("--authority", "first", "--authority", "second", "--trust", "trust.json")
ONE = ("--authority", "first", "--trust", "trust.json")
LONG = (decode_instant("2024-01-01T00:00:00Z"), decode_instant("2040-01-01T00:00:00Z"))
LONGER = (
    TestAuthority("third", operator=FIRST.operator, unit_valid=LONG),
    TestAuthority("fourth", operator=SECOND.operator, unit_valid=LONG),
)
LATER = ("--authority", "third", "--authority", "fourth", "--trust", "trust.json")
NO_TRUST = ("--hash", "sha512", "--trust", "none")
SIGNED = ("--key", "k", "--passphrase-file", "p")


@pytest.fixture(autouse=True)
def no_time_is_lost(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Authorities are left alone for a while between questions; here the clock of a wait stands still."""
    waited: list[float] = []
    monkeypatch.setattr("custody.facade.stamping.sleep", waited.append)
    return waited


def answer(authority: TestAuthority) -> Behaviour:
    """Behave as a sound authority with the clock of this machine."""
    return sound(authority_reply(authority, now))


@contextmanager
def authorities(place: Path, first: Behaviour | None = None) -> Iterator[list[Server]]:
    """Run both authorities, and write a trust that names them."""
    with ExitStack() as running:
        servers = [
            running.enter_context(serving(first or answer(FIRST))),
            running.enter_context(serving(answer(SECOND))),
        ]
        named = zip((FIRST, SECOND), servers, strict=True)
        trust = Trust(authorities=tuple(one.authority(url=server.url) for one, server in named))
        (place / "trust.json").write_bytes(encode_trust_file(trust))
        yield servers


def test_a_bundle_is_stamped_by_two_operators(shell: Shell, place: Path) -> None:
    """Both are named before they are asked, and what came is printed."""
    with authorities(place) as servers:
        ran = shell("stamp", "b", *BOTH)
    assert ran.code == 0, ran.err
    assert [len(server.asked) for server in servers] == [2, 2]
    assert ran.err.count("sees this machine's address and the moment") == 2
    assert ran.out.splitlines()[-1] == "4 stamps added, 1 bundles looked through"
    assert len(stamps_of(place / "b")) == 4


def test_nothing_stays_beside_a_bundle_but_locks(shell: Shell, place: Path) -> None:
    """Empty files that the page about time names; the queue is gone with its last token."""
    with authorities(place):
        shell("stamp", "b", *BOTH)
    beside = {path.name: path.read_bytes() for path in place.glob(".*")}
    assert beside == {".b.lock": b"", "..custody-queue.lock": b""}


def test_the_time_that_is_told_is_the_one_that_verify_tells(shell: Shell, place: Path) -> None:
    """With the accuracy of the authority, in text and in JSON."""
    shutil.copytree(place / "b", place / "c")
    with authorities(place):
        text = shell("stamp", "b", *BOTH).out
        told = json.loads(shell("stamp", "c", *BOTH, "--json").out)["added"]
    stamps = json.loads(shell("verify", "b", "--trust", "trust.json", "--json").out)["stamps"]
    for one in stamps:
        at = decode_instant(one["generated_at"]).moment
        before = Instant.from_datetime(at + timedelta(milliseconds=one["accuracy_ms"]))
        assert f"existed before {before}, according to" in text
    assert len(stamps) == 4
    assert all(decode_instant(one["before"]) > decode_instant(one["at"]) for one in told)


def test_what_is_stamped_is_not_asked_for_again(shell: Shell, place: Path) -> None:
    """The second run contacts nobody and changes nothing."""
    with authorities(place) as servers:
        shell("stamp", "b", *BOTH)
        before = tree_of(place)
        ran = shell("stamp", "b", *BOTH)
    assert (ran.code, ran.err) == (0, "")
    assert [len(server.asked) for server in servers] == [2, 2]
    assert tree_of(place) == before


def test_one_operator_is_too_few_unless_said(shell: Shell, place: Path) -> None:
    """Nobody has to be believed alone; who wants that says so."""
    with authorities(place):
        ran = shell("stamp", "b", *ONE)
        assert ran.code == 3
        assert "expected" not in ran.err
        assert ran.err.rstrip().endswith("or say --operators 1")
        assert 'is stamped by "First operator"; 2 were wanted' in ran.err
        assert shell("stamp", "b", *ONE, "--operators", "1").code == 0


def test_an_authority_that_fails_does_not_stop_the_other(shell: Shell, place: Path) -> None:
    """What came is kept, what did not come is said, and the code tells that something is left to be done."""
    with authorities(place, says(404)):
        ran = shell("stamp", "b", *BOTH)
    assert ran.code == 3
    assert "[HTTP_STATUS]" in ran.err
    assert len(stamps_of(place / "b")) == 2


def test_nothing_obtained_is_a_fault_of_the_network(shell: Shell, place: Path) -> None:
    """Exit code 4, and nothing is stored."""
    before = tree_of(place / "b")
    with authorities(place, says(404)):
        ran = shell("stamp", "b", *ONE)
    assert ran.code == 4
    assert tree_of(place / "b") == before
    assert not (place / ".custody-queue").exists()


def test_a_folder_is_drained_by_one_question_each(shell: Shell, place: Path) -> None:
    """One token serves all bundles, wherever they lie below it."""
    (place / "deep/er").mkdir(parents=True)
    shutil.copytree(place / "b", place / "deep/er/copy")
    sealed_bundle(place / "other")
    with authorities(place) as servers:
        ran = shell("stamp", "--all", ".", *BOTH)
    assert ran.code == 0, ran.err
    assert [len(server.asked) for server in servers] == [1, 1]
    assert ran.out.splitlines()[-1] == "10 stamps added, 3 bundles looked through"
    assert {name for names in stamps_of(place).values() for name in names if "stamp" in name} == {"stamp.ers"}


def test_with_single_stock_tools_can_check_each(shell: Shell, place: Path) -> None:
    """A token of its own for everything."""
    with authorities(place):
        assert shell("stamp", "--all", ".", "--single", *BOTH).code == 0
    assert {name for names in stamps_of(place).values() for name in names if "stamp" in name} == {"stamp.tst"}


def test_a_zip_is_never_written_to(shell: Shell, place: Path) -> None:
    """Named or found, it is refused with the next step."""
    shell("pack", "b", "--out", "b.zip", "--whole")
    with authorities(place):
        ran = shell("stamp", "b.zip", *BOTH)
        assert (ran.code, "custody unpack" in ran.err) == (4, True)
        assert 'left out: "./b.zip"' in shell("stamp", "--all", ".", *BOTH).err
        ran = shell("stamp", "b", "b.zip", *BOTH)
        assert (ran.code, 'left out: "b.zip"' in ran.err) == (3, True)


@pytest.mark.parametrize("verb", ["stamp", "renew"])
@pytest.mark.parametrize(
    ("name", "code"), [("src", "NO_BUNDLE"), ("empty", "NO_BUNDLE"), ("nowhere", "MISSING")]
)
def test_what_is_no_bundle_is_an_error(shell: Shell, place: Path, verb: str, name: str, code: str) -> None:
    """A mistyped name does not look like success, nobody is asked, and nothing is left beside it."""
    (place / "empty").mkdir()
    before = tree_of(place)
    with authorities(place) as servers:
        ran = shell(verb, name, *BOTH)
        (place / "trust.json").unlink()
    assert (ran.code, f"[{code}]" in ran.err, ran.out) == (4, True, "")
    assert [len(server.asked) for server in servers] == [0, 0]
    assert tree_of(place) == before


@pytest.mark.parametrize("verb", ["stamp", "renew"])
def test_every_name_that_is_no_bundle_is_told(shell: Shell, place: Path, verb: str) -> None:
    """Beside one that is, they are left out, and the code is that of a wrong name."""
    with authorities(place):
        assert shell(verb, "src", "nowhere", *BOTH).err.count("custody: ") == 2
        ran = shell(verb, "b", "src", *BOTH)
    assert (ran.code, 'left out: "src"' in ran.err) == (4, True)


@pytest.mark.parametrize("words", [("stamp", *BOTH), ("renew", *BOTH), ("renew", *NO_TRUST)])
def test_a_folder_without_bundles_is_said(shell: Shell, place: Path, words: tuple[str, ...]) -> None:
    """Where zips lie in it, they are named instead."""
    with authorities(place) as servers:
        ran = shell(words[0], "--all", "src", *words[1:])
        assert (ran.code, "[NO_BUNDLE]" in ran.err) == (4, True)
    assert [len(server.asked) for server in servers] == [0, 0]


def test_a_folder_of_zips_alone_is_an_error(shell: Shell, place: Path) -> None:
    """Nothing was stamped."""
    (place / "zips").mkdir()
    (place / "zips/a.zip").write_bytes(b"PK")
    with authorities(place):
        assert shell("stamp", "--all", "zips", *BOTH).code == 4


def test_json_says_the_same(shell: Shell, place: Path) -> None:
    """For programs."""
    with authorities(place, says(404)):
        value = json.loads(shell("stamp", "b", *BOTH, "--json").out)
    assert [one["operator"] for one in value["added"]] == ["Second operator"] * 2
    assert {one["renew_before"] for one in value["added"]} == {"2036-01-01T00:00:00Z"}
    assert [one["code"] for one in value["refused"]] == ["HTTP_STATUS"]
    assert value["short"][0]["operators"] == ["Second operator"]


@pytest.mark.parametrize(
    "words",
    [
        ("stamp", "b", "--trust", "trust.json", "--authority", "third"),
        ("stamp", "b", "--trust", "trust.json"),
        ("stamp", "b", "--trust", "none", "--authority", "first"),
        ("stamp", *BOTH),
        ("stamp", "b", "--all", ".", *BOTH),
        ("renew", *BOTH),
        ("renew", "b", *BOTH, "--within", "soon"),
        ("renew", "b", *BOTH, "--hash", "sha512"),
        ("seal", "src", *SIGNED, "--fresh"),
        ("seal", "src", *SIGNED, "--authority", "first"),
    ],
)
def test_a_wrong_call_contacts_nobody(shell: Shell, place: Path, words: tuple[str, ...]) -> None:
    """It ends with code 2."""
    with authorities(place) as servers:
        assert shell(*words).code == 2
    assert [len(server.asked) for server in servers] == [0, 0]


@contextmanager
def longer_lasting(place: Path) -> Iterator[list[Server]]:
    """Run authorities whose certificates end later, and write a trust that names them too, and no end."""
    with ExitStack() as running:
        servers = [running.enter_context(serving(answer(one))) for one in LONGER]
        named = zip(LONGER, servers, strict=True)
        later = tuple(one.authority(url=server.url) for one, server in named)
        trust = Trust(authorities=(FIRST.authority(), SECOND.authority(), *later))
        (place / "trust.json").write_bytes(encode_trust_file(trust))
        yield servers


def test_proofs_that_weaken_soon_are_renewed(shell: Shell, place: Path) -> None:
    """By one question each; whose token is new, whose time it keeps and until when is said."""
    with authorities(place) as servers:
        shell("stamp", "b", *BOTH)
        assert shell("renew", "b", *BOTH).out.startswith("0 proofs renewed, 4 not due, 0 left")
    with longer_lasting(place) as servers:
        ran = shell("renew", "b", *LATER, "--within", "30y")
        assert (ran.code, ran.out.splitlines()[-1][:16]) == (0, "4 proofs renewed")
        assert [len(server.asked) for server in servers] == [1, 1]
    line = ran.out.splitlines()[0]
    assert 'by a token of authority "third": still existed before ' in line
    assert line.endswith('according to "First operator"; renew before 2040-01-01T00:00:00Z')
    assert len(stamps_of(place / "b")) == 8


@pytest.mark.parametrize("words", [("--within", "30y"), ("--within", "9999y"), ("--force",)])
def test_a_second_renewal_asks_nobody(shell: Shell, place: Path, words: tuple[str, ...]) -> None:
    """No authority named here has a token that lasts longer: that is said, and nothing is added."""
    with authorities(place):
        shell("stamp", "b", *BOTH)
    with longer_lasting(place) as servers:
        assert shell("renew", "b", *LATER, *words).code == 0
        before = tree_of(place)
        ran = shell("renew", "b", *LATER, *words)
        assert [len(server.asked) for server in servers] == [1, 1]
    assert (ran.code, tree_of(place) == before) == (3, True)
    assert ran.err.count("[RENEWAL_USELESS]") == 2
    assert "weakens on 2040-01-01T00:00:00Z" in ran.err
    assert "undetermined: 4 proofs weaken and were not renewed" in ran.err


def test_digests_are_renewed_without_asking_anybody(shell: Shell, place: Path) -> None:
    """And the renewal is stamped like an event."""
    with authorities(place) as servers:
        assert shell("renew", "--all", ".", "--hash", "sha512", "--trust", "none").code == 0
        assert [len(server.asked) for server in servers] == [0, 0]
        ran = shell("stamp", "b", *BOTH)
    assert (ran.code, ran.err.count("[RENEWAL_ENDS_WITH_HASH]; have it stamped")) == (0, 1)
    assert sum("/renewals/" in f"/{path}" for path in stamps_of(place / "b")) == 2


def test_a_fresh_seal_embeds_what_it_fetched(shell: Shell, place: Path) -> None:
    """One anchor for each authority, in the seal and in its body."""
    with authorities(place) as servers:
        ran = shell("seal", "src", "--out", "new", *SIGNED, "--fresh", *BOTH)
    assert ran.code == 0, ran.err
    assert [len(server.asked) for server in servers] == [1, 1]
    assert len(list((place / "new").rglob("anchors/*.tst"))) == 2
    assert shell("verify", "new", "--trust", "w-02.pub").code == 0


def test_without_a_connection_nothing_is_sealed_fresh(shell: Shell, place: Path) -> None:
    """The next step is named."""
    with authorities(place, says(503)):
        ran = shell("seal", "src", "--out", "new", *SIGNED, "--fresh", *ONE)
    assert (ran.code, (place / "new").exists()) == (4, False)
    assert "nothing was sealed" in ran.err
    assert "seal without --fresh" in ran.err


def test_waiting_is_said(shell: Shell, place: Path, no_time_is_lost: list[float]) -> None:
    """Nobody sits before a silent terminal: why nothing came is told at once, and what is waited for."""
    with authorities(place, says(503)):
        ran = shell("stamp", "b", *ONE)
    assert (ran.code, len(no_time_is_lost)) == (4, 2)
    assert ran.err.count("not yet obtained: authority first: expected status 200, found status 503") == 2
    assert ran.err.count("s for authority first: it did not answer; Ctrl-C loses nothing") == 2
    assert ran.err.index("status 503") < ran.err.index("waiting")


def test_a_distance_that_is_kept_is_explained(shell: Shell, place: Path) -> None:
    """The authority is well; it is only not to be asked too often."""
    with authorities(place):
        ran = shell("stamp", "b", *ONE)
    assert "s for authority first: it is asked at most every 15 s; Ctrl-C loses nothing" in ran.err


def test_a_dead_authority_keeps_no_other_waiting(
    shell: Shell, place: Path, no_time_is_lost: list[float]
) -> None:
    """The healthy one is asked before anything is waited for; the dead one gets its turn again."""
    with authorities(place, after(1, says(503), answer(FIRST))) as servers:
        ran = shell("stamp", "b", *BOTH)
    assert (ran.code, ran.out.splitlines()[-1][:14]) == (0, "4 stamps added")
    assert [len(server.asked) for server in servers] == [3, 2]
    assert ran.err.index('a token by "second"') < ran.err.index("for authority first")
    assert len(no_time_is_lost) == 3


def test_another_run_on_the_folder_is_waited_for_aloud(shell: Shell, place: Path) -> None:
    """Once; then this one goes on."""
    entered, told = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(str(place / ".custody-queue")):
            entered.set()
            told.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    entered.wait(10)
    threading.Timer(0.3, told.set).start()
    with authorities(place):
        ran = shell("stamp", "b", *BOTH)
    other.join()
    assert (ran.code, ran.err.count("waiting for another custody run on this folder")) == (0, 1)


def test_a_proxy_is_named(shell: Shell, place: Path) -> None:
    """Who asks through one should know who sees what."""
    with authorities(place) as servers:
        ran = shell("stamp", "b", *ONE, "--operators", "1", "--proxy", servers[1].url.removesuffix("/stamp"))
    assert "through the proxy for" in ran.err
    assert "the proxy sees this machine's address" in ran.err


def test_stamps_that_hold_no_more_are_counted_when_renewing(shell: Shell, place: Path) -> None:
    """A renewal would not mend them."""
    with authorities(place):
        shell("stamp", "b", *BOTH)
        victim = next((place / "b").rglob("stamp.tst"))
        victim.chmod(0o644)
        victim.write_bytes(b"")
    with longer_lasting(place):
        ran = shell("renew", "--all", ".", *LATER, "--force")
    assert (ran.code, "1 stamps do not hold" in ran.err) == (0, True)
    assert ran.out.splitlines()[-1].startswith("3 proofs renewed")


@pytest.mark.parametrize("verb", ["stamp", "renew"])
def test_whom_to_ask_has_to_be_said(shell: Shell, place: Path, verb: str) -> None:
    """The option is named, and who there is."""
    with authorities(place):
        ran = shell(verb, "b", "--trust", "trust.json")
    assert ran.code == 2
    assert "--authority: expected at least one name of the trust (first, second), found none" in ran.err


@pytest.mark.parametrize("proxy", ["nonsense", "https://proxy.example:3128", "http://proxy.example/path"])
@pytest.mark.parametrize("pending", [True, False])
def test_a_proxy_that_is_none_is_a_wrong_call(shell: Shell, place: Path, proxy: str, pending: bool) -> None:  # noqa: FBT001
    """Nobody is announced, and it shows also where nothing is to be done."""
    with authorities(place) as servers:
        if not pending:
            shell("stamp", "b", *BOTH)
        before = [len(server.asked) for server in servers]
        ran = shell("stamp", "b", *BOTH, "--proxy", proxy)
        fresh = shell("seal", "src", "--out", "new", *SIGNED, "--fresh", *BOTH, "--proxy", proxy)
        assert [len(server.asked) for server in servers] == before
    for one in (ran, fresh):
        assert (one.code, "proxy: expected" in one.err, "contacting" in one.err) == (2, True, False)
    assert not (place / "new").exists()


def test_an_ended_root_has_a_next_step_of_its_own(shell: Shell, place: Path) -> None:
    """Running the command again would not help."""
    with authorities(place):
        shell("trust", "end-authority", "trust.json", "first", "--until", "2026-01-01T00:00:00Z")
        ran = shell("stamp", "b", *ONE)
    assert "[ROOT_TRUST_ENDED]; ask another authority" in ran.err or "[ROOT_NOT_TRUSTED_THEN]; ask" in ran.err
    assert "run the command again" not in ran.err


def test_what_is_renewed_is_named_once(shell: Shell) -> None:
    """Bundles by name or a folder, not both."""
    assert shell("renew", "b", "--all", ".", "--trust", "none", "--hash", "sha512").code == 2


def test_long_lists_are_cut(shell: Shell, place: Path) -> None:
    """Twenty lines, and how many more there are."""
    for number in range(23):
        (place / f"{number}.zip").write_bytes(b"PK")
    with authorities(place):
        ran = shell("stamp", "--all", ".", *ONE)
    assert "left out: and 3 more" in ran.err
    for number in range(12):
        sealed_bundle(place / f"more/{number}", str(number))
        sealed_bundle(place / f"more/copy-{number}", str(number))
    with authorities(place):
        assert "undetermined: and 6 more" in shell("stamp", "--all", ".", *ONE).err


def test_a_token_that_waits_is_said(shell: Shell, place: Path) -> None:
    """Another trust, or the other verb, takes it up."""
    with authorities(place):
        desk = make_desk(FIRST)
        request = make_request(desk, desk.trust.authorities[0], "renewal", "sha256", [bytes(32)])
        with opened_spool(str(place / ".custody-queue")) as spool:
            Queue(spool).keep(request)
            spool.write(f"{request.id}.token", b"x")
        assert "1 tokens received earlier wait" in shell("stamp", "b", *BOTH).err
