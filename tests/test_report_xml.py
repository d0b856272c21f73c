"""Cobertura's XML: by its grammar, against coverage.py's, and read by the programs that it is made for."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from tests import sample
from tests.project import Project

pytestmark = pytest.mark.once("run")

# The grammar coverage-04: of each element the content and the attributes, those with ? have a default.
GRAMMAR = {
    "coverage": (
        "(sources?, packages)",
        "line-rate branch-rate lines-covered lines-valid branches-covered branches-valid complexity version timestamp",
    ),
    "sources": ("(source*)", ""),
    "source": ("(#PCDATA)", ""),
    "packages": ("(package*)", ""),
    "package": ("(classes)", "name line-rate branch-rate complexity"),
    "classes": ("(class*)", ""),
    "class": ("(methods, lines)", "name filename line-rate branch-rate complexity"),
    "methods": ("(method*)", ""),
    "method": ("(lines)", "name signature line-rate branch-rate complexity"),
    "lines": ("(line*)", ""),
    "line": ("(conditions*)", "number hits branch? condition-coverage?"),
    "conditions": ("(condition*)", ""),
    "condition": ("EMPTY", "number type coverage"),
}


def dtd() -> str:
    declared = []
    for element, (content, attributes) in GRAMMAR.items():
        declared.append(f"<!ELEMENT {element} {content}>")
        for attribute in attributes.split():
            default = '"default"' if attribute.endswith("?") else "#REQUIRED"
            declared.append(f"<!ATTLIST {element} {attribute.rstrip('?')} CDATA {default}>")
    return "\n".join(declared)


def tree(project: Project, *options: str) -> ElementTree.Element:
    result = project.blockcov("xml", "-o", "-", *options)
    assert result.status == 0, result.errors
    return ElementTree.fromstring(result.text)


Lines = dict[str, dict[str, dict[str, str]]]


def lines_of(root: ElementTree.Element) -> Lines:
    """Give the attributes of each line by file name and number; of hits, whether there are any."""
    found: Lines = {}
    for each in root.iter("class"):
        for line in each.iterfind("lines/line"):
            attributes = {**line.attrib, "hits": str(int(int(line.attrib["hits"]) > 0))}
            found.setdefault(each.attrib["filename"], {})[attributes.pop("number")] = attributes
    return found


@pytest.mark.parametrize("branches", ["lines", "outcomes"])
def test_valid_by_the_dtd(project: Project, branches: str) -> None:
    etree = pytest.importorskip("lxml.etree")
    import io

    sample.run(project)
    assert project.blockcov("xml", "--branches", branches).out == b""
    grammar = etree.DTD(io.StringIO(dtd()))
    document = etree.parse(str(project.path / "coverage.xml"))
    assert grammar.validate(document), grammar.error_log
    assert len(document.findall(".//condition")) >= 9
    project.blockcov("xml", "--missing-branches")
    assert not grammar.validate(etree.parse(str(project.path / "coverage.xml")))


def test_equals_coverage_py(project: Project) -> None:
    pytest.importorskip("coverage")
    sample.run(project)
    sample.run_coverage(project)
    ours = tree(project, "--missing-branches")
    theirs = ElementTree.fromstring(project.python("-m", "coverage", "xml", "-q", "-o", "-").text)
    mine, other = lines_of(ours), lines_of(theirs)
    assert mine == other
    assert set(mine) == set(sample.FILES) - {"shop/__init__.py", "shop/parts/__init__.py"}
    for element in ("coverage", "package", "class"):
        differing = {"version", "timestamp"}
        assert [
            {key: value for key, value in each.attrib.items() if key not in differing} for each in ours.iter(element)
        ] == [
            {key: value for key, value in each.attrib.items() if key not in differing} for each in theirs.iter(element)
        ]
    assert [each.text for each in ours.iter("source")] == [each.text for each in theirs.iter("source")]


def test_sources_and_depth(project: Project) -> None:
    pytest.importorskip("coverage")
    sample.write(project)
    project.write("pyproject.toml", "[tool.blockcov]\nsource = ['shop']\n[tool.coverage.run]\nsource = ['shop']\n")
    project.run("main.py")
    sample.run_coverage(project)
    theirs = ElementTree.fromstring(project.python("-m", "coverage", "xml", "-q", "-o", "-").text)
    ours = tree(project)
    assert [each.text for each in ours.iter("source")] == [str(project.path / "shop")]
    for element, attribute in (("source", None), ("class", "filename"), ("class", "name"), ("package", "name")):
        assert [each.get(attribute) if attribute else each.text for each in ours.iter(element)] == [
            each.get(attribute) if attribute else each.text for each in theirs.iter(element)
        ]
    project.write("pyproject.toml", "")
    assert [each.get("name") for each in tree(project, "--package-depth", "1").iter("package")] == ["shop"]


def test_without_branches(project: Project) -> None:
    pytest.importorskip("coverage")
    sample.write(project)
    project.write(".coveragerc", "[run]\nbranch = false\n")
    project.run("main.py")
    assert project.python("-m", "coverage", "run", "main.py").status == 0
    ours, theirs = tree(project), ElementTree.fromstring(project.python("-m", "coverage", "xml", "-q", "-o", "-").text)
    assert lines_of(ours) == lines_of(theirs)
    for name in ("line-rate", "branch-rate", "branches-valid", "branches-covered"):
        assert ours.get(name) == theirs.get(name)
    assert "BRDA" not in project.blockcov("lcov", "-o", "-").text
    assert "branches" not in project.blockcov("sonar", "-o", "-").text
    assert '"branches":[]' in project.blockcov("llvm", "-o", "-").text


def test_hits_are_counts(project: Project) -> None:
    sample.run(project)
    hits = {
        (each.get("filename"), line.get("number")): int(line.attrib["hits"])
        for each in tree(project).iter("class")
        for line in each.iter("line")
    }
    counts = project.counts("shop/orders.py")
    assert hits["shop/orders.py", "9"] == counts[9] == 3
    assert hits["shop/orders.py", "21"] == 2
    assert hits["shop/orders.py", "14"] == 0


def test_outcomes_as_branches(project: Project) -> None:
    project.write("app.py", "def f(a, b):\n    return a and b or (1 if a\n        else 0)\n\nf(0, 1)\nassert f(1, 1)\n")
    project.run("app.py")
    lines = lines_of(tree(project, "--branches", "outcomes"))["app.py"]
    # a true and false, b true, the second a false
    assert lines["2"] == {"hits": "1", "branch": "true", "condition-coverage": "66% (4/6)"}
    assert lines["6"] == {"hits": "1", "branch": "true", "condition-coverage": "100% (1/1)"}
    assert "condition-coverage" not in lines_of(tree(project))["app.py"]["2"]


def test_names_that_no_text_can_hold(project: Project) -> None:
    name = 'a & <b> "c"\n\x1b[2Jé.py'
    project.write(name, "x = 1\n")
    project.run(name)
    root = tree(project)
    assert [each.attrib["filename"] for each in root.iter("class")] == ['a & <b> "c"\\n\\x1b[2Jé.py']


def test_pycobertura(project: Project) -> None:
    pytest.importorskip("pycobertura")
    sample.run(project)
    sample.run_coverage(project)
    project.blockcov("xml", "-o", "ours.xml")
    project.python("-m", "coverage", "xml", "-o", "theirs.xml")
    ours, theirs = (
        project.python("-m", "pycobertura", "show", "--format", "csv", "--delimiter", ";", name)
        for name in ("ours.xml", "theirs.xml")
    )
    assert ours.status == 0, ours.errors
    assert "main.py;12;3;" in ours.text
    assert ours.text == theirs.text


def test_diff_cover(project: Project) -> None:
    pytest.importorskip("diff_cover")
    sample.write(project)
    git(project, "init", "-q", "-b", "main")
    git(project, "add", ".")
    git(project, "commit", "-qm", "first")
    orders = project.path / "shop/orders.py"
    changed = orders.read_text().replace("return a\n", "return a + 1\n").replace("return self\n", "return (self)\n")
    orders.write_text(changed)
    project.run("main.py")
    project.blockcov("xml")
    program = "import sys; from diff_cover.diff_cover_tool import main; sys.exit(main())"
    result = project.python("-c", program, "coverage.xml", "--compare-branch", "main", "--format", "json:out.json")
    assert result.status == 0, result.errors
    text = re.sub(r"\s+", " ", result.text)
    assert "shop/orders.py (50.0%): Missing lines 33" in text


def git(project: Project, *arguments: str) -> None:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=project.path, check=True, capture_output=True)
