"""Iterators of all kinds: classes, __getitem__, iter with a sentinel, half consumed, changed while running."""  #: 1


class Countdown:                                              #: 2
    def __init__(self, n):                                    #: 1
        self.n = n                                            #: 4

    def __iter__(self):                                       #: 1
        return self                                           #: 5

    def __next__(self):                                       #: 1
        if self.n <= 0:                                       #: 11 true=5 false=6
            raise StopIteration                               #: 5 raise=5
        self.n -= 1                                           #: 6
        return self.n                                         #: 6


class Sequence:                                               #: 2
    def __getitem__(self, index):                             #: 1
        return "abc"[index]                                   #: 4 raise=1


def consume(iterable, limit=None):                            #: 1
    seen = []                                                 #: 6
    for n, item in enumerate(iterable):                       #: 19 next=14 done=5
        if n == limit:                                        #: 14 true=1 false=13
            break                                             #: 1
        seen.append(item)                                     #: 13
    return seen                                               #: 6


values = iter([1, 2, 3])                                      #: 1
print(consume(Countdown(3)), consume(Countdown(2)), consume(Sequence()))  #: 1
print(consume(iter(lambda: next(values), 3)), consume({"a": 1, "b": 2}))  #: 4
print(consume((n for n in range(9) if n % 2), 1))             #: 5 [next=4 done=0] [true=2 false=2]; raise=1 @<3.13
rest = Countdown(1)                                           #: 1
for n in rest:                                                #: 2 next=1 done=1
    for m in rest:                                            #: 1 next=0 done=1
        print("never")                                        #: never
items = {"x": 1}                                              #: 1
try:                                                          #: 1
    for key in items:                                         #: 2 next=1 done=0 raise=1
        items[key + "y"] = 2                                  #: 1
except RuntimeError as error:                                 #: 1 caught=1 passed=0
    print(error)                                              #: 1
a = b = 0                                                     #: 1
for a, (b, *_), values[0:0] in []:                            #: 1 next=0 done=1
    print("never")                                            #: never
for items["target"] in (1, 2):                                #: 3 next=2 done=1
    a += items["target"]                                      #: 2
print(a, [*zip(Countdown(0), "x")], max((x for x in (1, 3)), default=0))  #: 4 next=2 done=1
