"""f-strings with conditions, conversions, nested format specifications; values that raise."""  #: 1


class Value:                                                  #: 2
    def __format__(self, spec):                               #: 1
        if spec == "bad":                                     #: 3 true=1 false=2
            raise ValueError("spec")                          #: 1 raise=1
        return spec or "plain"                                #: 2 true=1 false=1

    def __repr__(self):                                       #: 1
        return "Value()"                                      #: 2


def show(a, b):                                               #: 1
    return f"{a and b} {'yes' if a else 'no'} {a or b!r:>4} {[n for n in (a, b) if n]} {a < b < 3}"  #: [true=1 false=1] [true=1 false=1] [true=1 false=1] [next=4 done=2] [true=3 false=1] [true=2 false=0]; 8 @<3.12; 6 @>=3.12


def debug(x):                                                 #: 1
    return f"{x = } {x=!r:>{10 if x else 5}} {(lambda: x)()}"  #: 2 true=1 false=0


def raising(spec):                                            #: 1
    return f"{1}{Value():{spec}}{2}"                          #: 3 raise=1


print(show(0, 1), show(1, 2))                                 #: 1
print(debug("text"))                                          #: 1
for spec in ("", ">9", "bad"):                                #: 4 next=3 done=1
    try:                                                      #: 3
        print(raising(spec))                                  #: 3 raise=1
    except ValueError as error:                               #: 1 caught=1 passed=0
        print(f"{error!s:^10}|{Value()!r}" f"{Value()}" if False else f"{Value()!r}{Value()!r}")  #: 1
