"""`make demo`: example evidence is made, sealed, stamped, verified, tampered with, and refused.

Everything lies in a new folder, which the last lines name. No file here shows anything real: pictures, sound,
video, document and texts are made by this program.
"""

from __future__ import annotations

import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import wave
import zlib
from contextlib import ExitStack
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from examples.demo_authority import POLICY, WARNING, make_demo_authority, serving

PASSPHRASE = "only for this demonstration"  # noqa: S105 - it protects a key of example evidence
TEXTS = {
    "شهادة/شهادة-01.txt": "شهادة تجريبية: لا تصف هذه الكلمات أي حدث.\n",
    "شهادة/ترجمة-01.txt": "Example testimony: these words describe no event.\n",
    "notes.md": "# Notes\n\nMade by the demonstration of custody.\n",
    "قائمة.csv": "رقم,وصف\n1,صورة\n2,صوت\n",
}


def picture(number: int) -> bytes:
    """A PNG of 64 x 48 pixels."""
    rows = b"".join(
        b"\x00" + bytes((x * 4 + number * 40 + c * y) % 256 for x in range(64) for c in range(3))
        for y in range(48)
    )

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def write_sound(path: Path, hertz: int) -> None:
    """A second of a tone, as WAV."""
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        samples = (int(9000 * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(8000))
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))


def video() -> bytes:
    """Ten frames of 16 x 16 pixels, as AVI without compression."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack("<I", len(data)) + data + b"\x00" * (len(data) % 2)

    frames = [bytes((place * frame) % 256 for place in range(16 * 16 * 3)) for frame in range(10)]
    main = struct.pack("<14I", 100_000, 7680, 0, 16, 10, 0, 1, 768, 16, 16, 0, 0, 0, 0)
    stream = struct.pack(
        "<4s4sIHHIIIIIIIIHHHH", b"vids", b"DIB ", 0, 0, 0, 0, 1, 10, 0, 10, 768, 0, 0, 0, 0, 16, 16
    )
    form = struct.pack("<IiiHHIIiiII", 40, 16, 16, 1, 24, 0, 768, 0, 0, 0, 0)
    lists = chunk(
        b"LIST",
        b"hdrl"
        + chunk(b"avih", main)
        + chunk(b"LIST", b"strl" + chunk(b"strh", stream) + chunk(b"strf", form)),
    )
    lists += chunk(b"LIST", b"movi" + b"".join(chunk(b"00db", frame) for frame in frames))
    return chunk(b"RIFF", b"AVI " + lists)


def document() -> bytes:
    """One page of PDF."""
    text = b"BT /F1 18 Tf 40 100 Td (Example record, made by the demonstration) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 160] /Contents 4 0 R"
            b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def make_evidence(folder: Path, pictures: int = 5) -> int:
    """Write example evidence with Arabic and English names; return how many files there are."""
    for name in ("صور", "شهادة", "audio"):
        (folder / name).mkdir(parents=True)
    for number in range(pictures):
        (folder / "صور" / f"صورة {number + 1:03d}.png").write_bytes(picture(number))
    for hertz in (440, 660):
        write_sound(folder / "audio" / f"تسجيل-{hertz}.wav", hertz)
    (folder / "مقطع.avi").write_bytes(video())
    (folder / "record.pdf").write_bytes(document())
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    return sum(path.is_file() for path in folder.rglob("*"))


def run(folder: Path, *words: str, expected: int = 0) -> str:
    """Run custody as a person would, and stop when it does not end as it should."""
    print(f"\n$ custody {' '.join(words)}", flush=True)
    command = [sys.executable, "-m", "custody.cli", *words]
    done = subprocess.run(
        command,
        cwd=folder,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    text = done.stdout.decode("utf-8")
    sys.stdout.buffer.write(done.stdout)
    sys.stdout.flush()
    print(f"[exit {done.returncode}]", flush=True)
    if done.returncode != expected:
        sys.exit(f"demo: expected exit code {expected}, found {done.returncode}")
    return text


def stamp(folder: Path) -> None:
    """Have the sealed bundle stamped by two authorities that exist for this demonstration alone."""
    print(f"\nnow two authorities stamp it later; what they say is an {WARNING}", flush=True)
    run(folder, "trust", "new", "trust.json")
    run(folder, "trust", "add", "trust.json", "w-01.pub", "--unconfirmed")
    with ExitStack() as stack:
        asked: list[str] = []
        for number in ("1", "2"):
            authority = make_demo_authority(number)
            url = stack.enter_context(serving(authority))
            name, root = f"demonstration-{number}", f"demo-root-{number}.pem"
            (folder / root).write_bytes(authority.root.public_bytes(Encoding.PEM))
            own = ("--url", url, "--root", root, "--operator", f"{WARNING} {number}", "--policy", POLICY)
            run(folder, "trust", "add-authority", "trust.json", "--name", name, *own)
            asked += ["--authority", name]
        run(folder, "stamp", "bundle", "--trust", "trust.json", *asked)
    run(folder, "verify", "bundle", "--trust", "trust.json")


def main(folder: Path) -> None:
    """Tell the story."""
    files = make_evidence(folder / "evidence")
    print(f"made {files} files of example evidence", flush=True)
    (folder / "passphrase.txt").write_text(PASSPHRASE, "utf-8")
    secret = ("--passphrase-file", "passphrase.txt")
    run(folder, "key", "new", "w-01", "--out", "w-01.key", *secret)
    run(folder, "key", "export", "w-01.key", "--out", "w-01.pub", *secret)
    run(folder, "seal", "evidence", "--out", "bundle", "--key", "w-01.key", *secret, "--case", "قضية تجريبية")
    run(folder, "list", "bundle")
    run(folder, "verify", "bundle", "--trust", "w-01.pub")
    stamp(folder)
    run(folder, "pack", "bundle", "--out", "bundle.zip")
    run(folder, "verify", "bundle.zip", "--trust", "trust.json", "--json")
    print("\nnow one byte of one picture is changed in a copy", flush=True)
    shutil.copytree(folder / "bundle", folder / "tampered")
    victim = next((folder / "tampered" / "data").glob("*.png"))
    victim.chmod(0o644)
    data = bytearray(victim.read_bytes())
    data[-1] ^= 1
    victim.write_bytes(data)
    run(folder, "verify", "tampered", "--trust", "w-01.pub", "--language", "ar", expected=1)
    run(folder, "verify", "tampered", "--trust", "w-01.pub", expected=1)
    print(f"\neverything lies in {folder}")
    print("  evidence/    what was sealed, untouched      bundle/ bundle.zip   the sealed bundle")
    print("  tampered/    the copy that was refused       w-01.key w-01.pub    a key and its public part")
    print("  bundle/custody/VERIFY.txt says how to check it without custody")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        place = Path(sys.argv[1])
        place.mkdir(parents=True)
    else:
        Path("build").mkdir(exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix="demo-", dir="build"))
    main(place.resolve())
