def partial(n):
    if n:  # pragma: no branch
        a = 1
    if n and a:  # pragma: no branch
        a = 2
    elif n:  # pragma: no branch
        a = 3
    for i in range(3):  # pragma: no branch
        if i == n:  # pragma: no branch
            break
    while n:  # pragma: no branch
        n -= 1
        break
    while True:
        break
    while 1:
        n += 1
        if n > 3:
            break
    if 1: a = 4
    if True:
        a = 5
    if 0:
        a = 6
    while not n:
        a = 7
    try:
        a = 8
    except ValueError:  # pragma: no branch
        a = 9
    match n:
        case 4:  # pragma: no branch
            a = 10
        case 5:
            a = 11
    if (n
            and a):  # pragma: no branch
        a = 12
    if (
        n  # pragma: no branch
    ):
        a = 13
    x = [i for i in range(3) if i]  # pragma: no branch
    with open("/dev/null") as f:  # pragma: no branch
        if n:  # pragma: NO BRANCH
            return x
    return a


partial(1)


def neither(n):
    if n:  # pragma: no branch
        return 1
    if not n:  #pragma:no branch
        return 2
    return 3
