"""Draws: the published generator, words that no two decisions share, uniform and uncorrelated in every direction."""

import ast
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import BureaucracyModel, Scenario, population, randomness, stages
from model.compiler import compiled
from model.randomness import (
    UNIT,
    bell_chance,
    block_of_words,
    normal,
    philox,
    uniform,
    words_below,
)

WORD = 2**32
DRAWS = {name: value for name, value in vars(randomness).items() if name.startswith("DRAW_")}
WORDS_TAKEN = {"uniform": 1, "normal": 2, "bell_chance": 4}
MANY = 40_000

# From the file kat_vectors of the Random123 distribution: counter, key, answer.
KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((WORD - 1,) * 4, (WORD - 1,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def philox_by_the_paper(counter, key):
    left_0, right_0, left_1, right_1 = counter
    key_0, key_1 = key
    for _ in range(10):
        high_0, low_0 = divmod(0xD2511F53 * left_0, WORD)
        high_1, low_1 = divmod(0xCD9E8D57 * left_1, WORD)
        left_0, right_0, left_1, right_1 = high_1 ^ right_0 ^ key_0, low_1, high_0 ^ right_1 ^ key_1, low_0
        key_0, key_1 = (key_0 + 0x9E3779B9) % WORD, (key_1 + 0xBB67AE85) % WORD
    return left_0, right_0, left_1, right_1


def words(counter, key):
    return tuple(int(word) for word in philox(*map(np.uint64, counter), *map(np.uint64, key)))


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_generator_gives_the_published_answers(counter, key, answer):
    assert philox_by_the_paper(counter, key) == answer
    assert words(counter, key) == answer


WORDS = st.integers(0, WORD - 1)


@given(st.tuples(WORDS, WORDS, WORDS, WORDS), st.tuples(WORDS, WORDS))
def test_generator_is_that_of_the_paper_for_any_counter_and_key(counter, key):
    assert words(counter, key) == philox_by_the_paper(counter, key)


@given(WORDS, WORDS, WORDS, st.integers(0, 200), st.integers(0, 1200), WORDS)
def test_a_uniform_draw_is_one_word_of_its_decision_s_block(low, high, region, decision, month, key):
    block = philox_by_the_paper((key, month, region, decision // 4), (low, high))
    assert tuple(map(int, block_of_words(low, high, region, decision // 4, month, key))) == block
    draw = uniform(low, high, region, decision, month, key)
    assert draw == block[decision % 4] / WORD
    assert 0.0 <= draw < 1.0


@given(st.one_of(st.floats(0.0, 1.0), WORDS.map(lambda word: word / WORD)), WORDS)
def test_words_are_counted_that_stand_for_draws_below_a_chance(chance, word):
    number = words_below(chance)
    assert (word < number) == (word * UNIT < chance)
    assert 0 <= number <= WORD
    assert number == 0 or (number - 1) * UNIT < chance
    assert number == WORD or number * UNIT >= chance


# Words of decisions --------------------------------------------------------------------------------------------


def draws_made():
    made = {}
    for path in (*Path(stages.__file__).parent.glob("*.py"), Path(population.__file__)):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", "")
            for argument in call.args:
                if isinstance(argument, ast.Name) and argument.id in DRAWS:
                    made.setdefault(argument.id, set()).add(WORDS_TAKEN.get(name, 1))
    return made


def test_every_named_draw_is_made_and_always_takes_the_same_number_of_words():
    made = draws_made()
    # The first block of a person is drawn as a whole, once a month.
    drawn_together = {name for name, decision in DRAWS.items() if decision < 4}
    assert set(made) | drawn_together == set(DRAWS)
    assert all(len(taken) == 1 for taken in made.values()), made


def test_no_two_decisions_share_a_word():
    taken = {name: max(widths) for name, widths in draws_made().items()}
    owners = {}
    for name, decision in DRAWS.items():
        for word in range(decision, decision + taken.get(name, 1)):
            assert word not in owners, f"{name} and {owners.get(word)} share word {word}"
            owners[word] = name


def test_draws_that_take_four_words_take_a_whole_block():
    whole = [name for name, widths in draws_made().items() if 4 in widths]
    assert whole
    assert all(DRAWS[name] % 4 == 0 for name in whole)


def test_normal_and_bell_shaped_draws_are_made_of_the_words_they_claim():
    low, high, region, month, key = 5, 6, 7, 8, 9
    u, v = (philox_by_the_paper((key, month, region, 10), (low, high))[place] / WORD for place in (2, 3))
    assert normal(low, high, region, 42, month, key) == pytest.approx(
        np.sqrt(-2.0 * np.log(1.0 - u)) * np.cos(2.0 * np.pi * v), rel=1e-12
    )
    four = np.array(philox_by_the_paper((key, month, region, 3), (low, high))) / WORD
    assert bell_chance(low, high, region, 12, month, key) == pytest.approx((four.sum() - 2.0) * np.sqrt(3.0), rel=1e-12)


def test_normal_and_bell_shaped_draws_have_mean_0_and_sd_1():
    for draw in (normal, bell_chance):
        values = np.array([draw(1, 0, 0, 16, 0, key) for key in range(4000)])
        assert abs(values.mean()) < 4 / np.sqrt(len(values))
        assert values.std() == pytest.approx(1.0, abs=4 / np.sqrt(2 * len(values)))


# Uniform in every direction ------------------------------------------------------------------------------------


def along(direction, offset=0):
    numbers = np.arange(offset, offset + MANY)
    base = {"seed_low": 3, "seed_high": 0, "region": 0, "decision": 0, "month": 5, "key": 11}
    if direction == "decision":
        return np.array([uniform(*(base | {"decision": int(d)}).values()) for d in numbers[:8000]])
    return uniform(*(base | {direction: numbers}).values())


DIRECTIONS = ("seed_low", "seed_high", "region", "decision", "month", "key")


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_draws_are_uniform_along(direction):
    draws = along(direction)
    bins = 64
    expected = len(draws) / bins
    statistic = np.sum((np.bincount((draws * bins).astype(int), minlength=bins) - expected) ** 2) / expected
    # Chi-square with 63 degrees of freedom: mean 63, SD 11.2; five SD to either side.
    assert 63 - 5 * 11.2 < statistic < 63 + 5 * 11.2


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("lag", [1, 2, 4, 60])
def test_draws_are_uncorrelated_along(direction, lag):
    draws = along(direction)
    correlation = np.corrcoef(draws[:-lag], draws[lag:])[0, 1]
    assert abs(correlation) < 4.5 / np.sqrt(len(draws))


@pytest.mark.parametrize("direction", [one for one in DIRECTIONS if one != "key"])
def test_draws_of_the_same_people_elsewhere_are_uncorrelated(direction):
    keys = np.arange(MANY)
    base = {"seed_low": 3, "seed_high": 0, "region": 0, "decision": 4, "month": 5, "key": keys}
    here = uniform(*base.values())
    there = uniform(*(base | {direction: base[direction] + 1}).values())
    assert abs(np.corrcoef(here, there)[0, 1]) < 4.5 / np.sqrt(MANY)


def test_both_halves_of_the_seed_matter():
    draws = {uniform(low, high, 0, 0, 1, 0) for low in range(10) for high in range(10)}
    assert len(draws) == 100


def test_seeds_that_differ_in_one_half_only_give_other_runs():
    scenario = Scenario(title="two halves", staff=60, months=6)
    competence = []
    for seed in (1, 1 + WORD, WORD, 0):
        model = BureaucracyModel(scenario, rng=seed)
        competence.append(tuple(model.people.column("competence").tolist()))
    assert len(set(competence)) == 4


# Compiled ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [uniform, normal, bell_chance], ids=lambda draw: draw.__name__)
def test_compiled_draw_gives_the_bits_of_plain_python(draw):
    machine_code = compiled(draw)

    @numba.njit(error_model="numpy")
    def call(low, high, region, decision, month, key):
        return machine_code(low, high, region, decision, month, key)

    random = np.random.default_rng(1)
    for _ in range(500):
        low, high, key = (int(word) for word in random.integers(0, WORD, 3))
        region, decision, month = (int(number) for number in random.integers(0, [1000, 60, 1200]))
        if draw is bell_chance:
            decision -= decision % 4
        assert call(low, high, region, decision, month, key) == draw(low, high, region, decision, month, key)
