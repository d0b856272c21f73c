def clauses(n):
    if n == 1:
        a = 1
    elif n == 2:  # pragma: no cover
        a = 2
        if a:
            a = 3
    elif n == 3:
        a = 4
    else:  # pragma: no cover
        a = 5
        a = 6
    for i in range(n):  # pragma: no cover
        a = i
    else:
        a = 7
    for i in range(n):
        a = i
    else:  # pragma: no cover
        a = 8
    while a > 100:
        a -= 1
    else:  # pragma: no cover
        a = 9
    while a > 100:  # pragma: no cover
        a -= 1
    else:
        a = 10
    return a


clauses(1)
clauses(3)
if len("abc") == 4: print(1)  # pragma: no cover
if len("abc") == 4:
    print(2)  # pragma: no cover
if len("abc") == 4:
    print(3)  # pragma: no cover
    print(4)
if len("abc") == 3:  # pragma: no cover
    pass
else:
    print(5)
