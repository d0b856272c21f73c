"""TorchDynamo beside blockcov: `make torch` runs this; torch is too large for `make test`."""

from __future__ import annotations

import re

import pytest

from tests.alike import alike, lines
from tests.packages import python_path
from tests.project import Project

TORCH = ("torch==2.15.0", "numpy")
PROGRAM = """\
import torch, torch._dynamo
graphs = []
def backend(graph, inputs):
    graphs.append(len(list(graph.graph.nodes)))
    return graph.forward
def helper(x):
    if x.shape[0] > 2:
        return x * 2
    return x - 1
@torch.compile(backend="eager")
def simple(x, flag):
    found = helper(x)
    for i in range(3):
        found = found + i if flag else found.relu()
    return found.sum()
@torch.compile(backend=backend)
def breaks(x):
    x = x + 1
    print("in the middle", x.sum().item())
    if x.sum() > 3:
        return [helper(each) for each in x.split(1)]
    try:
        return x / 0, x.missing
    except AttributeError as error:
        return str(error)
def fails(x):
    y = x * 2
    return torch.mm(y,
                    y)
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(3, 2)
        with torch.no_grad():
            self.layer.weight.fill_(0.5); self.layer.bias.zero_()
    def forward(self, x):
        return torch.cat([self.layer(x), x], dim=-1) if self.training else self.layer(x)
for size in 4, 1, 4:
    print(simple(torch.ones(size), True), simple(torch.ones(size), False), simple(-torch.ones(size), False))
print(breaks(torch.ones(2)), breaks(torch.zeros(2)), graphs)
net = torch.compile(Net(), backend="eager")
print(net(torch.ones(2, 3)), net.eval()(torch.ones(2, 3)))
try:
    torch.compile(fails, backend="eager", fullgraph=True)(torch.ones(2, 3))
except Exception as error:
    print(type(error).__name__, "line" in str(error))
explained = torch._dynamo.explain(breaks)(torch.ones(3))
print(explained.graph_count, explained.graph_break_count)
print([each.user_stack[-1].lineno for each in explained.break_reasons])
def plain(n):
    return [helper(torch.ones(n)) for _ in range(2)]
print(plain(3))
"""


@pytest.mark.timeout(1800)
def test_dynamo(project: Project) -> None:
    """It compiles the original's bytecode: the same graphs, breaks and results. Compiled frames count nothing."""
    path = python_path(*TORCH)
    project.write("app.py", PROGRAM)
    plain = alike(project, "app.py", steady=_no_log_heads, PYTHONPATH=path)
    assert plain.status == 0, plain.errors
    assert "in the middle" in plain.text
    counts = lines(project, "app.py")
    assert counts[1] == 1


def _no_log_heads(text: bytes) -> bytes:
    """Take out times and processes."""
    return re.sub(rb"(?m)^([A-Z])[0-9]{4} [0-9:.]+ [0-9]+ ", rb"\1 ", text)
