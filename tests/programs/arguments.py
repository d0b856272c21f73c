"""Calls: defaults, keyword-only, positional-only, *args and **kwargs, with the wrong arguments too."""  #: 1


def positional(a, b=2, /, c=None, *args, d, e=5, **rest):     #: 1
    return a if c is None else (a, b, c, args, d, e, rest)    #: 2 true=1 false=1


def mutable(item, seen=[]):                                   #: 1
    seen.append(item)                                         #: 3
    return len(seen) > 2 or seen                              #: 3 true=1 false=2


def order(log, *values, **named):                             #: 1
    return [*log, *values, *sorted(named.items())]            #: 1


def note(value):                                              #: 1
    print("note", value)                                      #: 6
    return value                                              #: 6


class Callable:                                               #: 2
    def __call__(self, *args, **kwargs):                      #: 1
        return args or kwargs or None                         #: 3 [true=1 false=2] [true=1 false=1]

    @staticmethod                                             #: 2
    def static(x=note("default")):                            #: 2
        return x and note("body")                             #: 2 true=1 false=1

    @classmethod                                              #: 2
    def klass(cls, *, key=note):                              #: 2
        return key(cls.__name__)                              #: 1


print(positional(1, d=4), positional(1, 2, 3, 4, d=5, f=6))   #: 1
print(mutable(1), mutable(2), mutable(3))                     #: 1
print(order([note(1)], note(2), *[note(3)], x=4, **{"y": 5}))  #: 1
call = Callable()                                             #: 1
print(call(1), call(k=1), call(), call.static(), call.static(0), call.klass())  #: 1
for wrong in (                                                #: 6 next=5 done=1
    lambda: positional(),                                     #: 2 raise=1
    lambda: positional(1),                                    #: 2 raise=1
    lambda: positional(a=1, d=4),                             #: 2 raise=1
    lambda: call.static(*range(3), **{"x": 1}),               #: 2 raise=1
    lambda: mutable(**5),                                     #: 2 raise=1
):
    try:                                                      #: 5
        wrong()                                               #: 5 raise=5
    except TypeError as error:                                #: 5 caught=5 passed=0
        print("TypeError")                                    #: 5
