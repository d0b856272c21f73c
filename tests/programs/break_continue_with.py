"""break, continue and return that leave a with block inside a loop."""  #: 1


class Manager:                                                #: 2
    def __init__(self, name):                                 #: 1
        self.name = name                                      #: 9

    def __enter__(self):                                      #: 1
        print("enter", self.name)                             #: 9
        return self                                           #: 9

    def __exit__(self, *exc):                                 #: 1
        print("exit", self.name, exc[0])                      #: 9
        return False                                          #: 9


def loop():                                                   #: 1
    for n in range(5):                                        #: 4 next=4 done=0
        with Manager(n):                                      #: 8
            if n == 1:                                        #: 4 true=1 false=3
                continue                                      #: 1
            if n == 3:                                        #: 3 true=1 false=2
                break                                         #: 1
            print("body", n)                                  #: 2
        print("after", n)                                     #: 2
    else:
        print("else")                                         #: never


def returns(n):                                               #: 1
    while True:                                               #: 2
        with Manager("outer"), Manager("inner"):              #: 4
            if n:                                             #: 2 true=1 false=1
                return n                                      #: 1
            break                                             #: 1
    return "broken"                                           #: 1


def raises():                                                 #: 1
    for n in range(2):                                        #: 1 next=1 done=0
        with Manager("raises"):                               #: 2
            print(10 // n)                                    #: 1 raise=1
            continue                                          #: never


loop()                                                        #: 1
print(returns(1), returns(0))                                 #: 1
try:                                                          #: 1
    raises()                                                  #: 1 raise=1
except ZeroDivisionError:                                     #: 1 caught=1 passed=0
    print("raised")                                           #: 1
