"""The pictures of ``docs/verification.md``: theory as lines, the simulation as points with its tolerance.

Markers and line styles differ wherever colours do, so that black and white will do. Each function draws on a Figure
of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.charts import BLACK, BLUE, GREEN, ORANGE, STYLE
from model import theory

COLOURS, MARKERS, DASHES = (BLACK, BLUE, ORANGE, GREEN), ("o", "s", "^", "D"), ("-", "--", "-.", ":")
STANCES = ("covert, governing camp", "overt, governing camp", "covert, other camp", "overt, other camp")
Draw = Callable[..., Figure]


def in_our_style(draw: Draw) -> Draw:
    """Return the function that draws a picture in the style of all our pictures."""

    @wraps(draw)
    def drawn(*data):
        with matplotlib.rc_context(STYLE):
            return draw(*data)

    return drawn


def sheet(
    title: str, panels: Sequence[str], width: float = 10.0, height: float = 4.0, rows: int = 1
) -> tuple[Figure, list[Axes]]:
    """Return a figure with so many panels, each with its title."""
    figure = Figure(figsize=(width, height), layout="constrained")
    figure.get_layout_engine().set(h_pad=0.09, w_pad=0.09)
    figure.suptitle(title, fontsize=12.0, fontweight="bold")
    axes = list(np.ravel(figure.subplots(rows, len(panels) // rows, squeeze=False)))
    for letter, ax, name in zip("abcdef", axes, panels, strict=False):
        ax.set_title(f"{letter}  {name}" if len(panels) > 1 else name, loc="left")
    return figure, axes


def found(
    ax: Axes,
    x: np.ndarray,
    y: np.ndarray,
    half: np.ndarray | None,
    place: int = 0,
    label: str | None = None,
    hollow: bool = True,
) -> None:
    """Draw what the simulation shows: points with the tolerance of the check as interval."""
    colour = COLOURS[place % 4]
    ax.errorbar(
        x,
        y,
        half,
        fmt=MARKERS[place % 4],
        color=colour,
        markersize=4.5,
        markerfacecolor="white" if hollow else colour,
        markeredgewidth=1.1,
        elinewidth=0.9,
        capsize=2.0,
        label=label,
        zorder=3,
    )


def expected(
    ax: Axes, x: np.ndarray, y: np.ndarray, place: int = 0, label: str | None = None, style: str | None = None
) -> None:
    """Draw what theory says: a line."""
    ax.plot(x, y, style or DASHES[place % 4], color=COLOURS[place % 4], linewidth=1.4, label=label, zorder=2)


@in_our_style
def logit(chances, shares, allowed, prizes, line, points, population, tolerance) -> Figure:
    """Each person's shares against her logit, and a population's against the integral over its traits."""
    figure, (one, all_of_them) = sheet(
        "Shares of stances are those of the logit (laboratory mode)",
        (f"{len(chances)} people, 1,000 months each", "Populations of 20,000, by what is promised"),
        height=4.6,
    )
    span = np.linspace(0, 1, 200)
    band = theory.bernstein_tolerance(1000 * span * (1 - span), 1e-6 / 16 / chances.size) / 1000
    one.fill_between(span, span - band, span + band, color="0.9", linewidth=0, label="tolerance")
    one.plot(span, span, "-", color=BLACK, linewidth=1.2, label="theory: share = logit", zorder=4)
    for option, name in enumerate(STANCES, start=1):
        place = option - 1
        one.plot(
            chances[:, option],
            shares[:, option],
            MARKERS[place],
            color=COLOURS[place],
            markersize=2.6,
            linestyle="",
            markerfacecolor="none",
            markeredgewidth=0.6,
            label=name,
        )
        expected(all_of_them, prizes, line[:, option], place)
        found(all_of_them, points, population[:, option], tolerance[:, option], place, name)
    one.set(
        xlabel="Logit probability of a stance (theory)",
        ylabel="Share of months in it (simulation)",
        xlim=(0, 1),
        ylim=(0, 1),
    )
    one.legend(loc="upper left")
    all_of_them.set(
        xlabel="promotion_prize (utility per unit of stake and ambition)", ylabel="Share of people", ylim=(0, None)
    )
    all_of_them.legend(
        loc="upper left", title="points: simulation; lines: integral over traits", title_fontsize=8.0, alignment="left"
    )
    return figure


@in_our_style
def peers(
    one_way, two_ways, points, points_two, states, paths, iterated, grid, gap, sizes, above, exact_above, allowed
) -> Figure:
    """The map of an office, where offices go, which fields tip, and how small offices flip."""
    figure, (step, time, tips, flips) = sheet(
        "Peers: two stable states, and a threshold between them (laboratory mode)",
        (
            "One month to the next, offices of 10,000",
            "Where offices go",
            "Where there are two states",
            "Small offices flip by chance",
        ),
        height=8.2,
        rows=2,
    )
    low, middle, high = states
    span = np.linspace(0, 1, 300)
    step.plot(span, span, color="0.6", linewidth=0.9)
    expected(step, span, one_way(span), 0, "theory, one way to side")
    expected(step, span, two_ways(span), 1, "theory, two equal ways")
    found(step, points[0], points[1], points[2], 0, "simulation")
    found(step, points_two[0], points_two[1], points_two[2], 1, "simulation")
    step.plot([low, high], [low, high], "o", color=BLACK, markersize=9, markerfacecolor="none", markeredgewidth=1.2)
    step.annotate(
        "threshold", (middle, middle), (middle + 0.09, middle - 0.13), arrowprops={"arrowstyle": "-", "linewidth": 0.8}
    )
    step.set(xlabel="Share siding now", ylabel="Share siding next month", xlim=(0, 1), ylim=(0, 1))
    step.legend(loc="upper left")

    months = np.arange(1, len(paths) + 1)
    for i in range(0, paths.shape[1], 2):
        goes_up = paths[0, i] > middle
        time.plot(
            months[:30], iterated[:30, i], "-" if goes_up else "--", color=BLACK if goes_up else BLUE, linewidth=1.0
        )
        time.plot(
            months[:30:2],
            paths[:30:2, i],
            "o" if goes_up else "s",
            color=BLACK if goes_up else BLUE,
            markersize=3.2,
            markerfacecolor="white",
            linestyle="",
        )
    time.axhline(middle, color=ORANGE, linestyle=":", linewidth=1.6)
    time.text(30, middle + 0.02, "unstable threshold", ha="right", color=ORANGE)
    time.set(xlabel="Month", ylabel="Share siding", xlim=(0.5, 30.5), ylim=(0, 1))
    time.text(30, high - 0.06, "lines: theory; points: simulation", ha="right", va="top", fontsize=8.0)

    couplings = np.linspace(1.0001, 2.15, 200)
    fields = np.array([theory.tipping_field(one) for one in couplings])
    tips.fill_between(couplings, -fields, fields, color="0.9", linewidth=0)
    expected(tips, couplings, fields, 0, "theory: threshold")
    expected(tips, couplings, -fields, 0)
    two = gap > 0.2
    tips.plot(*grid[:, two], "o", color=BLACK, markersize=6, label="simulation: two states")
    tips.plot(*grid[:, ~two], "x", color=ORANGE, markersize=6, markeredgewidth=1.6, label="simulation: one state")
    tips.set(xlabel="Coupling, beta J = peer_influence / (2 decision_noise)", ylabel="Field, beta h", xlim=(0.7, 2.15))
    tips.legend(loc="upper left")

    months = np.arange(1, len(above) + 1)
    for i, size in enumerate(sizes):
        expected(flips, months, exact_above[:, i], i)
        found(flips, months[5::12], above[5::12, i], allowed[5::12, i], i, f"{size} people")
    flips.set(xlabel="Month", ylabel="Share of 1,000 offices in the upper half", ylim=(0, 1.06))
    flips.legend(loc="lower left", title="lines: exact Markov chain", title_fontsize=8.0, alignment="left")
    return figure


@in_our_style
def overload(constants, folds, loops, held, held_at, sizes, shifts, wanted, flat, there, back) -> Figure:
    """The loop of an overloaded body, how its folds are met, and a set of numbers without a loop."""
    figure, (loop, shift, single) = sheet(
        "Overloaded enforcement: two folds and a loop between them (laboratory mode)",
        (f"Capacity walked up and down, {sizes[-1]:,} people", "How early chance ends a state", "S = 1.2: no loop"),
        height=4.9,
        width=12.0,
    )
    share = np.linspace(folds.low + 1e-6, 1 / (1 + np.exp(-constants[0] / constants[2])) - 1e-6, 600)
    capacity = theory.capacity_of_share(share, *constants)
    upper = share >= folds.share
    expected(loop, capacity[upper], share[upper], 0, "theory: stable")
    loop.plot([folds.low, 0.26], [folds.low, folds.low], "-", color=BLACK, linewidth=1.4)
    expected(loop, capacity[~upper], share[~upper], 0, "theory: unstable", ":")
    for at, name in ((folds.up, "up"), (folds.low, "low")):
        loop.axvline(at, color="0.6", linewidth=0.8)
        loop.text(at + 0.003, 0.93, f"{name} = {at:.4f}", fontsize=8.0)
    up, rising, down, falling = loops
    for place, walked, path, name in (
        (1, up, rising, "simulation: walked up (range)"),
        (2, down, falling, "simulation: walked down (range)"),
    ):
        last = path[:, -1]
        loop.errorbar(
            walked,
            last.mean(axis=1),
            np.abs(np.stack([last.min(axis=1), last.max(axis=1)]) - last.mean(axis=1)),
            fmt=MARKERS[place],
            color=COLOURS[place],
            markersize=4,
            markerfacecolor="white",
            elinewidth=0.8,
            label=name,
        )
    loop.plot(held_at, held.mean(axis=0), "x", color=BLACK, markersize=6, label="simulation: capacity held")
    loop.set(
        xlabel="Capacity, K / N (cases per person and month)", ylabel="Share siding", xlim=(0.02, 0.26), ylim=(0, 1)
    )
    loop.legend(loc="upper left", bbox_to_anchor=(-0.1, -0.14), ncols=2)

    for fold, name in ((0, "upper fold"), (1, "lower fold")):
        mean = np.array([one[fold].mean() for one in shifts])
        half = np.array([2 * one[fold].std(ddof=1) / np.sqrt(len(one[fold])) for one in shifts])
        found(shift, sizes, mean, half, fold + 1, f"simulation, {name}, ± 2 standard errors")
    shift.axhline(0.0, color=BLACK, linewidth=1.4, label="theory: endless system")
    shift.plot(
        sizes[: len(wanted)],
        wanted,
        "+",
        color=BLACK,
        markersize=11,
        markeredgewidth=1.4,
        label="theory: exact chain, upper fold",
        zorder=4,
    )
    shift.set(
        xscale="log", xlabel="People, N", ylabel="Capacity, short of an endless system's (K / N)", xlim=(150, 4300)
    )
    shift.set_xticks(sizes, [f"{size:,}" for size in sizes])
    shift.minorticks_off()
    shift.set_ylim(top=1.4 * shift.get_ylim()[1])
    shift.legend(loc="upper right")

    span = np.linspace(0.3, 0.56, 100)
    shares = [theory.shares_under_overload(one, constants[0], 1.2, constants[2])[0] for one in span]
    expected(single, span, shares, 0, "theory")
    found(single, flat, there[:, -1].mean(axis=1), None, 1, "walked up")
    single.plot(flat, back[:, -1].mean(axis=1), "x", color=ORANGE, markersize=6, label="walked down")
    single.set(xlabel="Capacity, K / N (cases per person and month)", ylabel="Share siding", ylim=(0, 1))
    single.legend(loc="upper right")
    return figure


@in_our_style
def deterrence(multipliers, by_way, allowed, fine, line) -> Figure:
    """Siding by the multiplier of the expected sanction, however it is multiplied."""
    figure, (ax,) = sheet(
        "Only the product of risk, follow-up, discount and severity deters\n(laboratory mode, curvature 1)",
        ("20,000 people; the five ways lie on one another to the last person",),
        width=7.6,
        height=5.0,
    )
    expected(ax, fine, line, 0, "theory: integral over traits")
    shapes = (("o", 13, BLACK), ("s", 10, BLUE), ("^", 8, ORANGE), ("x", 6, GREEN), (".", 4, BLACK))
    for (way, shares), (marker, size, colour) in zip(by_way.items(), shapes, strict=True):
        ax.plot(
            multipliers,
            shares,
            marker,
            color=colour,
            markersize=size,
            markerfacecolor="none",
            linestyle="",
            label=f"simulation: {way}",
            zorder=3,
        )
    ax.errorbar(multipliers, by_way["follow-up"], allowed, fmt="none", color=BLACK, elinewidth=0.9, capsize=3.0)
    ax.set(xscale="log", xlabel="Factor c on the expected sanction", ylabel="Share siding")
    ax.set_xticks(multipliers, ["1", "1/2", "1/4", "1/8", "1/16"])
    ax.minorticks_off()
    ax.legend(loc="lower left")
    return figure


@in_our_style
def symmetry(names, leads, half, covert, allowed) -> Figure:
    """The lead of the governing camp under symmetry and with each condition lifted; covert among those who side."""
    figure, (camps, coins) = sheet(
        "What does not differ is chosen equally often (laboratory mode)",
        ("Lead of the governing camp, 400 regions", "Covert among siders, parameters alike"),
        height=4.4,
    )
    places = np.arange(len(names))[::-1]
    camps.axvline(0.0, color=BLACK, linewidth=1.4, label="theory under symmetry")
    camps.errorbar(
        leads[1:],
        places[1:],
        xerr=half[1:],
        fmt="s",
        color=ORANGE,
        markerfacecolor="white",
        capsize=2.0,
        elinewidth=0.9,
        label="simulation, one condition lifted",
    )
    camps.errorbar(
        leads[:1],
        places[:1],
        xerr=half[:1],
        fmt="o",
        color=BLACK,
        capsize=2.0,
        elinewidth=1.2,
        label="simulation, symmetric",
    )
    camps.set_yticks(places, names)
    camps.set(xlabel="Siding with the governing camp less the other (share of people)", ylim=(-0.6, len(names) - 0.4))
    camps.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    months = np.arange(1, len(covert) + 1)
    expected(coins, months, np.full(len(months), 0.5), 0, "theory: 1/2")
    for camp, name in ((0, "governing camp"), (1, "other camp")):
        found(coins, months[camp::4], covert[camp::4, camp], allowed[camp::4, camp], camp + 1, f"simulation, {name}")
    coins.set(xlabel="Month", ylabel="Covert, share of those who side", ylim=(0.38, 0.66))
    coins.legend(loc="upper right")
    return figure


@in_our_style
def leverage(protection, patrons, follow_ups, enforced) -> Figure:
    """Siding whatever patrons offer, and whatever enforcement does: equal where nobody has a hold."""
    figure, (left, right) = sheet(
        "Where nobody has a hold, nothing changes (laboratory mode)", ("Patrons", "Enforcement"), height=4.2
    )
    for place, (shares, name) in enumerate(
        zip(patrons, ("patronage 0", "patronage 1", "patronage 1, more on offer"), strict=True)
    ):
        left.plot(
            protection,
            shares,
            DASHES[place],
            marker=MARKERS[place],
            color=COLOURS[place],
            markersize=(9, 7, 5)[place],
            markerfacecolor="none",
            linewidth=0.9,
            label=name,
        )
    arrow = {"arrowstyle": "->", "linewidth": 0.9}
    left.annotate("theory: no difference", (1.0, patrons[0, -1] + 0.03), (0.72, 0.45), arrowprops=arrow)
    left.set(xlabel="merit_protection (share)", ylabel="Share siding", ylim=(0, 1))
    for place, (shares, name) in enumerate(
        zip(enforced, ("lax: few patrols, no hearings", "strict: much of everything"), strict=True)
    ):
        right.plot(
            follow_ups,
            shares,
            DASHES[place],
            marker=MARKERS[place],
            color=COLOURS[place],
            markersize=(9, 6)[place],
            markerfacecolor="none",
            linewidth=0.9,
            label=name,
        )
    right.annotate(
        "theory: no difference", (0.015, enforced[0, 0]), (0.25, enforced[0, 0]), va="center", arrowprops=arrow
    )
    right.set(xlabel="follow_up (share; independence 0)", ylabel="Share siding")
    for ax, place in ((left, (0.0, 0.1)), (right, (0.0, 0.0))):
        ax.legend(
            loc="lower left", bbox_to_anchor=place, title="points: simulation", title_fontsize=8.0, alignment="left"
        )
    return figure


@in_our_style
def queue(loads, throughput, wait, clear, deadline, funnel) -> Figure:
    """Throughput and waiting of the docket by load, and the funnel of cases by cohort."""
    figure, (through, waits, cohorts) = sheet(
        "The docket is a queue with a deadline, and its funnel never widens (laboratory mode)",
        ("Throughput", "Waiting", "Cases by month of report"),
        width=12.0,
        height=4.3,
    )
    span = np.linspace(0, loads.max() * 1.05, 200)
    expected(through, span, np.minimum(span, 1.0), 0, "theory: min(a, c) / c")
    through.plot(loads, throughput, "o", color=BLUE, markerfacecolor="white", label="simulation")
    through.set(xlabel="Load, reports / hearings (a / c)", ylabel="Heard / hearings", xlim=(0, None), ylim=(0, 1.1))
    through.legend(loc="lower right")
    waits.plot([0, 1], [0, 0], "-", color=BLACK, linewidth=1.4, label="theory, steady reports")
    waits.plot([1, loads.max() * 1.05], [deadline - 1] * 2, "-", color=BLACK, linewidth=1.4)
    waits.plot(loads[clear], wait[clear], "o", color=BLUE, markerfacecolor="white", label="simulation")
    waits.plot(loads[~clear], wait[~clear], "x", color=ORANGE, label="simulation, load too near 1 to tell")
    waits.axhline(deadline, color="0.6", linewidth=0.8, linestyle=":")
    waits.text(0.02, deadline + 0.1, "deadline", fontsize=8.0)
    waits.set(
        xlabel="Load, reports / hearings (a / c)",
        ylabel="Months waited by a case that is heard",
        xlim=(0, None),
        ylim=(-0.3, deadline + 1.6),
    )
    waits.legend(loc="center left")
    months = np.arange(1, funnel.shape[1] - 11)  # younger cohorts may still be on their way
    for place, (cases, name) in enumerate(zip(funnel, ("reported", "heard", "proven", "executed"), strict=True)):
        cohorts.step(
            months, cases[: len(months)], DASHES[place], where="mid", color=COLOURS[place], linewidth=1.3, label=name
        )
    cohorts.set(
        xlabel="Month of report",
        ylabel="Cases of the cohort, by the end of the run",
        ylim=(0, 1.3 * funnel.max()),
        xlim=(0, len(months) + 1),
    )
    cohorts.legend(loc="upper right", ncols=2)
    return figure


@in_our_style
def posts(stays, filled, vacant, by_merit, by_loyalty, shares, wanted, pulse_at) -> Figure:
    """Posts filled and vacant, who is promoted, and when colleagues react."""
    figure, (kept, sort, peers_of) = sheet(
        "Posts are conserved, merit is a sort, and peers see last month (laboratory mode)",
        ("Structural posts that nobody may fill", "Who is promoted", "One month's prize, and its echo"),
        width=12.0,
        height=4.3,
    )
    months = np.arange(1, len(stays) + 1)
    expected(kept, months, np.ones(len(months)), 0, "theory: filled + vacant")
    expected(kept, months, stays, 1, "theory: filled, (1 - retirement) ^ months")
    found(kept, months[5::10], (filled + vacant)[5::10], None, 0, "simulation: filled + vacant")
    found(kept, months[5::10], filled[5::10], None, 1, "simulation: filled")
    kept.set(xlabel="Month", ylabel="Share of 4,600 structural posts", ylim=(0, 1.1), xlim=(0, len(months) + 2))
    kept.legend(loc="upper right", bbox_to_anchor=(1.02, 0.88))
    place = np.arange(len(by_merit))
    sort.step(
        np.append(place, place[-1] + 1),
        np.append(np.where(place == 0, 1.0, 0.0), 0.0),
        where="post",
        color=BLACK,
        linewidth=1.4,
        label="theory: an exact sort",
    )
    found(sort, place + 0.5, by_merit, None, 0, "merit_protection 1, score_noise 0")
    found(sort, place + 0.5, by_loyalty, None, 2, "merit_protection 0.25, score_noise 0.3")
    sort.set(xlabel="Place in the order of merit / vacancies", ylabel="Share promoted", ylim=(-0.03, 1.05))
    sort.legend(loc="upper right")
    months = np.arange(1, len(shares) + 1)
    expected(peers_of, months, wanted, 0, "theory: last month's colleagues")
    found(peers_of, months, shares, None, 1, "simulation")
    peers_of.axvline(pulse_at, color="0.6", linewidth=0.8)
    peers_of.text(pulse_at + 0.4, 0.95, "month of the prize", fontsize=8.0)
    peers_of.set(xlabel="Month", ylabel="Share siding", ylim=(0, 1.25))
    peers_of.legend(loc="upper right")
    return figure
