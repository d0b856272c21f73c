"""Statements continued with a backslash; their first lines cannot carry a comment."""  #: 1

a = 1 + \
    2  
#: line -2: 1
b = a \
    if a > 2 \
    else 0                                                    #: never
#: line -3: 1
#: line -3: 1 true=1 false=0
if a and \
        b or \
        not a:
    print("yes")                                              #: 1
#: line -4: 2 true=1 false=0 @<3.12; 1 true=1 false=0 @>=3.12
#: line -4: 1 true=1 false=0
#: line -4: never
assert a, \
    "message"
#: line -2: 1 true=1 false=0
#: line -2: never
with open(__file__) as first, \
        open(__file__) as second:
    print(first.name == second.name)                          #: 1
#: line -3: 3 @<3.13; 2 @>=3.13
#: line -3: 2
from os import path, \
    sep
#: line -2: 1
for n in \
        range(2):
    print(n, path.sep == \
          sep)  
#: line -4: 3 @<3.13; 2 @>=3.13
#: line -4: 1 next=2 done=1 @<3.13; 3 next=2 done=1 @>=3.13
#: line -4: 4
#: line -4: 2
try:                                                          #: 1
    c = a // \
        (b - 3)
    print("never")                                            #: never
except ZeroDivisionError:                                     #: 1 caught=1 passed=0
    print("zero")                                             #: 1
#: line -5: 2 raise=1
#: line -5: 1
