"""Exception chaining: raise from, raise from None, implicit context, bare raise, re-raise through frames."""  #: 1


def low(n):                                                   #: 1
    return 10 // n                                            #: 4 raise=4


def chained():                                                #: 1
    try:                                                      #: 1
        low(0)                                                #: 1 raise=1
    except ZeroDivisionError as error:                        #: 1 caught=1 passed=0
        raise ValueError("chained") from error                #: 1 raise=1


def suppressed():                                             #: 1
    try:                                                      #: 1
        low(0)                                                #: 1 raise=1
    except ZeroDivisionError:                                 #: 1 caught=1 passed=0
        raise ValueError("suppressed") from None              #: 1 raise=1


def implicit():                                               #: 1
    try:                                                      #: 1
        low(0)                                                #: 1 raise=1
    except ZeroDivisionError:                                 #: 1 caught=1 passed=0
        {}["missing"]                                         #: 1 raise=1


def bare():                                                   #: 1
    try:                                                      #: 1
        low("x")                                              #: 1 raise=1
    except TypeError:                                         #: 1 caught=1 passed=0
        print("passing on")                                   #: 1
        raise                                                 #: 1 raise=1


def through():                                                #: 1
    try:                                                      #: 1
        bare()                                                #: 1 raise=1
    finally:
        print("through")                                      #: 1


def bad_cause():                                              #: 1
    raise ValueError("x") from 5                              #: 1 raise=1


def nothing_to_raise():                                       #: 1
    raise                                                     #: 1 raise=1


def class_and_instance(kind):                                 #: 1
    raise kind                                                #: 2 raise=2


def again(function):                                          #: 1
    try:                                                      #: 8
        return function()                                     #: 8 raise=8
    except Exception as error:                                #: 8 caught=8 passed=0
        kept = error                                          #: 8
    raise kept                                                #: 8 raise=8


functions = [chained, suppressed, implicit, through, bad_cause, nothing_to_raise]  #: 1
functions.append(lambda: class_and_instance(KeyError))        #: 2 raise=1
functions.append(lambda: class_and_instance(KeyError("instance")))  #: 2 raise=1
for function in functions:                                    #: 9 next=8 done=1
    try:                                                      #: 8
        again(function)                                       #: 8 raise=8
    except Exception as error:                                #: 8 caught=8 passed=0
        print(repr(error), repr(error.__cause__), repr(error.__context__), error.__suppress_context__)  #: 8
