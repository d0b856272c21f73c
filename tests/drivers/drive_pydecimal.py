"""_pydecimal: the pure decimal arithmetic."""

from _fresh import attempt, fresh

MODULES = ("_pydecimal",)

VALUES = ["0", "-0", "1", "-3.75", "1E+5", "123456789.987654321", "Infinity", "-Infinity", "NaN", "sNaN1", "9.99E-10"]
BINARY = ["__add__", "__sub__", "__mul__", "__truediv__", "__floordiv__", "__mod__", "__divmod__", "compare", "compare_signal", "compare_total",
          "max", "min", "max_mag", "quantize", "remainder_near", "same_quantum", "copy_sign", "next_toward", "__lt__", "__eq__", "logical_and", "rotate", "scaleb", "shift"]
UNARY = ["sqrt", "exp", "ln", "log10", "logb", "normalize", "to_integral_value", "to_eng_string", "adjusted", "as_tuple", "number_class", "next_plus", "next_minus", "radix",
         "is_normal", "is_subnormal", "canonical", "logical_invert", "__int__", "__float__", "__round__", "__floor__", "as_integer_ratio", "__neg__", "__abs__", "__complex__"]


def main():
    with fresh(MODULES) as (decimal,):
        D = decimal.Decimal
        decimal.setcontext(decimal.Context(prec=12, Emax=999, Emin=-999, traps=[decimal.InvalidOperation, decimal.DivisionByZero]))
        values = [D(each) for each in VALUES]
        for name in UNARY:
            print(name, [str(attempt(getattr(each, name))) for each in values])
        for name in BINARY:
            print(name, [str(attempt(getattr(a, name), b)) for a in values[2:8:2] + values[8:9] for b in values])
        print(attempt(lambda: D(2) ** D("0.5")), D(2) ** 10, attempt(pow, D(3), 20, D(7)), D("1.1") ** -3, attempt(lambda: D(0) ** 0), D(-8) ** 3)
        for text in ("1_0", " 1 ", "x", "1e", "", (0, (1, 2), -1), (1, (), "F"), 5, 0.1, "nan12", [1]):
            print(attempt(D, text))
        for spec in ("", ".2f", "+e", "10.3g", "%", ",.2f", "<8", "08.1f", "x", "n", "^+12,.3f"):
            print(spec, attempt(format, D("-1234567.891"), spec), attempt(format, D("NaN"), spec))
        for rounding in ("ROUND_UP", "ROUND_DOWN", "ROUND_HALF_UP", "ROUND_HALF_DOWN", "ROUND_HALF_EVEN", "ROUND_CEILING", "ROUND_FLOOR", "ROUND_05UP"):
            print(rounding, [str(D(t).quantize(D("0.1"), rounding)) for t in ("1.05", "-1.05", "2.26", "-0.01", "9.95")])
        with decimal.localcontext() as context:
            context.prec = 5
            context.clear_flags()
            print(D(1) / 3, context.flags[decimal.Inexact], context.copy().prec, context.create_decimal("1.234567"), context.divmod(7, 2))
            context.traps[decimal.Inexact] = True
            print(attempt(lambda: D(1) / 3))
        print(D("1.5").fma(2, 3), D(1).compare(D(2)), D.from_float(0.5), attempt(decimal.Context, prec=0), attempt(decimal.Context, rounding="x"))


if __name__ == "__main__":
    main()
