"""What the program prints."""

import json
import subprocess
import sys
from collections.abc import Sequence

from orders.workers import Outcome


def invoices(outcomes: Sequence[Outcome]) -> list[str]:
    """The text of the invoices, written by a child process that runs orders.invoice."""
    rows = [
        {"customer": each.order.customer, "total": each.total, "country": each.order.country}
        for each in outcomes
        if not each.refused and each.total > 0
    ]
    done = subprocess.run(
        [sys.executable, "-m", "orders.invoice"], input=json.dumps(rows), capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def summary(outcomes: Sequence[Outcome]) -> str:
    """One line of totals, and one for each order that was refused."""
    refused = [f"  {each.order.number}: {each.refused}" for each in outcomes if each.refused]
    total = sum(each.total for each in outcomes)
    head = f"{len(outcomes)} orders, {len(refused) or 'none'} refused, {total:.2f} in all"
    return "\n".join([head, *refused])
