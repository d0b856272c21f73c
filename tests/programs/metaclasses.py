"""Metaclasses, __prepare__, __init_subclass__, __set_name__, class keywords, __class_getitem__."""  #: 1


class Meta(type):                                             #: 2
    @classmethod                                              #: 2
    def __prepare__(metaclass, name, bases, **keywords):      #: 2
        print("prepare", name, keywords)                      #: 3
        return {"prepared": True} if keywords else {}         #: 3 true=2 false=1

    def __new__(metaclass, name, bases, namespace, fail=False):  #: 1
        if fail:                                              #: 3 true=1 false=2
            raise TypeError("no " + name)                     #: 1 raise=1
        return super().__new__(metaclass, name, bases, namespace)  #: 2

    def __init__(cls, name, bases, namespace, **keywords):    #: 1
        cls.names = sorted(n for n in namespace if not n.startswith("__"))  #: 12 [next=8 done=2] [true=6 false=2] @<3.13; 16 [next=12 done=2] [true=10 false=2] @==3.13; 17 [next=13 done=2] [true=11 false=2] @>=3.14

    def __call__(cls, *args):                                 #: 1
        return super().__call__(*args) if args else None      #: 2 true=1 false=1

    def __bool__(cls):                                        #: 1
        return "prepared" in cls.names                        #: 2


class Named:                                                  #: 2
    def __set_name__(self, owner, name):                      #: 1
        self.name = name                                      #: 2

    def __get__(self, instance, owner):                       #: 1
        return self.name if instance is None else instance    #: 3 true=1 false=2

    def __set__(self, instance, value):                       #: 1
        if value is None:                                     #: 2 true=1 false=1
            raise AttributeError(self.name)                   #: 1 raise=1
        instance.__dict__[self.name] = value                  #: 1


class Plain(metaclass=Meta):                                  #: 2
    def __init__(self, x):                                    #: 1
        self.x = x                                            #: 1

    def __init_subclass__(cls, /, fail=None, **keywords):     #: 1
        print("subclass", cls.__name__)                       #: 1


class Keyword(Plain, fail=False):                             #: 2
    descriptor = Named()                                      #: 1


class Described:                                              #: 2
    descriptor = Named()                                      #: 1

    def __class_getitem__(cls, item):                         #: 1
        return item or cls                                    #: 2 true=1 false=1


try:                                                          #: 1

    class Failing(Plain, fail=True):                          #: 2 raise=1
        x = 1                                                 #: 1

except TypeError as error:                                    #: 1 caught=1 passed=0
    print(error)                                              #: 1
print(Plain.names, Keyword.names, Plain(), Plain(5).x)        #: 1
print(1 if Plain else 2, 1 if Keyword else 2)                 #: 1 [true=0 false=1] [true=1 false=0]
described = Described()                                       #: 1
described.descriptor = 3                                      #: 1
print(Described.descriptor, described.descriptor is described, described.descriptor.__dict__)  #: 1
try:                                                          #: 1
    described.descriptor = None                               #: 1 raise=1
except AttributeError as error:                               #: 1 caught=1 passed=0
    print(error)                                              #: 1
print(Described[1], Described[0] is Described)                #: 1
