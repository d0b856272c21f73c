"""try with every combination of except, else and finally, on the quiet and on the raising path."""  #: 1


def fail(kind):                                               #: 1 calls=21
    if kind is not None:                                      #: 21 true=14 false=7
        raise kind("failed")                                  #: 14 raise=14
    return kind                                               #: 7


def except_only(kind):                                        #: 1 calls=4
    try:                                                      #: 4
        fail(kind)                                            #: 4 raise=3
    except ValueError:                                        #: 3 caught=1 passed=2
        return "value"                                        #: 1
    except (KeyError, IndexError) as error:                   #: 2 caught=1 passed=1
        return type(error).__name__                           #: 1
    return "quiet"                                            #: 1


def bare(kind):                                               #: 1 calls=3
    try:                                                      #: 3
        fail(kind)                                            #: 3 raise=2
    except ValueError:                                        #: 2 caught=1 passed=1
        return "value"                                        #: 1
    except:                                                   #: 1
        return "other"                                        #: 1
    return "quiet"                                            #: 1


def with_else(kind):                                          #: 1 calls=3
    try:                                                      #: 3
        fail(kind)                                            #: 3 raise=2
    except ValueError:                                        #: 2 caught=1 passed=1
        result = "value"                                      #: 1
    else:
        result = "else"                                       #: 1
    return result                                             #: 2


def with_finally(kind):                                       #: 1 calls=3
    try:                                                      #: 3
        fail(kind)                                            #: 3 raise=2
    except ValueError:                                        #: 2 caught=1 passed=1
        print("handler")                                      #: 1
    finally:
        print("finally")                                      #: 3
    return "after"                                            #: 2


def everything(kind):                                         #: 1 calls=3
    try:                                                      #: 3
        fail(kind)                                            #: 3 raise=2
    except ValueError:                                        #: 2 caught=1 passed=1
        result = "value"                                      #: 1
    else:
        result = "else"                                       #: 1
    finally:
        print("finally")                                      #: 3
    return result                                             #: 2


def finally_only(kind):                                       #: 1 calls=2
    try:                                                      #: 2
        fail(kind)                                            #: 2 raise=1
    finally:
        print("finally")                                      #: 2
    return "after"                                            #: 1


def handler_raises(kind):                                     #: 1 calls=2
    try:                                                      #: 2
        fail(kind)                                            #: 2 raise=1
    except ValueError as error:                               #: 1 caught=1 passed=0
        raise TypeError("from handler") from error            #: 1 raise=1
    else:
        fail(TypeError)                                       #: 1 raise=1
    finally:
        print("finally")                                      #: 2


def attempt(function, kind):                                  #: 1 calls=20
    try:                                                      #: 20
        print(function.__name__, function(kind))              #: 20 raise=7
    except Exception as error:                                #: 7 caught=7 passed=0
        print(function.__name__, "raised", repr(error))       #: 7


for kind in (None, ValueError, IndexError, OSError):          #: 5 next=4 done=1
    attempt(except_only, kind)                                #: 4
    for function in (bare, with_else, with_finally, everything):  #: 20 next=16 done=4
        if kind is not OSError:                               #: 16 true=12 false=4
            attempt(function, kind)                           #: 12
attempt(finally_only, None)                                   #: 1
attempt(finally_only, ValueError)                             #: 1
attempt(handler_raises, None)                                 #: 1
attempt(handler_raises, ValueError)                           #: 1
