"""Exceptions in odd places: decorator, default argument, loop header, __next__, class body, bases, del, import."""  #: 1


def boom(*_):                                                 #: 1
    raise RuntimeError("boom")                                #: 4 raise=4 @<3.14; 3 raise=3 @>=3.14


class Broken:                                                 #: 2
    def __init__(self, good):                                 #: 1
        self.good = good                                      #: 2

    def __next__(self):                                       #: 1
        if self.good == 0:                                    #: 4 true=2 false=2
            raise OverflowError("broken iterator")            #: 2 raise=2
        self.good -= 1                                        #: 2
        return self.good                                      #: 2


def decorator():                                              #: 1
    @boom                                                     #: 2 raise=1
    def function():                                           #: 1
        pass                                                  #: never


def default():                                                #: 1
    def function(a, b=boom(), c=1):                           #: 1 raise=1
        pass                                                  #: never


def annotation():                                             #: 1
    def function(a: boom()) -> int:                           #: 1; raise=1 @<3.14
        pass                                                  #: never


def header():                                                 #: 1
    for _ in boom():                                          #: 1 next=0 done=0 raise=1
        print("never")                                        #: never


def not_iterable():                                           #: 1
    for _ in 5:                                               #: 1 next=0 done=0 raise=1
        print("never")                                        #: never


def iterator():                                               #: 1
    for n in iter(Broken(2).__next__, None):                  #: 3 next=2 done=0 raise=1
        print("item", n)                                      #: 2


def comprehension():                                          #: 1
    return [n for n in iter(Broken(0).__next__, None)]        #: 2 next=0 done=0; raise=2 @<3.12; raise=1 @>=3.12


def target():                                                 #: 1
    for a, b in [(1, 2), (3,)]:                               #: 2 next=2 done=0 raise=1
        print(a, b)                                           #: 1


def bases():                                                  #: 1
    class Derived(5):                                         #: 2 raise=1
        pass                                                  #: 1


def body():                                                   #: 1
    class Body:                                               #: 2 raise=1
        x = 1                                                 #: 1
        y = x.missing                                         #: 1 raise=1
        z = 2                                                 #: never


def delete():                                                 #: 1
    x = {}                                                    #: 1
    del x["missing"], x["further"]                            #: 1 raise=1


def missing_import():                                         #: 1
    import os, missing_module_of_this_test                    #: 1 raise=1
    print(os)                                                 #: never


def missing_name():                                           #: 1
    from os import path, missing_name_of_this_test            #: 1 raise=1
    print(path)                                               #: never


def unbound():                                                #: 1
    print(later)                                              #: 1 raise=1
    later = 1                                                 #: never


def augmented():                                              #: 1
    value = Broken                                            #: 1
    value.count += 1                                          #: 1 raise=1


for function in (                                             #: 15 next=14 done=1
    decorator, default, header, not_iterable, iterator, comprehension, target,  #: 1
    bases, body, delete, missing_import, missing_name, unbound, augmented,  #: 1
):
    try:                                                      #: 14
        function()                                            #: 14 raise=14
    except Exception as error:                                #: 14 caught=14 passed=0
        print(function.__name__, type(error).__name__)        #: 14
try:                                                          #: 1
    annotation()                                              #: 1; raise=1 @<3.14
except RuntimeError:                                          #: 1 caught=1 passed=0 @<3.14; never @>=3.14
    print("annotation")                                       #: 1 @<3.14; never @>=3.14
