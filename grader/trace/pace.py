"""Whether something holds a body back on its way: what the times of its pieces say, and no more.

The wire shows when bytes came, and not when they were made. Who collects them, the server itself
or something between, it cannot tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import median

from grader.trace.capture import Capture, Framing
from grader.trace.events import Stream
from grader.trace.headers import proxies

SILENCE = 0.2  # seconds without a byte that separate two bursts
WAIT = 1.0  # seconds before the body that are too long to be work of the network
BRIEF = 0.05  # of the whole time: what comes within it came at once
_BUFFERS = (4096, 8192, 16384, 32768, 65536)


class Suspicion(StrEnum):
    LIKELY = "likely"
    POSSIBLE = "possible"
    NONE = "no sign"
    UNKNOWN = "cannot be told"


@dataclass(frozen=True, slots=True)
class Pace:
    """Whether buffering is suspected, and the sentence that says what it rests on."""

    suspicion: Suspicion
    text: str


def pace(capture: Capture, stream: Stream | None) -> Pace:
    """What the times of the events say, or of the pieces where there are no events."""
    times, noun = _arrivals(capture, stream)
    if not capture.pieces:
        return Pace(Suspicion.UNKNOWN, "there is no body.")
    if len(times) < 3:
        few = f"one {noun} is" if len(times) == 1 else f"{len(times) or 'no'} {noun}s are"
        return Pace(Suspicion.UNKNOWN, f"{few} too little to tell.")
    bursts = _bursts(times)
    took = times[-1] - times[0]
    if len(bursts) == 1 and times[0] >= WAIT and took <= BRIEF * times[0]:
        return _at_once(capture, times, noun)
    if len(bursts) == 1 and took < SILENCE:
        text = f"all {len(times)} {noun}s came within {took * 1000:.0f} ms, without any wait."
        return Pace(Suspicion.UNKNOWN, text)
    several = [len(burst) for burst in bursts if len(burst) > 1]
    if len(bursts) > 1 and stream and 2 * len(several) > len(bursts):
        return _in_bursts(capture, bursts, noun)
    text = f"{len(times)} {noun}s came one after another over {took:.1f} s."
    return Pace(Suspicion.NONE, text)


def _arrivals(capture: Capture, stream: Stream | None) -> tuple[list[float], str]:
    if stream is not None:
        return [capture.pieces[seen.piece].at for seen in stream.events], "event"
    noun = "chunk" if capture.framing is Framing.CHUNKED else "piece"
    return [piece.at for piece in capture.pieces], noun


def _bursts(times: Sequence[float]) -> list[list[float]]:
    """The arrivals, parted where nothing came for a while."""
    bursts = [[times[0]]]
    for before, time in pairwise(times):
        if time - before > SILENCE:
            bursts.append([])
        bursts[-1].append(time)
    return bursts


def _at_once(capture: Capture, times: Sequence[float], noun: str) -> Pace:
    took = max(times[-1] - times[0], 0.001)
    waited = times[0] - (capture.head_at or 0.0)
    text = f"all {len(times)} {noun}s came within {took * 1000:.0f} ms, after {times[0]:.1f} s"
    also = "A source that is silent and then gives all at once would look the same."
    together = len(set(times)) < len(times)
    if waited >= WAIT and together:
        text += f", of which {waited:.1f} s passed after the head, and several share a chunk"
    sure = Suspicion.LIKELY if waited >= WAIT and together else Suspicion.POSSIBLE
    return Pace(sure, f"{text}. {also} {_who(capture)}")


def _in_bursts(capture: Capture, bursts: Sequence[Sequence[float]], noun: str) -> Pace:
    size = median(len(burst) for burst in bursts)
    gaps = [after[0] - before[-1] for before, after in pairwise(bursts)]
    text = f"the {noun}s came {size:g} at a time, {median(gaps):.1f} s apart."
    if _fills(capture, len(bursts)):
        return Pace(Suspicion.LIKELY, f"{text} The pieces have the size of a buffer that is full.")
    also = "A source that gives several at a time would look the same."
    return Pace(Suspicion.POSSIBLE, f"{text} {also} {_who(capture)}")


def _fills(capture: Capture, bursts: int) -> bool:
    """Whether pieces that wait for each other have the sizes of common buffers."""
    sizes = [piece.size for piece in capture.pieces[:-1]]
    exact = sum(size in _BUFFERS for size in sizes)
    return bursts > 2 and len(sizes) > 1 and exact >= 0.8 * len(sizes)


def _who(capture: Capture) -> str:
    named = proxies(capture)
    if named:
        return f"A proxy shows in {' and '.join(dict.fromkeys(named))}, and may be who collects."
    return "Whether the server collects or something between, the wire cannot tell."
