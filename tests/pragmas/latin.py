# coding: latin-1
x = "é"  # pragma: no cover é
if x == "è":  # déjà vu
    y = 3
