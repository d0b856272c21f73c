"""What is in the warehouse; shared by the worker threads."""

import threading


class OutOfStockError(Exception):
    """There are fewer pieces than were ordered."""


class Stock:
    """Counts of pieces by item."""

    def __init__(self, pieces: dict[str, int]) -> None:
        self._pieces = dict(pieces)
        self._lock = threading.Lock()

    def reserve(self, item: str, quantity: int) -> int:
        """Takes `quantity` pieces and returns how many are left; KeyError for an unknown item, OutOfStockError."""
        with self._lock:
            left = self._pieces[item] - quantity
            if left < 0:
                raise OutOfStockError(f"{item}: {-left} too few")
            self._pieces[item] = left
            return left

    def low(self, limit: int) -> list[str]:
        """Items of which some, but fewer than `limit`, are left."""
        return [item for item, left in sorted(self._pieces.items()) if 0 < left < limit]
