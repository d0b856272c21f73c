"""The HTML report as files: what the pages say, which are written again, what fails and leaves nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from blockcov.analysis import Branch
from blockcov.report.html.colours import coloured_lines
from blockcov.report.html.markup import escape
from blockcov.report.html.operands import operand_marks
from blockcov.report.html.places import page_of
from tests.html_project import APP, Words, date, example, line_of, report
from tests.project import Project

pytestmark = pytest.mark.once("run")


def snapshot(directory: Path) -> dict[str, tuple[int, int]]:
    """Give inode and time of each file below a directory."""
    found = {}
    for path in directory.rglob("*"):
        if path.is_file():
            status = path.stat()
            found[str(path.relative_to(directory))] = (status.st_ino, status.st_mtime_ns)
    return found


def test_operands_counts_and_reasons(project: Project) -> None:
    page = (example(project) / "files/shop/app.py.html").read_text()
    line = line_of(page, 5)
    assert '<span class="o ok" title="true 1, false 1">' in line
    assert '<span class="o g2" title="true 1, false never">ready</span>' in line
    assert "<summary>never false</summary><p><code>ready</code> was true the one time it was tested" in line
    assert "never evaluated: what stands before it decided every time" in line_of(page, 7)
    assert "called 2×" in line_of(page, 4)
    assert "never called" in line_of(page, 26)
    assert "class=m" in line_of(page, 27)
    assert "class=m" in line_of(page, 16)
    assert 'title="never reached"' in line_of(page, 15)
    assert "did not match: all 2 subjects went on" in line_of(page, 20)
    assert "(an assertion may do without)" in line_of(page, 22)
    assert "class=p" not in line_of(page, 22)


def test_a_chain_marks_each_comparison(project: Project) -> None:
    page = (example(project) / "files/shop/app.py.html").read_text()
    text = Words(line_of(page, 13)).text
    assert text.startswith("133            if 0 < item < 10 < item + 20:")
    assert line_of(page, 13).count('<span class="o ') == 3


def test_nested_and_overlapping_operands_keep_the_text() -> None:
    text = "x = a < (b and c) < d if e else f"

    def branch(start: int, end: int) -> Branch:
        return Branch("condition", (1, start, 1, end), (1, start, 1, end), {"true": 1, "false": 0})

    branches = [branch(4, 17), branch(8, 21), branch(9, 10), branch(4, 21), branch(30, 99), branch(25, 26)]
    (markup,) = coloured_lines(text, operand_marks([text], branches, True))
    assert Words(markup).text == text
    assert markup.count("<span") == markup.count("</span>")
    assert markup.count('"o g2') == 6
    assert markup.count('"o g2 n"') == 2


def test_an_operand_over_several_lines(project: Project) -> None:
    project.write("app.py", "a = 1\nif (a and\n        a ==\n    1):\n    a = 2\n")
    project.run("app.py")
    page = (report(project) / "files/app.py.html").read_text()
    for number, text in ((3, "a =="), (4, "1")):
        marked = line_of(page, number).partition('title="true 1, false never">')[2].partition("</code>")[0]
        assert Words(marked).text.rstrip("):") == text


def test_index_adds_up(project: Project) -> None:
    directory = example(project)
    page = (directory / "index.html").read_text()
    totals = project.json()["totals"]
    rows = re.findall(r"<tr class=([df]) data-path=\"([^\"]*)\" data-level=(\d)>(.*)</tr>", page)
    assert [(kind, path, level) for kind, path, level, _ in rows] == [
        ("d", "shop/", "0"),
        ("f", "shop/__init__.py", "1"),
        ("f", "shop/app.py", "1"),
        ("f", "shop/full.py", "1"),
        ("f", "main.py", "0"),
    ]
    foot = Words(page.partition("<tfoot>")[2]).text
    assert foot.startswith(f"All files{totals['num_statements']}{totals['missing_lines']}{totals['num_branches']}")
    exact = [branch for file in project.json()["files"].values() for branch in file["blockcov"]["branches"]]
    outcomes = sum(len(branch["outcomes"]) for branch in exact) - 1  # the false of the assertion
    assert f"of {outcomes}</small>" in page


def test_unchanged_pages_are_not_written_again(project: Project) -> None:
    directory = example(project)
    before = snapshot(directory)
    assert report(project) == directory
    assert snapshot(directory) == before
    project.run("--append", "--source=.", "main.py", "--more")
    date(project)
    report(project)
    after = snapshot(directory)
    assert after["files/shop/app.py.html"] != before["files/shop/app.py.html"]
    assert after["report.css"] == before["report.css"]
    (directory / "files/shop/full.py.html").unlink()
    report(project)
    assert (directory / "files/shop/full.py.html").is_file()


def test_another_title_writes_all_pages(project: Project) -> None:
    directory = example(project)
    report(project, "--title", "Shop <&>")
    for name in ("index.html", "files/shop/app.py.html"):
        page = (directory / name).read_text()
        assert "Shop &lt;&amp;&gt;</" in page
        assert "Coverage report" not in page


def test_pages_of_removed_files_go_and_nothing_else(project: Project) -> None:
    directory = example(project)
    mine = directory / "files" / "shop" / "notes.html"
    mine.write_text("mine")
    (project.path / "shop" / "full.py").unlink()
    project.write("main.py", "import shop.app\n")
    project.run("--source=.", "main.py")
    report(project)
    assert not (directory / "files/shop/full.py.html").exists()
    assert mine.read_text() == "mine"
    assert "full.py" not in (directory / "index.html").read_text()


def test_a_file_of_somebody_else_is_not_replaced(project: Project) -> None:
    project.write("app.py", "x = 1\n")
    project.run("app.py")
    theirs = project.write("htmlcov/index.html", "<h1>My home page</h1>")
    result = project.blockcov("html")
    assert result.status == 73
    assert "htmlcov/index.html is not of a coverage report" in result.errors
    assert theirs.read_text() == "<h1>My home page</h1>"
    assert os.listdir(project.path / "htmlcov") == ["index.html"]
    theirs.write_text(
        '<h1>Coverage report</h1><a href="https://coverage.readthedocs.io/en/7.6.0">coverage.py v7.6.0</a>'
    )
    assert project.blockcov("html").status == 0


def test_a_run_that_fails_leaves_what_was_there(project: Project) -> None:
    directory = example(project)
    before = snapshot(directory)
    project.run("--append", "--source=.", "main.py", "--more")
    program = """
        from blockcov import cli
        from blockcov.report.html import file_page
        render, calls = file_page.render, []
        def fails(*arguments):
            calls.append(1)
            if len(calls) > 1:
                raise ZeroDivisionError("a defect")
            return render(*arguments)
        file_page.render = fails
        raise SystemExit(cli.main(["html", "--title", "another"]))
    """
    project.write("../fails.py", program)
    result = project.python(project.path.parent / "fails.py")
    assert result.status == 70
    assert "a defect" in result.errors
    assert snapshot(directory) == before


@pytest.mark.parametrize("moved", range(9))
def test_killed_while_moving_the_next_run_repairs(project: Project, moved: int) -> None:
    directory = example(project)
    project.run("--append", "--source=.", "main.py", "--more")
    date(project)
    program = f"""
        import os
        from blockcov import cli
        replace, calls = os.replace, []
        def dies(*arguments):
            calls.append(1)
            if len(calls) > {moved}:
                os._exit(9)
            return replace(*arguments)
        os.replace = dies
        cli.main(["html", "--title", "another"])
    """
    project.write("../dies.py", program)
    assert project.python(project.path.parent / "dies.py").status in (0, 9)
    report(project)
    shutil.copytree(directory, project.path / "repaired")
    shutil.rmtree(directory)
    report(project)
    for path in directory.rglob("*.html"):
        name = path.relative_to(directory)
        assert (project.path / "repaired" / name).read_text() == path.read_text() or name.name == "index.html"
    assert not [name for name in os.listdir(project.path / "repaired") if name.startswith(".new-")]


def test_nothing_can_be_written(project: Project) -> None:
    project.write("app.py", "x = 1\n")
    project.run("app.py")
    project.write("file", "")
    result = project.blockcov("html", "-d", "file/report")
    assert result.status == 73
    assert "cannot create directory file/report" in result.errors
    assert "Traceback" not in result.errors
    if os.path.isdir("/proc/self"):
        result = project.blockcov("html", "-d", "/proc/self")
        assert result.status == 73
        assert "/proc/self" in result.errors


def test_the_extra_style_sheet(project: Project) -> None:
    project.write("app.py", "x = 1\n")
    project.run("app.py")
    result = project.blockcov("html", "--extra-css", "none.css")
    assert (result.status, "cannot read none.css" in result.errors) == (66, True)
    assert not (project.path / "htmlcov").exists()
    project.write("bad.css", b"\xff")
    assert project.blockcov("html", "--extra-css", "bad.css").status == 66
    project.write("own.css", "h1 { color: red }")
    directory = report(project, "--extra-css", "own.css")
    assert (directory / "extra.css").read_text().endswith("\nh1 { color: red }")
    assert '<link rel=stylesheet href="../extra.css">' in (directory / "files/app.py.html").read_text()
    report(project)
    assert not (directory / "extra.css").exists()


NAMES = ['a <b> & "c".py', "new\nline.py", "c++/x.py", "back\\slash.py", "ünïcode.py", "sp ace/äé.py", "a.html/x.py"]

RUN_ALL = """\
import os, runpy
for place, _, names in sorted(os.walk(".")):
    for name in names:
        if name.endswith(".py") and name != "main.py":
            runpy.run_path(os.path.join(place, name))
"""


def test_names_that_contain_html(project: Project) -> None:
    for name in NAMES:
        project.write(name, "x = '<script>alert(1)</script>'\n")
    with open(os.fsencode(project.path) + b"/latin\xe9.py", "wb") as file:
        file.write(b"x = 1\n")
    project.write("main.py", RUN_ALL)
    project.run("main.py")
    directory = report(project)
    index = (directory / "index.html").read_text()
    links = [
        attributes["href"] for tag, attributes in Words(index).tags if tag == "a" and attributes["href"] != "#files"
    ]
    assert len(set(links)) == len(NAMES) + 2
    for link in links:
        assert link is not None
        assert re.fullmatch(r"files/[A-Za-z0-9_./-]+\.html", link)
        page = Words((directory / link).read_text())
        assert [tag for tag, _ in page.tags if tag in ("b", "script")] == ["script"] * 3
        assert all("src" in attributes for tag, attributes in page.tags if tag == "script")
    shown = Words(index).text
    assert 'a <b> & "c".py' in shown
    assert "latin\\xe9.py" in shown
    assert "new\u240aline.py" in shown or "new\nline.py" in shown


def test_no_two_names_have_one_page() -> None:
    names = [
        "a/b.py",
        "a_b.py",
        "a/b_py",
        "a b.py",
        "a\tb.py",
        "/a/b.py",
        "../a/b.py",
        "a//b.py",
        "a.html/b.py",
        "a",
        "",
    ]
    names += [
        ".a.py",
        "a/.b.py",
        "x" * 300 + ".py",
        "y" + "x" * 299 + ".py",
        "caf\udce9.py",
        "cafÃ©.py",
        "a.py.html",
        "A/B.py",
    ]
    pages = [page_of(name) for name in names]
    assert len(set(pages)) == len(names)
    assert all(len(part) < 200 for page in pages for part in page.split("/"))
    assert all(".." not in page and page.startswith("files/") for page in pages)
    assert page_of("orders/pricing.py") == "files/orders/pricing.py.html"


def test_what_cannot_be_seen_is_shown() -> None:
    assert escape("a\x1b[1m\x00\x7f\t<") == "a\u241b[1m\u2400\u2421\t&lt;"
    assert escape("a\u202eb\ud800") == "a&lt;U+202E&gt;b&lt;U+D800&gt;"


ODD = {
    "bom.py": b"\xef\xbb\xbfx = 1\nif x and x: pass\n",
    "latin.py": b"# coding: latin-1\nx = '\xe9'\nif x and x: pass\n",
    "feed.py": b"x = 1\n\x0c\nif x and x: pass\n",
    "crlf.py": b"x = 1\r\nif x and x: pass\r\n",
    "end.py": b"x = 1\nif x and x: pass",
    "tabs.py": b"if 1:\n\tx = 1\n\tif x and x: pass\n",
    "astral.py": "x = '\U0001f40d'; y = x and x; z = 1 if '\U0001f40d' and x else 2\n".encode(),
    "empty.py": b"",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_files(project: Project, name: str) -> None:
    project.write(name, ODD[name])
    project.run(name)
    page = (report(project) / f"files/{name}.html").read_text()
    if name == "empty.py":
        assert "The file is empty." in page
        return
    marked = re.findall(r'<span class="o g2" title="true 1, false never">(.*?)</span>', page)
    assert marked
    assert all(text in ("x", '<span class=s>"\U0001f40d"') or "\U0001f40d" in text for text in marked)


def test_a_source_that_changed_is_named(project: Project) -> None:
    example(project)
    project.write("shop/full.py", "def g():\n    pass\n")
    result = project.blockcov("html")
    assert result.status == 65
    assert "shop/full.py: the source file changed" in (project.path / "htmlcov/index.html").read_text()
    assert project.blockcov("html", "-i").status == 0


def test_no_measurements(project: Project) -> None:
    result = project.blockcov("html")
    assert (result.status, "no measurements" in result.errors) == (66, True)
    assert not (project.path / "htmlcov").exists()


def test_skipping(project: Project) -> None:
    directory = example(project)
    report(project, "--skip-covered", "--skip-empty")
    page = (directory / "index.html").read_text()
    assert "2 files skipped due to complete coverage." in page
    assert "1 empty file skipped." in page
    assert 'data-path="shop/app.py"' in page
    assert 'data-path="shop/full.py"' not in page
    assert not (directory / "files/main.py.html").exists()
    totals = project.json()["totals"]
    assert f"All files</th><td class=w>{totals['num_statements']}</td>" in page


def test_history(project: Project) -> None:
    directory = example(project)
    assert "class=history" not in (directory / "index.html").read_text()
    project.run("--append", "--source=.", "main.py", "--more")
    date(project, 1_795_086_400)
    report(project)
    report(project)
    page = (directory / "index.html").read_text()
    assert "<caption>The last 2 runs</caption>" in page
    assert re.search(r"<span>\+\d+\.\d<span class=hidden> since the run before</span>", page)
    assert "2026-11-19" in page
    manifest = json.loads((directory / ".blockcov-report.json").read_text())
    assert len(manifest["runs"]) == 2


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 1}', '{"format": 1, "pages": {"x": 1}, "files": [], "runs": []}']
)
def test_a_damaged_manifest_is_made_again(project: Project, text: str) -> None:
    directory = example(project)
    (directory / ".blockcov-report.json").write_text(text)
    report(project)
    assert len(json.loads((directory / ".blockcov-report.json").read_text())["pages"]) == 4


def test_a_manifest_cannot_remove_what_is_elsewhere(project: Project) -> None:
    directory = example(project)
    mine = project.write("mine.txt", "mine")
    manifest = json.loads((directory / ".blockcov-report.json").read_text())
    manifest["files"] += ["../mine.txt", str(mine), "files/../../mine.txt"]
    (directory / ".blockcov-report.json").write_text(json.dumps(manifest))
    report(project)
    assert mine.read_text() == "mine"


def git(project: Project, *words: str) -> None:
    settings = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *settings, *words], cwd=project.path, check=True, capture_output=True)


def test_changed_since(project: Project) -> None:
    git(project, "init", "-q")
    project.write(".gitignore", ".blockcov\nhtmlcov\n")
    project.write("shop/app.py", APP)
    project.write("ä b/old.py", "x = 1\n")
    git(project, "add", ".")
    git(project, "commit", "-qm", "first")
    project.write("shop/app.py", APP.replace("judge(3, True)", "judge(4, True)"))
    project.write("shop/new.py", "x = 1\ny = 2\n")
    project.write("ä b/old.py", "x = 1\ny = 2\n")
    project.write("main.py", "import runpy, shop.app, shop.new\nrunpy.run_path('ä b/old.py')\n")
    project.run("main.py")
    directory = report(project, "--since", "HEAD")
    index = (directory / "index.html").read_text()
    assert 'data-since="HEAD"' in index
    assert 'data-path="shop/app.py" data-level=1 data-changed=1' in index
    assert 'data-path="shop/new.py" data-level=1 data-changed=2' in index
    assert 'data-path="ä b/old.py" data-level=1 data-changed=1' in index
    page = (directory / "files/shop/app.py.html").read_text()
    changed = APP.split("\n").index("judge(3, True)") + 1
    assert f'<div id=L{changed} class="r d">' in page
    assert page.count(' d">') == 1
    result = project.blockcov("html", "--since", "nosuch")
    assert (result.status, "nosuch" in result.errors) == (66, True)
    assert project.blockcov("html", "--since=--output=x").status == 66
    assert not (project.path / "x").exists()


def test_changed_since_without_git(project: Project) -> None:
    project.write("app.py", "x = 1\n")
    project.run("app.py")
    result = project.blockcov("html", "--since", "HEAD", GIT_CEILING_DIRECTORIES=str(project.path.parent))
    assert (result.status, "not a git repository" in result.errors) == (66, True)
    result = project.blockcov("html", "--since", "HEAD", PATH="/nowhere")
    assert (result.status, "git cannot be run" in result.errors) == (69, True)


def test_excluded_outcomes_have_their_reason(project: Project) -> None:
    project.write("app.py", "x = 1\nif x:  # blockcov: never-false(x is one)\n    pass\nif x:\n    pass\n")
    project.run("app.py")
    page = (report(project) / "files/app.py.html").read_text()
    assert '<span class="o ok" title="true 1, false never (excluded: x is one)">x</span>' in line_of(page, 2)
    assert "class=r>" in line_of(page, 2)
    assert "class=p>" in line_of(page, 4)


def test_without_branches(project: Project) -> None:
    project.write("app.py", "x = 1\nif x:\n    pass\n")
    project.write("pyproject.toml", "[tool.coverage.run]\nbranch = false\n")
    project.run("app.py")
    page = (report(project) / "index.html").read_text()
    assert "Branches" not in page
    assert page.count("data-sort=") == 4


def test_contexts(project: Project) -> None:
    project.write("lib.py", "def f(n):\n    if n:\n        return 1\n    return 2\n")
    project.write(
        "app.py",
        "import blockcov, lib\nfor name, n in (('<one>', 1), ('two', 0)):\n"
        "    with blockcov.context(name):\n        lib.f(n)\n",
    )
    project.run("app.py")
    page = report(project, "--show-contexts") / "files/lib.py.html"
    text = page.read_text()
    assert "<summary>2 contexts</summary><p>&lt;one&gt;, two</p>" in line_of(text, 2)
    assert "<summary>1 context</summary><p>&lt;one&gt;</p>" in line_of(text, 3)
    assert "<summary>1 context</summary><p>two</p>" in line_of(text, 4)
    assert "context" not in line_of(text, 1)
    before = snapshot(page.parent)
    report(project, "--show-contexts")
    assert snapshot(page.parent) == before
    report(project)
    assert "class=contexts" not in page.read_text()


def test_hits_say_whether(project: Project) -> None:
    project.write("app.py", "for n in range(5):\n    if n and n > 1:\n        x = n\n")
    project.run("--mode", "hits", "app.py")
    page = (report(project) / "files/app.py.html").read_text()
    assert ">✓</span>" in line_of(page, 2)
    assert "--mode hits" in page
    assert "true yes, false yes" in line_of(page, 2)


def test_many_pages_in_processes_are_the_same(project: Project) -> None:
    for number in range(60):
        project.write(f"m{number}.py", f"def f(n):\n    return n if n > {number} or n else 0\n\n\nf({number % 3})\n")
    project.write("main.py", "\n".join(f"import m{number}" for number in range(60)))
    project.run("main.py")
    program = "import os; from blockcov import processes, cli; processes.IN_PROCESSES = {}; "
    program += "os.sched_getaffinity = lambda _: set(range(3)); raise SystemExit(cli.main(['html', '-d', {!r}]))"
    for directory, limit in (("one", 10**9), ("many", 4)):
        assert project.python("-c", program.format(limit, directory)).status == 0
    names = sorted(path.relative_to(project.path / "one") for path in (project.path / "one").rglob("*.html"))
    assert len(names) == 62
    for name in names:
        assert (project.path / "one" / name).read_bytes() == (project.path / "many" / name).read_bytes()


def test_nothing_comes_from_elsewhere(project: Project) -> None:
    directory = example(project)
    for path in directory.rglob("*"):
        if path.is_file():
            text = path.read_text().replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?://|\burl\(|@import|[\"'(]//", text), path
