"""Runs CPython's own test suite plain and under blockcov, and compares the outcome of every test case."""
