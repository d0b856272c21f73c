"""Assignment expressions in every place that takes an expression."""  #: 1


def chunks(text, size):                                       #: 1
    position = 0                                              #: 1
    while (chunk := text[position : position + size]) != "":  #: 3 true=2 false=1
        position += len(chunk)                                #: 2
        yield chunk                                           #: 2


def first(items, wanted):                                     #: 1
    if any((found := item) == wanted for item in items) and (n := found):  #: [true=1 false=1] [next=4 done=1] [true=1 false=0]; 7 @<3.14; 10 @>=3.14; raise=1 @<3.13
        return n                                              #: 1
    elif (rest := items[1:]) and (length := len(rest)) > 1:   #: 1 [true=1 false=0] [true=0 false=1]
        return length                                         #: never
    return (last := rest[-1]) or None                         #: 1 true=1 false=0


def places(x):                                                #: 1
    y = (z := x) + z                                          #: 2
    values = [a := y, b := a + 1, a + b]                      #: 2
    total = sum(values, start=(s := 10 if x else 20)) - s     #: 2 true=1 false=1
    assert (t := total) is not None, (m := "message")         #: 2 true=2 false=0
    text = f"{(w := t)}{w!r:>{(width := 4)}}"                 #: 2
    table = {(k := "key"): (v := k * 2) for _ in range(x)}    #: next=1 done=2; 5 @<3.12; 3 @>=3.12
    match (subject := x):                                     #: 2
        case 0 if not (zero := subject):                      #: 2 [match=1 skip=1] [true=0 false=1]
            return zero, text                                 #: 1
    return values[(i := 0) : (j := i + 2)], table, (lambda: (inner := x))(), width, j  #: 2


def not_called(x):                                            #: 1
    return x and (y := x) and not (z := y) or (w := 5)        #: 3 [true=2 false=1] [true=2 false=0] [true=2 false=0]


print(list(chunks("abc", 2)))                                 #: 1
print(first([1, 2, 3], 2), first([4, 5], 6))                  #: 1
print(places(0), places(1))                                   #: 1
print(not_called(0), not_called(1), not_called("x"))          #: 1
try:                                                          #: 1
    if (q := 5) > "x" or (r := q):                            #: 1 [true=0 false=0] [true=0 false=0] raise=1
        print(r)                                              #: never
except TypeError:                                             #: 1 caught=1 passed=0
    print(q)                                                  #: 1
