"""Draws as pure functions of (seed, region, decision, month, key), from the Philox4x32-10 generator.

No stream is shared, so adding a draw elsewhere changes nothing, the same person has the same luck under every
policy, and no result depends on threads, batching or order. A draw about a person uses the key she was given
at entry; a draw about a post uses its index in the region. Source of the generator and of the known answers in
the tests: Salmon, Moraes, Dror, Shaw (2011), doi:10.1145/2063384.2063405.

One call of the generator gives four words, so decisions come in blocks of four: decision d is word d % 4 of
block d // 4.
"""

from __future__ import annotations

from math import ceil, cos, log, pi, sqrt

import numpy as np

# Decisions of a person in a month.
DRAW_CHOICE, DRAW_EXPOSURE, DRAW_EXIT, DRAW_QUEUE_ORDER = 0, 1, 2, 3
DRAW_CHANNEL, DRAW_ALLEGED_CAMP, DRAW_PROOF, DRAW_DECISION_TIME = 4, 5, 6, 7
DRAW_FOLLOW_UP, DRAW_SHELVED, DRAW_RECEIPT = 8, 9, 10
DRAW_SCORE = 12  # and 13 to 15: the four words whose sum is the chance in a promotion
# Traits of a person, drawn once with the month of entry.
DRAW_COMPETENCE, DRAW_AMBITION, DRAW_INTEGRITY, DRAW_AFFINITY = 16, 18, 20, 24  # normal draws take two words each
DRAW_AFFINITY_SIDE, DRAW_CONTRACT, DRAW_TENURE = 25, 26, 27
# Decisions about offices, officials and regions; keys are office, camp or 0.
DRAW_SEPARATION = 32
DRAW_POPULARITY, DRAW_STYLE, DRAW_MUTATION, DRAW_ELECTION_NOISE = 36, 38, 40, 42
DRAW_IMITATES, DRAW_IMITATED_REGION, DRAW_TERMS_SERVED = 44, 45, 46
DRAW_ROTATION, DRAW_PURGE = 48, 49
DRAW_INTERVENTION_SEEN, DRAW_INTERVENTION_PROVEN = 52, 53

UNIT = 2.0**-32  # turns a 32-bit word into a number from 0 to below 1

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)


def philox_round(word_0, word_1, word_2, word_3, key_0, key_1):
    """Return the four words after one round. All are ``uint64`` that hold 32-bit values."""
    product_0 = _MULTIPLIER_0 * word_0
    product_1 = _MULTIPLIER_1 * word_2
    return ((product_1 >> _HALF) ^ word_1 ^ key_0, product_1 & _LOW,
            (product_0 >> _HALF) ^ word_3 ^ key_1, product_0 & _LOW)


def next_key(key, weyl):
    """Return one half of the key for the next round."""
    return (key + weyl) & _LOW


def philox_two_rounds(word_0, word_1, word_2, word_3, key_0, key_1):
    """Return the four words after two rounds."""
    word_0, word_1, word_2, word_3 = philox_round(word_0, word_1, word_2, word_3, key_0, key_1)
    return philox_round(word_0, word_1, word_2, word_3, next_key(key_0, _WEYL_0), next_key(key_1, _WEYL_1))


def key_after_two(key, weyl):
    """Return one half of the key two rounds on."""
    return next_key(next_key(key, weyl), weyl)


def philox(word_0, word_1, word_2, word_3, key_0, key_1):
    """Return four random 32-bit words (each in a ``uint64``) for a counter of four words and a key of two.

    The ten rounds are written out, without a loop, so that the compiler can draw for several people at once.
    """
    w0, w1, w2, w3 = philox_two_rounds(word_0, word_1, word_2, word_3, key_0, key_1)
    k0, k1 = key_after_two(key_0, _WEYL_0), key_after_two(key_1, _WEYL_1)
    w0, w1, w2, w3 = philox_two_rounds(w0, w1, w2, w3, k0, k1)
    k0, k1 = key_after_two(k0, _WEYL_0), key_after_two(k1, _WEYL_1)
    w0, w1, w2, w3 = philox_two_rounds(w0, w1, w2, w3, k0, k1)
    k0, k1 = key_after_two(k0, _WEYL_0), key_after_two(k1, _WEYL_1)
    w0, w1, w2, w3 = philox_two_rounds(w0, w1, w2, w3, k0, k1)
    k0, k1 = key_after_two(k0, _WEYL_0), key_after_two(k1, _WEYL_1)
    return philox_two_rounds(w0, w1, w2, w3, k0, k1)


def block_of_words(seed_low, seed_high, region, block, month, key):
    """Return the four words of a block of decisions.

    Parameters
    ----------
    seed_low, seed_high : int
        The two 32-bit halves of the seed of the run.
    region : int
        Index of the region in its run.
    block : int
        ``decision // 4``.
    month : int
        Month, from 1; 0 is the time before the first month.
    key : int
        Key of the person, or index of office, camp or post (0 to 2**32 - 1).
    """
    return philox(np.uint64(key), np.uint64(month), np.uint64(region), np.uint64(block),
                  np.uint64(seed_low), np.uint64(seed_high))


def uniform(seed_low, seed_high, region, decision, month, key):
    """Return a draw uniform on [0, 1); see :func:`block_of_words`."""
    w0, w1, w2, w3 = block_of_words(seed_low, seed_high, region, decision // 4, month, key)
    word = decision % 4
    if word == 0:
        return w0 * UNIT
    if word == 1:
        return w1 * UNIT
    if word == 2:
        return w2 * UNIT
    return w3 * UNIT


def normal(seed_low, seed_high, region, decision, month, key):
    """Return a standard normal draw (Box and Muller) from the words ``decision``, which is even, and ``decision + 1``."""
    w0, w1, w2, w3 = block_of_words(seed_low, seed_high, region, decision // 4, month, key)
    first, second = w0 * UNIT, w1 * UNIT
    if decision % 4 == 2:
        first, second = w2 * UNIT, w3 * UNIT
    return sqrt(-2.0 * log(1.0 - first)) * cos(2.0 * pi * second)


def bell_chance(seed_low, seed_high, region, decision, month, key):
    """Return a draw with mean 0 and SD 1 that is nearly normal: the sum of the four words of a block.

    It costs no logarithm, which matters where every candidate for a post needs one.
    """
    w0, w1, w2, w3 = block_of_words(seed_low, seed_high, region, decision // 4, month, key)
    return ((w0 + w1 + w2 + w3) * UNIT - 2.0) * 1.7320508075688772


def words_below(chance):
    """Return how many of the 2**32 words stand for draws below ``chance``: those below the number returned."""
    return int(ceil(min(max(0.0, chance), 1.0) / UNIT))
