"""Compare responses: measure the same document buffered and streamed, so that the numbers are true.

GET /demo/comparison/buffered and GET /demo/comparison/streamed answer with the same records,
{"records": [...]}. `base_url` is where the server is. Write a coroutine that measures both.

- One request is measured after the other, so that neither slows the other one down.
- Each clock starts right before its request. `first_byte` ends when the first byte of the body has
  come: not with the head, and not when a buffer is full. `total` ends with the body.
- `size` is in bytes. Parsing comes later, and is part of no time.
- `same` compares what the documents say: white space and the order of keys mean nothing.
- An error status and a body that breaks off are errors that your caller sees. A redirect is
  followed, or it is an error.
- A server may need twenty seconds. One that never answers may not hold you for ever.
- `peak` is the memory of one response, by tracemalloc for one, or at least the bytes of its body
  that you held at once. What the other one left behind is no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    first_byte: float  # seconds
    total: float  # seconds
    size: int  # bytes
    peak: int  # bytes


@dataclass(frozen=True, slots=True)
class Comparison:
    buffered: Measured
    streamed: Measured
    same: bool  # both hold the same records


async def compare_responses(base_url: str) -> Comparison:
    raise NotImplementedError
