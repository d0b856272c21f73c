"""Command line: python -m orders FILE."""

import sys

from orders.parse import read_orders
from orders.pricing import price
from orders.report import invoices, summary
from orders.stock import Stock
from orders.workers import process


def main(arguments: list[str]) -> int:
    """Processes the orders of one file; status 1 when the file cannot be read."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: python -m orders FILE", file=sys.stderr)
        return 2
    stock = Stock({"book": 5, "lamp": 3, "desk": 2, "cable": 60})
    try:
        outcomes = process(read_orders(arguments[0]), stock, price)
    except OSError as error:
        print(f"orders: {error}", file=sys.stderr)
        return 1
    for line in invoices(outcomes):
        print(line)
    print(summary(outcomes))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
