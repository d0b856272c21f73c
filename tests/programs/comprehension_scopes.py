"""Comprehensions in class bodies, functions with closures, default arguments, lambdas and nested in each other."""  #: 1

shadow = "module"                                             #: 1


class Body:                                                   #: 2
    items = [1, 2, 3]                                         #: 1
    doubled = [n * 2 for n in items if n > 1]                 #: [next=3 done=1] [true=2 false=1]; 5 @<3.12; 4 @>=3.12
    table = {n: [m for m in range(n)] for n in items}         #: [next=6 done=3] [next=3 done=1]


def closure(limit):                                           #: 1
    functions = [lambda: (n, limit) for n in range(limit)]    #: next=3 done=1
    return [function() for function in functions if limit]    #: [next=3 done=1] [true=3 false=0]


def default(values=[n for n in range(3)]):                    #: next=3 done=1; 5 @<3.12; 4 @>=3.12
    shadow = [shadow for shadow in values]                    #: next=3 done=1
    return shadow                                             #: 1


def nested(matrix):                                           #: 1
    return [[cell for cell in row if cell] for row in matrix if any(cell for cell in row)]  #: [next=4 done=2] [true=2 false=2] [next=3 done=1] [true=2 false=1] [next=5 done=1]; 17 @<3.12; 14 @==3.12; 14 @==3.13; 17 @>=3.14; raise=2 @<3.13


def handled(items):                                           #: 1
    result = []                                               #: 1
    for item in items:                                        #: 4 next=3 done=1
        try:                                                  #: 3
            result.append([1 // part for part in item])       #: next=4 done=2; 9 raise=2 @<3.12; 7 raise=1 @>=3.12
        except ZeroDivisionError:                             #: 1 caught=1 passed=0
            result.append(shadow)                             #: 1
    return result                                             #: 1


print(Body.doubled, Body.table)                               #: 1
print(closure(3), default(), nested([[0, 1], [0, 0], [2, 0]]))  #: 1
print(handled([[1, 2], [0, 1], [4]]))                         #: 1
