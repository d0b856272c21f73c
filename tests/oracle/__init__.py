"""The opcode oracle: what the interpreter itself says about a program, to hold against what blockcov says.

`record` runs the uninstrumented program under `sys.settrace` and logs every transition between instructions,
`derive` turns the log into counts of instructions, edges and calls, `shape` and `line_rule` say what the code
objects look like and where a line starts, `compare` holds blockcov's result against all of it, `monitor` obtains
the instruction counts a second way. `python -m tests.oracle` prints the figures.
"""
