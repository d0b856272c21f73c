"""Properties and dunder methods that branch and raise, called through operators and builtins."""  #: 1


class Account:                                                #: 2
    limit = 10                                                #: 1

    def __init__(self, balance):                              #: 1
        self._balance = balance                               #: 3

    @property                                                 #: 2
    def balance(self):                                        #: 2
        return self._balance if self._balance >= 0 else "overdrawn"  #: 4 true=3 false=1

    @balance.setter                                           #: 2
    def balance(self, value):                                 #: 2
        if not -self.limit <= value <= self.limit:            #: 4 [true=3 false=1] [true=2 false=1]
            raise ValueError(value)                           #: 2 raise=2
        self._balance = value                                 #: 2

    @balance.deleter                                          #: 2
    def balance(self):                                        #: 2
        del self._balance                                     #: 1

    def __getattr__(self, name):                              #: 1
        if name.startswith("get_"):                           #: 2 true=1 false=1
            return name[4:]                                   #: 1
        raise AttributeError(name)                            #: 1 raise=1

    def __eq__(self, other):                                  #: 1
        return isinstance(other, Account) and self._balance == other._balance  #: 3 true=2 false=1

    def __contains__(self, value):                            #: 1
        return value == self._balance                         #: 2

    def __len__(self):                                        #: 1
        return max(self._balance, 0)                          #: 3

    def __getitem__(self, index):                             #: 1
        if index >= 3:                                        #: 4 true=1 false=3
            raise IndexError(index)                           #: 1 raise=1
        return index * self._balance                          #: 3

    def __iadd__(self, n):                                    #: 1
        self.balance = self._balance + n                      #: 3 raise=2
        return self                                           #: 1


account = Account(5)                                          #: 1
print(account.balance, account.get_name, hasattr(account, "other"))  #: 1
account.balance = -3                                          #: 1
print(account.balance)                                        #: 1
for amount in (8, 20, -20):                                   #: 4 next=3 done=1
    try:                                                      #: 3
        account += amount                                     #: 3 raise=2
    except ValueError as error:                               #: 2 caught=2 passed=0
        print("refused", error)                               #: 2
print(account == Account(5), account == 5, account == Account(6))  #: 1
print(5 in account, 6 not in account, list(account), "full" if account else "empty")  #: 1 true=1 false=0
print(len(account), account.balance, account.balance)         #: 1
del account.balance                                           #: 1
