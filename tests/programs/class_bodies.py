"""Class bodies with control flow, nested classes, names from outside, and an exception half-way."""  #: 1

flag = True                                                   #: 1


class Flow:                                                   #: 2 @<3.14; 5 @>=3.14
    """A docstring."""                                        #: 1

    x: int = 1                                                #: 1 @<3.14; 2 @>=3.14
    if flag:                                                  #: 1 true=1 false=0
        y = x + 1                                             #: 1
    else:
        y = 0                                                 #: never
    for n in range(2):                                        #: 3 next=2 done=1
        locals()[f"attribute{n}"] = n                         #: 2
    try:                                                      #: 1
        z = missing                                           #: 1 raise=1
    except NameError:                                         #: 1 caught=1 passed=0
        z = "missing"                                         #: 1
    with open(__file__) as source:                            #: 2
        first = source.readline()                             #: 1
    while x < 3:                                              #: 3 true=2 false=1
        x += 1                                                #: 2
    choice = "yes" if y and z else "no"                       #: 1 [true=1 false=0] [true=1 false=0]
    match y:                                                  #: 1
        case 2:                                               #: 1 match=1 skip=0
            matched = True                                    #: 1

    class Nested:                                             #: 2
        depth = 2 if flag else 1                              #: 1 true=1 false=0

        def method(self):                                     #: 1
            return self.depth                                 #: 1

    def first_if(self, value=y or z):                         #: 1 true=1 false=0
        return value                                          #: 1


def build(base, fail):                                        #: 1
    class Local(base):                                        #: 6 raise=1
        before = 1                                            #: 3
        if fail:                                              #: 3 true=1 false=2
            after = 1 // 0                                    #: 1 raise=1
        after = 2                                             #: 2

        def method(self):                                     #: 2
            return __class__, super().__init__()              #: 1

    return Local                                              #: 2


print(Flow.y, Flow.attribute1, Flow.z, Flow.x, Flow.choice, Flow.matched, Flow.__annotations__)  #: 1
print(Flow.Nested().method(), Flow().first_if())              #: 1
print(build(object, False)().method()[1], build(Flow, False).x)  #: 1
try:                                                          #: 1
    build(object, True)                                       #: 1 raise=1
except ZeroDivisionError as error:                            #: 1 caught=1 passed=0
    print(error)                                              #: 1
