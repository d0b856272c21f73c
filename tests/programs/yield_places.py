"""yield inside of tests, calls, displays, subscripts, assignments, comparisons, with items and exceptions."""  #: 1


class Manager:                                                #: 2
    def __init__(self, name):                                 #: 1
        self.name = name                                      #: 2

    def __enter__(self):                                      #: 1
        return self.name                                      #: 2

    def __exit__(self, *exc):                                 #: 1
        return exc[0] is KeyError                             #: 2


def places(table):                                            #: 1
    if (yield "if") and not (yield "and"):                    #: 2 [true=2 false=0] [true=1 false=1]
        print((yield "argument"), [(yield "list")], {(yield "key"): (yield "value")})  #: 1
    while (yield "while"):                                    #: 3 true=1 false=2
        table[(yield "index")] = yield "stored"               #: 1
    x = 0 < (yield "low") < (yield "high")                    #: 2 true=2 false=0
    with Manager((yield "with")) as name:                     #: 4
        assert name or (yield "assert"), (yield "message")    #: 2 [true=1 false=1] [true=0 false=1] raise=1
    for item in (yield "for"):                                #: 2 next=1 done=1
        table[item] = (yield "item") or item                  #: 1 true=0 false=1
    try:                                                      #: 1
        raise (yield "raise")                                 #: 1 raise=1
    except (yield "type") as error:                           #: 1 caught=1 passed=0
        table["error"] = (yield error.args) is None           #: 1
    return x if (yield "return") else (yield "else")          #: 1 true=0 false=1


def drive(answers):                                           #: 1
    table = {}                                                #: 2
    generator = places(table)                                 #: 2
    try:                                                      #: 2
        asked = next(generator)                               #: 2
        for answer in answers:                                #: 28 next=28 done=0
            print(asked, end=" ")                             #: 28
            asked = generator.send(answer)                    #: 28 raise=2
    except (StopIteration, AssertionError) as error:          #: 2 caught=2 passed=0
        print(repr(error), table)                             #: 2


drive([1, 0, "a", "b", "c", "d", 1, "i", "s", 0, 1, 2, "name", "x", None, KeyError("k"), KeyError, 0, 0, "end"])  #: 1
drive([1, 1, 0, 1, 0, "", 0, "failed"])                       #: 1
