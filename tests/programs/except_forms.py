"""except clauses: tuples, expressions, names, several passed, a type expression that raises or is no class."""  #: 1


class Base(Exception):                                        #: 2
    pass                                                      #: 1


class Derived(Base):                                          #: 2
    pass                                                      #: 1


def types(*names):                                            #: 1
    print("types", names)                                     #: 4
    if "fail" in names:                                       #: 4 true=1 false=3
        raise NameError("no such type")                       #: 1 raise=1
    return tuple({"base": Base, "os": OSError}[name] for name in names)  #: 9 @<3.14; 12 @>=3.14; next=3 done=3


def handle(error, name):                                      #: 1
    try:                                                      #: 7
        raise error                                           #: 7 raise=7
    except (KeyError, IndexError):                            #: 7 caught=1 passed=6
        return "lookup"                                       #: 1
    except Derived as found:                                  #: 6 caught=2 passed=4
        return "derived", str(found)                          #: 2
    except types(name) as found:                              #: 4 caught=2 passed=1 raise=1
        return "called", found.args                           #: 2
    except BaseException:                                     #: 1 caught=1 passed=0
        return "any"                                          #: 1


def no_class():                                               #: 1
    try:                                                      #: 1
        1 / 0                                                 #: 1 raise=1
    except 5:                                                 #: 1 caught=0 passed=0 raise=1
        print("never")                                        #: never


def deletes_name():                                           #: 1
    error = "kept"                                            #: 1
    try:                                                      #: 1
        raise Base("x")                                       #: 1 raise=1
    except Base as error:                                     #: 1 caught=1 passed=0
        pass                                                  #: 1
    return error                                              #: 1 raise=1


print(handle(KeyError(), "base"))                             #: 1
print(handle(Derived("d"), "base"))                           #: 1
print(handle(Derived("e"), "fail"))                           #: 1
print(handle(Base("b"), "base"))                              #: 1
print(handle(OSError("o"), "os"))                             #: 1
print(handle(KeyboardInterrupt(), "os"))                      #: 1
for function in (lambda: handle(Base("b"), "fail"), no_class, deletes_name):  #: 5 next=3 done=1 raise=1
    try:                                                      #: 3
        function()                                            #: 3 raise=3
    except (NameError, TypeError) as error:                   #: 3 caught=3 passed=0
        print(type(error).__name__, error)                    #: 3
