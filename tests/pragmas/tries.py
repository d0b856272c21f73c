def tries(n):
    try:
        a = 1 // n
    except ZeroDivisionError:  # pragma: no cover
        a = 2
    except (TypeError,
            ValueError):  # pragma: no cover
        a = 3
        a = 4
    else:  # pragma: no cover
        a = 5
    finally:
        a = 6
    try:  # pragma: no cover
        a = 7
    except ValueError:
        a = 8
    try:
        a = 9
    finally:  # pragma: no cover
        a = 10
    try:
        if n == 9:
            raise OSError  # pragma: no cover
    except OSError as error:
        a = error
    try:
        if n == 8: raise OSError
        a = 11
    except OSError:
        raise  # pragma: no cover
    return a


tries(1)
tries(2)


def groups(n):
    try:
        if n:
            raise ExceptionGroup("x", [ValueError()])
    except* ValueError:  # pragma: no cover
        n = 2
    except* TypeError:
        n = 3
    return n


groups(0)
