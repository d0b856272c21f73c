"""Lambdas on one line: conditions, defaults, nested, called where they stand, never called, raising."""  #: 1

identity = lambda x: x                                        #: 4
choose = lambda a, b=None: a if b is None else b if b else "neither"  #: 4 [true=1 false=2] [true=1 false=1]
logic = lambda a, b: a and b or not a and "not a"             #: 5 [true=2 false=2] [true=1 false=1] [true=1 false=2]
nested = lambda a: lambda b: a < b < 10                       #: 6 [true=2 false=1]
unused = lambda a: a or boom()                                #: 1 true=0 false=0
first, second = lambda: 1 if second else 2, lambda: [n for n in range(2) if n]  #: [true=1 false=0] [next=2 done=1] [true=1 false=1]; 6 @<3.12; 5 @>=3.12
print((lambda x=identity(5), *args, **kwargs: (x, args, kwargs))(*[1, 2], k=3))  #: 2
print(identity(1), identity(2))                               #: 1
print(choose(1), choose(1, 2), choose(1, 0))                  #: 1
print([logic(a, b) for a in (0, 1) for b in (0, 2)])          #: [next=2 done=1] [next=4 done=2]; 8 @<3.12; 7 @>=3.12
compare = nested(3)                                           #: 1
print(compare(2), compare(5), compare(50), nested(0) is compare)  #: 1
print(first(), second())                                      #: 1
print(sorted([3, -1, 2], key=lambda n: n if n > 0 else -n))   #: 4 true=2 false=1
try:                                                          #: 1
    (lambda a, b: a / b if b is not None else a)(1, 0)        #: 2 true=1 false=0 raise=2
except ZeroDivisionError:                                     #: 1 caught=1 passed=0
    print("raised")                                           #: 1
generator = (lambda: (yield 1) or (yield 2))()                #: 2 true=0 false=1
print(list(generator))                                        #: 1
