"""A pytest plugin for suites of others: each test draws the same random numbers in each run."""

import random


def pytest_runtest_setup() -> None:
    """Seed the generator that is used by those who make none of their own."""
    random.seed(1)
