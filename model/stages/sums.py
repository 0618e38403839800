"""Sums over people. Four at a time, because one addition need not wait for the last; always in the same order, because
the order of sums is part of a result that is the same to the last bit wherever it is computed."""

from __future__ import annotations


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


def whole_total(marks):
    """Return the sum of ``marks``, which are whole numbers, so that their order does not matter."""
    result = 0
    for i in range(len(marks)):
        result += marks[i]
    return result
