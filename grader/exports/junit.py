"""JUnit's XML, which most CI servers show: a test suite for a file, a test case for a behaviour."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from grader.exports.words import behaviour_text, xml_text
from grader.verdicts import Behaviour, Level, Outcome, Report, Result, Verdict


def junit(report: Report) -> str:
    """The document. Only what decides the verdict is a failure; other unmet ones are skipped."""
    root = Xml.Element("testsuites", name="streamdrill")
    for verdict in report.verdicts:
        root.append(_suite(verdict))
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(verdict: Verdict) -> Xml.Element:
    suite = Xml.Element("testsuite", name=verdict.exercise, file=verdict.file)
    if verdict.behaviours:
        for behaviour in verdict.behaviours:
            suite.append(_case(verdict, behaviour))
    else:
        case = Xml.SubElement(suite, "testcase", classname=verdict.exercise, name="verdict")
        Xml.SubElement(case, "error", message=xml_text(verdict.reason or ""))
    if verdict.output:
        Xml.SubElement(suite, "system-out").text = xml_text(verdict.output)
    kinds = [child.tag for case in suite.iter("testcase") for child in case]
    suite.attrib |= {
        "tests": str(len(suite.findall("testcase"))),
        "failures": str(kinds.count("failure")),
        "errors": str(kinds.count("error")),
        "skipped": str(kinds.count("skipped")),
        "time": f"{verdict.seconds:.4f}",
    }
    return suite


def _case(verdict: Verdict, behaviour: Behaviour) -> Xml.Element:
    case = Xml.Element("testcase", classname=verdict.exercise, name=behaviour.id)
    essential = behaviour.level is Level.ESSENTIAL
    match behaviour.outcome:
        case Outcome.UNMET if essential and verdict.result is Result.FAILED:
            failure = Xml.SubElement(case, "failure", message=xml_text(behaviour.sentence))
            failure.text = xml_text(behaviour_text(behaviour))
        case Outcome.UNMET:
            message = f"{behaviour.level}, never blocking: {behaviour_text(behaviour)}"
            Xml.SubElement(case, "skipped", message=xml_text(message))
        case Outcome.NOT_REACHED:
            Xml.SubElement(case, "skipped", message=f"needs {behaviour.blocked_by}")
        case Outcome.NOT_JUDGED:
            Xml.SubElement(case, "skipped", message=xml_text(behaviour.reason or ""))
        case Outcome.KIT_ERROR:
            Xml.SubElement(case, "error", message=xml_text(behaviour.reason or ""))
    return case
