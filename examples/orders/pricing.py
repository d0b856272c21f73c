"""What an order costs."""

from orders.parse import Order

PRICES = {"book": 12.50, "lamp": 40.00, "desk": 180.00, "cable": 3.20}
EUROPE = frozenset({"FI", "NL", "DE", "FR"})


def discount(order: Order) -> float:
    """The share taken off the goods, from 0 to 1."""
    match order.coupon, order.quantity:
        case "", quantity if quantity >= 10:
            return 0.05
        case "", _:
            return 0.0
        case "SPRING10", _:
            return 0.10
        case str(code), quantity if code.startswith("BULK") and quantity >= 10 * int(code[4:] or 1):
            return 0.20
        case _:
            return 0.0


def shipping(order: Order, goods: float) -> float:
    """Nothing for large orders and with the right coupon; else by region."""
    if goods > 300 or order.coupon == "FREESHIP":
        return 0.0
    return 4.0 if order.country == "GB" else 7.5 if order.country in EUROPE else 15.0


def price(order: Order) -> float:
    """The sum to pay, shipping included."""
    goods = PRICES[order.item] * order.quantity
    goods -= goods * discount(order)
    return round(goods + shipping(order, goods), 2)
