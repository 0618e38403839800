"""Lists posts, and orders them by a value of their holders: highest first, and the lower key first where values are equal.

The heap sort needs no room of its own and never takes longer than n log n, whatever the values.
"""

from __future__ import annotations

from model.stages.room import TOGETHER


def list_flagged(first, count, flags, rows):
    """List in ``rows`` the posts, from ``first`` on, whose flags of ``count`` are set; return their number.

    Where few are, most flags can be passed over TOGETHER at a time; those beyond ``count`` are set to 0.
    """
    for place in range(count, count + TOGETHER):
        flags[place] = 0
    found = 0
    for start in range(0, count, TOGETHER):
        some = 0
        for k in range(TOGETHER):
            some |= flags[start + k]
        if some == 0:
            continue
        for k in range(TOGETHER):
            if flags[start + k] == 1:
                rows[found] = first + start + k
                found += 1
    return found


def goes_before(value, key, other_value, other_key):
    """Return whether one person goes before another."""
    return value > other_value or (value == other_value and key < other_key)


def keep_best(row, value, rows, values, found, wanted, key):
    """Take a post among the best ``wanted``, of which ``found`` stand in ``rows`` and ``values``; return how many do then.

    Once there are ``wanted``, the last of them stands at the top of a heap, and a better one takes its place.
    """
    if found < wanted:
        rows[found], values[found] = row, value
        found += 1
        if found == wanted:
            make_heap(rows, values, found, key)
    elif goes_before(value, key[row], values[0], key[rows[0]]):
        rows[0], values[0] = row, value
        sift_down(rows, values, 0, found, key)
    return found


def sort_posts(rows, values, count, key):
    """Sort the first ``count`` of ``rows`` and their ``values``; ``key`` is the column of keys."""
    make_heap(rows, values, count, key)
    for end in range(count - 1, 0, -1):
        swap(rows, values, 0, end)
        sift_down(rows, values, 0, end, key)


def make_heap(rows, values, count, key):
    """Arrange the first ``count`` so that each goes after the two below it; so the last of all stands at the top."""
    for place in range(count // 2 - 1, -1, -1):
        sift_down(rows, values, place, count, key)


def sift_down(rows, values, place, count, key):
    """Let the one at ``place`` of a heap sink to where it belongs."""
    child = 2 * place + 1
    while child < count:
        if child + 1 < count and goes_before(values[child], key[rows[child]], values[child + 1], key[rows[child + 1]]):
            child += 1
        if not goes_before(values[place], key[rows[place]], values[child], key[rows[child]]):
            return
        swap(rows, values, place, child)
        place = child
        child = 2 * place + 1


def swap(rows, values, one, other):
    """Exchange two places."""
    rows[one], rows[other] = rows[other], rows[one]
    values[one], values[other] = values[other], values[one]
