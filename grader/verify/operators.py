"""Mistakes that one node of a syntax tree is enough for.

An operator is given a node and yields what may stand in its place: another node, or statements
for a statement. It may use the node's children, and leaves the node itself as it was. A `lineno` on
what it yields says which line it is about, if that is not the node's own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

Operator = Callable[[ast.AST], Iterator["ast.AST | list[ast.stmt]"]]
Replacements = Iterator["ast.AST | list[ast.stmt]"]

OPERATORS: dict[str, Operator] = {}

_THREADED = {"run_sync": 0, "to_thread": 0, "run_in_threadpool": 0, "run_in_executor": 1}
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_BOUNDED = ("Queue", "Semaphore", "CapacityLimiter", "create_memory_object_stream", "deque")


def operator(function: Operator) -> Operator:
    OPERATORS[function.__name__.strip("_").replace("_", "-")] = function
    return function


def parsed(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


def _name_of(function: ast.expr) -> str:
    """The last part of what is called: `run_sync` of `to_thread.run_sync`."""
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


# -- what is sent -------------------------------------------------------------------------------


@operator
def _drop_yield(node: ast.AST) -> Replacements:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield):
        yield ast.If(test=ast.Constant(False), body=[node], orelse=[])  # still a generator


@operator
def _yield_twice(node: ast.AST) -> Replacements:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield):
        yield [node, node]


@operator
def _collect_the_source(node: ast.AST) -> Replacements:
    match node:
        case ast.AsyncFor(target=target, iter=source, body=body, orelse=orelse):
            part = ast.comprehension(
                target=ast.Name("_each", ast.Store()), iter=source, ifs=[], is_async=1
            )
            whole = ast.ListComp(elt=ast.Name("_each", ast.Load()), generators=[part])
            yield ast.For(target=target, iter=whole, body=body, orelse=orelse)
        case ast.For(target=target, iter=source, body=body, orelse=orelse):
            whole_of = ast.Call(func=ast.Name("list", ast.Load()), args=[source], keywords=[])
            yield ast.For(target=target, iter=whole_of, body=body, orelse=orelse)
        case ast.GeneratorExp(elt=elt, generators=generators):
            yield ast.ListComp(elt=elt, generators=generators)


@operator
def _read_it_whole(node: ast.AST) -> Replacements:
    """`read(size)` without the size, called here or in a thread."""
    if isinstance(node, ast.Call) and len(node.args) in (1, 2):
        read = node.func if len(node.args) == 1 else node.args[0]
        if _name_of(read) in ("read", "fetchmany", "aread"):
            yield ast.Call(func=node.func, args=node.args[:-1], keywords=node.keywords)


@operator
def _break_after_the_first(node: ast.AST) -> Replacements:
    match node:
        case ast.For(body=body) | ast.AsyncFor(body=body) | ast.While(body=body):
            kept = {name: getattr(node, name) for name in node._fields}
            yield type(node)(**{**kept, "body": [*body, ast.Break()]})


@operator
def _skip_the_loop(node: ast.AST) -> Replacements:
    if isinstance(node, ast.For | ast.AsyncFor | ast.While):
        yield ast.If(test=ast.Constant(False), body=[node], orelse=[])


# -- what is opened and closed -------------------------------------------------------------------


@operator
def _skip_the_release(node: ast.AST) -> Replacements:
    """A block is entered and never left, or not entered at all."""
    if not isinstance(node, ast.With | ast.AsyncWith):
        return
    for item in node.items:
        others = [other for other in node.items if other is not item]
        body = [*_entered(item, asynchronous=isinstance(node, ast.AsyncWith)), *node.body]
        yield [type(node)(items=others, body=body)] if others else body


def _entered(item: ast.withitem, *, asynchronous: bool) -> list[ast.stmt]:
    if item.optional_vars is None:
        return []
    call = "await _block.__aenter__()" if asynchronous else "_block.__enter__()"
    block, entered = parsed(f"_block = None\n_var = {call}")
    assert isinstance(block, ast.Assign)
    assert isinstance(entered, ast.Assign)
    block.value, entered.targets = item.context_expr, [item.optional_vars]
    return [block, entered]


@operator
def _drop_finally(node: ast.AST) -> Replacements:
    if isinstance(node, ast.Try) and node.finalbody:
        yield _without_finally(node)


@operator
def _finally_after_success_only(node: ast.AST) -> Replacements:
    if isinstance(node, ast.Try) and node.finalbody:
        yield [*_without_finally(node), *node.finalbody]


@operator
def _finally_after_failure_only(node: ast.AST) -> Replacements:
    if isinstance(node, ast.Try) and node.finalbody:
        handler = ast.ExceptHandler(
            type=ast.Name("BaseException", ast.Load()), body=[*node.finalbody, ast.Raise()]
        )
        inner = _without_finally(node)
        yield ast.Try(body=inner, handlers=[handler], orelse=[], finalbody=[])


def _without_finally(node: ast.Try) -> list[ast.stmt]:
    if not node.handlers:
        return [*node.body, *node.orelse]
    return [ast.Try(body=node.body, handlers=node.handlers, orelse=node.orelse, finalbody=[])]


@operator
def _handle_nothing(node: ast.AST) -> Replacements:
    """The exception that was handled goes on."""
    if isinstance(node, ast.Try) and node.handlers:
        body = [*node.body, *node.orelse]
        final = node.finalbody
        yield [ast.Try(body=body, handlers=[], orelse=[], finalbody=final)] if final else body


@operator
def _swallow_what_is_handled(node: ast.AST) -> Replacements:
    if isinstance(node, ast.ExceptHandler):
        yield ast.ExceptHandler(type=node.type, name=node.name, body=[ast.Pass()])


# -- what waits ----------------------------------------------------------------------------------


@operator
def _blocking_twin(node: ast.AST) -> Replacements:
    """What was awaited blocks instead: `run_sync(f, x)` becomes `f(x)`, and sleep time.sleep."""
    match node:
        case ast.Await(value=ast.Call(func=function, args=args, keywords=keywords)):
            if _name_of(function) in _THREADED:
                skipped = _THREADED[_name_of(function)]
                called, rest = args[skipped], args[skipped + 1 :]
                own = [k for k in keywords if k.arg not in ("limiter", "abandon_on_cancel")]
                yield ast.Call(func=called, args=rest, keywords=own)
            elif _name_of(function) == "sleep":
                sleep = ast.parse("__import__('time').sleep", mode="eval").body
                yield ast.Call(func=sleep, args=args, keywords=keywords)


@operator
def _drop_await(node: ast.AST) -> Replacements:
    if isinstance(node, ast.Await):
        yield node.value


@operator
def _async_endpoint(node: ast.AST) -> Replacements:
    """A `def` endpoint, which has a thread of its own, as `async def`, which has not."""
    if isinstance(node, ast.FunctionDef) and node.decorator_list:
        yield ast.AsyncFunctionDef(**{name: getattr(node, name) for name in node._fields})


@operator
def _unbounded(node: ast.AST) -> Replacements:
    """A queue or a limiter without its bound."""
    if isinstance(node, ast.Call) and (node.args or node.keywords):
        name = _name_of(node.func)
        if name == "create_memory_object_stream":
            endless = ast.parse("float('inf')", mode="eval").body
            yield ast.Call(func=node.func, args=[endless], keywords=[])
        elif name in _BOUNDED:
            yield ast.Call(func=node.func, args=[], keywords=[])


# -- statements, values, conditions --------------------------------------------------------------


@operator
def _drop_statement(node: ast.AST) -> Replacements:
    match node:
        case ast.Expr(value=ast.Yield()):
            return
        case ast.Expr() | ast.Assign() | ast.AugAssign() | ast.Raise() | ast.Break():
            yield ast.Pass()
        case ast.AnnAssign(value=ast.expr()) | ast.Continue() | ast.Delete():
            yield ast.Pass()


@operator
def _drop_header(node: ast.AST) -> Replacements:
    """One entry of a dictionary is left out, of which most are headers."""
    if isinstance(node, ast.Dict):
        for out, gone in enumerate(node.values):
            keys = [key for index, key in enumerate(node.keys) if index != out]
            values = [value for value in node.values if value is not gone]
            yield ast.Dict(keys=keys, values=values, lineno=gone.lineno)


@operator
def _drop_keyword(node: ast.AST) -> Replacements:
    if isinstance(node, ast.Call):
        for out in node.keywords:
            keywords = [keyword for keyword in node.keywords if keyword is not out]
            yield ast.Call(
                func=node.func, args=node.args, keywords=keywords, lineno=out.value.lineno
            )


@operator
def _unwrap_call(node: ast.AST) -> Replacements:
    """`f(x)` becomes `x`, and `x.f(...)` becomes `x` where x is itself the result of a call."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call() as inner)):
            yield inner
        case ast.Call(func=ast.Attribute(value=inner), args=[], keywords=[]):
            yield inner
        case ast.Call(args=[ast.expr() as argument]) if not isinstance(argument, ast.Starred):
            yield argument


@operator
def _one_side_only(node: ast.AST) -> Replacements:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.BitOr | ast.Mod):
        yield node.left
        yield node.right


@operator
def _other_sign(node: ast.AST) -> Replacements:
    other: dict[type[ast.operator], ast.operator] = {ast.Add: ast.Sub(), ast.Sub: ast.Add()}
    if isinstance(node, ast.BinOp) and type(node.op) in other:
        yield ast.BinOp(left=node.left, op=other[type(node.op)], right=node.right)


@operator
def _plus_one(node: ast.AST) -> Replacements:
    match node:
        case ast.Constant(value=(int() | float()) as number) if not isinstance(number, bool):
            yield ast.Constant(number + 1)


@operator
def _minus_one(node: ast.AST) -> Replacements:
    match node:
        case ast.Constant(value=(int() | float()) as number) if not isinstance(number, bool):
            yield ast.Constant(number - 1)


@operator
def _flip(node: ast.AST) -> Replacements:
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Compare(left=left, ops=[op], comparators=comparators):
            yield ast.Compare(left=left, ops=[_COMPARED[type(op)]()], comparators=comparators)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(op=ast.Or() if isinstance(op, ast.And) else ast.And(), values=values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand


@operator
def _negate(node: ast.AST) -> Replacements:
    """A condition is turned round. Comparisons and `not` are `flip`'s."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            if not isinstance(test, ast.Compare | ast.UnaryOp | ast.Constant):
                kept = {name: getattr(node, name) for name in node._fields}
                yield type(node)(**{**kept, "test": ast.UnaryOp(op=ast.Not(), operand=test)})


@operator
def _never(node: ast.AST) -> Replacements:
    """What an `if` guards is never done."""
    if isinstance(node, ast.If):
        yield [*node.orelse] or ast.Pass()


@operator
def _always(node: ast.AST) -> Replacements:
    """What an `if` guards is always done."""
    if isinstance(node, ast.If):
        yield [*node.body]


@operator
def _drop_line_break(node: ast.AST) -> Replacements:
    match node:
        case ast.Constant(value=str(text)) if "\n" in text:
            yield ast.Constant(text[::-1].replace("\n", "", 1)[::-1])
        case ast.Constant(value=bytes(data)) if b"\n" in data:
            yield ast.Constant(data[::-1].replace(b"\n", b"", 1)[::-1])


@operator
def _no_text(node: ast.AST) -> Replacements:
    match node:
        case ast.Constant(value=(str() | bytes()) as text) if text:
            yield ast.Constant(type(text)())


@operator
def _other_text(node: ast.AST) -> Replacements:
    match node:
        case ast.Constant(value=str(text)) if text:
            yield ast.Constant(text + "x")
        case ast.Constant(value=bytes(data)) if data:
            yield ast.Constant(data + b"x")
