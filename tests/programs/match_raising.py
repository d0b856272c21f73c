"""match: exceptions in the subject, in a pattern's class, in __eq__ and in a guard; control flow out of cases."""  #: 1


class Awkward:                                                #: 2
    def __eq__(self, other):                                  #: 1
        raise ArithmeticError("no comparison")                #: 1 raise=1


def boom():                                                   #: 1
    raise OSError("boom")                                     #: 1 raise=1


def subject():                                                #: 1
    match boom():                                             #: 1 raise=1
        case _:                                               #: never
            return "never"                                    #: never


def not_a_class(x):                                           #: 1
    match x:                                                  #: 1
        case undefined_class():                               #: 1 match=0 skip=0 raise=1
            return "never"                                    #: never


def equality(x):                                              #: 1
    match x:                                                  #: 1
        case 1:                                               #: 1 match=0 skip=0 raise=1
            return "never"                                    #: never


def guard(x):                                                 #: 1
    match x:                                                  #: 1
        case [a, b] if a / b:                                 #: 1 [match=1 skip=0] [true=0 false=0] raise=1
            return "never"                                    #: never


def flow(items):                                              #: 1
    log = []                                                  #: 1
    for item in items:                                        #: 6 next=6 done=0
        match item:                                           #: 6
            case 1:                                           #: 6 match=1 skip=5
                continue                                      #: 1
            case 2:                                           #: 5 match=1 skip=4
                break                                         #: 1
            case [n]:                                         #: 4 match=2 skip=2
                try:                                          #: 2
                    log.append(6 // n)                        #: 2 raise=1
                except ZeroDivisionError:                     #: 1 caught=1 passed=0
                    log.append("zero")                        #: 1
            case {"n": n}:                                    #: 2 match=1 skip=1
                match n:                                      #: 1
                    case 0:                                   #: 1 match=0 skip=1
                        log.append("inner zero")              #: never
                    case _:                                   #: 1
                        log.append("inner")                   #: 1
        log.append(item)                                      #: 4
    return log                                                #: 1


for function, argument in ((not_a_class, 1), (equality, Awkward()), (guard, (1, 0))):  #: 4 next=3 done=1
    try:                                                      #: 3
        function(argument)                                    #: 3 raise=3
    except (NameError, ArithmeticError) as error:             #: 3 caught=3 passed=0
        print(repr(error))                                    #: 3
try:                                                          #: 1
    subject()                                                 #: 1 raise=1
except OSError as error:                                      #: 1 caught=1 passed=0
    print(error)                                              #: 1
print(flow([1, [3], [0], {"n": 1}, "other", 2, 7]))           #: 1
