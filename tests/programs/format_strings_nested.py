#: requires >=3.12
"""f-strings as the grammar of 3.12 allows: quotes reused, nested deeply, over several lines, with comments."""  #: 1


def nested(a, b):                                             #: 1
    return f"{a or f"{b and f"{'x' if a else "y"}"}"}"        #: 4 [true=2 false=2] [true=1 false=1] [true=0 false=1]


def lines(items):                                             #: 1
    return f"{
        [                                                     #: 4 @==3.12; 2 @>=3.13
            item                                              #: 3
            for item in items                                 #: next=3 done=1; 4 @==3.12; 5 @==3.13
            if item                                           #: 3 true=2 false=1
        ]
    } {", ".join(str(n) for n in items)} {"\n".join(["a" if items else "b"])}"
    #: line -7: 2
    #: line -2: 5 [next=3 done=1] [true=1 false=0]


for a in (0, 1):                                              #: 3 next=2 done=1
    for b in (0, 1):                                          #: 6 next=4 done=2
        print(nested(a, b))                                   #: 4
print(lines([0, 1, 2]))                                       #: 1
try:                                                          #: 1
    print(f"{f"{f"{1 // 0}"}"}")                              #: 1 raise=1
except ZeroDivisionError as error:                            #: 1 caught=1 passed=0
    print(f"{error}")                                         #: 1
