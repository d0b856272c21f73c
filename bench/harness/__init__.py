"""What bench/overhead.py and the benchmarks of parts consist of.

    programs -> environments -> process -> measure -> figures -> goals, document, plot
                    tools ---------^

`programs` and `tools` say what is measured, `environments` installs it, `process` runs one command and weighs it,
`measure` plans the pairs and keeps the raw samples (`results`), `figures` makes ratios of them, and `document` and
`plot` show these, `goals` beside what must be reached.

`parts` is what bench/probe_bench.py, placement.py, size_bench.py, import_bench.py and specialisation.py have in common.
What runs inside of a measured interpreter is in bench/interpreter/. `machine` and `tables` serve both.
"""
