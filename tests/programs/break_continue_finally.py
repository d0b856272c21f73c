"""break, continue and return that pass through finally; a finally that swallows."""  #: 1


def loop():                                                   #: 1
    for n in range(5):                                        #: 4 next=4 done=0
        try:                                                  #: 4
            if n == 1:                                        #: 4 true=1 false=3
                continue                                      #: 1
            if n == 3:                                        #: 3 true=1 false=2
                break                                         #: 1
            print("body", n)                                  #: 2
        finally:
            print("finally", n)                               #: 4
        print("after", n)                                     #: 2
    else:
        print("else")                                         #: never


def continue_swallows():                                      #: 1
    seen = []                                                 #: 1
    for n in (1, 0, 2):                                       #: 4 next=3 done=1
        try:                                                  #: 3
            seen.append(10 // n)                              #: 3 raise=1
        finally:
            if n == 0:                                        #: 3 true=1 false=2
                continue                                      #: 1
        seen.append("after")                                  #: 2
    return seen                                               #: 1


def break_swallows():                                         #: 1
    while True:                                               #: 1
        try:                                                  #: 1
            raise KeyError("gone")                            #: 1 raise=1
        finally:
            break                                             #: 1
    return "left"                                             #: 1


def nested():                                                 #: 1
    for n in range(3):                                        #: 3 next=3 done=0
        try:                                                  #: 3
            try:                                              #: 3
                if n == 2:                                    #: 3 true=1 false=2
                    break                                     #: 1
            finally:
                print("inner", n)                             #: 3
            if n == 0:                                        #: 2 true=1 false=1
                continue                                      #: 1
        finally:
            print("outer", n)                                 #: 3
    return n                                                  #: 1


loop()                                                        #: 1
print(continue_swallows(), break_swallows(), nested())        #: 1
