#: requires >=3.14
"""Several exception types without parentheses, in except and except*."""  #: 1


def read(source, key):                                        #: 1
    try:                                                      #: 4
        return source[key] or 0                               #: 4 true=1 false=0 raise=3
    except KeyError, IndexError:                              #: 3 caught=2 passed=1
        return "no such key"                                  #: 2
    except TypeError, ValueError:                             #: 1 caught=1 passed=0
        return "no such type"                                 #: 1
    finally:
        print("read", key)                                    #: 4


def group(*errors):                                           #: 1
    try:                                                      #: 2
        raise ExceptionGroup("group", errors)                 #: 2 raise=2
    except* KeyError, IndexError:                             #: 2 caught=1 passed=1
        print("keys")                                         #: 1
    except* OSError, ValueError:                              #: 2 caught=2 passed=0
        print("others")                                       #: 2


print(read([5], 0), read([], 1), read({}, 1), read(None, 1))  #: 1
group(KeyError(), OSError())                                  #: 1
group(ValueError(), ValueError())                             #: 1
