#: exit 1
"""An exception group that nothing handles leaves through a class body, a decorator and a comprehension."""  #: 1


def decorator(function):                                      #: 1
    raise ExceptionGroup("group", [ValueError(name) for name in ("a", "b") if name])  #: [next=2 done=1] [true=2 false=0]; 4 raise=1 @<3.12; 3 raise=1 @>=3.12


class Body:                                                   #: 2 raise=1
    x = 1                                                     #: 1

    @decorator                                                #: 2 raise=1
    def method(self):                                         #: 1
        pass                                                  #: never

    y = 2                                                     #: never


print("never")                                                #: never
