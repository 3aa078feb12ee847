"""What is said of a behaviour where there is room for plain text only."""

from __future__ import annotations

import re

from grader.verdicts import Behaviour

# What XML 1.0 cannot hold, even escaped (section 2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def behaviour_text(behaviour: Behaviour) -> str:
    """What was observed and expected, the likely misconception, and the line to blame."""
    evidence = behaviour.evidence
    if evidence is None:
        return behaviour.sentence
    lines = [
        behaviour.sentence,
        f"observed: {evidence.observed}",
        f"expected: {evidence.expected}",
    ]
    if evidence.misconception:
        lines.append(f"likely: {evidence.misconception.sentence}")
    if evidence.line:
        line = evidence.line
        lines.append(f"where: {line.file}:{line.number}: {line.text}")
    return "\n".join(lines)


def xml_text(text: str) -> str:
    """`text` with a visible stand-in for every character that XML cannot hold."""
    return _NOT_XML.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
