"""Mutants of a reference: the same module with one mistake in it, each under a stable name.

A name holds the operator, the text of the line and, if that is not enough, which of its kind it
is, so that it outlives changes elsewhere in the file:

    drop-header: "Cache-Control": "no-cache",
    plus-one: CHUNK_SIZE = 128 * 1024 (2)
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from difflib import unified_diff

from grader.verify.operators import OPERATORS, Operator
from grader.verify.reshaping import RESHAPINGS

Path = tuple[tuple[str, int | None], ...]  # from the module to a node: fields, with list indices


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A reference with one mistake. `change` is what differs, as lines with - and +."""

    name: str
    source: str
    change: str


def derive(source: str) -> list[Mutant]:
    """Every mutant of a module that compiles, in the order of its lines. No two are alike."""
    lines = source.splitlines()
    before = ast.unparse(ast.parse(source))
    seen, named, mutants = {before}, Counter[str](), []
    found = sorted(_variants(ast.parse(source)), key=lambda variant: variant[1])
    for operator, number, tree in found:
        after = ast.unparse(ast.fix_missing_locations(tree))
        if after in seen or not _compiles(after):
            continue
        seen.add(after)
        name = f"{operator}: {lines[number - 1].strip()}"
        named[name] += 1
        suffix = f" ({named[name]})" if named[name] > 1 else ""
        mutants.append(Mutant(name=name + suffix, source=after, change=_change(before, after)))
    return mutants


def _variants(tree: ast.Module) -> Iterator[tuple[str, int, ast.Module]]:
    """Each operator's name with the line that it was applied to and the module that it made."""
    for operator, reshape in RESHAPINGS.items():
        for number, reshaped in reshape(tree):
            yield operator, number, reshaped
    for path, node in _nodes(tree):
        for operator, replace in OPERATORS.items():
            for choice, new in enumerate(list(replace(deepcopy(node)))):
                number = getattr(new, "lineno", None) or _line(tree, path)
                yield operator, number, _replaced(tree, path, replace, choice)


def _nodes(tree: ast.AST, path: Path = ()) -> Iterator[tuple[Path, ast.AST]]:
    """Every node that runs, with the path to it: annotations and docstrings are left out."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "type_comment", "type_params"):
            continue
        several = value if isinstance(value, list) else [value]
        for index, child in enumerate(several):
            if not isinstance(child, ast.AST) or _is_docstring(child):
                continue
            step = (*path, (name, index if isinstance(value, list) else None))
            yield step, child
            yield from _nodes(child, step)


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _line(tree: ast.Module, path: Path) -> int:
    """The line of the innermost node on the way that has one."""
    node: ast.AST = tree
    number = 1
    for step in path:
        node = _child(node, step)
        number = getattr(node, "lineno", number)
    return number


def _child(node: ast.AST, step: tuple[str, int | None]) -> ast.AST:
    name, index = step
    value = getattr(node, name)
    found: ast.AST = value if index is None else value[index]
    return found


def _replaced(tree: ast.Module, path: Path, replace: Operator, choice: int) -> ast.Module:
    """A copy of the tree in which the node at the path is what the operator makes of it."""
    copy = deepcopy(tree)
    parent: ast.AST = copy
    for step in path[:-1]:
        parent = _child(parent, step)
    name, index = path[-1]
    new = list(replace(_child(parent, path[-1])))[choice]
    if index is None:
        setattr(parent, name, new)
    else:
        getattr(parent, name)[index : index + 1] = new if isinstance(new, list) else [new]
    return copy


def _compiles(source: str) -> bool:
    try:
        compile(source, "<mutant>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def _change(before: str, after: str) -> str:
    lines = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join(line for line in lines if line[:2] not in ("--", "++", "@@"))
