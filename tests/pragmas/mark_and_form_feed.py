x = 1  # pragma: no cover
if x == 2:  # pragma: no cover
    y = 3

if x == 4:
    y = 5  # pragma: no cover
