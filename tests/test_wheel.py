"""The wheel as a stranger gets it: built twice, installed into an empty environment, run there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterable, Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
BEHIND_EXTRAS = {
    "custody.filing.pades"
}  # other modules import it, inside their functions, for the extra `court`
MAX_DISTRIBUTIONS = 18  # besides custody itself: DESIGN, "Dependencies"

WORLDS = [
    {"sys_platform": platform, "os_name": os_name, "platform_system": system, "python_version": version,
     "python_full_version": f"{version}.9"}
    for platform, os_name, system in (
        ("linux", "posix", "Linux"),
        ("darwin", "posix", "Darwin"),
        ("win32", "nt", "Windows"),
    )
    for version in ("3.11", "3.12", "3.13")
]  # fmt: skip


def run(*command: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command with a small environment of its own and hand back what it said."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP") if name in os.environ}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=kept | {"PYTHONUTF8": "1"} | variables,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=300,
    )


def build(kind: str, out: Path, epoch: str = "1700000000") -> Path:
    """Build the wheel or the sdist offline, with the locked backend."""
    done = run(
        sys.executable,
        "-m",
        "build",
        f"--{kind}",
        "--no-isolation",
        "--outdir",
        out,
        cwd=ROOT,
        SOURCE_DATE_EPOCH=epoch,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = out.iterdir()
    return made


def needed(requirements: Iterable[str], world: Mapping[str, str]) -> set[str]:
    """Names of all distributions that requirements need in a world, those of the needed ones too."""
    here = {key: str(value) for key, value in default_environment().items()}
    environment = here | dict(world) | {"extra": ""}
    found: set[str] = set()
    waiting = [Requirement(line) for line in requirements]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in found and (requirement.marker is None or requirement.marker.evaluate(environment)):
            found.add(name)
            waiting.extend(Requirement(line) for line in metadata.requires(name) or ())
    return found


def copy_distribution(name: str, site: Path) -> None:
    """Copy every file of an installed distribution, as its RECORD lists them."""
    distribution = metadata.distribution(name)
    for file in distribution.files or ():
        source = Path(str(distribution.locate_file(file)))
        if ".." not in file.parts and source.is_file():  # scripts of others are not needed
            target = site / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def names_in(wheel: Path) -> list[str]:
    """The names of all files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the working tree."""
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of an empty environment that has the wheel and what it declares to need."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    folder = home / ("Scripts" if os.name == "nt" else "bin")
    python = folder / ("python.exe" if os.name == "nt" else "python")
    done = run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        wheel,
        cwd=home,
    )
    assert done.returncode == 0, done.stderr
    site = Path(
        run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).stdout.strip()
    )
    (declared,) = metadata.distributions(name="custody", path=[str(site)])
    for name in sorted(needed(declared.requires or (), {})):
        copy_distribution(name, site)
    return folder


def test_two_builds_are_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    """Who builds the wheel again gets the same file."""
    assert build("wheel", tmp_path).read_bytes() == wheel.read_bytes()


def test_the_wheel_holds_the_schemas(wheel: Path) -> None:
    """Every schema is installed with the package, and the marker that it is typed."""
    names = set(names_in(wheel))
    expected = {f"custody/schemas/{path.name}" for path in (ROOT / "schemas").glob("*.json")}
    assert expected | {"custody/py.typed"} <= names


def test_the_wheel_holds_the_list_of_authorities(wheel: Path) -> None:
    """It is read from the package, wherever that is installed."""
    with zipfile.ZipFile(wheel) as archive:
        held = archive.read("custody/facade/authorities-1.json")
    assert held == (ROOT / "custody" / "facade" / "authorities-1.json").read_bytes()


def test_the_wheel_holds_what_goes_with_every_report(wheel: Path) -> None:
    """The specification and the auditor, byte for byte as they are written."""
    written = {"bundle-1.md": ROOT / "docs/spec/bundle-1.md", "audit.py": ROOT / "examples/audit.py"}
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name: archive.read(f"custody/reference/{name}") for name in written}
    assert shipped == {name: path.read_bytes() for name, path in written.items()}


def test_the_wheel_holds_the_fonts_and_their_licence(wheel: Path) -> None:
    """A report looks the same on a machine without fonts, and who gets the fonts gets their licence."""
    folder = ROOT / "custody" / "filing"
    files = [*(folder / "fonts").iterdir(), *(folder / "typst").iterdir()]
    expected = {path.relative_to(ROOT).as_posix() for path in files if path.is_file()}
    assert {"custody/filing/fonts/OFL.txt", *expected} <= set(names_in(wheel))


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    """Tests, examples and tools stay at home."""
    tops = {name.split("/")[0] for name in names_in(wheel)}
    assert tops == {"custody", "custody-0.1.0.dist-info"}


def test_the_source_distribution_can_be_tested(tmp_path: Path) -> None:
    """The sdist has what `make test` needs."""
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.split("/", 1)[-1] for name in archive.getnames()}
    expected = {
        "LICENSE", "Makefile", "README.md", "custody/__init__.py", "pyproject.toml", "requirements/dev.txt",
        "tests/conftest.py", "tests/test_wheel.py",
    }  # fmt: skip
    assert expected <= names


@pytest.mark.parametrize(
    "world", WORLDS, ids=lambda world: f"{world['sys_platform']}-{world['python_version']}"
)
def test_few_distributions_come_along(world: Mapping[str, str]) -> None:
    """An installation of the core needs at most 18 other distributions, everywhere."""
    declared = [line for line in metadata.requires("custody") or () if "extra ==" not in line]
    assert len(needed(declared, world)) <= MAX_DISTRIBUTIONS


def test_the_package_imports_where_nothing_else_is(scripts: Path, tmp_path: Path) -> None:
    """All that the package imports is declared."""
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    program = (
        "import pkgutil, importlib, custody;"
        "[importlib.import_module(m.name) for m in pkgutil.walk_packages(custody.__path__, 'custody.')"
        f" if not m.name.endswith('__main__') and m.name not in {BEHIND_EXTRAS}]"
    )
    done = run(python, "-I", "-c", program, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(find_spec("custody.cli.__main__") is None, reason="the command line is not written yet")
def test_the_command_says_its_version(scripts: Path, tmp_path: Path) -> None:
    """`custody --version` runs from the installed script."""
    done = run(scripts / "custody", "--version", cwd=tmp_path)
    assert (done.returncode, done.stdout.split()[-1]) == (0, metadata.version("custody"))
