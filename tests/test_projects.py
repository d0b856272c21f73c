"""Real projects: their test suites have the same outcomes, test by test, under blockcov as without it."""

from pathlib import Path

import pytest

from tests.oracle import projects, run

pytestmark = pytest.mark.once("run")


def describe(plain: projects.Outcomes, measured: projects.Outcomes) -> list[str]:
    return [
        f"{name}: {dict(plain.get(name, {}))} by itself, {dict(measured.get(name, {}))} under blockcov"
        for name in sorted({*plain, *measured})
        if plain.get(name) != measured.get(name)
    ]


@pytest.mark.timeout(3 * projects.TIMEOUT_S)
@pytest.mark.parametrize(
    "project",
    [
        pytest.param(each, id=each.id, marks=[pytest.mark.slow, pytest.mark.judge] * each.slow)
        for each in projects.PROJECTS
    ],
)
def test_project(project: projects.Project, tmp_path: Path) -> None:
    try:
        projects.source(project)
        projects.site(project)
    except projects.Unavailable as error:
        pytest.skip(f"not available: {error}")
    plain, _ = projects.run_suite(project, [], tmp_path, "plain")
    for mode in ("counts", "hits"):
        data = ["--data-dir", str(tmp_path / mode)]
        options = ["--mode", mode, *data, "--source", ",".join(project.packages)]
        measured, outcome = projects.run_suite(project, ["-m", "blockcov", "run", *options], tmp_path, mode)
        different = describe(plain, measured)
        assert not different, f"in mode {mode}:\n" + "\n".join(different[:20])
        assert sum(map(len, measured.values())) > 100
        assert b"blockcov: " not in outcome.stderr, outcome.stderr.decode()
        total = run.run([*run.BLOCKCOV, "report", *data, "--format", "total"])
        assert float(total.stdout) > 5, total.stdout.decode() + total.stderr.decode()
