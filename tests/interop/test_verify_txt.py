"""VERIFY.txt in the hands of the tools that it names: its own lines, taken from a bundle and run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from custody.format.verify_txt import encode_verify_txt
from custody.sealing.seal import SealOptions
from tests.interop.sample_bundle import Party, Sample, make_event, make_sample, seal_files, write
from tests.tools.verify_lines import PART, TOOLS, WHOLE, Transcript, halves, lines_of, type_lines

RequireTool = Callable[[str], str]
Run = Callable[..., Transcript]

PART_MASKS = (1023, 0, 0b101)


@pytest.fixture(scope="session")
def run(require_tool: RequireTool, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A function that types the lines of some steps in a bundle's folder."""
    for tool in TOOLS:
        require_tool(tool)
    home = tmp_path_factory.mktemp("home")

    def typed(
        bundle: Path, steps: tuple[int, ...], *, text: str = "", shell: str = "bash", folder: Path = home
    ) -> Transcript:
        return type_lines(bundle, steps, home=folder, text=text, shell=shell)

    return typed


@pytest.fixture(scope="session")
def sample() -> Sample:
    """Three files sealed by two signers, one of them without ML-DSA-65, and one later event."""
    return make_sample([Party(identity="w-01"), Party(identity="archive", mldsa65=None)])


@pytest.fixture
def whole(sample: Sample, tmp_path: Path) -> Path:
    """The sample as a whole bundle."""
    return sample.write_whole(tmp_path / "whole")


@pytest.fixture
def part(sample: Sample, tmp_path: Path) -> Path:
    """The sample as a part: one item open, one withheld, one partly open; the later event is a stub."""
    return sample.write_part(tmp_path / "part", PART_MASKS)


def seal_of(bundle: Path) -> Path:
    """The folder of the seal."""
    return next((bundle / "custody" / "log").glob("*/00000000"))


def flip(path: Path) -> None:
    """Change one bit of the last byte."""
    data = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def relist(bundle: Path) -> None:
    """Change a file and write the unsigned list anew, as a careful forger would."""
    flip(bundle / "data" / "000001.jpg")
    paths = sorted(f"data/{path.name}" for path in (bundle / "data").iterdir())
    listed = subprocess.run(["sha256sum", *paths], cwd=bundle, capture_output=True, check=True).stdout
    (bundle / "manifest-sha256.txt").write_bytes(listed)


def link(bundle: Path) -> None:
    """Put a link to an equal file in the place of a file."""
    path = bundle / "data" / "000001.jpg"
    path.rename(bundle.parent / "elsewhere")
    path.symlink_to(bundle.parent / "elsewhere")


def stranger_key(bundle: Path) -> None:
    """Put a stranger's public key in the place of signer 2's."""
    files = make_sample(later=False).events[0]
    (seal_of(bundle) / "2.ed25519.pub").write_bytes(files["1.ed25519.pub"])


def stranger_signature(bundle: Path) -> None:
    """Put a stranger's signature and key in the place of signer 2's, and list it in proof.sha256."""
    seal = seal_of(bundle)
    stranger = Party(identity="w-01")
    files = make_event({"bundle": "0" * 32, "holding": "0" * 32, "prev": []}, "closed", [stranger], data={})
    write(seal, {name.replace("1.", "2."): files[name] for name in ("1.sshsig", "1.ed25519.pub")})
    names = sorted(line[66:] for line in (seal / "proof.sha256").read_text("ascii").splitlines())
    listed = subprocess.run(["sha256sum", *names], cwd=seal, capture_output=True, check=True).stdout
    (seal / "proof.sha256").write_bytes(listed)


TAMPERED: dict[str, tuple[Callable[[Path], object], set[int]]] = {
    "a byte changed": (lambda bundle: flip(bundle / "data" / "000001.jpg"), {8}),
    "a file added": (lambda bundle: (bundle / "data" / "000004.txt").write_bytes(b"new"), {6, 8}),
    "a file added below": (lambda bundle: write(bundle, {"data/more/000001.jpg": b""}), {6, 8}),
    "a file removed": (lambda bundle: (bundle / "data" / "000002.txt").unlink(), {6, 8}),
    "a file renamed": (
        lambda bundle: (bundle / "data" / "000003").rename(bundle / "data" / "000003.txt"),
        {8},
    ),
    "a link": (link, {0, 6}),
    "a device": (lambda bundle: os.mkfifo(bundle / "custody" / "pipe"), {0}),
    "a name that repaints the screen": (lambda bundle: write(bundle, {"custody/\x1b[2J": b""}), {0}),
    "a list written anew": (relist, {6, 9}),
    "manifest.json changed": (lambda bundle: flip(seal_of(bundle) / "manifest.json"), {6}),
    "body.json changed": (lambda bundle: flip(seal_of(bundle) / "body.json"), {5, 10}),
    "event.json changed": (lambda bundle: flip(seal_of(bundle) / "event.json"), {3, 4, 5, 10}),
    "an Ed25519 signature stripped": (lambda bundle: (seal_of(bundle) / "1.sshsig").unlink(), {3, 4, 10}),
    "an ML-DSA-65 signature stripped": (lambda bundle: (seal_of(bundle) / "2.mldsa65").unlink(), {3, 4, 10}),
    "an ML-DSA-65 signature changed": (lambda bundle: flip(seal_of(bundle) / "2.mldsa65"), {3, 4, 10}),
    "a signature replaced": (stranger_signature, {2, 3, 4, 10}),
    "a key swapped": (stranger_key, {2, 10}),
    "an ML-DSA-65 key changed": (lambda bundle: flip(seal_of(bundle) / "2.mldsa65.der"), {2, 4}),
    "a later event removed": (lambda bundle: shutil.rmtree(seal_of(bundle).parent / "00000001"), set()),
    "a later event changed": (lambda bundle: flip(seal_of(bundle).parent / "00000001" / "event.json"), {10}),
    "the wrapping changed": (lambda bundle: flip(bundle / "bag-info.txt"), {9}),
    "this text changed": (lambda bundle: flip(bundle / "custody" / "VERIFY.txt"), {9}),
}


def test_every_line_succeeds_on_a_whole_bundle(run: Run, whole: Path) -> None:
    """All steps that a whole bundle needs end without a failure."""
    transcript = run(whole, WHOLE)
    assert not transcript.failed, transcript.output


def test_every_line_succeeds_on_a_part(run: Run, part: Path) -> None:
    """All steps that a part needs end without a failure."""
    transcript = run(part, PART)
    assert not transcript.failed, transcript.output


@pytest.mark.parametrize("padding", [False, True])
def test_every_line_succeeds_on_what_custody_seals(run: Run, tmp_path: Path, *, padding: bool) -> None:
    """A bundle that sealing itself made, with two signers, further digests and chunks."""
    sealed = seal_files(tmp_path, SealOptions(digests=("sha512",), chunks=True, padding=padding))
    transcript = run(sealed, WHOLE)
    assert not transcript.failed, transcript.output
    command = [sys.executable, "-m", "bagit", "--validate", str(sealed)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_every_line_runs_in_the_plainest_shell(run: Run, whole: Path, require_tool: RequireTool) -> None:
    """The lines need nothing beyond POSIX sh."""
    transcript = run(whole, WHOLE, shell=require_tool("sh"))
    assert not transcript.failed, transcript.output


def test_no_line_writes_into_the_bundle(run: Run, whole: Path) -> None:
    """The bundle has the same files before and after."""
    before = sorted(path.relative_to(whole) for path in whole.rglob("*"))
    run(whole, WHOLE)
    assert sorted(path.relative_to(whole) for path in whole.rglob("*")) == before


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_bundle_fails_where_the_text_says(
    run: Run, sample: Sample, whole: Path, name: str
) -> None:
    """Exactly the steps that look at what was changed fail."""
    tamper, failing = TAMPERED[name]
    tamper(whole)
    transcript = run(whole, WHOLE, text=encode_verify_txt(sample.facts).decode())
    assert transcript.failed == failing, transcript.output


@pytest.mark.parametrize(
    ("tamper", "failing"),
    [
        (lambda part: flip(part / "data" / "000001.jpg"), {8}),
        (relist, {7, 9}),
        (lambda part: flip(seal_of(part).parent / "00000002" / "opened.json"), {7}),
        (lambda part: flip(seal_of(part).parent / "00000001" / "event.json"), {10}),
        (lambda part: shutil.rmtree(seal_of(part).parent / "00000001"), {10}),
        (lambda part: (seal_of(part).parent / "00000002" / "1.sshsig").unlink(), {10}),
    ],
    ids=["byte", "list", "opened", "stub changed", "stub removed", "signature stripped"],
)
def test_a_tampered_part_fails_where_the_text_says(
    run: Run, part: Path, tamper: Callable[[Path], object], failing: set[int]
) -> None:
    """Exactly the steps that look at what was changed fail."""
    tamper(part)
    transcript = run(part, PART)
    assert transcript.failed == failing, transcript.output


def test_a_failed_event_is_counted_once(run: Run, whole: Path) -> None:
    """Also where sha256sum prints FAILED before the line that names the event."""
    flip(seal_of(whole).parent / "00000001" / "event.json")
    counts = [line for line in run(whole, (0, 2, 10)).output.splitlines() if line.endswith(" / 0")]
    assert counts == ["DIFFERENT: 1 / 0", "DIFFERENT: 1 / 0"]


def test_a_seal_by_a_stranger_fails_against_the_true_ids(run: Run, sample: Sample, tmp_path: Path) -> None:
    """Another seal under the same names passes its own text, but not the one with the ids from elsewhere."""
    forged = make_sample([Party(identity="w-01"), Party(identity="archive", mldsa65=None)])
    bundle = forged.write_whole(tmp_path / "forged")
    truth = encode_verify_txt(sample.facts).decode().replace(sample.bundle_id, forged.bundle_id)
    assert not run(bundle, WHOLE).failed
    assert run(bundle, WHOLE, text=truth).failed >= {2, 3, 4, 5}


def test_a_disclosure_by_a_stranger_shows_his_key(run: Run, sample: Sample, tmp_path: Path) -> None:
    """Step 10 prints the key id of whoever made the part, for the reader to compare."""
    stranger = Party(identity="w-01")
    part = sample.write_part(tmp_path / "part", PART_MASKS, holder=stranger)
    transcript = run(part, PART)
    ed25519 = next(key for key in stranger.key_set.keys if len(key.raw) == 32)
    assert f"\n{ed25519.key_id}\n" in transcript.output


def test_a_key_file_cannot_show_one_key_and_verify_with_another(
    run: Run, sample: Sample, tmp_path: Path
) -> None:
    """A key file in which two readers find two keys fails step 10."""
    part = sample.write_part(tmp_path / "part", PART_MASKS, holder=Party(identity="w-01"))
    public = seal_of(part).parent / "00000002" / "1.ed25519.pub"
    trusted = (seal_of(part) / "2.ed25519.pub").read_text("ascii").split()[1]
    strange = public.read_text("ascii").split()[1]
    public.write_text(f"ssh-ed25519\t{strange} {trusted}\n", "ascii")
    assert run(part, PART).failed == {10}


def test_the_text_is_the_same_in_a_whole_and_in_its_parts(whole: Path, part: Path) -> None:
    """What a part withholds does not change the text."""
    name = Path("custody", "VERIFY.txt")
    assert (whole / name).read_bytes() == (part / name).read_bytes()


def test_both_languages_have_the_same_commands(whole: Path) -> None:
    """A reader of Arabic types exactly what a reader of English types."""
    english, arabic = halves((whole / "custody" / "VERIFY.txt").read_text("utf-8"))
    assert lines_of(english) == lines_of(arabic)


def test_no_command_holds_a_hidden_character(whole: Path) -> None:
    """Commands are printable ASCII, so that nothing invisible is copied."""
    english, _ = halves((whole / "custody" / "VERIFY.txt").read_text("utf-8"))
    lines = [line for commands in lines_of(english).values() for _, line in commands]
    assert not [line for line in lines if not (line.isascii() and line.isprintable())]


def test_every_isolate_is_closed_on_its_line(whole: Path) -> None:
    """Latin passages inside Arabic sentences are isolated, one line at a time, and nothing else is marked."""
    text = (whole / "custody" / "VERIFY.txt").read_text("utf-8")
    opening, closing = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
    assert not [line for line in text.splitlines() if line.count(opening) != line.count(closing)]


def test_the_wrapping_satisfies_bagit(whole: Path, part: Path) -> None:
    """The reference implementation of BagIt accepts a whole and a part."""
    for bundle in (whole, part):
        command = [sys.executable, "-m", "bagit", "--validate", str(bundle)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("mark", "tool"), [("mac$", "macOS"), ("PS>", "Windows PowerShell")])
def test_lines_for_other_systems_are_listed_as_not_run(whole: Path, mark: str, tool: str) -> None:
    """These lines exist and were not run here: the report of the tests says so."""
    english, _ = halves((whole / "custody" / "VERIFY.txt").read_text("utf-8"))
    lines = [line for commands in lines_of(english).values() for found, line in commands if found == mark]
    assert lines
    pytest.skip(f"{len(lines)} lines marked {mark} were not run: they need {tool}")


def test_openssl_checks_mldsa65(whole: Path, require_tool: RequireTool) -> None:
    """The line marked ssl$ accepts a signature and refuses a changed one, where OpenSSL is new enough."""
    version = subprocess.run([require_tool("openssl"), "version"], capture_output=True, text=True, check=True)
    found = tuple(int(number) for number in version.stdout.split()[1].split(".")[:2])
    if found < (3, 5):
        pytest.skip(
            f"lines marked ssl$ were not run: they need OpenSSL 3.5, found {version.stdout.split()[1]}"
        )
    english, _ = halves((whole / "custody" / "VERIFY.txt").read_text("utf-8"))
    line = next(line for mark, line in lines_of(english)[4] if mark == "ssl$")
    script = ["bash", "-c", f"S='{seal_of(whole)}'; {line}"]
    assert subprocess.run(script, capture_output=True, check=False).returncode == 0
    flip(seal_of(whole) / "2.mldsa65")
    assert subprocess.run(script, capture_output=True, check=False).returncode != 0


@frozen(kw_only=True)
class Authority:
    """A time authority that exists for a moment: its root, its certificate, and a folder with its key."""

    folder: Path
    certificate: bytes

    def stamp(self, event: Path) -> None:
        """Stamp an event's proof.sha256; the certificate travels beside the token."""
        (self.folder / "tsa.cnf").write_text(
            "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\ndefault_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1\n"
            "signer_digest=sha256\n"
        )
        (self.folder / "serial").write_text("01")
        query = ["ts", "-query", "-data", event / "proof.sha256", "-sha256", "-out", "query.tsq"]
        reply = ["ts", "-reply", "-config", "tsa.cnf", "-section", "t", "-queryfile", "query.tsq"]
        signer = ["-signer", "tsa.pem", "-inkey", "tsa.key", "-token_out", "-out", "stamp.tst"]
        for arguments in (query, [*reply, *signer]):
            subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, check=True)
        token = (self.folder / "stamp.tst").read_bytes()
        digest = hashes.Hash(hashes.SHA256())
        digest.update(token)
        name = digest.finalize().hex()
        write(event / "stamps" / name, {"stamp.tst": token, f"{'0' * 64}.cer": self.certificate})


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: tuple[str, ec.EllipticCurvePrivateKey],
    until: datetime,
) -> x509.Certificate:
    authority = key is issuer[1]
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer[0])]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=1))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer[1], hashes.SHA256())


def make_authority(folder: Path, until: datetime) -> Authority:
    """Make an authority whose certificates end at a moment; its root becomes roots.pem in the same folder."""
    root_key, tsa_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("root", root_key, ("root", root_key), until)
    tsa = _certificate("tsa", tsa_key, ("root", root_key), until)
    pem = serialization.Encoding.PEM
    secret = tsa_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files = {"roots.pem": root.public_bytes(pem), "tsa.pem": tsa.public_bytes(pem), "tsa.key": secret}
    write(folder, files)
    return Authority(folder=folder, certificate=tsa.public_bytes(serialization.Encoding.DER))


def test_a_stamp_outlives_its_certificates(run: Run, whole: Path, tmp_path: Path) -> None:
    """Step 11 checks each stamp as of its own time, also when the authority's certificates have ended."""
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    make_authority(tmp_path / "home", until).stamp(seal_of(whole))
    time.sleep(max(0.0, (until - datetime.now(UTC)).total_seconds()) + 1)
    transcript = run(whole, (*WHOLE[:-1],), folder=tmp_path / "home")
    assert not transcript.failed, transcript.output
    assert "Verification: OK" in transcript.output


def test_a_stamp_of_another_event_fails(run: Run, whole: Path, tmp_path: Path) -> None:
    """A stamp that was moved to an event that it does not cover is named by step 11."""
    make_authority(tmp_path / "home", datetime.now(UTC) + timedelta(days=1)).stamp(seal_of(whole))
    shutil.move(seal_of(whole) / "stamps", seal_of(whole).parent / "00000001" / "stamps")
    transcript = run(whole, WHOLE, folder=tmp_path / "home")
    assert transcript.failed == {11}, transcript.output
    assert "FAILED custody/log" in transcript.output


def test_a_stamp_of_an_unknown_authority_fails(run: Run, whole: Path, tmp_path: Path) -> None:
    """The roots come from the reader, never from the bundle."""
    make_authority(tmp_path / "made", datetime.now(UTC) + timedelta(days=1)).stamp(seal_of(whole))
    make_authority(tmp_path / "home", datetime.now(UTC) + timedelta(days=1))
    assert run(whole, WHOLE, folder=tmp_path / "home").failed == {11}
