def exits(n):
    try:
        if n == 1:
            return 1
        if n == 2:
            raise ValueError
    except ValueError:
        return 2
    finally:
        n = 3
        if n == 4:  # pragma: no cover
            n = 5
    for i in range(3):
        try:
            if i == 1:
                continue
            if n == 6:
                break
        finally:
            n = 7  # pragma: no cover
    while n:
        if n == 8:
            return 8  # pragma: no cover
        if n == 9: break  # pragma: no cover
        if n == 10: continue
        n = 0
    if n:
        return 1
    elif not n:
        return 2
    else:
        raise ValueError  # pragma: no cover


def last(n):
    if n:
        return 1
    return 2  # pragma: no cover


def falls(n):
    if n:
        n = 1
    else:
        n = 2  # pragma: no cover


def loops(n):
    for i in range(n):
        if i: break
    else:
        n = 3  # pragma: no cover
    return n


exits(0)
exits(1)
last(1)
last(0)
falls(1)
loops(1)
loops(2)
try:
    exits(2)
except ValueError:
    pass
