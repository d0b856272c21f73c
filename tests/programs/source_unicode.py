"""Identifiers and strings beyond ASCII and beyond the basic plane: columns are characters, not bytes."""  #: 1


class Größe:                                                  #: 2
    def __init__(self, länge, 変数=None):                       #: 1
        self.länge = länge if länge else "∅" if 変数 is None else 変数  #: 3 [true=1 false=2] [true=1 false=1]

    def ﬁnd(self, 𝒳):                                         #: 1
        return "😀" and 𝒳 or "é" in self.länge and "日本" < 𝒳 or self.länge  #: 3 [true=2 false=1] [true=0 false=1] [true=0 false=0]


def prüfe(ä, ö, ü):                                           #: 1
    if ä and "ß" or ö and not ü:                              #: 3 [true=1 false=2] [true=1 false=1] [true=1 false=0]
        return "😀", [é for é in "äöü" if é != "ö" and "日" > é]  #: [next=3 done=1] [true=2 false=1] [true=2 false=0]; 5 @<3.12; 4 @>=3.12
    return f"{ö or '😀'}{'ü' if ü else 'ä'}"                   #: 2 [true=1 false=1] [true=1 false=1]


größe = Größe(0)                                              #: 1
print(ascii([größe.find("x"), Größe("é").find("y"), Größe("", "z").find("")]))  #: 1
print(ascii([prüfe(1, 0, 0), prüfe(0, 1, 1), prüfe(0, 0, 0)]))  #: 1
try:                                                          #: 1
    print("äöü", "😀".encode("ascii"), größe)                  #: 1 raise=1
except UnicodeEncodeError as größer:                          #: 1 caught=1 passed=0
    print(größer.start)                                       #: 1
