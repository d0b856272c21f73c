def matches(value):
    match value:
        case 1:
            a = 1
        case 2:  # pragma: no cover
            a = 2
            a = 3
        case [x, y] if x == y:  # pragma: no cover
            a = 4
        case {"k": 1}:
            a = 5  # pragma: no cover
        case (
            "x" | "y"
        ):  # pragma: no cover
            a = 6
        case _:  # pragma: no cover
            a = 7
    match value:
        case 1:
            a = 8
        case _:
            a = 9  # pragma: no cover
    match value:
        case 1:
            a = 10
        case other:
            a = 11  # pragma: no cover
            a = 12  # pragma: no cover
    match value:
        case 1:
            a = 13
        case other:
            a = 14  # pragma: no cover
            a = 15
    match value:
        case 1:
            a = 16
        case 2 | _:
            raise AssertionError  # pragma: no cover
    match value:
        case 1:
            a = 17
        case 2:
            a = 18  # pragma: no cover
    match value:  # pragma: no cover
        case 5:
            a = 19
        case _:
            a = 20
    match value:
        case int():
            a = 21
        case _ if a > 3:
            a = 22  # pragma: no cover
    return a


matches(1)
