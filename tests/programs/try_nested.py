"""Nested try statements: an exception handled inside, outside, and replaced on its way."""  #: 1


def run(kind, where):                                         #: 1
    log = []                                                  #: 5
    try:                                                      #: 5
        log.append("outer")                                   #: 5
        try:                                                  #: 5
            if where == "inner":                              #: 5 true=3 false=2
                raise kind                                    #: 3 raise=3
            log.append("inner")                               #: 2
        except KeyError:                                      #: 3 caught=2 passed=1
            log.append("inner handler")                       #: 2
            try:                                              #: 2
                if where == "inner" and kind.__name__ == "Key":  #: 2 [true=2 false=0] [true=1 false=1]
                    raise OSError("in handler")               #: 1 raise=1
            except OSError as error:                          #: 1 caught=1 passed=0
                log.append(str(error.__context__ is not None))  #: 1
        else:
            log.append("inner else")                          #: 2
        finally:
            log.append("inner finally")                       #: 5
        if where == "outer":                                  #: 4 true=1 false=3
            raise kind                                        #: 1 raise=1
    except ValueError:                                        #: 2 caught=1 passed=1
        log.append("outer handler")                           #: 1
    except LookupError:                                       #: 1 caught=1 passed=0
        log.append("lookup")                                  #: 1
    else:
        log.append("outer else")                              #: 3
    finally:
        log.append("outer finally")                           #: 5
    return log                                                #: 5


class Key(KeyError):                                          #: 2
    pass                                                      #: 1


for arguments in [(KeyError, "inner"), (Key, "inner"), (ValueError, "inner"), (IndexError, "outer"), (None, "")]:  #: 6 next=5 done=1
    print(run(*arguments))                                    #: 5
