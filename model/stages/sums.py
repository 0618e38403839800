"""Sums over people. Four at a time, because one addition need not wait for the last; always in the same order, because
the order of sums is part of a result that is the same to the last bit wherever it is computed."""

from __future__ import annotations

import numpy as np


def total(values):
    """Return the sum of ``values``."""
    whole = len(values) // 4 * 4
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    for i in range(0, whole, 4):
        a += float(values[i])
        b += float(values[i + 1])
        c += float(values[i + 2])
        d += float(values[i + 3])
    for i in range(whole, len(values)):
        a += float(values[i])
    return (a + b) + (c + d)


def totals_of_powers(values):
    """Return the sum of ``values`` and the sum of their squares."""
    whole = len(values) // 4 * 4
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    aa, bb, cc, dd = 0.0, 0.0, 0.0, 0.0
    for i in range(0, whole, 4):
        w, x, y, z = np.float64(values[i]), np.float64(values[i + 1]), np.float64(values[i + 2]), np.float64(values[i + 3])
        a, b, c, d = a + w, b + x, c + y, d + z
        aa, bb, cc, dd = aa + w * w, bb + x * x, cc + y * y, dd + z * z
    for i in range(whole, len(values)):
        w = np.float64(values[i])
        a, aa = a + w, aa + w * w
    return (a + b) + (c + d), (aa + bb) + (cc + dd)


def whole_total(marks):
    """Return the sum of ``marks``, which are whole numbers, so that their order does not matter."""
    result = 0
    for i in range(len(marks)):
        result += marks[i]
    return result


def count_of(value, marks):
    """Return how many of the ``marks`` have a value."""
    result = 0
    for i in range(len(marks)):
        result += 1 if marks[i] == value else 0
    return result
