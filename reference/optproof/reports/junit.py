"""The report as JUnit XML, as CI systems read it."""

from __future__ import annotations

import re
import socket
import xml.etree.ElementTree as ET
from datetime import datetime, timezone
from pathlib import Path

from .. import files
from ..judging.report import (
    ABSENT,
    DEVIATION,
    ERROR,
    KNOWN,
    NOT_RUN,
    STALE,
    UNDECIDED,
    Report,
)
from .answer import block, relative
from .terminal import explain

#: What becomes of a status; what was not run is an error, since it is no pass.
ELEMENTS = {
    DEVIATION: "failure",
    STALE: "failure",
    **dict.fromkeys((ERROR, *UNDECIDED, NOT_RUN), "error"),
    **dict.fromkeys((KNOWN, *ABSENT), "skipped"),
}
#: XML 1.0 has no way to write these.
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_xml(report: Report) -> str:
    """Return the report: one suite, a test for each case."""
    suite = ET.Element(
        "testsuite",
        name=_text(f"optproof {report.target}"),
        timestamp=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S"),
        hostname=socket.gethostname(),
    )
    properties = ET.SubElement(suite, "properties")
    settings = {"settings": report.settings} if report.settings else {}
    for name, value in {**report.versions, **settings}.items():
        ET.SubElement(properties, "property", name=name, value=_text(value))
    counts = {"tests": len(report.results), "failure": 0, "error": 0, "skipped": 0}
    lined = {d.operation: d for d in report.diagnoses if d.line}
    for result in report.results:
        attributes = {"classname": result.operation, "name": result.id}
        if place := lined.get(result.operation):
            attributes |= {"file": _text(relative(place.file)), "line": str(place.line)}
        case = ET.SubElement(suite, "testcase", attributes, time=f"{result.seconds:.3f}")
        if element := ELEMENTS.get(result.status):
            counts[element] += 1
            mistakes = block([result], report.diagnoses).mistakes if result.findings else ()
            message = "; ".join(mistakes) or result.message
            detail = {"type": result.status, "message": _text(message)}
            ET.SubElement(case, element, detail).text = _text(explain(result, report.diagnoses))
    for name, value in (("tests", "tests"), ("failures", "failure"), ("errors", "error")):
        suite.set(name, str(counts[value]))
    suite.set("skipped", str(counts["skipped"]))
    suite.set("time", f"{sum(result.seconds for result in report.results):.3f}")
    ET.SubElement(suite, "system-out")
    ET.SubElement(suite, "system-err")
    root = ET.Element("testsuites")
    root.append(suite)
    head = '<?xml version="1.0" encoding="utf-8"?>\n<!-- optproof report -->'
    return f"{head}\n{ET.tostring(root, encoding='unicode')}\n"


def _text(text: str) -> str:
    return UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def write(report: Report, path: Path) -> None:
    """Write the report to `path`."""
    files.write(path, as_xml(report), "junitxml")
