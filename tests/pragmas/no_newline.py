def f(n):
    if n:
        return 1
    return 2  # pragma: no cover
f(1)
if f(1) == 3:
    f(2)  # pragma: no cover