"""except* inside except*, inside loops and around break-free handlers."""  #: 1


def group(*errors):                                           #: 1
    return ExceptionGroup("group", list(errors))              #: 7


def nested(error):                                            #: 1
    log = []                                                  #: 4
    try:                                                      #: 4
        try:                                                  #: 4
            try:                                              #: 4
                raise error                                   #: 4 raise=4
            except* ValueError:                               #: 4 caught=3 passed=1
                log.append("inner value")                     #: 3
                try:                                          #: 3
                    raise group(TypeError("t"), ValueError("v"))  #: 3 raise=3
                except* TypeError as found:                   #: 3 caught=3 passed=0
                    log.append(len(found.exceptions))         #: 3
        except* TypeError:                                    #: 4 caught=1 passed=3
            log.append("outer type")                          #: 1
        except* KeyError:                                     #: 4 caught=1 passed=3
            log.append("outer key")                           #: 1
    except* Exception as rest:                                #: 4 caught=4 passed=0
        log.append(str(rest.split(ValueError)[0]))            #: 4
    return log                                                #: 4


def loop(errors):                                             #: 1
    handled = 0                                               #: 1
    for error in errors:                                      #: 4 next=3 done=1
        try:                                                  #: 3
            if error:                                         #: 3 true=2 false=1
                raise error                                   #: 2 raise=2
        except* OSError:                                      #: 2 caught=1 passed=1
            handled += 1                                      #: 1
        except* LookupError:                                  #: 2 caught=1 passed=1
            handled += 10                                     #: 1
        else:
            handled += 100                                    #: 1
    return handled                                            #: 1


print(nested(group(ValueError(1))))                           #: 1
print(nested(group(ValueError(1), TypeError(2))))             #: 1
print(nested(group(KeyError(1), ValueError(2))))              #: 1
print(nested(OSError(3)))                                     #: 1
print(loop([OSError(), None, KeyError()]))                    #: 1
try:                                                          #: 1
    try:                                                      #: 1
        raise group(ValueError())                             #: 1 raise=1
    except* ExceptionGroup:                                   #: 1 caught=0 passed=0 raise=1
        print("never")                                        #: never
except TypeError as error:                                    #: 1 caught=1 passed=0
    print(error)                                              #: 1
