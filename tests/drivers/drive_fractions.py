"""fractions: construction, arithmetic, comparison, formatting."""

import decimal

from _fresh import attempt, fresh

MODULES = ("fractions",)

TEXTS = ["3/4", " -7 ", "1.25e-3", "+.5", "1_000/3", "x", "1/0", "1/", "", "3 / 4", "0x1"]


def main():
    with fresh(MODULES) as (fractions,):
        F = fractions.Fraction
        for text in TEXTS:
            print(text, attempt(F, text))
        print(F(1.5), F(decimal.Decimal("0.1")), F(F(3, 6), 2), attempt(F, 1, 0), attempt(F, 1.5, 2), attempt(F, [1]), attempt(F, 1j))
        print(F.from_float(0.25), F.from_decimal(decimal.Decimal(3)), attempt(F.from_float, "x"), attempt(F.from_decimal, 1.5))
        values = [F(1, 3), F(-5, 4), 2, 0, -1, 0.5, F(7), 1 + 2j]
        for a in values[:5] + [F(7)]:
            for b in values:
                a, b = (a, b) if isinstance(a, F) or isinstance(b, F) else (F(a), b)
                print([attempt(lambda a=a, b=b, op=op: op(a, b)) for op in (
                    lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b, lambda a, b: a // b, lambda a, b: a % b,
                    divmod, lambda a, b: a ** b, lambda a, b: a < b, lambda a, b: a == b, lambda a, b: a >= b)])
        x = F(355, 113)
        print(x.limit_denominator(10), attempt(x.limit_denominator, 0), x.limit_denominator(1000), round(x), round(x, 2), round(F(5, 2)), round(F(7, 2)))
        print(int(x), float(x), hash(x), hash(F(1, 2**61 - 1)), abs(-x), +x, -x, bool(F(0)), x.__floor__(), x.__ceil__(), x.__trunc__(), repr(x), str(F(2)))
        print(x.as_integer_ratio(), x.numerator, x.denominator, F(1, 3).__copy__(), F(3) == 3.0, F(1, 3) == float("nan"), attempt(lambda: F(1) < "a"))
        for spec in (".3f", "10.2e", "+.4g", "_>12.1%", ",.1f", "z.1f", "q", ".0f", "#.3g", "012.3f"):
            print(spec, attempt(format, x, spec), attempt(format, F(0), spec), attempt(format, -x / 10**9, spec))


if __name__ == "__main__":
    main()
