"""Lines that end with carriage return and line feed."""  #: 1


def f(a, b):  #: 1
    text = """first
    second"""
    #: line -2: 3
    if a and \
            b:
        return text  #: 2
    #: line -3: 5 true=2 false=1 @<3.12; 3 true=2 false=1 @>=3.12
    #: line -3: 2 true=2 false=0
    return [x for x in text.split("\n") if x]  #: [next=2 done=1] [true=2 false=0]; 4 @<3.12; 3 @>=3.12


print(repr(f(1, 1)), f(0, 1))  #: 1
try:  #: 1
    print(f(1, 2) + 1)  #: 1 raise=1
except TypeError:  #: 1 caught=1 passed=0
    print("error")  #: 1
