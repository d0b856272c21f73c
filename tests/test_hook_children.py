"""Children of a measured process are measured too, however they are started."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.project import DEBUG_BUILD, Project, clean_environment

WORK = """
    import os, sys
    def work(n):
        for i in range(n):
            pass
        return n
    if __name__ == "__main__":
        work(int(sys.argv[1]))
"""
LOOP = 4  # the line of `for` in WORK: runs once more than the loop turns


def test_subprocess(project: Project) -> None:
    project.write("child.py", WORK)
    project.write(
        "app.py",
        """
        import subprocess, sys
        for n in (1, 2):
            subprocess.run([sys.executable, "child.py", str(n)], check=True)
        subprocess.run([sys.executable, "-m", "child", "3"], check=True)
        subprocess.run([sys.executable, "-c", "import child; child.work(4)"], check=True)
        """,
    )
    project.run("app.py")
    assert project.counts("child.py")[LOOP] == 2 + 3 + 4 + 5
    assert project.counts("app.py")[4] == 2


def test_grandchild_from_another_directory(project: Project) -> None:
    project.write("child.py", WORK)
    project.write(
        "middle.py",
        "import os, subprocess, sys\nos.chdir('/')\n"
        "subprocess.run([sys.executable, sys.path[0] + '/child.py', '2'], check=True)\n",
    )
    project.write("app.py", "import subprocess, sys\nsubprocess.run([sys.executable, 'middle.py'], check=True)\n")
    project.run("app.py")
    assert project.counts("child.py")[LOOP] == 3
    assert project.counts("middle.py") == {1: 1, 2: 1, 3: 1}


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(project: Project, method: str) -> None:
    project.write("child.py", WORK)
    project.write(
        "app.py",
        f"""
        import multiprocessing
        import child
        if __name__ == "__main__":
            context = multiprocessing.get_context({method!r})
            with context.Pool(2) as pool:
                print(pool.map(child.work, [1, 2, 3], chunksize=1))
                pool.close()
                pool.join()
            process = context.Process(target=child.work, args=(4,))
            process.start()
            process.join()
            print(process.exitcode)
        """,
    )
    assert project.run("app.py").text == "[1, 2, 3]\n0\n"
    assert project.counts("child.py")[LOOP] == 2 + 3 + 4 + 5


def test_exec(project: Project) -> None:
    project.write("child.py", WORK)
    project.write("app.py", "import os, sys\nx = 1\nos.execv(sys.executable, [sys.executable, 'child.py', '2'])\n")
    project.run("app.py")
    assert project.counts("child.py")[LOOP] == 3
    assert project.counts("app.py") == {1: 1, 2: 1, 3: 1}


@pytest.mark.parametrize("end", ["os._exit(0)", "os.abort()"])
def test_child_that_ends_at_once(project: Project, end: str) -> None:
    project.write("child.py", f"import os, signal\nx = 1\n{end}\ny = 2\n")
    project.write("app.py", "import subprocess, sys\nsubprocess.run([sys.executable, 'child.py'])\n")
    project.run("app.py")
    assert project.counts("child.py") == {1: 1, 2: 1, 3: 1, 4: 0}


def test_child_that_is_killed(project: Project) -> None:
    project.write("child.py", "import os, signal\nx = 1\nos.kill(os.getpid(), signal.SIGKILL)\ny = 2\n")
    project.write("app.py", "import subprocess, sys\nsubprocess.run([sys.executable, 'child.py'])\n")
    project.run("app.py")
    counts = project.counts("child.py")
    assert [counts[line] for line in (1, 2, 3)] == [1, 1, 1]


@pytest.mark.parametrize("script", ["print(1)\n", "raise SystemExit(3)\n", "1/0\n", "def f(:\n", "print('\\d')\n"])
def test_child_behaves_as_without_blockcov(project: Project, script: str) -> None:
    project.write("child.py", script)
    project.write(
        "app.py",
        """
        import subprocess, sys
        for arguments in (["child.py"], ["-m", "child"], ["-c", "import child"], ["-i", "child.py"]):
            done = subprocess.run([sys.executable, *arguments], capture_output=True, stdin=subprocess.DEVNULL)
            print(arguments, done)
        """,
    )
    plain = project.python("app.py")
    measured = project.blockcov("run", "app.py")
    assert (measured.out, measured.err, measured.status) == (plain.out, plain.err, plain.status)


def test_blockcov_from_pythonpath_alone(project: Project) -> None:
    """Not installed: `run` puts a sitecustomize directory on PYTHONPATH, which chains to the program's own."""
    import venv

    import blockcov

    assert blockcov.__file__
    venv.create(project.path / "bare", with_pip=False)
    bare = str(project.path / "bare/bin/python")
    project.write("child.py", WORK)
    project.write("site/sitecustomize.py", "print('own sitecustomize', __name__, __file__)\n")
    project.write(
        "app.py",
        "import subprocess, sys\nprint(sys.path, sys.modules['sitecustomize'].__file__, flush=True)\n"
        "subprocess.run([sys.executable, 'child.py', '2'], check=True)\n",
    )
    package = project.path / "elsewhere/blockcov"
    package.parent.mkdir()
    package.symlink_to(Path(blockcov.__file__).parent)
    paths = f"site:{package.parent}"
    environment = clean_environment({"PYTHONPATH": paths})

    import subprocess

    def call(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [bare, *arguments]
        return subprocess.run(command, cwd=project.path, env=environment, capture_output=True, check=False)

    plain = call("app.py")
    measured = call("-m", "blockcov", "run", "app.py")
    if measured.returncode == 69:  # the extension beside an editable install is not in the package directory
        pytest.skip(measured.stderr.decode())
    # the command itself runs the own sitecustomize once more, before it becomes the program
    own = f"own sitecustomize sitecustomize {project.path}/site/sitecustomize.py\n".encode()
    assert measured.stdout == own + plain.stdout
    assert (measured.stderr, measured.returncode) == (plain.stderr, plain.returncode) == (b"", 0)
    report = call("-m", "blockcov", "report")
    assert b"child.py" in report.stdout
    assert b"app.py" in report.stdout
    isolated = call("-E", "-m", "blockcov", "run", "app.py")
    assert isolated.returncode != 0


def test_start_without_variable_imports_nothing(project: Project) -> None:
    names = "print(sorted(name for name in sys.modules if 'blockcov' in name))"
    assert project.python("-c", "import sys; " + names).text == "[]\n"


@pytest.mark.skipif(DEBUG_BUILD, reason="on debug builds start_text.py reads with the json package")
def test_start_is_cheap(project: Project) -> None:
    """What a measured child has loaded beyond a plain one, before its program begins."""
    project.write("app.py", "import sys\nprint('\\n'.join(sys.modules))\n")
    plain = set(project.python("app.py").text.split())
    measured = set(project.run("app.py").text.split())
    extra = {name for name in measured - plain if not name.startswith("blockcov")}
    assert extra <= {
        "__future__",
        "_json",
        "atexit",
        "collections",
        "collections.abc",  # another name for what the interpreter has loaded; listed since 3.13.5
        "functools",
        "itertools",
        "keyword",
        "operator",
        "reprlib",
    } | {
        "_collections",
        "_functools",
        "_operator",
        "importlib",
        "importlib.machinery",
        "importlib._bootstrap",
        "importlib._bootstrap_external",
        "_typing",
        "_warnings",
        "warnings",
        "types",
    }
    assert "re" not in measured
    assert sys.version_info >= (3, 11)
