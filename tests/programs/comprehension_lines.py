"""Comprehensions over several lines."""  #: 1


def squares(limit):                       #: 1
    return [                              #: 25 @==3.11; 10 @==3.12; 4 @>=3.13
        n * n                             #: 3 @<3.12; 8 @>=3.12
        for n in range(limit)             #: next=8 done=2; 10 @<3.13; 12 @>=3.13
        if n % 2                          #: 8 true=3 false=5
    ]


def pairs(first, second):                 #: 1
    return {                              #: 15 @==3.11; 10 @==3.12; 2 @>=3.13
        (a, b): a * b                     #: 2 @==3.11; 7 @==3.12; 9 @==3.13; 7 @>=3.14
        for a in first                    #: next=3 done=1; 4 @<3.13; 5 @>=3.13
        if a                              #: 3 true=2 false=1
        for b in second                   #: 6 next=4 done=2
        if b > 1                          #: true=2 false=2; 10 @<3.12; 4 @>=3.12
    }


def lazy(items):                          #: 1
    return (                              #: 6 @<3.13; 3 @==3.13; 3 @==3.14; 2 @>=3.15
        item                              #: 2 @<3.12; 3 @>=3.12
        for item in items                 #: next=3 done=1; 4 @<3.13; 5 @>=3.13
        if item is not None               #: true=2 false=1; 5 @<3.12; 3 @>=3.12
    )


def raising(items):                       #: 1
    return [                              #: 5 @==3.11; 3 @==3.12; 2 @>=3.13; raise=1 @<3.12
        10                                #: 4 raise=1
        // item                           #: 2
        for item in items                 #: 3 next=2 done=0
    ]


print(squares(3), squares(5))             #: 1
print(pairs([0, 1, 2], [1, 2]))           #: 1
print(list(lazy([1, None, 2])))           #: 1
try:                                      #: 1
    raising([1, 0, 2])                    #: 1 raise=1
except ZeroDivisionError as error:        #: 1 caught=1 passed=0
    print(error)                          #: 1
