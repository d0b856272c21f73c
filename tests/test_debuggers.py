"""Debuggers stop where they would in the plain program, show what they would, and jump where they are told."""

from __future__ import annotations

import re

import pytest

from tests.alike import alike, lines
from tests.odd_functions import MODULE
from tests.packages import python_path
from tests.project import Project

DEBUGPY = "debugpy==1.8.22"
PROGRAM = """\
import mod
def total(items):
    found = 0
    for item in items:
        if item % 2 and item != 5:
            found += item
        elif not item:
            continue
        try:
            found += 6 // (item - 3)
        except ZeroDivisionError:
            found -= 1
        finally:
            found += 0
    return (found or
            -1)
def steps(n):
    while n:
        n -= 1
        yield n
def main():
    one = total([0, 1, 2])
    two = total(range(7))
    three = [each * 2 for each in steps(3)]
    return one, two, three, mod.raises(2)
print(main())
"""
SESSIONS = {
    "step": "next" + " | step" * 120,
    "next": "next | next" + " | step" * 4 + " | next" * 60,
    "until": "break total | continue | next | until 9 | until | until 15 | return | continue",
    "jump": "break 10 | continue | jump 12 | where | next | next | jump 5 | next | p item, found | jump 15 | next"
    " | clear 10 | y | break 23 | continue | jump 24 | next | p list(locals()) | continue",
    "jump_refused": "break 6 | continue | jump 9 | jump 3 | jump 11 | jump 1 | jump 22 | where | clear 6 | continue",
    "return_and_up": "break 19 | continue | where | up | list | down | p n | return | return | tbreak 20 | continue",
    "conditions": "break 5, item == 2 | commands 1 | p found | end | continue | tbreak mod.raises | continue | args",
    "sources": "tbreak total | continue | longlist | source mod.raises | whatis mod | display found | next | next",
    "until_the_error": "tbreak mod.raises | continue" + " | next" * 14 + " | step | step | where | continue",
    "interactive": "tbreak 14 | continue | !found = 100 | !import sys | p sys._getframe().f_lineno | p found | cont",
}


def _steady(text: bytes) -> bytes:
    """Take out addresses, also those that were cut short, and identifiers of threads."""
    return re.sub(rb"(0|\.\.\.)?x[0-9a-f]{6,}|(\.\.\.)?\b[0-9]{8,}", b"0x", text)


@pytest.mark.parametrize("warm", [False, True], ids=["at_first", "when_hit"])
@pytest.mark.parametrize("session", SESSIONS)
def test_pdb(project: Project, session: str, warm: bool) -> None:
    """Scripted over a pipe: `python -m pdb` at first, `breakpoint()` in a program that has run a while."""
    project.write("mod.py", MODULE)
    if warm:
        project.write(
            "app.py", PROGRAM.replace("print(main())", "for _ in range(30): main()\nbreakpoint()\nprint(main())")
        )
    else:
        project.write("app.py", PROGRAM)
    words = ["app.py"] if warm else ["-m", "pdb", "app.py"]
    commands = "\n".join([*SESSIONS[session].split(" | "), "quit", ""]).encode()
    plain = alike(project, *words, input=commands, steady=_steady)
    assert plain.text.count("(Pdb)") > 5
    assert "-> " in plain.text
    if session == "return_and_up" and not warm:
        counts = lines(project, "app.py")
        assert [counts[line] for line in (4, 5, 6, 8, 10, 12)] == [12, 10, 3, 2, 8, 1]


POST_MORTEM = """
    import mod, pdb, sys
    def fails(n):
        with mod.Manager(0):
            return n and fails(n - 1) or [mod.unknown
                                          for _ in "a"]
    try:
        fails(2)
    except AttributeError as error:
        pdb.post_mortem(error.__traceback__)
"""


def test_post_mortem(project: Project) -> None:
    project.write("mod.py", MODULE)
    project.write("app.py", POST_MORTEM)
    commands = b"where\nup\nlist\nup\np n\nup\nup\nup\nargs\nquit\n"
    plain = alike(project, "app.py", input=commands, steady=_steady)
    assert plain.text.count("->") > 5


def test_bdb_stops(project: Project) -> None:
    """Where each kind of stop happens, for a debugger of its own."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import bdb, mod
        class Debugger(bdb.Bdb):
            def user_call(self, frame, argument): self.note("call", frame)
            def user_line(self, frame): self.note("line", frame)
            def user_return(self, frame, value): self.note("return", frame)
            def user_exception(self, frame, info): self.note("exception", frame)
            def note(self, kind, frame):
                if frame.f_code.co_filename == mod.__file__:
                    print(kind, frame.f_code.co_name, frame.f_lineno, frame.f_lasti)
                [self.set_step, self.set_step, lambda: self.set_next(frame)][frame.f_lineno % 3]()
        Debugger().runcall(mod.run)
        """,
    )
    assert alike(project, "app.py").text.count("line ") > 10


CLIENT = '''\
"""Runs a program under debugpy and speaks DAP with it over a socket; prints each stop."""
import json, os, socket, subprocess, sys, time

class Client:
    def __init__(self, port):
        for _ in range(200):
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        self.file, self.number, self.events = self.socket.makefile("rb"), 0, []
    def send(self, command, **arguments):
        self.number += 1
        body = json.dumps({"seq": self.number, "type": "request", "command": command, "arguments": arguments}).encode()
        self.socket.sendall(b"Content-Length: %d\\r\\n\\r\\n" % len(body) + body)
        return self.number
    def receive(self):
        length = 0
        while (line := self.file.readline().strip()):
            length = int(line.partition(b":")[2])
        return json.loads(self.file.read(length)) if length else None
    def answer(self, number):
        while (message := self.receive()) is not None:
            if message["type"] == "response" and message["request_seq"] == number:
                assert message["success"], message
                return message.get("body", {})
            self.events.append(message)
    def ask(self, command, **arguments):
        return self.answer(self.send(command, **arguments))
    def event(self, *names):
        while True:
            for at, message in enumerate(self.events):
                if message.get("event") in names:
                    return self.events.pop(at)
            message = self.receive()
            if message is None:
                return {"event": "gone"}
            self.events.append(message)

def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]

port = free_port()
words = [word.replace("PORT", str(port)) for word in sys.argv[1:]]
process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
client = Client(port)
client.ask("initialize", adapterID="test", pathFormat="path", linesStartAt1=True, columnsStartAt1=True)
attach = client.send("attach", justMyCode=True)
client.event("initialized")
path = os.path.abspath("app.py")
found = client.ask("setBreakpoints", source={"path": path}, breakpoints=[
    {"line": 10}, {"line": 5, "condition": "item == 6"}, {"line": 25}])
print([(each["verified"], each["line"]) for each in found["breakpoints"]])
client.ask("setExceptionBreakpoints", filters=["raised"])
client.ask("configurationDone")
client.answer(attach)
for command in (["next"] * 3 + ["stepIn"] * 3 + ["stepOut", "continue"]) * 8:
    stop = client.event("stopped", "terminated", "exited", "gone")
    if stop["event"] != "stopped":
        break
    thread = stop["body"]["threadId"]
    frames = client.ask("stackTrace", threadId=thread, startFrame=0, levels=4)["stackFrames"]
    file = lambda each: os.path.basename(each["source"].get("path", ""))
    print(stop["body"]["reason"], [(each["name"], each["line"], file(each)) for each in frames])
    scopes = client.ask("scopes", frameId=frames[0]["id"])["scopes"]
    values = client.ask("variables", variablesReference=scopes[0]["variablesReference"])["variables"]
    print([(each["name"], each["value"]) for each in values if each["name"] in ("item", "found", "n", "one", "total")])
    print(client.ask("evaluate", expression="1 + len(locals())", frameId=frames[0]["id"])["result"])
    client.ask(command, threadId=thread)
client.ask("disconnect", terminateDebuggee=False)
client.socket.shutdown(socket.SHUT_RDWR)
out, _ = process.communicate(timeout=60)
print(out.decode()[-500:], process.returncode)
'''


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_debugpy(project: Project) -> None:
    """Attached over its protocol: breakpoints, conditions, raised exceptions, steps, stacks and variables."""
    project.write("mod.py", MODULE)
    project.write("app.py", PROGRAM)
    project.write("client.py", CLIENT)
    path = python_path(DEBUGPY)
    project.environment["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    words = ("-Xfrozen_modules=off", "-m", "debugpy", "--listen", "127.0.0.1:PORT", "--wait-for-client", "app.py")
    plain = project.python("client.py", *words, PYTHONPATH=path)
    assert plain.status == 0, plain.errors
    assert plain.text.count("breakpoint") >= 5, plain.text
    for mode in "counts", "hits":
        run = ("-Xfrozen_modules=off", "-m", "blockcov", "run", "--mode", mode, *words[1:])
        assert project.python("client.py", *run, PYTHONPATH=path).text == plain.text
        assert (project.counts("app.py")[10], project.counts("app.py")[12]) == ((8, 1) if mode == "counts" else (1, 1))
