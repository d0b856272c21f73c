"""Conditions, calls, displays and assignments over several lines."""  #: 1


def condition(a, b, c):                                       #: 1
    if (                                                      #: 18 @<3.12
        a                                                     #: 8 true=4 false=4
        and b                                                 #: 4 true=2 false=2
        or not c                                              #: 6 true=3 false=3
    ):
        return 1                                              #: 5
    while (  
        a                                                     #: 7 true=1 false=2
        <
        b                                                     #: 3 true=0 false=1
        < c                                                   #: 1
    ):
        break                                                 #: never
    return (                                                  #: 3
        a                                                     #: 3 true=1 false=2
        or  # a comment
        b                                                     #: 2
    )


def call(x, /, *args, key=None, **kwargs):                    #: 1
    return x, args, key, kwargs                               #: 2


def fail(*args):                                              #: 1
    raise ValueError(args)                                    #: 1 raise=1


name = "x"                                                    #: 1
value = call(                                                 #: 5
    1,                                                        #: 1
    *[                                                        #: 1
        2,                                                    #: 1
        3 if name else 4,                                     #: 1 true=1 false=0
    ],
    key=(  
        name                                                  #: 1 @<3.12; 0 @>=3.12
        if not name                                           #: 1 true=1 false=0
        else "other"                                          #: 1
    ),
    **{"k": 5},                                               #: 1
)
print(value)                                                  #: 1
table = {                                                     #: 3
    "a":                                                      #: 1
        name,                                                 #: 1
    **{"b": 2},                                               #: 1
    "c": call(                                                #: 2
        name                                                  #: 1
    ),
}
a, \
    b = (                                                     #: 2
    1,                                                        #: 1 @>=3.14
    2,                                                        #: 1 @>=3.14
)
#: line -5: 1
text = """first
{}
last""".format(name)                                          #: 1
#: line -3: 2
formatted = f"""
{name
}{
    a or b}
"""
#: line -5: 3 @<3.12; 2 @>=3.12
#: line -5: 1
#: line -5: 1 @>=3.12
#: line -5: 1 true=1 false=0 @<3.12; 2 true=1 false=0 @>=3.12
print(text, formatted, table)                                 #: 1
try:                                                          #: 1
    call(                                                     #: 1
        name,                                                 #: 1
        fail(                                                 #: 2 raise=1
            a,                                                #: 1
            b,                                                #: 1
        ),
        name,                                                 #: never
    )
except ValueError as error:                                   #: 1 caught=1 passed=0
    print(error)                                              #: 1
for a in (0, 1):                                              #: 3 next=2 done=1
    for b in (0, 1):                                          #: 6 next=4 done=2
        for c in (0, 1):                                      #: 12 next=8 done=4
            condition(a, b, c)                                #: 8
