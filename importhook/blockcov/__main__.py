"""`python -m blockcov`."""

import sys

from blockcov.cli import main

if __name__ == "__main__":
    sys.exit(main())
