"""What the measurements ran on, and what custody brings with it."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks.process import FailedError, output_of


def describe_machine(folder: Path, peers: Path | None) -> list[str]:
    """Return lines about the machine and the versions of what is compared; nothing that names the machine."""
    versions = [f"Python {platform.python_version()}", _first_line(("openssl", "version"), folder)]
    if peers is not None:
        names = ("bagit", "model-signing", "rfc3161-client", "pyhanko")
        versions += [f"{name} {_peer_version(name, peers, folder)}" for name in names]
    load = f", load {os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else ""
    return [
        f"machine: {os.cpu_count()} processors ({_processor()}), {platform.system()}{load};",
        f"disk: {_file_system(folder)}, the files in its cache (each command runs once before it counts);",
        f"versions: {', '.join(versions)}.",
    ]


def distributions() -> list[str]:
    """Return the names of all distributions that the core needs here, custody itself left out."""
    found: set[str] = set()
    waiting = [Requirement(line) for line in metadata.requires("custody") or ()]
    for requirement in waiting:
        name = canonicalize_name(requirement.name)
        if name in found or (
            requirement.marker is not None and not requirement.marker.evaluate({"extra": ""})
        ):
            continue
        found.add(name)
        waiting.extend(Requirement(line) for line in metadata.requires(name) or ())
    return sorted(found)


def python_command(code: str) -> tuple[str, ...]:
    """Return the command that runs a line of Python in this environment."""
    return (sys.executable, "-c", code)


def _first_line(command: tuple[str, ...], folder: Path) -> str:
    return output_of(command, folder).decode("utf-8", "replace").partition("\n")[0].partition(" (")[0]


def _peer_version(name: str, peers: Path, folder: Path) -> str:
    code = f"from importlib.metadata import version; print(version({name!r}))"
    try:
        return _first_line((str(peers / "python"), "-c", code), folder)
    except FailedError:
        return "missing"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    flags = next((line for line in lines if line.startswith("flags")), "")
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )
    return f"{model}, {'with' if ' sha_ni' in flags else 'no'} SHA instructions"


def _file_system(folder: Path) -> str:
    """Return the type of the file system that a folder lies on."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unknown"
    path = str(folder.resolve())
    best, kind = "", "unknown"
    for line in mounts:
        _, point, found, *_ = line.split(" ")
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, found
    return kind
