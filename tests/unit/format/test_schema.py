"""The published schemas are found and checked, and a foreign reference leads nowhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import custody
from custody.errors import UsageError
from custody.format import schema as module
from custody.format.schema import compile_schema, load_schema, schema_names

SCHEMAS = Path(__file__).parents[3] / "schemas"


def test_the_schemas_of_the_repository_are_all_found() -> None:
    """Where the package is installed from its repository, they lie beside it."""
    wanted = sorted(file.name.removesuffix(".json") for file in SCHEMAS.glob("*.json"))
    assert list(schema_names()) == wanted


def test_the_schemas_inside_a_wheel_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in the package holds them there."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "thing.json").write_bytes(b'{"type": "null"}')
    (tmp_path / "schemas" / "README.md").write_bytes(b"")
    monkeypatch.setattr(module, "files", lambda _package: tmp_path)
    assert schema_names() == ("thing",)
    assert load_schema("thing") == {"type": "null"}


@pytest.mark.parametrize("name", ["absent", "../pyproject", "", "A"])
def test_another_name_is_refused(name: str) -> None:
    """The hint lists the names that exist."""
    with pytest.raises(UsageError, match="expected the name of a published one") as caught:
        load_schema(name)
    assert caught.value.hint == ", ".join(schema_names())


def test_faults_are_listed_with_place_and_keyword() -> None:
    """All of them, in the order of their pointers."""
    faults = compile_schema({"items": {"type": "integer", "minimum": 0}, "type": "array"})
    assert faults([1, -1, "x"]) == ("/1: minimum", "/2: type")
    assert faults([]) == ()


def test_a_pattern_means_the_whole_text_as_ecma_262_has_it() -> None:
    """A line feed at the end is one character too many; a pattern without `$` stays open at its end."""
    assert compile_schema({"pattern": "^a$"})("a\n") == (": pattern",)
    assert compile_schema({"pattern": "^a$"})("a") == ()
    assert compile_schema({"pattern": "^a"})("a\n") == ()
    assert compile_schema({"pattern": "^a$"})(1) == ()


def test_a_foreign_reference_is_an_error_and_no_request() -> None:
    """Sockets are off in tests, and the error is that of an unknown resource."""
    with pytest.raises(Exception, match="Unresolvable"):
        compile_schema({"$ref": "http://example.invalid/schema.json"})({})


def test_importing_the_package_does_not_import_jsonschema() -> None:
    """It is slow; most runs never need it."""
    code = "import sys, custody.format.schema; sys.exit('jsonschema' in sys.modules)"
    root = Path(custody.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
