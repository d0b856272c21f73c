"""What bench/overhead.py consists of.

    programs -> environments -> process -> measure -> figures -> document, plot
                    tools ---------^

`programs` and `tools` say what is measured, `environments` installs it, `process` runs one command and weighs it,
`measure` plans the pairs and keeps the raw samples (`results`), `figures` makes ratios of them, and `document` and
`plot` show these.
"""
