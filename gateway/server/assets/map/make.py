#!/usr/bin/env python3
"""Turns the provinces of es-atlas into the few kilobytes that the console's map is drawn from.

Run by hand; its output is kept beside it:

    npm pack es-atlas@0.6.0 && tar xzf es-atlas-0.6.0.tgz
    python3 make.py package/es/provinces.json > espana.txt

Every line of the output is `what TAB x TAB y TAB path`: a province (its INE code, the place of its label, its outline), the
borders between communities (`comunidades`) or the frame of the inset (`recuadro`). Whole numbers on a canvas of WIDTH units.
"""

import json
import math
import sys
from collections import Counter

WIDTH = 1000
MARGIN = 12
TOLERANCE = 0.9  # units of the canvas
SMALLEST = 9.0  # area below which an island is left out, unless it is the largest of its province
DOT = 7  # radius of a place too small to be drawn
TOO_SMALL = {"51", "52"}  # Ceuta, Melilla
OUTSIDE = {"54"}  # Gibraltar: of no province
CANARIES = -12.0  # what lies west of this meridian goes into the inset


def conformal(lon, lat):
    """Lambert's conic conformal projection with standard parallels at 37 and 43 degrees."""
    first, second, origin = math.radians(37), math.radians(43), math.radians(40)
    tangent = lambda phi: math.tan(math.pi / 4 + phi / 2)
    n = math.log(math.cos(first) / math.cos(second)) / math.log(tangent(second) / tangent(first))
    f = math.cos(first) * tangent(first) ** n / n
    rho = f / tangent(math.radians(lat)) ** n
    theta = n * math.radians(lon + 3.5)
    return rho * math.sin(theta), rho * math.cos(theta) - f / tangent(origin) ** n


def plain(lon, lat):
    """For the islands of the inset: degrees, narrowed as at their own latitude."""
    k = math.pi / 180
    return (lon + 15.7) * k * math.cos(math.radians(28.3)), -(lat - 28.3) * k


def decoded(topology):
    """The arcs in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        yield points


def simplified(points):
    """Douglas and Peucker: the ends stay, so that neighbours keep a common border."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = math.hypot(bx - ax, by - ay)

    def distance(p):
        if length == 0:
            return math.hypot(p[0] - ax, p[1] - ay)
        return abs((bx - ax) * (ay - p[1]) - (ax - p[0]) * (by - ay)) / length

    far = max(range(1, len(points) - 1), key=lambda i: distance(points[i]))
    if distance(points[far]) <= TOLERANCE:
        return [points[0], points[-1]]
    return simplified(points[: far + 1])[:-1] + simplified(points[far:])


def path(points, closed):
    """Whole steps from point to point."""
    rounded = [(round(x), round(y)) for x, y in points]
    if closed:
        rounded = rounded[:-1]
    out, (x, y) = [f"M{rounded[0][0]} {rounded[0][1]}"], rounded[0]
    steps = []
    for px, py in rounded[1:]:
        if (px, py) != (x, y):
            steps.append(f"{px - x} {py - y}")
            x, y = px, py
    if steps:
        out.append("l" + " ".join(steps).replace(" -", "-"))
    return "".join(out) + ("z" if closed else "")


def area(ring):
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, ring[1:])) / 2


def inside(ring, x, y):
    odd = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:]):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


def label(ring):
    """The point within that is farthest from the border, on a grid."""
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    best = (-1, sum(xs) / len(xs), sum(ys) / len(ys))
    for i in range(1, 24):
        for j in range(1, 24):
            x = min(xs) + (max(xs) - min(xs)) * i / 24
            y = min(ys) + (max(ys) - min(ys)) * j / 24
            if inside(ring, x, y):
                best = max(best, (min(math.hypot(x - a, y - b) for a, b in ring), x, y))
    return round(best[1]), round(best[2])


def main():
    topology = json.load(open(sys.argv[1], encoding="utf-8"))
    degrees = list(decoded(topology))
    inset = [points[0][0] < CANARIES for points in degrees]
    projected = [[plain(*p) if far else conformal(*p) for p in pts] for pts, far in zip(degrees, inset)]

    def box(which):
        points = [p for pts, far in zip(projected, inset) if far == which for p in pts]
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        return min(xs), max(xs), min(ys), max(ys)

    left, right, top, bottom = box(False)
    scale = (WIDTH - 2 * MARGIN) / (right - left)
    height = round((bottom - top) * scale + 2 * MARGIN)
    ileft, iright, itop, ibottom = box(True)
    iwide, ihigh = (iright - ileft) * scale, (ibottom - itop) * scale
    frame = (WIDTH - MARGIN - iwide - 20, height - MARGIN - ihigh - 20, iwide + 20, ihigh + 20)

    def place(point, far):
        if far:
            return (point[0] - ileft) * scale + frame[0] + 10, (point[1] - itop) * scale + frame[1] + 10
        return (point[0] - left) * scale + MARGIN, (point[1] - top) * scale + MARGIN

    placed = [[place(p, far) for p in pts] for pts, far in zip(projected, inset)]
    whole = placed
    arcs = [simplified(pts) for pts in placed]

    def ring(indices, source):
        points = []
        for index in indices:
            own = source[index] if index >= 0 else source[~index][::-1]
            points.extend(own if not points else own[1:])
        return points

    def polygons(geometry):
        return [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]

    print(f"lienzo\t{WIDTH}\t{height}\t")
    x, y, w, h = map(round, frame)
    print(f"recuadro\t{x}\t{y}\tM{x} {y}h{w}v{h}h{-w}z")
    provinces = topology["objects"]["provinces"]["geometries"]
    for geometry in sorted(provinces, key=lambda one: one["id"]):
        code = geometry["id"]
        if code in OUTSIDE:
            continue
        outer = [ring(polygon[0], whole) for polygon in polygons(geometry)]
        largest = max(outer, key=lambda one: abs(area(one)))
        if code in TOO_SMALL:
            cx, cy = (round(sum(c) / len(largest)) for c in zip(*largest))
            d = f"M{cx - DOT} {cy}a{DOT} {DOT} 0 1 0 {2 * DOT} 0a{DOT} {DOT} 0 1 0 {-2 * DOT} 0z"
            print(f"{code}\t{cx}\t{cy}\t{d}")
            continue
        d = []
        for polygon in polygons(geometry):
            for number, indices in enumerate(polygon):
                full = ring(indices, whole)
                if abs(area(full)) >= SMALLEST or (number == 0 and full == largest):
                    d.append(path(ring(indices, arcs), True))
        lx, ly = label(largest)
        print(f"{code}\t{lx}\t{ly}\t{''.join(d)}")

    regions = topology["objects"]["autonomous_regions"]["geometries"]
    uses = Counter()
    for geometry in regions:
        for polygon in polygons(geometry):
            for indices in polygon:
                uses.update({index if index >= 0 else ~index for index in indices})
    shared = [path(arcs[index], False) for index, count in sorted(uses.items()) if count > 1]
    print(f"comunidades\t0\t0\t{''.join(shared)}")


main()
