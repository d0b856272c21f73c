"""Writes invoices: JSON rows on stdin, text on stdout. Runs in a process of its own."""

import json
import sys
from collections.abc import Generator, Iterable
from typing import Any


def running_total() -> Generator[float, float, None]:
    """Takes amounts through send() and yields their sum so far."""
    total = 0.0
    while True:
        amount = yield total
        if amount < 0:
            raise ValueError(f"negative amount {amount}")
        total += amount


def lines(rows: Iterable[dict[str, Any]]) -> Iterable[str]:
    """One line for each row, with the customer's running total."""
    totals: dict[str, Generator[float, float, None]] = {}
    for number, row in enumerate(rows, 1):
        customer = row["customer"]
        if customer not in totals:
            totals[customer] = running_total()
            next(totals[customer])
        total = totals[customer].send(row["total"])
        tax = " incl. VAT" if row["country"] == "GB" or row["country"] == "NL" else ""
        yield f"invoice {number}: {customer:10} {row['total']:8.2f}{tax} (total {total:.2f})"


if __name__ == "__main__":
    for line in lines(json.load(sys.stdin)):
        print(line)
