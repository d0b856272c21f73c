"""The benchmark's programs give the results they are checked by, and its statistics are right."""

from __future__ import annotations

import json
import math
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tools")]

from harness import document, figures, parts, process, results  # noqa: E402
from harness.goals import goals  # noqa: E402
from harness.measure import Plan  # noqa: E402
from harness.programs import COMPUTE, SUITES, Compute, outcome  # noqa: E402
from harness.tools import TOOLS, Place  # noqa: E402

pytestmark = pytest.mark.once("run")


@pytest.mark.parametrize("program", COMPUTE, ids=lambda program: program.name)
def test_program_gives_its_result(program: Compute, tmp_path: Path) -> None:
    shutil.copy(ROOT / "bench" / "programs" / f"{program.name}.py", tmp_path)
    for name, module in program.copies.items():
        shutil.copy(str(sys.modules.get(module, __import__(module)).__file__), tmp_path / name)
    command = [sys.executable, f"{program.name}.py", str(program.runs["tiny"][0])]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    assert program.wrong("tiny", done.stdout, "") is None
    assert program.wrong("tiny", done.stdout + "x", "") is not None


def test_every_program_file_is_measured() -> None:
    files = {path.stem for path in (ROOT / "bench" / "programs").glob("*.py")}
    assert files == {program.name for program in COMPUTE}


def test_ratio_is_the_median_of_pairs_without_startup() -> None:
    pairs = [(1.1, 1.3), (2.1, 2.3), (1.1, 9.3)]  # 0.1 s start-up of plain Python, 0.3 s of the tool
    found = figures.ratio(pairs, 0.1, 0.3)
    assert found is not None
    assert found.pairs == 3
    assert [found.median, found.low, found.high] == pytest.approx([1.0, 1.0, 9.0])
    assert figures.ratio([(0.05, 1.0)], 0.1, 0.3) is None  # shorter than the start-up
    assert figures.ratio([]) is None


def test_geometric_mean() -> None:
    assert figures.geometric_mean([2.0, 8.0]) == pytest.approx(4.0)
    assert figures.geometric_mean(iter([1.5])) == pytest.approx(1.5)
    assert figures.geometric_mean([]) is None
    assert figures.geometric_mean([1.0, 0.0]) is None


def sample() -> results.Results:
    """Two compute programs at 1.2 and 1.8 without start-up, one suite at 1.5 with it, one failure."""
    measured = results.Results("3.12.1", {"cpu": "a CPU"}, "2020-01-01T00:00:00+00:00", {"repeat": 1}, {}, {})
    measured.startup = {
        "plain": results.Samples([0.1, 0.1, 0.5], [0.2]),
        "blockcov-counts": results.Samples([0.3], [0.4]),
    }
    for name, kind, tool in (("one", "compute", 1.5), ("two", "compute", 2.1), ("three", "suite", 1.65)):
        record = results.ProgramResults(kind, "", "")
        record.tools["blockcov-counts"] = results.Measured([(1.1, tool)], [(1.1, tool)], lines=3)
        record.tools["trace"] = results.Measured(error="printed 'x', not 'y'")
        measured.programs[name] = record
    measured.instructions = {"one": {"plain": (100, 200), "blockcov-counts": (150, 270)}}
    return measured


def test_summary_is_over_one_kind_of_programs() -> None:
    compute = figures.summary(sample(), "blockcov-counts", "compute")
    suites = figures.summary(sample(), "blockcov-counts", "suite")
    assert compute is not None
    assert suites is not None
    assert compute.mean == pytest.approx(math.sqrt(1.2 * 1.8))
    assert compute.worst == pytest.approx(1.8)
    assert (compute.worst_program, compute.programs) == ("two", 2)
    assert suites.mean == pytest.approx(1.5)
    assert figures.summary(sample(), "trace", "compute") is None  # wrong results do not count
    assert figures.instruction_ratio(sample(), "one", "blockcov-counts") == pytest.approx(1.2)


def test_startup_is_a_mean_without_extremes() -> None:
    assert figures.inner_mean([1.0, 2.0, 3.0, 4.0, 90.0]) == pytest.approx(3.0)
    assert figures.inner_mean([1.0, 2.0]) == pytest.approx(1.5)
    assert figures.startup_more(sample(), "blockcov-counts") == pytest.approx(0.2)
    assert figures.startup_more(sample(), "trace") is None


def test_goals_say_what_is_missed() -> None:
    measured = sample()
    text = goals([measured])
    assert "| counts, worst program                        |   1.35 | **1.800** |" in text
    assert "| start-up, counts, ms more                    |     15 | **200.0** |" in text
    assert "| hits, geometric mean                         |   1.02 |         - |" in text
    assert "| counts against coverage.py's C tracer branch | theirs |         - |" in text
    measured.programs["one"].tools["slipcover-line"] = results.Measured([(1.1, 1.3)], [(1.1, 1.3)])
    measured.programs["one"].tools["blockcov-hits"] = results.Measured([(1.1, 1.11)], [(1.1, 1.11)])
    measured.startup["blockcov-hits"] = measured.startup["slipcover-line"] = results.Samples([0.1], [0.2])
    assert "1.010 (<= 1.200)" in goals([measured])
    assert "**1.010" not in goals([measured])


def test_results_survive_the_file(tmp_path: Path) -> None:
    sample().save(tmp_path / "cpython-3.12.1.json")
    (loaded,) = results.load_all(tmp_path)
    assert loaded.to_json() == sample().to_json()
    assert figures.summary(loaded, "blockcov-counts", "compute") == figures.summary(
        sample(), "blockcov-counts", "compute"
    )
    (tmp_path / "cpython-3.13.0.json").write_text("{}")
    with pytest.raises(ValueError, match=r"cpython-3\.13\.0\.json: not results"):
        results.load_all(tmp_path)


def test_document_keeps_the_text_around_the_figures(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.md"
    path.write_text(
        "before\n<!-- begin: written by bench/overhead.py -->\n"
        "stale\n<!-- end: written by bench/overhead.py -->\nafter\n"
    )
    document.update(path, [sample()], "benchmarks.svg")
    text = path.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "stale" not in text
    assert "**1.470** (1.800)" in text
    assert "printed 'x', not 'y'" in text
    assert "| trace --count   |              - |     - | failed | failed |" in text
    assert "| counts, geometric mean                       |   1.15 | **1.470** |" in text
    document.update(path, [sample()], "benchmarks.svg")
    assert path.read_text() == text


def test_run_weighs_the_process_and_its_children(tmp_path: Path) -> None:
    burn = "import time\nwhile time.process_time() < 0.3: pass\n"
    child = f"import subprocess, sys; print(subprocess.run([sys.executable, '-c', {burn!r}]).returncode); sys.exit(3)"
    done = process.run([sys.executable, "-c", child], tmp_path, os.environ)
    assert (done.status, done.out) == (3, "0\n")
    assert done.user + done.system >= 0.29
    assert process.run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, os.environ, 0.2).status == -9


def test_outcome_of_a_suite() -> None:
    text = "FAILED tests/test_a.py - 3 passed\n1 failed, 1376 passed, 8 skipped, 2 warnings in 14.21s"
    assert outcome(text) == {"failed": 1, "passed": 1376, "skipped": 8}
    assert outcome("") == {}
    suite = SUITES[0]
    assert suite.wrong("full", text, text.replace("14.21", "9")) is None
    assert suite.wrong("full", text, text.replace("1376", "1377")) is not None
    assert suite.wrong("full", "", "") is not None


def test_slow_tools_run_less() -> None:
    plan = Plan(list(TOOLS.values()), COMPUTE, repeat=9, size="full", startups=1)
    assert plan.pairs(TOOLS["blockcov-counts"]) == 9
    assert plan.pairs(TOOLS["coverage-line"]) == 1
    assert plan.size_for(TOOLS["trace"]) == "reduced"
    assert plan.size_for(TOOLS["coverage-line"]) == "full"
    assert not plan.applies(TOOLS["trace"], SUITES[0])
    assert not TOOLS["coverage-sysmon-branch"].supports((3, 13))


def counters_of(shard: bytes) -> int:
    """Sum up all counters of a shard file (docs/data-format.md)."""
    offset, total = 128, 0
    while offset + 16 <= len(shard):
        kind, _, size, count = struct.unpack_from("<4s3I", shard, offset)
        if kind == b"CNTR":
            total += sum(struct.unpack_from(f"<{count}Q", shard, offset + 32))
        elif kind == bytes(4):
            break
        offset += size
    return total


def test_placement_counts_what_the_probes_counted(tmp_path: Path) -> None:
    pytest.importorskip("blockcov")
    program = tmp_path / "program.py"
    program.write_text(
        "def inner(n):\n    for i in range(n):\n        yield i\n"
        "def outer(n):\n    while n and n != 3:\n        yield from inner(n)\n        n -= 1\n"
        "print(sum(i if i > 1 else -i for i in outer(9)))\n"
    )
    command = [sys.executable, "-m", "blockcov", "run", "--data-dir", "data", "--mode", "counts", program.name]
    assert process.run(command, tmp_path, os.environ).status == 0
    script = ROOT / "bench" / "interpreter" / "placement_counts.py"
    done = process.run([sys.executable, script, "run", tmp_path / "data", program], tmp_path, os.environ)
    assert done.status == 0, done.err
    (found,) = json.loads(done.out).values()
    (shard,) = (tmp_path / "data" / "shards").glob("*.shard")
    assert found["probes"] == counters_of(shard.read_bytes())
    assert 0 < found["probes"] < found["blocks"]


def test_memory_is_weighed(tmp_path: Path) -> None:
    pytest.importorskip("blockcov")
    (tmp_path / "stdlib_corpus.py").write_text(
        "def modules():\n    yield compile('def f(a):\\n    return 1 if a else 2\\n', 'm.py', 'exec')\n"
        "def is_test(module):\n    return False\n"
    )
    script = ROOT / "bench" / "interpreter" / "size_counts.py"
    done = process.run([sys.executable, script, "counts", tmp_path], tmp_path, os.environ)
    assert done.status == 0, done.err
    found = json.loads(done.out)
    assert (found["modules"], found["codes"], found["refused"]) == (1, 2, 0)
    assert found["probes"] >= 3  # the module, and two of f's three ways
    assert found["counter_bytes"] == 8 * found["probes"]
    assert found["code_instrumented"] >= found["code"] + 4 * found["probes"]


def test_import_cost_is_measured(tmp_path: Path) -> None:
    pytest.importorskip("blockcov")
    script = ROOT / "bench" / "interpreter" / "import_cost.py"
    done = process.run([sys.executable, "-W", "ignore", script, tmp_path], tmp_path, os.environ)
    assert done.status == 0, done.err
    found = json.loads(done.out)
    assert found["modules"] > 100
    assert min(found["load"], found["execute"], found["instrument"], found["again"]) > 0
    from blockcov import _blockcov

    for session in ("first", "again"):
        units, errors = _blockcov.read([str(tmp_path / session)])
        assert errors == []
        assert len(units) == found["modules"]  # all of them were instrumented
    assert list((tmp_path / "first/code").iterdir())
    assert len(list((tmp_path / "again/code").glob("*.code"))) == 1  # the copy: nothing had to be compiled


def test_whole_imports_are_measured(tmp_path: Path) -> None:
    pytest.importorskip("blockcov")
    code = "import import_cost, import_whole; import_cost.NAMES = 'bisect heapq textwrap'; import_whole.main()"
    path = {"PYTHONPATH": str(ROOT / "bench" / "interpreter")}
    (tmp_path / "data").mkdir()
    for arguments in (["prepare"], ["bare"], ["importlib"], ["importlib", "data"], ["importlib", "data"]):
        command = [sys.executable, "-W", "ignore", "-c", code, "corpus", *arguments]
        done = process.run(command, tmp_path, {**os.environ, **path})
        assert done.status == 0, done.err
        if arguments == ["prepare"]:
            continue
        found = json.loads(done.out)
        assert (found["modules"], found["seconds"] > 0, found["instructions"] != 0) == (3, True, True)
    assert len(list((tmp_path / "data/code").glob("*.code"))) == 1  # the second process took what the first one left


def test_results_of_parts_survive_the_file(tmp_path: Path) -> None:
    part = parts.Part("3.12.1", [{"form": "a", "ns": 1.5}, {"form": "b", "ns": None}], {"cpu": "a CPU"}, "2020-01-01")
    (tmp_path / "probe_bench-3.12.1.json").write_text(part.to_json())
    (tmp_path / "probe_bench-3.9.1.json").write_text(parts.Part("3.9.1", []).to_json())
    assert parts.load_all("probe_bench", tmp_path)[1] == part
    assert [each.python for each in parts.load_all("probe_bench", tmp_path)] == ["3.9.1", "3.12.1"]
    (tmp_path / "probe_bench-3.13.0.json").write_text("[]")
    with pytest.raises(ValueError, match=r"probe_bench-3\.13\.0\.json: not results"):
        parts.load_all("probe_bench", tmp_path)


def test_blockcov_is_measured(tmp_path: Path) -> None:
    pytest.importorskip("blockcov")
    shutil.copy(ROOT / "bench" / "programs" / "richards.py", tmp_path)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    place = Place(Path(sys.executable), scratch)
    for name in ("blockcov-counts", "blockcov-hits"):
        tool = TOOLS[name]
        done = process.run([sys.executable, *tool.command(place), "richards.py", "1"], tmp_path, os.environ)
        assert (done.status, done.out, done.err) == (0, "1 right\n", "")
        assert tool.lines(place, os.environ) > 100
