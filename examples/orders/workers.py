"""Two threads that work through the orders."""

import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zlib import crc32

from orders.parse import Order
from orders.stock import OutOfStockError, Stock


@dataclass(frozen=True)
class Outcome:
    """What became of an order: a sum to pay, or the reason why not."""

    order: Order
    total: float = 0.0
    refused: str = ""


def attempt(order: Order, stock: Stock, price: Callable[[Order], float]) -> Outcome:
    """Reserves and prices one order."""
    try:
        left = stock.reserve(order.item, order.quantity)
    except OutOfStockError as error:
        return Outcome(order, refused=str(error))
    except KeyError:
        return Outcome(order, refused=f"{order.item}: not sold here")
    finally:
        threading.current_thread().name = f"worker, last order {order.number}"
    assert left >= 0, "stock is never negative"
    return Outcome(order, total=price(order))


def process(orders: Iterable[Order], stock: Stock, price: Callable[[Order], float]) -> list[Outcome]:
    """All outcomes, in the order of their numbers."""
    # An item belongs to one worker, so that its pieces go to those who ordered first.
    queues: list[queue.Queue[Order | None]] = [queue.Queue(), queue.Queue()]
    outcomes: list[Outcome] = []

    def work(waiting: queue.Queue[Order | None]) -> None:
        while (order := waiting.get()) is not None:
            outcomes.append(attempt(order, stock, price))

    threads = [threading.Thread(target=work, args=[waiting]) for waiting in queues]
    for thread in threads:
        thread.start()
    try:
        for order in orders:
            queues[crc32(order.item.encode()) % len(queues)].put(order)
    finally:
        for waiting in queues:
            waiting.put(None)
        for thread in threads:
            thread.join()
    return sorted(outcomes, key=lambda outcome: outcome.order.number)
