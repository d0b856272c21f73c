"""global and nonlocal: counters, closures shared by functions, unbound cells, del of a cell."""  #: 1

total = 0                                                     #: 1


def add(n):                                                   #: 1
    global total, created
    if n > 1:                                                 #: 3 true=2 false=1
        total += n                                            #: 2
    created = total                                           #: 3


def counter():                                                #: 1
    count = 0                                                 #: 1

    def up(step=1):                                           #: 1
        nonlocal count
        count += step                                         #: 3
        return count if count < 3 else None                   #: 3 true=1 false=2

    def reset():                                              #: 1
        nonlocal count
        count, old = 0, count                                 #: 1
        return old                                            #: 1

    return up, reset                                          #: 1


def unbound(flag):                                            #: 1
    if flag:                                                  #: 2 true=1 false=1
        value = 1                                             #: 1

    def inner():                                              #: 2
        return value                                          #: 2 raise=1

    return inner()                                            #: 2 raise=1


def deleted():                                                #: 1
    value = 1                                                 #: 1

    def inner():                                              #: 1
        nonlocal value
        del value                                             #: 2 raise=1

    inner()                                                   #: 1
    inner()                                                   #: 1 raise=1


for n in (1, 2, 3):                                           #: 4 next=3 done=1
    add(n)                                                    #: 3
print(total, created)                                         #: 1
up, reset = counter()                                         #: 1
print(up(), up(2), reset(), up(5))                            #: 1
print(unbound(True))                                          #: 1
for function in (lambda: unbound(False), deleted):            #: 4 next=2 done=1 raise=1
    try:                                                      #: 2
        function()                                            #: 2 raise=2
    except NameError as error:                                #: 2 caught=2 passed=0
        print(error)                                          #: 2
