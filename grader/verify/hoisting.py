"""Mistakes about where a source is opened: in the endpoint, and not in the stream.

The generator's opening moves to the function that calls it; what was opened is handed over as one
more argument. How it is closed stays as it was, or is lost, as it is in code that people write.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy

from grader.verify.operators import parsed

Function = ast.FunctionDef | ast.AsyncFunctionDef
Hoisted = Iterator[tuple[int, ast.Module]]


def with_around_the_return(tree: ast.Module) -> Hoisted:
    """The `with` block goes around the return, which ends it before the stream begins."""
    for copy, block, caller, call in _blocks(tree):
        (item,) = block.items
        where, index = _statement_of(caller, call)
        name = _handed_over(item)
        passed = ast.withitem(
            context_expr=item.context_expr, optional_vars=ast.Name(name, ast.Store())
        )
        where[index] = type(block)(items=[passed], body=[where[index]])
        call.args.append(ast.Name(name, ast.Load()))
        yield block.lineno, copy


def entered_in_the_endpoint(tree: ast.Module) -> Hoisted:
    """The block is entered before the return, and nobody leaves it."""
    for copy, block, caller, call in _blocks(tree):
        (item,) = block.items
        where, index = _statement_of(caller, call)
        name = _handed_over(item)
        enter = "await _block.__aenter__()" if isinstance(block, ast.AsyncWith) else None
        entered = parsed(f"_block = None\n{name} = {enter or '_block.__enter__()'}")
        assert isinstance(entered[0], ast.Assign)
        entered[0].value = item.context_expr
        where[index:index] = entered
        call.args.append(ast.Name(name, ast.Load()))
        yield block.lineno, copy


def opened_in_the_endpoint(tree: ast.Module) -> Hoisted:
    """The first assignment of the generator is made before the return; it is closed as it was."""
    for copy, generator, caller, call in _calls(tree):
        first = generator.body[0]
        match first:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if not (_opens(value) and _can_move(value, generator, call)):
                    continue
                where, index = _statement_of(caller, call)
                generator.body.pop(0)
                generator.args.args.append(ast.arg(arg=name))
                where.insert(index, first)
                call.args.append(ast.Name(name, ast.Load()))
                yield first.lineno, copy


def _blocks(
    tree: ast.Module,
) -> Iterator[tuple[ast.Module, ast.With | ast.AsyncWith, Function, ast.Call]]:
    """Copies in which a generator's outermost block has been replaced by its body."""
    for copy, generator, caller, call in _calls(tree):
        for index, statement in enumerate(generator.body):
            match statement:
                case ast.With(items=[item]) | ast.AsyncWith(items=[item]):
                    if not _can_move(item.context_expr, generator, call):
                        continue
                    generator.args.args.append(ast.arg(arg=_handed_over(item)))
                    generator.body[index : index + 1] = statement.body
                    yield copy, statement, caller, call
                    break


def _handed_over(item: ast.withitem) -> str:
    match item.optional_vars:
        case ast.Name(id=name):
            return name
    return "_entered"


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Module, Function, Function, ast.Call]]:
    """For each generator that another function of the module calls: a copy to be changed."""
    names = [node.name for node in tree.body if isinstance(node, Function) and _yields(node)]
    for name in names:
        copy = deepcopy(tree)
        functions = [node for node in copy.body if isinstance(node, Function)]
        generator = next(function for function in functions if function.name == name)
        for caller in functions:
            for node in ast.walk(caller):
                match node:
                    case ast.Call(func=ast.Name(id=called)) if called == name:
                        yield copy, generator, caller, node
                        break


def _yields(function: Function) -> bool:
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))


def _opens(value: ast.expr) -> bool:
    """Whether something is waited for or opened: a query may be put together anywhere."""
    return any(
        isinstance(node, ast.Await) or (isinstance(node, ast.Attribute) and node.attr == "open")
        for node in ast.walk(value)
    )


def _can_move(value: ast.expr, generator: Function, call: ast.Call) -> bool:
    """Whether the caller has all that the value needs, under the same names."""
    needed = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
    passed = {argument.id for argument in call.args if isinstance(argument, ast.Name)}
    local = {argument.arg for argument in generator.args.args}
    stored = {
        node.id
        for node in ast.walk(generator)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return needed & local <= passed and not needed & stored


def _statement_of(function: Function, call: ast.Call) -> tuple[list[ast.stmt], int]:
    """The list of statements and the place in it of the one that a call is in."""
    where: list[ast.stmt] = function.body
    while True:
        index = next(i for i, node in enumerate(where) if call in ast.walk(node))
        inner = [
            block
            for name in ("body", "orelse", "finalbody")
            for block in [getattr(where[index], name, [])]
            if any(call in ast.walk(node) for node in block)
        ]
        if not inner:
            return where, index
        where = inner[0]


HOISTS = {
    "with-around-the-return": with_around_the_return,
    "entered-in-the-endpoint": entered_in_the_endpoint,
    "opened-in-the-endpoint": opened_in_the_endpoint,
}
