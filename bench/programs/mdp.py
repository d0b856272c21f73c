"""Finds optimal play for the dice game Pig as a Markov decision process, by value iteration.

The equations are those of Todd W. Neller and Clifton G. M. Presser, "Optimal Play of the Dice Game Pig" (2004); the
method is Richard Bellman's (1957), sweeping the scores from the goal down as in prioritised value iteration. States are
tuples, transitions and values dictionaries. SIZE is the score that wins.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import NamedTuple


class State(NamedTuple):
    """What the player to move sees: own score, the other's, and what this turn has gathered so far."""

    own: int
    other: int
    turn: int


class Transition(NamedTuple):
    """One possible result of an action; `passes` says that the other player moves next."""

    probability: float
    state: State
    passes: bool


class Pig:
    """The game up to `goal`."""

    def __init__(self, goal: int) -> None:
        self.goal = goal
        self.values: dict[State, float] = {}

    def won(self, state: State) -> bool:
        """Say if holding now wins."""
        return state.own + state.turn >= self.goal

    def actions(self, state: State) -> list[str]:
        """Name what the player may do."""
        return ["roll", "hold"] if state.turn else ["roll"]

    def transitions(self, state: State, action: str) -> Iterator[Transition]:
        """Give every possible result of an action."""
        own, other, turn = state
        if action == "hold":
            yield Transition(1.0, State(other, own + turn, 0), True)
            return
        for face in range(1, 7):
            if face == 1:
                yield Transition(1 / 6, State(other, own, 0), True)
            else:
                yield Transition(1 / 6, State(own, other, turn + face), False)

    def value(self, state: State) -> float:
        """Give the probability to win as it is known so far."""
        if self.won(state):
            return 1.0
        return self.values.get(state, 0.5)

    def expected(self, state: State, action: str) -> float:
        """Give the probability to win after `action`."""
        total = 0.0
        for probability, following, passes in self.transitions(state, action):
            value = self.value(following)
            total += probability * (1.0 - value if passes else value)
        return total

    def sweep(self, states: list[State]) -> float:
        """Update each state once; give the largest change."""
        change = 0.0
        for state in states:
            best = max(self.expected(state, action) for action in self.actions(state))
            difference = abs(best - self.value(state))
            if difference > change:
                change = difference
            self.values[state] = best
        return change

    def solve(self, precision: float) -> int:
        """Iterate over each pair of scores, the highest first, until nothing changes; give the number of sweeps."""
        sweeps = 0
        for total in range(2 * self.goal - 2, -1, -1):
            for low in range(max(0, total - self.goal + 1), total // 2 + 1):
                high = total - low
                states = [State(low, high, turn) for turn in range(self.goal - low)]
                if low != high:
                    states += [State(high, low, turn) for turn in range(self.goal - high)]
                while True:
                    sweeps += 1
                    if self.sweep(states) < precision:
                        break
        return sweeps


def run(size: int) -> str:
    """Give the first player's chance, where to hold at the start, and the number of states."""
    game = Pig(size)
    game.solve(1e-9)
    turns = [State(0, 0, turn) for turn in range(1, size + 1)]
    hold = next(
        each.turn for each in turns if game.won(each) or game.expected(each, "hold") > game.expected(each, "roll")
    )
    return f"{game.values[State(0, 0, 0)]:.6f} {hold} {len(game.values)}"


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
