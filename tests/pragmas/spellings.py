def spellings(n):
    if n == 1:  # pragma: no cover
        n = 1
    if n == 2:  #pragma:no cover
        n = 2
    if n == 3:  # PRAGMA: NO COVER
        n = 3
    if n == 4:  # pragma no cover
        n = 4
    if n == 5:  #  pragma:   no   cover  because
        n = 5
    if n == 6:  # Pragma: no cover
        n = 6
    if n == 7:  # pragma: nocover
        n = 7
    if n == 8:  # pragma: no-cover
        n = 8
    if n == 9:  # type: ignore # pragma: no cover
        n = 9
    if n == 10:  # noqa: E1; pragma: no cover
        n = 10
    if n == 11:  # pragma: no coverage here
        n = 11
    if n == 12:  ### pragma: no cover
        n = 12
    # pragma: no cover
    if n == 13:
        n = 13
    if n == 14:
        # pragma: no cover
        n = 14
    if n == 15:  # nocov
        n = 15
    if n == 16:  # NOCOV
        n = 16
    if n == 17:  # not covered: on purpose
        n = 17
    return n


spellings(0)
