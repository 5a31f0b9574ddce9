"""The published JSON Schemas (2020-12), and a validator that can reach nothing but the schema it was given.

The shapes of `custody.format.shape` are the authority; the schemas are made from them, for people who read
bundles and reports with other tools.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeAlias, cast

from custody.errors import UsageError
from custody.format.canonical import decode_json
from custody.format.limits import MIB
from custody.format.scalar import Schema

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_SUFFIX = ".json"

SchemaCheck: TypeAlias = Callable[[object], tuple[str, ...]]
"""Takes decoded JSON and returns `pointer: keyword` for each fault, in the order of the pointers."""


def load_schema(name: str) -> Schema:
    """Return a published schema, parsed.

    Args:
        name: such as `trust-1`, for `schemas/trust-1.json`.

    Raises:
        UsageError: there is no schema of this name.
    """
    folder = schemas_folder()
    file = folder / f"{name}{_SUFFIX}"
    if _NAME.fullmatch(name) is None or not file.is_file():
        raise UsageError(
            "schema: expected the name of a published one, found another", hint=", ".join(schema_names())
        )
    member = f"schemas/{name}{_SUFFIX}"
    return cast("Schema", decode_json(file.read_bytes(), member=member, limit=MIB, canonical=False))


def schema_names() -> tuple[str, ...]:
    """Return the names of all published schemas, ascending."""
    names = (file.name for file in schemas_folder().iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


def compile_schema(schema: Schema) -> SchemaCheck:
    """Make a checker from a schema; it never reads a file or a network.

    jsonschema fetches a foreign `$ref` by default; here the registry is empty, so such a reference is an
    error. It also lets `$` match before a line feed at the end, which ECMA-262, the dialect of JSON Schema,
    does not; here it means the end.
    """
    # Imported on first use: jsonschema takes longer than the rest of custody, and few runs need it.
    import jsonschema  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    def pattern(_validator: object, rule: str, value: object, _schema: object) -> Iterator[Exception]:
        if isinstance(value, str) and re.search(_ecma(rule), value) is None:
            yield jsonschema.ValidationError("pattern")

    extend: Any = jsonschema.validators.extend
    validator = extend(jsonschema.Draft202012Validator, {"pattern": pattern})(schema, registry=Registry())

    def check(value: object) -> tuple[str, ...]:
        faults = validator.iter_errors(value)
        return tuple(sorted(f"{_pointer(fault.absolute_path)}: {fault.validator}" for fault in faults))

    return check


def _ecma(rule: str) -> str:
    return rule.removesuffix("$") + r"\Z" if rule.endswith("$") else rule


def _pointer(path: Iterable[str | int]) -> str:
    return "".join(f"/{key}" for key in path)


def schemas_folder() -> Traversable:
    """Find the schemas: inside the wheel, or beside the package where it is installed from its repository."""
    shipped = files("custody") / "schemas"
    return shipped if shipped.is_dir() else Path(__file__).parents[2] / "schemas"
