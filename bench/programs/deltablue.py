"""Keeps systems of one-way constraints satisfied incrementally, by the DeltaBlue algorithm.

After Bjorn N. Freeman-Benson, John Maloney and Alan Borning, "An Incremental Constraint Solver" (1990), with the two
classic tests: a long chain of equalities, and a projection by scale and offset. SIZE is the number of constraints.
Every value is compared with what the constraints demand.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import IntEnum
from itertools import pairwise


class Strength(IntEnum):
    """How much a constraint matters; the smaller number wins."""

    REQUIRED = 0
    STRONG_PREFERRED = 1
    PREFERRED = 2
    STRONG_DEFAULT = 3
    NORMAL = 4
    WEAK_DEFAULT = 5
    WEAKEST = 6


class Variable:
    """A value, the constraint that determines it now, and how strongly it is kept (its walkabout strength)."""

    def __init__(self, name: str, value: int = 0) -> None:
        self.name = name
        self.value = value
        self.constraints: list[Constraint] = []
        self.determined_by: Constraint | None = None
        self.mark = 0
        self.walk_strength = Strength.WEAKEST
        self.stay = True


class Constraint:
    """A relation between variables that can be satisfied by computing one of them, its output."""

    def __init__(self, strength: Strength) -> None:
        self.strength = strength

    is_input = False

    def variables(self) -> list[Variable]:
        """Give all variables it constrains."""
        raise NotImplementedError

    def inputs(self) -> list[Variable]:
        """Give the variables that it reads as it is satisfied now."""
        raise NotImplementedError

    def output(self) -> Variable:
        """Give the variable that it computes; it has to be satisfied."""
        raise NotImplementedError

    def is_satisfied(self) -> bool:
        """Say if it computes a variable."""
        raise NotImplementedError

    def choose_method(self, mark: int) -> None:
        """Choose an output weaker than this constraint and not marked, if there is one."""
        raise NotImplementedError

    def mark_unsatisfied(self) -> None:
        """Compute nothing any more."""
        raise NotImplementedError

    def execute(self) -> None:
        """Compute the output."""
        raise NotImplementedError

    def weakest_of_inputs(self) -> Strength:
        """Give the walkabout strength that the output takes over."""
        raise NotImplementedError

    def add_to(self, planner: Planner) -> None:
        """Make it known to its variables, and satisfy it if that is possible."""
        for variable in self.variables():
            variable.constraints.append(self)
        self.mark_unsatisfied()
        planner.add(self)

    def remove_from(self, planner: Planner) -> None:
        """Withdraw it; what it overrode may come back."""
        if self.is_satisfied():
            planner.remove(self)
        else:
            self.forget()

    def forget(self) -> None:
        """Let its variables forget it."""
        for variable in self.variables():
            if self in variable.constraints:
                variable.constraints.remove(self)

    def inputs_known(self, mark: int) -> bool:
        """Say if each input is marked, stays, or is not determined by anything."""
        return all(each.mark == mark or each.stay or each.determined_by is None for each in self.inputs())

    def recalculate(self) -> None:
        """Update what the output knows about itself; compute it at once when it can only stay."""
        output = self.output()
        output.walk_strength = self.weakest_of_inputs()
        output.stay = not self.is_input and all(each.stay for each in self.inputs())
        if output.stay:
            self.execute()

    def satisfy(self, mark: int) -> Constraint | None:
        """Choose a method and take over the output; give the constraint that was overridden."""
        self.choose_method(mark)
        if not self.is_satisfied():
            if self.strength == Strength.REQUIRED:
                raise ValueError("a required constraint cannot be satisfied")
            return None
        for each in self.inputs():
            each.mark = mark
        output = self.output()
        overridden = output.determined_by
        if overridden is not None:
            overridden.mark_unsatisfied()
        output.determined_by = self
        return overridden


class Unary(Constraint):
    """Constrains one variable."""

    def __init__(self, variable: Variable, strength: Strength) -> None:
        super().__init__(strength)
        self.variable = variable
        self.satisfied = False

    def variables(self) -> list[Variable]:
        """Give the one."""
        return [self.variable]

    def inputs(self) -> list[Variable]:
        """Read nothing."""
        return []

    def output(self) -> Variable:
        """Give the one."""
        return self.variable

    def is_satisfied(self) -> bool:
        """Say if it holds."""
        return self.satisfied

    def choose_method(self, mark: int) -> None:
        """Hold if the variable is free and kept less strongly."""
        self.satisfied = self.variable.mark != mark and self.strength < self.variable.walk_strength

    def mark_unsatisfied(self) -> None:
        """Let go."""
        self.satisfied = False

    def weakest_of_inputs(self) -> Strength:
        """Without inputs, its own strength."""
        return self.strength


class Stay(Unary):
    """Keeps the variable as it is."""

    def recalculate(self) -> None:
        """Keep strength; the value stays."""
        self.variable.walk_strength = self.strength
        self.variable.stay = True

    def execute(self) -> None:
        """Compute nothing."""


class Edit(Stay):
    """Lets the program set the variable."""

    is_input = True

    def recalculate(self) -> None:
        """Keep strength; the value may change."""
        self.variable.walk_strength = self.strength
        self.variable.stay = False


class Binary(Constraint):
    """Relates two variables; `direction` is 1 to compute `second`, -1 to compute `first`, 0 when unsatisfied."""

    def __init__(self, first: Variable, second: Variable, strength: Strength) -> None:
        super().__init__(strength)
        self.first = first
        self.second = second
        self.direction = 0

    def variables(self) -> list[Variable]:
        """Give both."""
        return [self.first, self.second]

    def inputs(self) -> list[Variable]:
        """Give the one that is read."""
        return [self.first if self.direction > 0 else self.second]

    def output(self) -> Variable:
        """Give the one that is computed."""
        return self.second if self.direction > 0 else self.first

    def is_satisfied(self) -> bool:
        """Say if it has a direction."""
        return self.direction != 0

    def choose_method(self, mark: int) -> None:
        """Compute the variable that is not marked, or the one that is kept less strongly."""
        first, second = self.first, self.second
        if first.mark == mark:
            self.direction = 1 if second.mark != mark and self.strength < second.walk_strength else 0
        elif second.mark == mark or first.walk_strength > second.walk_strength:
            self.direction = -1 if self.strength < first.walk_strength else 0
        else:
            self.direction = 1 if self.strength < second.walk_strength else 0

    def mark_unsatisfied(self) -> None:
        """Let go."""
        self.direction = 0

    def weakest_of_inputs(self) -> Strength:
        """Take the weaker of its own strength and its input's."""
        return max(self.strength, *(each.walk_strength for each in self.inputs()))


class Equality(Binary):
    """Demands first == second."""

    def execute(self) -> None:
        """Copy."""
        self.output().value = self.inputs()[0].value


class Scale(Binary):
    """Demands second == first * scale + offset."""

    def __init__(
        self, first: Variable, scale: Variable, offset: Variable, second: Variable, strength: Strength
    ) -> None:
        super().__init__(first, second, strength)
        self.scale = scale
        self.offset = offset

    def variables(self) -> list[Variable]:
        """Give all four."""
        return [self.first, self.second, self.scale, self.offset]

    def inputs(self) -> list[Variable]:
        """Scale and offset are always read."""
        return [*super().inputs(), self.scale, self.offset]

    def execute(self) -> None:
        """Compute in the chosen direction."""
        if self.direction > 0:
            self.second.value = self.first.value * self.scale.value + self.offset.value
        else:
            self.first.value = (self.second.value - self.offset.value) // self.scale.value


class Planner:
    """Decides which constraint determines which variable."""

    def __init__(self) -> None:
        self.mark = 0

    def new_mark(self) -> int:
        """Give a mark that no variable bears."""
        self.mark += 1
        return self.mark

    def add(self, constraint: Constraint) -> None:
        """Satisfy `constraint`, then what it overrode, and so on."""
        mark = self.new_mark()
        overridden = self.satisfy(constraint, mark)
        while overridden is not None:
            overridden = self.satisfy(overridden, mark)

    def satisfy(self, constraint: Constraint, mark: int) -> Constraint | None:
        """Satisfy one constraint and pass on what follows; give the one that was overridden."""
        overridden = constraint.satisfy(mark)
        if constraint.is_satisfied():
            if not self.propagate(constraint, mark):
                raise ValueError("the constraints form a cycle")
            constraint.output().mark = mark
        return overridden

    def propagate(self, constraint: Constraint, mark: int) -> bool:
        """Recalculate everything downstream of `constraint`; false when that meets a cycle."""
        todo = [constraint]
        while todo:
            each = todo.pop()
            if each.output().mark == mark:
                return False
            each.recalculate()
            todo.extend(self.consumers(each.output()))
        return True

    def consumers(self, variable: Variable) -> Iterator[Constraint]:
        """Give the satisfied constraints that read `variable`."""
        for each in variable.constraints:
            if each is not variable.determined_by and each.is_satisfied():
                yield each

    def remove(self, constraint: Constraint) -> None:
        """Withdraw a satisfied constraint, and satisfy what becomes possible, the strongest first."""
        output = constraint.output()
        constraint.mark_unsatisfied()
        constraint.forget()
        output.determined_by = None
        output.walk_strength = Strength.WEAKEST
        output.stay = True
        unsatisfied: list[Constraint] = []
        todo = [output]
        while todo:
            variable = todo.pop()
            unsatisfied += [each for each in variable.constraints if not each.is_satisfied()]
            for each in self.consumers(variable):
                each.recalculate()
                todo.append(each.output())
        for each in sorted(unsatisfied, key=lambda one: one.strength):
            self.add(each)

    def plan(self, sources: list[Constraint]) -> list[Constraint]:
        """Give the constraints to execute, in order, when the variables of `sources` change."""
        mark = self.new_mark()
        order: list[Constraint] = []
        todo = [each for each in sources if each.is_input and each.is_satisfied()]
        while todo:
            each = todo.pop()
            output = each.output()
            if output.mark != mark and each.inputs_known(mark):
                order.append(each)
                output.mark = mark
                todo.extend(self.consumers(output))
        return order


def set_value(planner: Planner, variable: Variable, value: int) -> None:
    """Edit `variable` ten times, ending at `value`."""
    edit = Edit(variable, Strength.PREFERRED)
    edit.add_to(planner)
    plan = planner.plan([edit])
    for step in range(9, -1, -1):
        variable.value = value - step
        for constraint in plan:
            constraint.execute()
    edit.remove_from(planner)


def chain(size: int) -> int:
    """Chain size+1 variables by equalities, edit the first; give how many times the last followed."""
    planner = Planner()
    variables = [Variable(f"v{index}") for index in range(size + 1)]
    for left, neighbour in pairwise(variables):
        Equality(left, neighbour, Strength.REQUIRED).add_to(planner)
    Stay(variables[-1], Strength.STRONG_DEFAULT).add_to(planner)
    edit = Edit(variables[0], Strength.PREFERRED)
    edit.add_to(planner)
    plan = planner.plan([edit])
    right = 0
    for value in range(100):
        variables[0].value = value
        for constraint in plan:
            constraint.execute()
        right += variables[-1].value == value
    edit.remove_from(planner)
    return right


def projection(size: int) -> int:
    """Map size points by scale and offset, and edit every part; give how many values were right."""
    planner = Planner()
    scale = Variable("scale", 10)
    offset = Variable("offset", 1000)
    pairs: list[tuple[Variable, Variable]] = []
    for index in range(size):
        source, target = Variable(f"s{index}", index), Variable(f"t{index}", index)
        pairs.append((source, target))
        Stay(source, Strength.NORMAL).add_to(planner)
        Scale(source, scale, offset, target, Strength.REQUIRED).add_to(planner)
    source, target = pairs[-1]
    right = 0
    set_value(planner, source, 17)
    right += target.value == 1170
    set_value(planner, target, 1050)
    right += source.value == 5
    set_value(planner, scale, 5)
    right += sum(each.value == index * 5 + 1000 for index, (_, each) in enumerate(pairs[:-1]))
    set_value(planner, offset, 2000)
    right += sum(each.value == index * 5 + 2000 for index, (_, each) in enumerate(pairs[:-1]))
    return right


def run(size: int) -> str:
    """Give how many values were right in both tests."""
    return f"{chain(size)} {projection(size)}"


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
