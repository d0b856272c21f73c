"""Slices, subscripts and attributes, plain and augmented, with conditions inside and exceptions half-way."""  #: 1


class Box:                                                    #: 2
    def __init__(self):                                       #: 1
        self.value = 1                                        #: 1
        self.items = [1, 2, 3, 4]                             #: 1

    def __getitem__(self, key):                               #: 1
        print("get", key)                                     #: 5
        if key is None:                                       #: 5 true=1 false=4
            raise KeyError("get")                             #: 1 raise=1
        return self.items[key]                                #: 4

    def __setitem__(self, key, value):                        #: 1
        print("set", key, value)                              #: 4
        if value == 99:                                       #: 4 true=1 false=3
            raise KeyError("set")                             #: 1 raise=1
        self.items[key] = value                               #: 3


box = Box()                                                   #: 1
flag = 0                                                      #: 1
print(box[1:3], box[flag or 1])                               #: 1 true=0 false=1
box[2 if flag else 0] = 7                                     #: 1 true=0 false=1
box[0] += 1                                                   #: 1
box[flag and 5 : (flag or 2)] = [0] if not flag else []       #: 1 [true=0 false=1] [true=0 false=1] [true=0 false=1]
print(box.items, [1, 2, 3][::-1 if flag else 1], "text"[-2:])  #: 1 true=0 false=1
box.value += box.value                                        #: 1
box.value <<= 2 if box.value > 1 else 1                       #: 1 true=1 false=0


def get_fails():                                              #: 1
    box[None] += 1                                            #: 1 raise=1


def set_fails():                                              #: 1
    box[1] += 96                                              #: 1 raise=1


def operation_fails():                                        #: 1
    box.value += "x"                                          #: 1 raise=1


def missing_attribute():                                      #: 1
    box.missing += 1                                          #: 1 raise=1


def value_fails():                                            #: 1
    box.items[0] *= 1 // 0                                    #: 1 raise=1


for function in (get_fails, set_fails, operation_fails, missing_attribute, value_fails):  #: 6 next=5 done=1
    try:                                                      #: 5
        function()                                            #: 5 raise=5
    except (KeyError, TypeError, AttributeError, ZeroDivisionError) as error:  #: 5 caught=5 passed=0
        print(function.__name__, type(error).__name__)        #: 5
print(box.items, box.value)                                   #: 1
