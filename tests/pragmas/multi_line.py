def multi_line(a, b):
    x = (a +  # pragma: no cover
         b)
    y = [
        a,
        b,  # pragma: no cover
    ]
    z = {
        "a": a,
        "b": b,
    }  # pragma: no cover
    if (
        a  # pragma: no cover
        and b
    ):
        x = 1
    if (a
            and b):  # pragma: no cover
        x = 2
    else:
        x = 3
    for i in [
        1,
        2,  # pragma: no cover
    ]:
        x = i
    print(end="", sep=
          "")  # pragma: no cover
    text = """
    # pragma: no cover
    """
    text = """ # pragma: no cover """
    text = "# pragma: no cover"; x = 5
    x = 1; y = 2  # pragma: no cover
    x = \
        5  # pragma: no cover
    return f(x,
             y) if x else (
        z)


def f(x, y):
    return x


multi_line(1, 2)
assert f(1,
         2), "message"  # pragma: no cover
with open("/dev/null") as one, \
     open("/dev/null") as two:  # pragma: no cover
    one.read()
with open("/dev/null") as one:
    with open("/dev/null") as two:  # pragma: no cover
        two.read()
    one.read()
