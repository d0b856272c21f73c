"""return in try, in finally and in both; what finally returns wins."""  #: 1


def say(value):                                               #: 1 calls=5
    print("say", value)                                       #: 5
    return value                                              #: 5


def plain(flag):                                              #: 1 calls=2
    try:                                                      #: 2
        if flag:                                              #: 2 true=1 false=1
            return say("try")                                 #: 1
        say("no return")                                      #: 1
    finally:
        say("finally")                                        #: 2
    return "end"                                              #: 1


def overrides():                                              #: 1
    try:                                                      #: 1
        return "try"                                          #: 1
    finally:
        return "finally"                                      #: 1


def swallows():                                               #: 1
    try:                                                      #: 1
        return 1 // 0                                         #: 1 raise=1
    finally:
        return "swallowed"                                    #: 1


def conditional(swallow):                                     #: 1 calls=2
    try:                                                      #: 2
        raise LookupError("lost")                             #: 2 raise=2
    except IndexError:                                        #: 2 caught=0 passed=2
        return "index"                                        #: never
    finally:
        if swallow:                                           #: 2 true=1 false=1
            return "swallowed"                                #: 2 @<3.12; 1 @>=3.12
    return "unreachable"


def nested():                                                 #: 1
    try:                                                      #: 1
        try:                                                  #: 1
            return "inner"                                    #: 1
        finally:
            say("inner finally")                              #: 1
    finally:
        return "outer"                                        #: 1


print(plain(True), plain(False))                              #: 1
print(overrides(), swallows(), nested())                      #: 1
print(conditional(True))                                      #: 1
try:                                                          #: 1
    conditional(False)                                        #: 1 raise=1
except LookupError as error:                                  #: 1 caught=1 passed=0
    print(repr(error))                                        #: 1
