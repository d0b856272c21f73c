#: requires >=3.14
"""Annotations of 3.14 at module level, of which some statements are never reached."""  #: 6

flag = 0                                                      #: 1
first: int if flag else str = 5                               #: 2 true=0 false=1
for number in range(2):                                       #: 3 next=2 done=1
    if number:                                                #: 2 true=1 false=1
        second: flag and int                                  #: 2 true=0 false=1
    else:
        third: flag or str                                    #: 2 true=0 false=1
if flag:                                                      #: 1 true=0 false=1
    fourth: missing = 1                                       #: never
print(__annotate__(1))                                        #: 1
