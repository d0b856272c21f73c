"""and, or and not in tests, nested to depth four."""  #: 1


def test(text, value):                                 #: 1
    print(text, value)                                 #: 4


def pair(a, b):                                        #: 1
    if a and b:                                        #: 4 [true=2 false=2] [true=1 false=1]
        test("and", 1)                                 #: 1
    if a or b:                                         #: 4 [true=2 false=2] [true=1 false=1]
        test("or", 2)                                  #: 3
    if not a:                                          #: 4 true=2 false=2
        pass                                           #: 2
    if not (a and b):                                  #: 4 [true=2 false=2] [true=1 false=1]
        pass                                           #: 3
    if not (a or not b):                               #: 4 [true=2 false=2] [true=1 false=1]
        pass                                           #: 1
    if a and not b or not a and b:                     #: 4 [true=2 false=2] [true=1 false=1] [true=1 false=2] [true=1 false=1]
        pass                                           #: 2


def deep(a, b, c, d):                                  #: 1
    if a and (b or (c and (not d))):                   #: 16 [true=8 false=8] [true=4 false=4] [true=2 false=2] [true=1 false=1]
        hits[0] += 1                                   #: 5
    if ((a or b) and c) or d:                          #: 16 [true=8 false=8] [true=4 false=4] [true=6 false=6] [true=5 false=5]
        hits[1] += 1                                   #: 11
    if not ((not a or b) and not (c or not d)):        #: 16 [true=8 false=8] [true=4 false=4] [true=6 false=6] [true=3 false=3]
        hits[2] += 1                                   #: 13
    if (a and b) or (c and d):                         #: 16 [true=8 false=8] [true=4 false=4] [true=6 false=6] [true=3 false=3]
        hits[3] += 1                                   #: 7
    if (a or b) and (c or d):                          #: 16 [true=8 false=8] [true=4 false=4] [true=6 false=6] [true=3 false=3]
        hits[4] += 1                                   #: 9


hits = [0] * 5                                         #: 1
values = (0, 1)                                        #: 1
for a in values:                                       #: 3 next=2 done=1
    for b in values:                                   #: 6 next=4 done=2
        pair(a, b)                                     #: 4
        for c in values:                               #: 12 next=8 done=4
            for d in values:                           #: 24 next=16 done=8
                deep(a, b, c, d)                       #: 16
print(hits)                                            #: 1
