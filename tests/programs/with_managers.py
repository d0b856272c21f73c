"""with: several managers, parentheses, as targets, nested, suppressing and raising managers."""  #: 1


class Manager:                                                #: 2
    def __init__(self, name, suppress=False, fail_enter=False, fail_exit=False):  #: 1
        self.name = name                                      #: 16
        self.suppress = suppress                              #: 16
        self.fail_enter = fail_enter                          #: 16
        self.fail_exit = fail_exit                            #: 16

    def __enter__(self):                                      #: 1
        if self.fail_enter:                                   #: 16 true=2 false=14
            raise OSError("enter " + self.name)               #: 2 raise=2
        print("enter", self.name)                             #: 14
        return self.name                                      #: 14

    def __exit__(self, kind, error, traceback):               #: 1
        print("exit", self.name, repr(error))                 #: 14
        if self.fail_exit:                                    #: 14 true=2 false=12
            raise ValueError("exit " + self.name)             #: 2 raise=2
        return self.suppress                                  #: 12


def several():                                                #: 1
    with Manager("a") as a, Manager("b") as (b,), Manager("c"):  #: 2
        print(a, b)                                           #: 1


def parenthesised():                                          #: 1
    with (                                                    #: 3 @==3.11; 4 @==3.12
        Manager("d") as d,                                    #: 2
        Manager("e", suppress=True) as e,                     #: 2
    ):
        print(d, e, 1 // 0)                                   #: 1 raise=1
        print("never")                                        #: never
    print("suppressed")                                       #: 1


def nested():                                                 #: 1
    with Manager("f"):                                        #: 2
        with Manager("g", suppress=True):                     #: 2
            with Manager("h"):                                #: 2
                raise KeyError("inner")                       #: 1 raise=1
            print("never")                                    #: never
        print("suppressed")                                   #: 1


def second_enter_fails():                                     #: 1
    with Manager("i"), Manager("j", fail_enter=True):         #: 1 raise=1
        print("never")                                        #: never


def first_suppresses():                                       #: 1
    with Manager("k", suppress=True), Manager("l", fail_enter=True) as never:  #: 1 raise=1
        print("never")                                        #: never
    print("suppressed")                                       #: 1


def exit_fails():                                             #: 1
    with Manager("m", suppress=True):                         #: 2
        with Manager("n", fail_exit=True):                    #: 2 raise=1
            print("body")                                     #: 1


def exit_replaces():                                          #: 1
    with Manager("o", fail_exit=True):                        #: 2 raise=1
        raise KeyError("replaced")                            #: 1 raise=1


def target_fails():                                           #: 1
    with Manager("pq") as (p, q, r):                          #: 1 raise=1
        print(p, q, r)                                        #: never


def no_manager():                                             #: 1
    with 5 as n:                                              #: 1 raise=1
        print(n)                                              #: never


for function in (                                             #: 10 next=9 done=1
    several, parenthesised, nested, second_enter_fails, first_suppresses,  #: 1
    exit_fails, exit_replaces, target_fails, no_manager,      #: 1
):
    try:                                                      #: 9
        function()                                            #: 9 raise=4
    except Exception as error:                                #: 4 caught=4 passed=0
        print(function.__name__, repr(error), repr(error.__context__))  #: 4
