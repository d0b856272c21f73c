"""Random programs, for the oracle to judge what blockcov says of them: `python -m tests.generated --help`."""
