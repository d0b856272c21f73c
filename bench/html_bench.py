#!/usr/bin/env python3
"""Measures the HTML report: how long many pages take to be written, and one very long page to be opened.

Writing: copies modules of the interpreter's standard library (bench/harness/report_modules.py), measures them with
blockcov, makes the text report once so that all sources are analysed, and times `blockcov html`:

  all        no page is there
  again      nothing has changed since
  one run    every page is there, and its counts have changed: the modules were run once more (with --append)

Opening: a program of 20,000 lines with operands in every third one is measured, and its page opened in headless
Chromium, from the start of the navigation until everything has run and a frame is painted.

Pygments is timed beside: what its lexer alone would take for the same sources, in one process.

    bench/html_bench.py --python 3.12
    bench/html_bench.py --python 3.12 --modules 200 --rounds 1       # does it all work?
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tools")]

from report_bench import CORPUS, Cost, make, median, run  # noqa: E402

import builder  # noqa: E402
import interpreters  # noqa: E402

LINES = 20_000
OPEN = """
import json, shutil, sys, time
from playwright.sync_api import sync_playwright
path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
painted = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
times = {"open": [], "link": [], "key": []}
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    for _ in range(int(sys.argv[2])):
        for name, mark in (("open", ""), ("link", sys.argv[3])):
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            start = time.perf_counter()
            page.goto(sys.argv[1] + mark, wait_until="load")
            page.evaluate(painted)
            times[name].append(time.perf_counter() - start)
            if not mark:
                start = time.perf_counter()
                page.keyboard.press("n")
                page.evaluate(painted)
                times["key"].append(time.perf_counter() - start)
            page.close()
print(json.dumps(times))
"""
PYGMENTS = """
import pathlib, sys, time
from pygments.lexers.python import PythonLexer
from blockcov.report.html.colours import tokens
texts = [path.read_bytes().decode("utf-8", "replace") for path in pathlib.Path(sys.argv[1]).rglob("*.py")][::20]
lexer, seconds = PythonLexer(), []
for colour in (lambda text: list(lexer.get_tokens_unprocessed(text)), tokens):
    start = time.perf_counter()
    for text in texts:
        colour(text)
    seconds.append(time.perf_counter() - start)
lines = sum(text.count("\\n") for text in texts)
print(f"{lines / seconds[0] / 1000:.0f} {lines / seconds[1] / 1000:.0f}")
"""


def long_program() -> str:
    """Give a program of LINES lines; each of its functions is called twice, with conditions that are never false."""
    text = []
    for number in range(LINES // 10):
        text += [
            f"def function_{number}(first, second=None, *others):",
            f'    """The {number}th of them, with a comment that takes some room."""  # and one behind',
            "    total = 0",
            "    for index, item in enumerate(first):",
            f"        if item > {number % 7} and (second is None or item < 100):",
            '            total += item * 2 if index else len(f"{item!r:>10} and more")',
            "    return total",
            "",
            f"function_{number}([1, 2, 3, {number % 11}])",
            "",
        ]
    return "\n".join(text) + "\n"


def write_pages(python: Path, place: Path, rounds: int) -> None:
    """Time writing; print a row for each case."""
    html: Sequence[str | Path] = [python, "-m", "blockcov", "html"]
    run([python, "-m", "blockcov", "report", "--format", "total"], place)
    for title in ("all", "again", "one run"):
        costs: list[Cost] = []
        for _ in range(rounds):
            if title == "all":
                shutil.rmtree(place / "htmlcov", ignore_errors=True)
            if title == "one run":
                modules = place / "modules"
                run([python, "-m", "blockcov", "run", "--append", f"--source={modules}", CORPUS, "run", modules], place)
            costs.append(run(html, place)[0])
        print(f"{title:24}{median(costs)}", flush=True)
    pages = [path.stat().st_size for path in (place / "htmlcov").rglob("*.html")]
    index = (place / "htmlcov" / "index.html").stat().st_size
    print(f"{len(pages)} pages, {sum(pages) / 2**20:.0f} MiB, the index {index / 2**20:.1f} MiB")


def open_page(python: Path, place: Path, rounds: int) -> None:
    """Time opening the long page."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / "long.py").write_text(long_program())
    run([python, "-m", "blockcov", "run", "long.py"], place)
    run([python, "-m", "blockcov", "html"], place)
    page = place / "htmlcov" / "files" / "long.py.html"
    done = run([python, "-c", OPEN, page.as_uri(), str(rounds), f"#L{LINES - 100}"], place)[1]
    times = {name: statistics.median(values) for name, values in json.loads(done).items()}
    print(f"a page of {LINES} lines, {page.stat().st_size / 2**20:.1f} MiB: opened in {times['open']:.2f} s,")
    print(f"at line {LINES - 100} in {times['link']:.2f} s; to the next gap by key: {times['key'] * 1000:.0f} ms")


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", metavar="V", help="version, command or path (default: python3, or the newest)")
    parser.add_argument("--modules", metavar="N", type=int, default=5000, help="default: %(default)s")
    parser.add_argument("--rounds", metavar="N", type=int, default=3, help="of each; the median counts")
    options = parser.parse_args()
    try:
        interpreter = interpreters.named(options.python) if options.python else interpreters.default()
        builder.build_core("release", *builder.LIBRARIES)
        python = builder.install("release", interpreter, ["test"])
    except (builder.BuildError, interpreters.UnusableError) as error:
        print(f"html_bench.py: {error}", file=sys.stderr)
        return 1
    place = ROOT / "build" / "bench" / f"cpython-{interpreter.version}" / "html"
    make(python, place, options.modules)
    lines = sum(len(re.findall(b"\n", path.read_bytes())) for path in (place / "modules").rglob("*.py"))
    processors = len(os.sched_getaffinity(0))
    print(f"CPython {interpreter.version}, {options.modules} modules, {lines} lines, {processors} processors")
    print(f"load average {os.getloadavg()[0]:.1f} at {time.strftime('%H:%M')}")
    print(f"{'':24}{'user s':>7} {'sys s':>7} {'wall s':>7} {'MiB':>7}", flush=True)
    write_pages(python, place, options.rounds)
    theirs, ours = run([python, "-c", PYGMENTS, place / "modules"], place)[1].split()
    print(f"colours: {ours.decode()} thousand lines a second, {theirs.decode()} with Pygments' lexer", flush=True)
    open_page(python, place.parent / "html-long", options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
