"""Moves the sun and the four gas planets by a symplectic integrator, and checks that the energy stays.

The model is that of the Computer Language Benchmarks Game (n-body): AU, years, solar masses times 4 pi squared; the
planets' data are JPL's. SIZE is the number of steps of 0.01 years.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

SOLAR_MASS = 4 * math.pi * math.pi
YEAR = 365.24


@dataclass(slots=True)
class Body:
    """Position in AU, velocity in AU a year, mass in solar masses times 4 pi squared."""

    x: float
    y: float
    z: float
    vx: float
    vy: float
    vz: float
    mass: float


def planet(x: float, y: float, z: float, vx: float, vy: float, vz: float, mass: float) -> Body:
    """Make a body from AU, AU a day and solar masses."""
    return Body(x, y, z, vx * YEAR, vy * YEAR, vz * YEAR, mass * SOLAR_MASS)


def solar_system() -> list[Body]:
    """Give sun, Jupiter, Saturn, Uranus and Neptune, with the centre of mass at rest."""
    bodies = [
        Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, SOLAR_MASS),
        planet(
            4.84143144246472090e00,
            -1.16032004402742839e00,
            -1.03622044471123109e-01,
            1.66007664274403694e-03,
            7.69901118419740425e-03,
            -6.90460016972063023e-05,
            9.54791938424326609e-04,
        ),
        planet(
            8.34336671824457987e00,
            4.12479856412430479e00,
            -4.03523417114321381e-01,
            -2.76742510726411856e-03,
            4.99852801234917238e-03,
            2.30417297573763929e-05,
            2.85885980666130812e-04,
        ),
        planet(
            1.28943695621391310e01,
            -1.51111514016986312e01,
            -2.23307578892655734e-01,
            2.96460137564761618e-03,
            2.37847173959480950e-03,
            -2.96589568540237556e-05,
            4.36624404335156298e-05,
        ),
        planet(
            1.53796971148509165e01,
            -2.59193146099879641e01,
            1.79258772950371181e-01,
            2.68067772490389322e-03,
            1.62824170038242295e-03,
            -9.51592254519715870e-05,
            5.15138902046611451e-05,
        ),
    ]
    sun = bodies[0]
    sun.vx = -sum(body.vx * body.mass for body in bodies) / SOLAR_MASS
    sun.vy = -sum(body.vy * body.mass for body in bodies) / SOLAR_MASS
    sun.vz = -sum(body.vz * body.mass for body in bodies) / SOLAR_MASS
    return bodies


def energy(bodies: list[Body]) -> float:
    """Give kinetic plus potential energy."""
    total = 0.0
    for index, body in enumerate(bodies):
        total += 0.5 * body.mass * (body.vx**2 + body.vy**2 + body.vz**2)
        for other in bodies[index + 1 :]:
            distance = math.sqrt((body.x - other.x) ** 2 + (body.y - other.y) ** 2 + (body.z - other.z) ** 2)
            total -= body.mass * other.mass / distance
    return total


def advance(bodies: list[Body], steps: int, delta: float) -> None:
    """Move all bodies on by `steps` steps of `delta` years."""
    pairs = [(body, other) for index, body in enumerate(bodies) for other in bodies[index + 1 :]]
    for _ in range(steps):
        for body, other in pairs:
            dx = body.x - other.x
            dy = body.y - other.y
            dz = body.z - other.z
            square = dx * dx + dy * dy + dz * dz
            magnitude = delta / (square * math.sqrt(square))
            pull = other.mass * magnitude
            body.vx -= dx * pull
            body.vy -= dy * pull
            body.vz -= dz * pull
            pull = body.mass * magnitude
            other.vx += dx * pull
            other.vy += dy * pull
            other.vz += dz * pull
        for body in bodies:
            body.x += delta * body.vx
            body.y += delta * body.vy
            body.z += delta * body.vz


def run(size: int) -> str:
    """Give the energy before and after."""
    bodies = solar_system()
    before = energy(bodies)
    advance(bodies, size, 0.01)
    return f"{before:.9f} {energy(bodies):.9f}"


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
