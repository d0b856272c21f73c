"""SonarQube's generic coverage: by its grammar, and line by line against the counts of another report."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree

import pytest

from tests import sample
from tests.project import Project
from tests.test_report_lcov import records

pytestmark = pytest.mark.once("run")

NUMBER, FLAG, TEXT = "positiveInteger", "boolean", "string"
ATTRIBUTES = {"lineNumber": NUMBER, "covered": FLAG, "branchesToCover?": NUMBER, "coveredBranches?": NUMBER}
GRAMMAR = {
    "coverage": ("file", {"version": NUMBER}),
    "file": ("lineToCover", {"path": TEXT}),
    "lineToCover": (
        "",
        {"lineNumber": NUMBER, "covered": FLAG, "branchesToCover?": NUMBER, "coveredBranches?": NUMBER},
    ),
}
"""Of each element what it holds, any number of times, and its attributes; those with ? may be missing."""


def schema() -> bytes:
    """Write the grammar as an XML schema. SonarSource's allows zero branches, which say no more than none at all."""
    declared = []
    for element, (content, attributes) in GRAMMAR.items():
        inner = f'<xs:element ref="{content}" minOccurs="0" maxOccurs="unbounded"/>' if content else ""
        declared.append(f'<xs:element name="{element}"><xs:complexType><xs:sequence>{inner}</xs:sequence>')
        for name, kind in attributes.items():
            kind = "nonNegativeInteger" if name == "coveredBranches?" else kind
            use = "optional" if name.endswith("?") else "required"
            declared.append(f'<xs:attribute name="{name.rstrip("?")}" type="xs:{kind}" use="{use}"/>')
        declared.append("</xs:complexType></xs:element>")
    body = "".join(declared)
    return f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{body}</xs:schema>'.encode()


@pytest.mark.parametrize("branches", ["lines", "outcomes"])
def test_valid_by_the_schema(project: Project, branches: str) -> None:
    etree = pytest.importorskip("lxml.etree")
    sample.run(project)
    assert project.blockcov("sonar", "--branches", branches).out == b""
    grammar = etree.XMLSchema(etree.parse(io.BytesIO(schema())))
    document = etree.parse(str(project.path / "sonar-coverage.xml"))
    assert grammar.validate(document), grammar.error_log
    assert len(document.findall(".//lineToCover[@branchesToCover]")) >= 5
    document.find(".//lineToCover").attrib["hits"] = "1"
    assert not grammar.validate(document)


def test_lines_and_outcomes_are_those_of_lcov(project: Project) -> None:
    sample.run(project)
    root = ElementTree.fromstring(project.blockcov("sonar", "-o", "-").text)
    found: dict[str, dict[int, tuple[bool, int, int]]] = {}
    for file in root.iter("file"):
        lines = found[file.attrib["path"]] = {}
        for line in file:
            ways = int(line.get("branchesToCover", 0)), int(line.get("coveredBranches", 0))
            lines[int(line.attrib["lineNumber"])] = (line.attrib["covered"] == "true", *ways)
    expected: dict[str, dict[int, tuple[bool, int, int]]] = {}
    for name, each in records(project).items():
        counted = {line: count for kind, line, *count in map(_fields, each) if kind == "DA"}
        outcomes = [(line, count[-1]) for kind, line, *count in map(_fields, each) if kind == "BRDA"]
        expected[name] = {
            int(line): (
                count != ["0"],
                sum(other == line for other, _ in outcomes),
                sum(other == line and came not in ("0", "-") for other, came in outcomes),
            )
            for line, count in counted.items()
        }
    assert found == expected
    assert any(0 < taken < ways for lines in found.values() for _, ways, taken in lines.values())


def _fields(record: str) -> list[str]:
    kind, _, values = record.partition(":")
    return [kind, *values.split(",")]
