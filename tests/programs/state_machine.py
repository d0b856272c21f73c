"""A tokenizer and an evaluator: everyday code with loops, dispatch, early returns and errors, run on several inputs."""  #: 1

OPERATORS = {"+": (1, lambda a, b: a + b), "-": (1, lambda a, b: a - b), "*": (2, lambda a, b: a * b), "/": (2, lambda a, b: a / b)}  #: 5


class ParseError(ValueError):                                 #: 2
    """What is wrong, and where."""                           #: 1

    def __init__(self, position, text):                       #: 1
        super().__init__(f"{text} at {position}")             #: 3
        self.position = position                              #: 3


def tokens(text):                                             #: 1
    position = 0                                              #: 6
    while position < len(text):                               #: 25 true=21 false=4
        c = text[position]                                    #: 21
        if c.isspace():                                       #: 21 true=4 false=17
            position += 1                                     #: 4
            continue                                          #: 4
        start = position                                      #: 17
        if c.isdigit():                                       #: 17 true=10 false=7
            while position < len(text) and text[position].isdigit():  #: 21 [true=17 false=4] [true=11 false=6]
                position += 1                                 #: 11
            yield start, "number", int(text[start:position])  #: 10; raise=1 @<3.13
        elif c in OPERATORS or c in "()":                     #: 7 [true=4 false=3] [true=2 false=1]
            position += 1                                     #: 6
            yield start, "operator" if c in OPERATORS else "bracket", c  #: 6 true=4 false=2
        else:
            raise ParseError(start, f"unexpected {c!r}")      #: 1 raise=1
    yield position, "end", ""                                 #: 4; raise=3 @<3.13


def evaluate(text):                                           #: 1
    stream = tokens(text)                                     #: 6
    current = next(stream)                                    #: 6

    def advance():                                            #: 6
        nonlocal current
        previous, current = current, next(stream, current)    #: 16 raise=1
        return previous                                       #: 15

    def atom():                                               #: 6
        position, kind, value = advance()                     #: 11 raise=1
        match kind, value:                                    #: 10
            case "number", _:                                 #: 10 match=8 skip=2
                return value                                  #: 8
            case "bracket", "(":                              #: 2 match=1 skip=1
                value = expression(0)                         #: 1
                if advance()[2] != ")":                       #: 1 true=0 false=1
                    raise ParseError(position, "not closed")  #: never
                return value                                  #: 1
        raise ParseError(position, "no value")                #: 1 raise=1

    def expression(minimum):                                  #: 6
        left = atom()                                         #: 11 raise=2
        while current[1] == "operator" and (priority := OPERATORS[current[2]][0]) > minimum:  #: 13 [true=4 false=9] [true=4 false=0]
            operator = advance()[2]                           #: 4
            left = OPERATORS[operator][1](left, expression(priority))  #: 4
        return left                                           #: 9

    result = expression(0)                                    #: 6 raise=2
    if current[1] != "end":                                   #: 4 true=1 false=3
        raise ParseError(current[0], "left over")             #: 1 raise=1
    return result                                             #: 3


for text in ("1 + 2*3", "(10-4)/2", "7", "5 $", "", "1 2"):   #: 7 next=6 done=1
    try:                                                      #: 6
        print(text, "=", evaluate(text))                      #: 6 raise=3
    except ParseError as error:                               #: 3 caught=3 passed=0
        print(text, error, error.position)                    #: 3
