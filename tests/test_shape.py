"""The shape of the code: sizes, cycles, annotations, docstrings, excepts. Counted from syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "custody"

MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 50

PURE = ("errors", "model", "report", "format", "trust", "proof")
VAGUE = {"base", "common", "core", "helper", "helpers", "manager", "misc", "util", "utils"}
BLANKET = {"BaseException", "Exception"}
BLANKET_ALLOWED = {"custody.cli.__main__"}
# Calls that read the clock, randomness or a disk without an import that a layer contract could see.
IMPURE_CALLS = {"now", "open", "today", "urandom", "utcnow"}

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Scope = ast.Module | ast.ClassDef | FunctionNode


def name_of(path: Path) -> str:
    """The dotted name of the module in a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text("utf-8"), path.name) for name, path in MODULES.items()}

each_module = pytest.mark.parametrize("module", MODULES)


def functions(tree: ast.AST) -> Iterator[FunctionNode]:
    """Every function of a module, nested ones and methods too."""
    return (node for node in ast.walk(tree) if isinstance(node, FunctionNode))


def public_definitions(scope: Scope, prefix: str = "") -> Iterator[tuple[str, Scope]]:
    """The classes, functions and methods that a user of the module may name."""
    for node in scope.body:
        if isinstance(node, ast.ClassDef | FunctionNode) and not node.name.startswith("_"):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public_definitions(node, f"{prefix}{node.name}.")


def runs_on_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run when a module is imported: not in functions, not behind TYPE_CHECKING."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from runs_on_import(node.orelse)
        elif not isinstance(node, FunctionNode):
            for field in ("body", "orelse", "finalbody"):
                yield from runs_on_import(getattr(node, field, []))
            for handler in getattr(node, "handlers", []):
                yield from runs_on_import(handler.body)


def imported_modules(name: str) -> set[str]:
    """The modules of the package that a module imports when it is imported."""
    found: set[str] = set()
    for node in runs_on_import(TREES[name].body):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in MODULES else node.module)
    return (found & MODULES.keys()) - {name}


def cycle_from(start: str, edges: dict[str, set[str]]) -> list[str] | None:
    """A shortest way from a module back to itself, if there is one."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for target in sorted(edges[way[-1]]):
            if target == start:
                return [*way, start]
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return None


@each_module
def test_a_module_fits_on_a_few_screens(module: str) -> None:
    """No module is longer than 400 lines."""
    assert len(MODULES[module].read_text("utf-8").splitlines()) <= MAX_MODULE_LINES


@each_module
def test_a_function_fits_on_one_screen(module: str) -> None:
    """No function is longer than 50 lines, its docstring included."""
    sizes = {f.name: (f.end_lineno or f.lineno) - f.lineno + 1 for f in functions(TREES[module])}
    assert not {name: size for name, size in sizes.items() if size > MAX_FUNCTION_LINES}


@each_module
def test_every_parameter_and_result_is_annotated(module: str) -> None:
    """All functions say what they take and what they give."""
    bare = []
    for function in functions(TREES[module]):
        arguments = function.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        optional = [arguments.vararg, arguments.kwarg]
        every = named + [argument for argument in optional if argument]
        if [
            a for a in every if a.annotation is None and a.arg not in {"self", "cls"}
        ] or not function.returns:
            bare.append(function.name)
    assert not bare


@each_module
def test_everything_public_is_documented(module: str) -> None:
    """Modules, and the classes, functions and methods without a leading underscore, have docstrings."""
    definitions = [("module", TREES[module]), *public_definitions(TREES[module])]
    assert not [name for name, node in definitions if not ast.get_docstring(node)]


@each_module
def test_no_except_swallows_everything(module: str) -> None:
    """Only the command line's entry may catch what nobody foresaw."""
    handlers = [node for node in ast.walk(TREES[module]) if isinstance(node, ast.ExceptHandler)]
    blanket = [
        handler.lineno
        for handler in handlers
        if handler.type is None or BLANKET & {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
    ]
    assert not blanket or module in BLANKET_ALLOWED


@each_module
def test_no_module_has_a_vague_name(module: str) -> None:
    """A module is named after a thing, not after being useful."""
    assert not VAGUE & {part.strip("_") for part in module.split(".")}


@pytest.mark.parametrize(
    "module", [name for name in MODULES if name.split(".")[1:2] and name.split(".")[1] in PURE]
)
def test_a_pure_module_opens_nothing_and_asks_no_clock(module: str) -> None:
    """Files, time and randomness are arguments of the pure layers."""
    calls = [node.func for node in ast.walk(TREES[module]) if isinstance(node, ast.Call)]
    names = {
        function.id if isinstance(function, ast.Name) else function.attr
        for function in calls
        if isinstance(function, ast.Name | ast.Attribute)
    }
    assert not names & IMPURE_CALLS


def test_no_module_imports_itself_in_a_circle() -> None:
    """Imports at module level, as they run, have no cycle."""
    edges = {name: imported_modules(name) for name in MODULES}
    assert not [cycle for name in MODULES if (cycle := cycle_from(name, edges))]


def test_nothing_is_left_to_do() -> None:
    """No note in the code promises work."""
    note = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert not [name for name, path in MODULES.items() if note.search(path.read_text("utf-8"))]


def test_one_package_reaches_sockets() -> None:
    """Only custody.network imports what can open a connection."""
    reach = {"asyncio", "ftplib", "http", "smtplib", "socket", "ssl", "urllib"}
    found = set()
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                imported.append(node.module)
            if reach & {each.split(".")[0] for each in imported}:
                found.add(".".join(name.split(".")[:2]))
    assert found <= {"custody.network"}
