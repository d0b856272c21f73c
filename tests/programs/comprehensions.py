"""Comprehensions on one line: list, set, dict, generator; several fors and ifs; conditions in every place."""  #: 1

numbers = range(4)                                            #: 1
print([n for n in numbers])                                   #: next=4 done=1; 6 @<3.12; 5 @>=3.12
print([n for n in numbers if n % 2])                          #: [next=4 done=1] [true=2 false=2]; 6 @<3.12; 5 @>=3.12
print({n % 3 for n in numbers if n if n > 1})                 #: [next=4 done=1] [true=3 false=1] [true=2 false=1]; 6 @<3.12; 5 @>=3.12
print({n: n * n for n in numbers if n and n < 3})             #: [next=4 done=1] [true=3 false=1] [true=2 false=1]; 6 @<3.12; 5 @>=3.12
print(["odd" if n % 2 else "even" for n in numbers])          #: [true=2 false=2] [next=4 done=1]; 6 @<3.12; 5 @>=3.12
print([(a, b) for a in range(2) for b in range(a + 1)])       #: [next=2 done=1] [next=3 done=2]; 7 @<3.12; 6 @>=3.12
print([(a, b) for a in range(3) if a for b in range(a) if b or a == 1])  #: [next=3 done=1] [true=2 false=1] [next=3 done=2] [true=1 false=2] [true=1 false=1]; 8 @<3.12; 7 @>=3.12
print([[b for b in range(a)] for a in range(3)])              #: [next=3 done=3] [next=3 done=1]
print(sum(n for n in numbers if n != 2))                      #: 6 [next=4 done=1] [true=3 false=1]
print([n for n in numbers if not (n == 1 or n == 2)])         #: [next=4 done=1] [true=1 false=3] [true=1 false=2]; 6 @<3.12; 5 @>=3.12
print([n for n in numbers if 0 < n < 3])                      #: [next=4 done=1] [true=3 false=1] [true=2 false=1]; 6 @<3.12; 5 @>=3.12
print([n or "zero" for n in numbers])                         #: [true=3 false=1] [next=4 done=1]; 6 @<3.12; 5 @>=3.12
print([x for n in numbers for x in [n * 2] if x])             #: [next=4 done=1] [true=3 false=1]; 6 @<3.12; 5 @>=3.12
print([(yes := n) for n in numbers if n] and yes)             #: [true=1 false=0] [next=4 done=1] [true=3 false=1]; 6 @<3.12; 5 @>=3.12
print(any(n > 1 for n in numbers), all(n for n in numbers))   #: [next=3 done=0] [next=1 done=0]; 5 @<3.14; 7 @>=3.14; raise=2 @<3.13
print([f(1) for f in [lambda x, k=k: x + k if k else None for k in range(2)]])  #: [next=2 done=1] [true=1 false=1] [next=2 done=1]; 9 @<3.12
try:                                                          #: 1
    print([10 // n for n in (5, 2, 0, 1) if n != 2])          #: 4 [next=3 done=0] [true=2 false=1]; raise=2 @<3.12; raise=1 @>=3.12
except ZeroDivisionError as error:                            #: 1 caught=1 passed=0
    print(error)                                              #: 1
