# -*- coding: utf-8 -*-
é = 1
if é == 2:  # pragma: no cover ünïcödé
    é = 2
if é == 3:	# pragma: no cover
	é = 3
text = f"{'# pragma: no cover'}"
text = f"""
{é}  # pragma: no cover
"""
text = r"\# pragma: no cover"
x: int = 1  # pragma: no cover
x: int
del é  # pragma: no cover
global_value = 1
def uses():
    global global_value  # pragma: no cover
    global_value = 2
    import os, \
        sys  # pragma: no cover
    return os, sys
uses()
type_alias = int | str; pass; pass  # pragma: no cover
pass  # pragma: no cover
"""A string that is no docstring."""  # pragma: no cover
