"""Renders spheres over a chequered floor by recursive ray tracing, with vectors and bodies as ordinary classes.

After Turner Whitted, "An Improved Illumination Model for Shaded Display" (1980). SIZE is the width of the picture in
pixels; the height is three quarters of it.
"""

from __future__ import annotations

import math
import sys
import zlib

EPSILON = 1e-6


class Vector:
    """A point, a direction or a colour in three dimensions."""

    __slots__ = ("x", "y", "z")

    def __init__(self, x: float, y: float, z: float) -> None:
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other: Vector) -> Vector:
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other: Vector) -> Vector:
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor: float) -> Vector:
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other: Vector) -> float:
        """Give the scalar product."""
        return self.x * other.x + self.y * other.y + self.z * other.z

    def normalized(self) -> Vector:
        """Give the vector of length one in this direction."""
        return self * (1.0 / math.sqrt(self.dot(self)))

    def reflected(self, normal: Vector) -> Vector:
        """Give the direction after reflection at a surface with that normal."""
        return self - normal * (2.0 * self.dot(normal))


class Ray:
    """A half-line from `origin`; `direction` has length one."""

    __slots__ = ("direction", "origin")

    def __init__(self, origin: Vector, direction: Vector) -> None:
        self.origin = origin
        self.direction = direction

    def at(self, distance: float) -> Vector:
        """Give the point at `distance`."""
        return self.origin + self.direction * distance


class Body:
    """Something to see: its colour, and how much of the light it reflects like a mirror (0 to 1)."""

    def __init__(self, colour: Vector, mirror: float) -> None:
        self.colour = colour
        self.mirror = mirror

    def hit(self, ray: Ray) -> float | None:
        """Give the distance along `ray`, or None if it passes by."""
        raise NotImplementedError

    def normal(self, point: Vector) -> Vector:
        """Give the surface's normal."""
        raise NotImplementedError

    def colour_at(self, point: Vector) -> Vector:
        """Give the surface's colour."""
        return self.colour


class Sphere(Body):
    """A ball."""

    def __init__(self, centre: Vector, radius: float, colour: Vector, mirror: float) -> None:
        super().__init__(colour, mirror)
        self.centre = centre
        self.radius = radius

    def hit(self, ray: Ray) -> float | None:
        """Solve the quadratic equation; the nearer root that lies ahead."""
        towards = self.centre - ray.origin
        along = towards.dot(ray.direction)
        if along < 0:
            return None
        square = self.radius * self.radius - towards.dot(towards) + along * along
        if square < 0:
            return None
        distance = along - math.sqrt(square)
        return distance if distance > EPSILON else None

    def normal(self, point: Vector) -> Vector:
        """Point away from the centre."""
        return (point - self.centre) * (1.0 / self.radius)


class Floor(Body):
    """The plane y = height, chequered in squares of two colours."""

    def __init__(self, height: float, colour: Vector, other: Vector) -> None:
        super().__init__(colour, 0.1)
        self.height = height
        self.other = other

    def hit(self, ray: Ray) -> float | None:
        """Intersect, unless the ray is parallel to the floor."""
        if abs(ray.direction.y) < EPSILON:
            return None
        distance = (self.height - ray.origin.y) / ray.direction.y
        return distance if distance > EPSILON else None

    def normal(self, point: Vector) -> Vector:
        """Point up."""
        return Vector(0.0, 1.0, 0.0)

    def colour_at(self, point: Vector) -> Vector:
        """Choose the colour of the square."""
        odd = (math.floor(point.x) + math.floor(point.z)) % 2
        return self.other if odd else self.colour


class Scene:
    """Bodies, lamps (points) and a sky."""

    def __init__(self, bodies: list[Body], lamps: list[Vector]) -> None:
        self.bodies = bodies
        self.lamps = lamps

    def nearest(self, ray: Ray) -> tuple[float, Body] | None:
        """Give the first body that the ray meets, and where."""
        found: tuple[float, Body] | None = None
        for body in self.bodies:
            distance = body.hit(ray)
            if distance is not None and (found is None or distance < found[0]):
                found = distance, body
        return found

    def lit(self, point: Vector, lamp: Vector) -> bool:
        """Say if nothing stands between `point` and `lamp`."""
        way = lamp - point
        ray = Ray(point, way.normalized())
        reach = math.sqrt(way.dot(way))
        for body in self.bodies:
            distance = body.hit(ray)
            if distance is not None and distance < reach:
                return False
        return True

    def colour(self, ray: Ray, depth: int = 0) -> Vector:
        """Follow `ray` and its reflections."""
        found = self.nearest(ray)
        if found is None:
            height = max(0.0, ray.direction.y)
            return Vector(0.4 + 0.2 * height, 0.5 + 0.3 * height, 1.0)
        distance, body = found
        point = ray.at(distance)
        normal = body.normal(point)
        light = 0.15
        for lamp in self.lamps:
            slope = (lamp - point).normalized().dot(normal)
            if slope > 0 and self.lit(point, lamp):
                light += slope * 0.85 / len(self.lamps)
        colour = body.colour_at(point) * (light * (1.0 - body.mirror))
        if body.mirror > 0 and depth < 3:
            reflected = Ray(point, ray.direction.reflected(normal))
            colour = colour + self.colour(reflected, depth + 1) * body.mirror
        return colour


def scene() -> Scene:
    """Give a floor and a spiral of spheres."""
    bodies: list[Body] = [Floor(0.0, Vector(0.9, 0.9, 0.9), Vector(0.2, 0.2, 0.3))]
    for index in range(7):
        angle = 0.9 * index
        reach = 1 + 0.35 * index
        centre = Vector(reach * math.cos(angle), 0.5 + 0.12 * index, 5 + reach * math.sin(angle))
        colour = Vector(0.3 + 0.1 * index, 0.9 - 0.1 * index, 0.5)
        bodies.append(Sphere(centre, 0.5 + 0.06 * index, colour, 0.1 * index))
    return Scene(bodies, [Vector(-6.0, 8.0, -2.0), Vector(5.0, 6.0, 0.0)])


def run(size: int) -> str:
    """Render; give the mean brightness, and a checksum of all pixels in 32 grades."""
    world = scene()
    height = size * 3 // 4
    pixels = bytearray()
    total = 0.0
    for row in range(height):
        for column in range(size):
            direction = Vector((column - size / 2) / size, (height / 2 - row) / size, 0.9).normalized()
            colour = world.colour(Ray(Vector(0.0, 1.6, -2.0), direction))
            for part in (colour.x, colour.y, colour.z):
                total += part
                pixels.append(min(31, int(part * 32)))
    return f"{total / len(pixels):.6f} {zlib.crc32(pixels):08x}"


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
