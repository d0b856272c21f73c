def nested(n):
    if n:
        if n > 1:  # pragma: no cover
            for i in range(n):
                if i:
                    n = 1
                else:
                    n = 2
            n = 3
        n = 4
        with open("/dev/null") as f:  # pragma: no cover
            try:
                n = 5
            except ValueError:
                n = 6
            f.close()
        n = 7

    def inner():  # pragma: no cover
        def innermost():
            yield 1
        yield from innermost()

    class Local:
        def f(self):  # pragma: no cover
            return 1

        def g(self): return 2  # pragma: no cover

        def h(self): return 3
    return Local


nested(1)
nested(0)
if nested:
    if not nested:
        if nested:
            x = 1  # pragma: no cover
        else:
            x = 2
    # a comment at another indentation
  # and another
    y = 3
