"""Code that the interpreter runs while it shuts down: finalizers, finally of suspended generators, atexit callbacks."""  #: 1

import atexit                                                 #: 1


class Finalized:                                              #: 2
    def __init__(self, name):                                 #: 1
        self.name = name                                      #: 2

    def __del__(self):                                        #: 1
        if self.name:                                         #: 2 true=1 false=1
            print("finalized", self.name)                     #: 1
        else:
            print("finalized without a name")                 #: 1


def generator(n):                                             #: 1
    for i in range(n):                                        #: 2 next=2 done=0
        try:                                                  #: 2
            x = [1, 2, 3]; yield i; y = 5                     #: 2 raise=1
        finally:
            if i:                                             #: 2 true=1 false=1
                print("closed at", i)                         #: 1
            for k in range(2):                                #: 6 next=4 done=2
                print(k)                                      #: 4
    return x, y                                               #: never


def callback(values):                                         #: 1
    try:                                                      #: 1
        return [n for n in values if n] or values[5]          #: [true=0 false=1] [next=2 done=1] [true=0 false=2] raise=1; 4 @<3.12; 3 @>=3.12
    except IndexError:                                        #: 1 caught=1 passed=0
        print("callback")                                     #: 1


atexit.register(callback, [0, 0])                             #: 1
kept = Finalized("kept")                                      #: 1
cycle = Finalized("")                                         #: 1
cycle.itself = cycle                                          #: 1
del cycle                                                     #: 1
running = generator(4)                                        #: 1
print(next(running), next(running))                           #: 1
