def f(n):
    if n:  # pragma: no cover
        return 1
    return (2,
        3)
f(0)
