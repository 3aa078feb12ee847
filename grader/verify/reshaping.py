"""Mistakes that take a whole function, or two: what a stream is made of, where it opens its source.

A reshaping yields copies of a module, each with the line that it is about. Those of a generator
put a loop of their own around it; the generator's body becomes `_body`, which the loop reads.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial

from grader.verify.hoisting import HOISTS
from grader.verify.operators import parsed

Reshaped = Iterator[tuple[int, ast.Module]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Loop:
    """What stands around a generator's body, and what the module needs for it."""

    text: str
    needs: str = ""


# Of an asynchronous generator. Those that await nothing are made for `def` generators, too.
LOOPS = {
    "collect-then-yield": Loop("""
_items = [_item async for _item in _body()]
for _item in _items:
    yield _item
"""),
    "join-then-yield": Loop("""
_items = [_item async for _item in _body()]
if _items:
    yield _items[0][:0].join(_items)
"""),
    "one-late": Loop("""
_late = []
async for _item in _body():
    if _late:
        yield _late.pop()
    _late.append(_item)
for _item in _late:
    yield _item
"""),
    "two-at-a-time": Loop("""
_two = []
async for _item in _body():
    _two.append(_item)
    if len(_two) == 2:
        yield _two[0] + _two[1]
        _two.clear()
for _item in _two:
    yield _item
"""),
    "first-alone-then-the-rest": Loop("""
_rest, _first = [], True
async for _item in _body():
    if _first:
        yield _item
    else:
        _rest.append(_item)
    _first = False
for _item in _rest:
    yield _item
"""),
    "lose-the-first": Loop("""
_first = True
async for _item in _body():
    if not _first:
        yield _item
    _first = False
"""),
    "lose-the-last": Loop("""
_late = []
async for _item in _body():
    if _late:
        yield _late.pop()
    _late.append(_item)
"""),
    "swap-the-first-two": Loop("""
_held, _swapped = [], False
async for _item in _body():
    if not _held and not _swapped:
        _held.append(_item)
        continue
    yield _item
    if _held:
        _swapped = True
        yield _held.pop()
for _item in _held:
    yield _item
"""),
    "repeat-the-last": Loop("""
_item = None
async for _item in _body():
    yield _item
if _item is not None:
    yield _item
"""),
    "keep-what-was-sent": Loop("""
_kept = []
async for _item in _body():
    _kept.append(_item)
    yield _item
"""),
    "keep-what-was-sent-for-ever": Loop(
        """
async for _item in _body():
    _KEPT.append(_item)
    yield _item
""",
        needs="_KEPT = []",
    ),
    "send-what-others-were-sent": Loop(
        """
for _item in list(_KEPT):
    yield _item
async for _item in _body():
    _KEPT.append(_item)
    yield _item
""",
        needs="_KEPT = []",
    ),
    "swallow-the-failure": Loop("""
try:
    async for _item in _body():
        yield _item
except Exception:
    pass
"""),
    "send-the-failure-as-text": Loop("""
try:
    async for _item in _body():
        yield _item
except Exception as _error:
    yield str(_error)
"""),
    "fail-at-the-end": Loop("""
async for _item in _body():
    yield _item
raise RuntimeError("at the end")
"""),
    "never-end": Loop("""
async for _item in _body():
    yield _item
await __import__("asyncio").Event().wait()
"""),
    "sleep-on-the-loop": Loop("""
async for _item in _body():
    __import__("time").sleep(0.1)
    yield _item
"""),
    "wait-before-each": Loop("""
async for _item in _body():
    await __import__("asyncio").sleep(0.5)
    yield _item
"""),
    "wait-before-the-first": Loop("""
await __import__("asyncio").sleep(5)
async for _item in _body():
    yield _item
"""),
    "shield-everything": Loop("""
_whole = _body()
while True:
    with __import__("anyio").CancelScope(shield=True):
        try:
            _item = await anext(_whole)
        except StopAsyncIteration:
            break
    yield _item
"""),
    "one-client-at-a-time": Loop(
        """
async with _LOCK:
    async for _item in _body():
        yield _item
""",
        needs="_LOCK = __import__('asyncio').Lock()",
    ),
    "one-generator-for-all": Loop(
        """
if not _SHARED:
    _SHARED.append(_body())
async for _item in _SHARED[0]:
    yield _item
""",
        needs="_SHARED = []",
    ),
    "read-ahead-without-a-bound": Loop("""
_queue = __import__("asyncio").Queue()
async def _fill():
    try:
        async for _item in _body():
            _queue.put_nowait([_item])
            await __import__("asyncio").sleep(0)
        _queue.put_nowait(None)
    except Exception as _error:
        _queue.put_nowait(_error)
_task = __import__("asyncio").create_task(_fill())
try:
    while isinstance(_got := await _queue.get(), list):
        yield _got[0]
    if _got:
        raise _got
finally:
    _task.cancel()
"""),
    "task-that-nobody-cancels": Loop("""
_queue = __import__("asyncio").Queue(1)
async def _fill():
    try:
        async for _item in _body():
            await _queue.put([_item])
        await _queue.put(None)
    except Exception as _error:
        await _queue.put(_error)
_task = __import__("asyncio").create_task(_fill())
while isinstance(_got := await _queue.get(), list):
    yield _got[0]
if _got:
    raise _got
"""),
    "task-that-dies-unheard": Loop("""
_queue = __import__("asyncio").Queue(1)
async def _fill():
    async for _item in _body():
        await _queue.put([_item])
    await _queue.put(None)
_task = __import__("asyncio").create_task(_fill())
try:
    while isinstance(_got := await _queue.get(), list):
        yield _got[0]
finally:
    _task.cancel()
"""),
}


def _looped(loop: Loop, tree: ast.Module) -> Reshaped:
    """Copies of the module, each with the loop around one of its generators."""
    for index, function in _functions(tree):
        text = loop.text
        if isinstance(function, ast.FunctionDef):
            if "await " in text or "async with " in text or "async def " in text:
                continue
            text = text.replace("async for", "for")
        if _is_stream(function):
            copy = deepcopy(tree)
            _wrap(copy.body[index], text)
            copy.body[index:index] = parsed(loop.needs)
            yield function.lineno, copy


def _functions(tree: ast.Module) -> Iterator[tuple[int, Function]]:
    for index, statement in enumerate(tree.body):
        if isinstance(statement, Function):
            yield index, statement


def _is_stream(function: Function) -> bool:
    """Whether it is a generator that yields in a loop, or more than once.

    One that yields once is a dependency or a context manager. One that assigns to a parameter
    cannot be put into a function inside of it.
    """
    own = list(_own_nodes(function))
    parameters = {argument.arg for argument in function.args.args + function.args.kwonlyargs}
    stored = {n.id for n in own if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    yields = [node for node in own if isinstance(node, ast.Yield | ast.YieldFrom)]
    loops = [node for node in own if isinstance(node, ast.For | ast.AsyncFor | ast.While)]
    looped = any(isinstance(n, ast.Yield) for loop in loops for n in ast.walk(loop))
    several = len(yields) > 1 or any(isinstance(node, ast.YieldFrom) for node in yields)
    return bool(yields) and (looped or several) and not parameters & stored


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions inside of it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, Function | ast.Lambda | ast.ClassDef):
            yield child
            yield from _own_nodes(child)


def _wrap(function: ast.stmt, text: str) -> None:
    assert isinstance(function, Function)
    (inner,) = parsed("async def _body(): pass")
    assert isinstance(inner, ast.AsyncFunctionDef)
    inner.body = function.body
    body: Function = inner
    if isinstance(function, ast.FunctionDef):
        fields = {name: getattr(inner, name) for name in inner._fields}
        body = ast.FunctionDef(**fields)
    function.body = [body, *parsed(text)]


def _whole_response(tree: ast.Module) -> Reshaped:
    """`StreamingResponse(x, ...)` becomes `Response(...)` of all that x yields."""
    sites = [node for node in ast.walk(tree) if _is_streaming(node)]
    for number, site in enumerate(sites):
        copy = deepcopy(tree)
        call = [node for node in ast.walk(copy) if _is_streaming(node)][number]
        assert isinstance(call, ast.Call)
        joined = ast.parse("await _joined(x)", mode="eval").body
        assert isinstance(joined, ast.Await)
        assert isinstance(joined.value, ast.Call)
        joined.value.args = [call.args[0]]
        call.func, call.args[0] = ast.Name("_Response", ast.Load()), joined
        copy.body[_after_imports(copy) : _after_imports(copy)] = parsed(_JOINED)
        yield getattr(site, "lineno", 1), copy


_JOINED = """
from starlette.responses import Response as _Response
from starlette.responses import StreamingResponse as _StreamingResponse
async def _joined(content):
    _items = [_item async for _item in _StreamingResponse(content).body_iterator]
    return b"".join(i if isinstance(i, bytes) else i.encode() for i in _items)
"""


def _is_streaming(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="StreamingResponse"), args=[_, *_]):
            return True
    return False


def _after_imports(tree: ast.Module) -> int:
    kinds = ast.Import | ast.ImportFrom
    return max((i for i, node in enumerate(tree.body) if isinstance(node, kinds)), default=0) + 1


RESHAPINGS: dict[str, Callable[[ast.Module], Reshaped]] = {
    **{name: partial(_looped, loop) for name, loop in LOOPS.items()},
    "whole-response": _whole_response,
    **HOISTS,
}
