"""Reads orders from CSV text, one at a time."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    """One line of the file."""

    number: int
    customer: str
    country: str
    item: str
    quantity: int
    coupon: str = ""


class MalformedError(ValueError):
    """A line that is not an order."""


def parse(line: str) -> Order:
    """The order that a line stands for, or MalformedError."""
    match [field.strip() for field in line.split(",")]:
        case [number, customer, country, item, quantity]:
            coupon = ""
        case [number, customer, country, item, quantity, coupon]:
            pass
        case []:
            raise MalformedError("empty line")
        case fields:
            raise MalformedError(f"{len(fields)} fields")
    if not (number.isdigit() and quantity.isdigit()):
        raise MalformedError(f"not a number in {line!r}")
    return Order(int(number), customer, country, item, int(quantity), coupon)


def useful(lines: Iterable[str]) -> Iterator[str]:
    """The lines that are neither blank nor a comment."""
    for line in lines:
        text = line.strip()
        if text and not text.startswith("#"):
            yield text


def read_orders(path: str) -> Iterator[Order]:
    """The orders of a file; malformed lines are reported on stderr and passed over."""
    with open(path, encoding="utf-8") as file:
        for line in useful(file):
            try:
                yield parse(line)
            except MalformedError as error:
                print(f"skipped: {error}", file=sys.stderr)
