"""A small order-processing program: the example that `make demo` runs under blockcov.

Orders are read from a CSV file, reserved and priced by two worker threads, and invoiced by a child process.
"""
