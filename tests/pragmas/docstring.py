"""Doc."""  # pragma: no cover
x = 1
if x == 2:
    y = 3
