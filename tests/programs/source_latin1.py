# -*- coding: latin-1 -*-
"""Zeichen in Latin-1: äöüß."""  #: 1


def größe(ä, ö="ü"):  #: 1
    return "äöü" if ä and "ß" in ö else ö or "é"  #: 3 [true=2 false=1] [true=1 false=1] [true=2 false=0]


print(ascii(größe(1, "ß")), ascii(größe(1)), ascii(größe(0)))  #: 1
for é in "äö": print(ascii(é), "ä" < é or é)  #: 3 [next=2 done=1] [true=1 false=1]
try:  #: 1
    "äö", größe()  #: 1 raise=1
except (TypeError, KeyError) as ü:  #: 1 caught=1 passed=0
    print(ascii(type(ü)))  #: 1
