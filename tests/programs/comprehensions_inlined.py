#: requires >=3.12
"""Comprehensions that 3.12 inlines: shadowed names, cells, class bodies with type parameters, exceptions inside."""  #: 1


def shadows(x):                                               #: 1
    y = [x for x in range(x) if x]                            #: 4 [next=3 done=1] [true=2 false=1]
    z = [[x for y in range(x)] for x in y]                    #: 6 [next=3 done=2] [next=2 done=1]
    return x, y, z                                            #: 1


def restored(x, items):                                       #: 1
    try:                                                      #: 2
        return [10 // x for x in items if x != 1], x          #: [next=4 done=1] [true=3 false=1] raise=1
    except ZeroDivisionError:                                 #: 1 caught=1 passed=0
        return x                                              #: 1


def cells(n):                                                 #: 1
    functions = {i: lambda: i + n for i in range(n)}          #: 5 next=2 done=1
    return [function() for function in functions.values()]    #: 3 next=2 done=1


def unbound():                                                #: 1
    [later for later in ()], later                            #: 1 next=0 done=1 raise=1
    later = 1                                                 #: never


class Generic[T]:                                             #: 3
    a = [n for n in range(2)]                                 #: 3 next=2 done=1
    b = [T for _ in a]                                        #: 3 next=2 done=1
    c = [(lambda: n)() for n in a]                            #: 5 next=2 done=1


print(shadows(3))                                             #: 1
print(restored("kept", [5, 1, 2]), restored("kept", [0]))     #: 1
print(cells(2), len(Generic.b), Generic.c)                    #: 1
try:                                                          #: 1
    unbound()                                                 #: 1 raise=1
except UnboundLocalError as error:                            #: 1 caught=1 passed=0
    print(error)                                              #: 1
