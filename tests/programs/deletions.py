"""del of names, attributes, items, slices and tuples; __del__ by reference count; del that raises."""  #: 1


class Tracked:                                                #: 2
    def __init__(self, name, fail=False):                     #: 1
        self.name = name                                      #: 4
        self.fail = fail                                      #: 4

    def __del__(self):                                        #: 1
        if self.fail:                                         #: 4 true=1 false=3
            return                                            #: 1
        print("deleted", getattr(self, "name", None))         #: 3

    def __delitem__(self, key):                               #: 1
        if not key:                                           #: 2 true=1 false=1
            raise KeyError(key)                               #: 1 raise=1


def local():                                                  #: 1
    tracked = Tracked("local")                                #: 1
    print("before")                                           #: 1


def rebound():                                                #: 1
    tracked = Tracked("first")                                #: 1
    tracked = Tracked("second", fail=True)                    #: 1
    del tracked                                               #: 1
    return tracked                                            #: 1 raise=1


def many():                                                   #: 1
    a, b, c, d = 1, [1, 2, 3, 4], {"x": 1}, Tracked("many")   #: 1
    del a, b[0], (c["x"], [d.name])                           #: 1
    del b[1:], d[1]                                           #: 1
    del d[0]                                                  #: 1 raise=1
    print("never")                                            #: never


local()                                                       #: 1
for function in (rebound, many):                              #: 3 next=2 done=1
    try:                                                      #: 2
        function()                                            #: 2 raise=2
    except (UnboundLocalError, KeyError) as error:            #: 2 caught=2 passed=0
        print(type(error).__name__)                           #: 2
