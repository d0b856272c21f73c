"""except*: parts of a group handled, passed on, raised anew; naked exceptions; else and finally."""  #: 1


def handle(error):                                            #: 1
    log = []                                                  #: 6
    try:                                                      #: 6
        try:                                                  #: 6
            if error is not None:                             #: 6 true=5 false=1
                raise error                                   #: 5 raise=5
        except* ValueError as group:                          #: 5 caught=3 passed=2
            log.append(("value", len(group.exceptions)))      #: 3
        except* (KeyError, IndexError):                       #: 5 caught=2 passed=3
            log.append("lookup")                              #: 2
        else:
            log.append("else")                                #: 1
        finally:
            log.append("finally")                             #: 6
    except BaseException as rest:                             #: 2 caught=2 passed=0
        log.append(repr(rest))                                #: 2
    return log                                                #: 6


def raises_in_handler():                                      #: 1
    try:                                                      #: 1
        raise ExceptionGroup("g", [ValueError(1), TypeError(2), OSError(3)])  #: 1 raise=1
    except* ValueError:                                       #: 1 caught=1 passed=0
        raise KeyError("new")                                 #: 1 raise=1
    except* TypeError:                                        #: 1 caught=1 passed=0
        print("still handled")                                #: 1


def reraises():                                               #: 1
    try:                                                      #: 1
        raise ExceptionGroup("h", [ValueError(1), TypeError(2)])  #: 1 raise=1
    except* ValueError:                                       #: 1 caught=1 passed=0
        raise                                                 #: 1 raise=1


print(handle(None))                                           #: 1
print(handle(ValueError("naked")))                            #: 1
print(handle(ExceptionGroup("a", [ValueError(1), ValueError(2)])))  #: 1
print(handle(ExceptionGroup("b", [ValueError(1), KeyError(2)])))  #: 1
print(handle(ExceptionGroup("c", [KeyError(1), ExceptionGroup("d", [OSError(2)])])))  #: 1
print(handle(OSError("passed")))                              #: 1
for function in (raises_in_handler, reraises):                #: 3 next=2 done=1
    try:                                                      #: 2
        function()                                            #: 2 raise=2
    except ExceptionGroup as group:                           #: 2 caught=2 passed=0
        print(repr(group))                                    #: 2
