"""What a sweep shows, in words, pictures and tables: chosen by what kind of question it asked.

One function for each kind of question; each gives :class:`Findings`, which the report prints and the commands show.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from matplotlib.figure import Figure

from experiments.analysis import pictures
from experiments.analysis.curves import Curve, response_curve
from experiments.analysis.effects import Effect, paired_effect
from experiments.analysis.hysteresis import Loop, hysteresis_loop
from experiments.analysis.phase import PhaseMap, phase_map
from experiments.analysis.reading import (
    amount,
    baseline_of,
    by_replicate,
    by_replicate_and_period,
    difference,
    factor_axis,
    interval,
    outcome_axis,
    parameter_axis,
    point_words,
    replicates_of,
)
from experiments.analysis.sensitivity import (
    Sensitivity,
    SensitivityError,
    morris,
    on_unit_scale,
    pawn,
    sobol,
)
from experiments.analysis.trial import TrialReplicates, trial_replicates
from experiments.errors import InputError
from experiments.language import Texts, decimals_for, scale_of, within
from experiments.summary import estimate
from experiments.sweep.design import DUMMY, SAMPLED, Factor
from experiments.sweep.results import Results

MAP_LEVELS = 4  # a map needs so many values of both levers
MOST_ROWS = 60
MOST_EFFECTS = 24  # points in a picture of effects
EVEN = 1.5  # a step is called steep where it carries so many times what an even slope would


@dataclass(frozen=True)
class Picture:
    """A picture, its file's name without ending, and what it shows for those who cannot see it."""

    name: str
    figure: Figure
    alt: str


@dataclass(frozen=True)
class Table:
    """A table in print; the first column names the row.

    Attributes
    ----------
    caption : str
    head : list of str
    rows : list of list of str
    bold : set of int
        Rows that stand out.
    note : str
        What stands below.
    """

    caption: str
    head: list[str]
    rows: list[list[str]]
    bold: set[int] = field(default_factory=set)
    note: str = ""


@dataclass(frozen=True)
class Findings:
    """What a sweep shows.

    Attributes
    ----------
    sentences : list of str
    pictures : list of Picture
    tables : list of Table
    limits : tuple of str
        Keys of the limits, besides the general ones, that belong to this kind of question.
    """

    sentences: list[str]
    pictures: list[Picture]
    tables: list[Table]
    limits: tuple[str, ...] = ()


def findings_of(results: Results, texts: Texts) -> Findings:
    """Return what a sweep shows."""
    design = results.design
    if design.trial:
        return trial_findings(results, texts)
    if design.path:
        return loop_findings(results, texts)
    if design.kind in SAMPLED:
        return sensitivity_findings(results, texts)
    return comparison_findings(results, texts)


def _title(results: Results, texts: Texts) -> str:
    return results.design.text("title", texts.language)


def _seeds(results: Results, texts: Texts) -> str:
    first = results.design.seed
    return texts("picture.seeds", first=first, last=first + replicates_of(results) - 1)


def _outcomes_in_words(axes: list[pictures.Axis]) -> str:
    return "; ".join(within(axis.label) for axis in axes)


# Points against the baseline ------------------------------------------------------------------------------------


def comparison_findings(results: Results, texts: Texts) -> Findings:
    """Return what points show against their baseline: effects, and curves or maps where factors were crossed."""
    crossed = _crossed(results) if results.design.kind == "factorial" else []
    sentences, table = _effect_sentences(results, texts), _effects_table(results, texts)
    rounded = texts("effect.rounded")
    if len(crossed) == 2 and min(len(factor.values) for factor in crossed) >= MAP_LEVELS:
        maps = [_map(results, crossed, place, texts) for place in range(len(results.design.outcomes))]
        told = [sentence for place, (where, tipping, _) in enumerate(maps) for sentence in (where if place == 0 else []) + tipping]
        return Findings([*sentences, *told, rounded], [picture for *_, picture in maps], [table], ("selected", "grid"))
    if len(crossed) in (1, 2):
        more, picture = _curves(results, crossed, texts)
        both = [f"{effect} {curve}".strip() for effect, curve in zip(sentences, more, strict=True)]
        return Findings([*both, rounded], [picture], [table], ("selected",))
    return Findings([*sentences, rounded], [_effects_picture(results, texts)], [table], ("selected",))


def _crossed(results: Results) -> list[Factor]:
    return [factor for factor in results.design.factors if factor.name != DUMMY and len(factor.values) > 1]


def _effects(values: np.ndarray, baseline: int) -> dict[int, Effect]:
    return {point: paired_effect(values[point], values[baseline]) for point in range(len(values)) if point != baseline}


def _effect_sentences(results: Results, texts: Texts) -> list[str]:
    """Say for each outcome which point differs most from the baseline, for the better if any clearly does."""
    base = baseline_of(results)
    baseline = point_words(results, base, texts)
    sentences = []
    for outcome in results.design.outcomes:
        values = by_replicate(results, outcome.name)
        axis = outcome_axis(outcome, texts)
        effects = {point: effect for point, effect in _effects(values, base).items() if effect.replicates}
        if not effects:
            sentences.append(texts("effect.none", outcome=axis.label))
            continue
        wanted = {"lower": "down", "higher": "up"}.get(outcome.better)
        clear = {point: effect for point, effect in effects.items() if effect.direction in ("up", "down")}
        better = {point: effect for point, effect in clear.items() if effect.direction == wanted}
        point, effect = max((better or clear or effects).items(), key=lambda pair: abs(pair[1].difference))
        if all(one.direction == "same" for one in effects.values()):
            sentences.append(
                texts("effect.same", outcome=axis.label, **{"from": amount(effect.baseline, axis.unit, texts)})
            )
            continue
        key = {"down": "best_down", "up": "best_up"}.get(effect.direction, "unsure")
        rank = texts("effect." + ("difference" if wanted is None else "improvement" if better else "worsening"))
        sentences.append(texts(f"effect.{key}", outcome=axis.label, point=point_words(results, point, texts),
                               baseline=baseline, rank=rank, points=len(effects),
                               **_effect_numbers(effect, axis.unit, texts, key == "unsure")))
    return sentences


def _effect_numbers(effect: Effect, unit: str, texts: Texts, signed: bool) -> dict[str, object]:
    return {
        "value": amount(effect.value, unit, texts, effect.half),
        "from": amount(effect.baseline, unit, texts, effect.half),
        "pairs": effect.replicates,
        **interval(effect.difference, effect.half, unit, texts, signed),
    }


def _effects_table(results: Results, texts: Texts) -> Table:
    base = baseline_of(results)
    axes = [outcome_axis(outcome, texts) for outcome in results.design.outcomes]
    effects = [_effects(by_replicate(results, outcome.name), base) for outcome in results.design.outcomes]
    levels = [estimate(by_replicate(results, outcome.name).T) for outcome in results.design.outcomes]
    points = list(range(len(results.points)))[:MOST_ROWS]
    rows = []
    for point in points:
        row = [point_words(results, point, texts) + (f" ({texts('report.baseline').lower()})" if point == base else "")]
        for axis, found, level in zip(axes, effects, levels, strict=True):
            row.append(_cell(level.mean[point], level.half[point], found.get(point), axis.unit, texts))
        rows.append(row)
    heads = [texts("report.point"), *(axis.text(texts) for axis in axes)]
    note = texts("report.skipped_rows", shown=len(points), points=len(results.points)) \
        if len(points) < len(results.points) else ""
    return Table(texts("report.table_effects"), heads, rows, {base} & set(points), note)


def _cell(mean: float, half: float, effect: Effect | None, unit: str, texts: Texts) -> str:
    scale = scale_of(unit)
    shown = texts.number(scale * mean, decimals_for(scale * half, scale * mean))
    if effect is None or not effect.replicates:
        return shown
    decimals = decimals_for(scale * effect.half, scale * effect.difference)
    sign = "−" if effect.difference < 0.0 else "+"
    change, half = (texts.number(abs(scale * one), decimals) for one in (effect.difference, effect.half))
    return f"{shown} ({sign}{change} ± {half})"


def _effects_picture(results: Results, texts: Texts) -> Picture:
    base = baseline_of(results)
    axes = [outcome_axis(outcome, texts) for outcome in results.design.outcomes]
    panels = []
    for outcome, axis in zip(results.design.outcomes, axes, strict=True):
        effects = list(_effects(by_replicate(results, outcome.name), base).items())
        effects = sorted(effects, key=lambda pair: -abs(np.nan_to_num(pair[1].difference)))[:MOST_EFFECTS]
        panels.append((axis, [(point_words(results, point, texts), effect) for point, effect in sorted(effects)]))
    note = f"{texts('picture.effects', replicates=replicates_of(results))} {_seeds(results, texts)}"
    figure = pictures.picture_of_effects(_title(results, texts), panels, texts, note)
    return Picture("effects", figure, texts("picture.alt_effects", outcomes=_outcomes_in_words(axes)))


# Curves ---------------------------------------------------------------------------------------------------------


def _curves(results: Results, crossed: list[Factor], texts: Texts) -> tuple[list[str], Picture]:
    """Return a text for each outcome along the longer factor, and a picture: a line for each value of the other."""
    lever, *others = sorted(crossed, key=lambda factor: -len(factor.values))
    other = others[0] if others else None
    axis = factor_axis(lever, texts)
    sentences, panels = [], []
    for outcome in results.design.outcomes:
        outcome_is = outcome_axis(outcome, texts)
        values = by_replicate(results, outcome.name)
        levels = (other.values if other else (None,))[:pictures.MOST_LINES]
        curves = [_curve_at(results, values, lever, other, level) for level in levels]
        lines = [(texts.plain(level) if other else "", curve) for level, curve in zip(levels, curves, strict=True)]
        told = [lines[0], lines[-1]] if other else lines
        sentences.append(
            " ".join(
                _curve_sentence(
                    curve,
                    axis,
                    f"{within(factor_axis(other, texts).label)} = {label}" if other else "",
                    outcome_is,
                    texts,
                )
                for label, curve in told
            )
        )
        baseline = (
            float(np.nanmean(values[baseline_of(results)])) if np.isfinite(values[baseline_of(results)]).any() else None
        )
        panels.append(pictures.CurvePanel(outcome_is, lines, baseline))
    note = f"{texts('picture.bands', replicates=replicates_of(results))} {_seeds(results, texts)}"
    legend = factor_axis(other, texts).text(texts) if other else ""
    figure = pictures.picture_of_curves(_title(results, texts), axis, panels, texts, note, legend)
    alt = texts("picture.alt_curves", outcomes=_outcomes_in_words([panel.outcome for panel in panels]),
                lever=within(axis.label))
    return sentences, Picture("curves", figure, alt)


def _curve_at(results: Results, values: np.ndarray, lever: Factor, other: Factor | None, level: float | None) -> Curve:
    points = results.points[results.points["sample"]]
    if other is not None:
        points = points[np.isclose(points[other.name], level)]
    return response_curve(points[lever.name].to_numpy(), values[points.index.to_numpy()])


def _curve_sentence(curve: Curve, lever: pictures.Axis, given: str, outcome: pictures.Axis, texts: Texts) -> str:
    if not np.isfinite(curve.change) or curve.change == curve.change_half == 0.0:
        return ""
    clear = np.isfinite(curve.change_half) and abs(curve.change) > curve.change_half
    numbers = {"from": amount(curve.first, outcome.unit, texts, curve.change_half),
               "to": amount(curve.last, outcome.unit, texts, curve.change_half),
               **interval(curve.change, curve.change_half, outcome.unit, texts)}
    where = texts("curve.turns") if curve.turns else _steepest(curve, texts) if clear else ""
    return texts(
        f"curve.{'change' if clear else 'unsure'}",
        lever=lever.label,
        first=texts.plain(curve.lever[0]),
        last=texts.plain(curve.lever[-1]),
        given=texts("curve.given", label=given) if given else "",
        outcome=outcome.label,
        where=where,
        **numbers,
    ).strip()


def _steepest(curve: Curve, texts: Texts) -> str:
    steps = len(curve.lever) - 1
    if steps < 2 or curve.steepest < 0:
        return ""
    if curve.steepest_share * steps < EVEN:
        return texts("curve.even")
    low, high = curve.lever[curve.steepest], curve.lever[curve.steepest + 1]
    return texts("curve.steepest", share=texts.number(100.0 * curve.steepest_share, 0), low=texts.plain(low),
                 high=texts.plain(high))


# Maps -----------------------------------------------------------------------------------------------------------


def _map(results: Results, crossed: list[Factor], place: int, texts: Texts) -> tuple[list[str], list[str], Picture]:
    """Return where one outcome crosses its half-way line, whether it tips there, and a picture, over two factors.

    The factor with more values lies across.
    """
    across, up = sorted(crossed, key=lambda factor: -len(factor.values))
    outcome = results.design.outcomes[place]
    values = by_replicate(results, outcome.name)
    points = results.points[results.points["sample"]].sort_values([up.name, across.name])
    grid = values[points.index.to_numpy()].reshape(len(up.values), len(across.values), -1)
    phases = phase_map(np.sort(across.values), np.sort(up.values), grid)
    axes = factor_axis(across, texts), factor_axis(up, texts), outcome_axis(outcome, texts)
    note = f"{texts('picture.phase', replicates=replicates_of(results))} {_seeds(results, texts)}"
    figure = pictures.picture_of_phases(_title(results, texts), *axes, phases, texts, note)
    alt = texts(
        "picture.alt_phase", outcome=within(axes[2].label), across=within(axes[0].label), up=within(axes[1].label)
    )
    told = _crossings_told(phases, *axes, texts), _tipping_told(phases, axes[2], texts)
    return *told, Picture(f"map_{outcome.name}", figure, alt)


def _crossings_told(phases: PhaseMap, across: pictures.Axis, up: pictures.Axis, outcome: pictures.Axis,
                    texts: Texts) -> list[str]:
    sentences = [texts("phase.level", outcome=outcome.label, level=amount(phases.level, outcome.unit, texts))]
    for row, value in enumerate(phases.up):
        name = f"{up.label} = {texts.plain(value)}"
        if not np.isfinite(phases.mean[row]).all():
            continue  # not all of its runs are done
        if not np.isfinite(phases.crossing[row]):
            side = "never_above" if phases.mean[row, 0] > phases.level else "never_below"
            sentences.append(texts(f"phase.{side}", up=name, outcome=outcome.label))
            continue
        places = [phases.lever_at(place) for place in
                  (phases.crossing[row], phases.crossing_low[row], phases.crossing_high[row]) if np.isfinite(place)]
        shown = [texts.plain(float(f"{place:.2g}")) for place in places]
        key, ends = ("crosses", {"low": shown[1], "high": shown[2]}) if len(shown) == 3 else ("crosses_bare", {})
        sentences.append(texts(f"phase.{key}", up=name, outcome=outcome.label, across=within(across.label), value=shown[0], **ends))
    return sentences


def _tipping_told(phases: PhaseMap, outcome: pictures.Axis, texts: Texts) -> list[str]:
    crossing, tips = int(np.isfinite(phases.crossing).sum()), int(phases.tips.sum())
    if not crossing:
        return []
    key = "tips_none" if tips == 0 else "tips_all" if tips == crossing else "tips_some"
    return [texts(f"phase.{key}", outcome=outcome.label, tips=tips, rows=crossing)]


# Loops ----------------------------------------------------------------------------------------------------------


def loop_findings(results: Results, texts: Texts) -> Findings:
    """Return what leading a lever up and down again shows, for each point."""
    design = results.design
    lever = parameter_axis(design.path.parameter, texts)
    outcomes = [outcome for outcome in design.outcomes if outcome.name in design.series_outcomes]
    top = len(design.path.values) // 2
    values = np.array(design.path.values[:top + 1])
    sentences, shown, tables = [], [], []
    for outcome in outcomes:
        axis = outcome_axis(outcome, texts)
        series = by_replicate_and_period(results, outcome.name)
        loops = []
        for point in range(len(series)):
            label = point_words(results, point, texts) if design.factors else texts("loop.plain")
            label = label[:1].upper() + label[1:]
            ways = series[point].T
            loop = hysteresis_loop(values, ways[:top + 1], ways[top:][::-1])
            loops.append((label, loop))
            sentences.append(_loop_sentence(label, loop, lever, axis, texts))
        if len(loops) > 1:
            sentences.append(_loops_compared(loops, axis, texts))
        note = f"{texts('picture.bars', replicates=replicates_of(results))} {_seeds(results, texts)}"
        figure = pictures.picture_of_loops(_title(results, texts), lever, axis, loops, texts, note)
        alt = texts("picture.alt_loops", outcome=within(axis.label), lever=within(lever.label))
        shown.append(Picture(f"loop_{outcome.name}", figure, alt))
        tables.append(_loop_table(loops, lever, axis, texts))
    limits = ("memory", "mode_laboratory") if design.scenario.mode == "laboratory" else ("memory",)
    return Findings(sentences, shown, tables, limits)


def _loop_sentence(label: str, loop: Loop, lever: pictures.Axis, outcome: pictures.Axis, texts: Texts) -> str:
    low, high = loop.area - loop.area_half, loop.area + loop.area_half
    key = "memory_low" if high < 0.0 else "memory_high" if low > 0.0 else "closed"
    numbers = interval(loop.area, loop.area_half, outcome.unit, texts, signed=key == "closed")
    parts = [texts(f"loop.{key}", label=label, outcome=outcome.label, **numbers)]
    if key != "closed":
        widest = int(np.nanargmax(np.abs(loop.gap)))
        for key, step in (("widest", widest), ("returned", 0)):
            half = float(loop.gap_half[step])
            parts.append(texts(f"loop.{key}", lever=within(lever.label), value=texts.plain(loop.lever[step]),
                               up=amount(loop.up[step], outcome.unit, texts, half),
                               down=amount(loop.down[step], outcome.unit, texts, half)))
    return " ".join(parts)


def _loops_compared(loops: list[tuple[str, Loop]], outcome: pictures.Axis, texts: Texts) -> str:
    """Say whether the loop of the last point is wider than that of the first."""
    (first, one), (last, other) = loops[0], loops[-1]
    change = estimate(np.abs(other.areas) - np.abs(one.areas))
    half = float(change.half)
    key = "wider" if change.mean > half else "narrower" if change.mean < -half else "as_wide"
    return texts(f"loop.{key}", outcome=outcome.label, first=within(first), last=within(last),
                 **interval(float(change.mean), half, outcome.unit, texts))


def _loop_table(loops: list[tuple[str, Loop]], lever: pictures.Axis, outcome: pictures.Axis, texts: Texts) -> Table:
    head = [texts("report.point"), lever.text(texts), *(texts(f"report.{way}") for way in ("up", "down", "gap"))]
    rows = [[label, texts.plain(loop.lever[step]),
             *(_with_interval(mean[step], half[step], outcome.unit, texts)
               for mean, half in ((loop.up, loop.up_half), (loop.down, loop.down_half), (loop.gap, loop.gap_half)))]
            for label, loop in loops for step in range(len(loop.lever))]
    return Table(f"{outcome.text(texts)}. {texts('report.table_loop')}", head, rows)


def _with_interval(mean: float, half: float, unit: str, texts: Texts) -> str:
    scale = scale_of(unit)
    decimals = decimals_for(scale * half, scale * mean)
    shown = texts.number(scale * mean, decimals)
    return shown if not np.isfinite(half) else f"{shown} ± {texts.number(scale * half, decimals)}"


# Sensitivity ----------------------------------------------------------------------------------------------------


def sensitivities(results: Results) -> dict[str, Sensitivity | SensitivityError]:
    """Return for each outcome how much it depends on each factor, or why that cannot be told."""
    design = results.design
    factors, names = design.factors, [factor.name for factor in design.factors]
    sample = results.points["sample"].to_numpy()
    columns = results.points.loc[sample, names]
    unit = np.column_stack([on_unit_scale(columns[factor.name].to_numpy(), factor.low, factor.high, factor.scale)
                            for factor in factors])
    found: dict[str, Sensitivity | SensitivityError] = {}
    for outcome in design.outcomes:
        values = by_replicate(results, outcome.name)[sample]
        try:
            if design.kind == "saltelli":
                found[outcome.name] = sobol(names, design.size, values)
            elif design.kind == "morris":
                found[outcome.name] = morris(names, unit, values)
            else:
                found[outcome.name] = pawn(names, unit, values)
        except SensitivityError as error:
            found[outcome.name] = error
    return found


def sensitivity_findings(results: Results, texts: Texts) -> Findings:
    """Return which factors outcomes depend on."""
    names = {factor.name: factor_axis(factor, texts).label for factor in results.design.factors}
    sentences, panels, tables = [], [], []
    for outcome, found in zip(results.design.outcomes, sensitivities(results).values(), strict=True):
        axis = outcome_axis(outcome, texts)
        if isinstance(found, SensitivityError):
            sentences.append(texts("sensitivity.cannot", outcome=axis.label, reason=str(found)))
            continue
        sentences.append(" ".join(_sensitivity_sentences(found, axis, names, replicates_of(results), texts)))
        panels.append((axis, found))
        tables.append(_sensitivity_table(found, axis, names, texts))
    shown = []
    if panels:
        note = f"{texts('picture.sensitivity')} {_seeds(results, texts)}"
        figure = pictures.picture_of_sensitivity(_title(results, texts), panels, names, texts, note)
        alt = texts("picture.alt_sensitivity", outcomes=_outcomes_in_words([axis for axis, _ in panels]))
        shown.append(Picture("sensitivity", figure, alt))
    return Findings(sentences, shown, tables, ("ranges",))


def _index_amount(value: float, found: Sensitivity, unit: str, texts: Texts) -> str:
    """Return an index without its unit: in the outcome's unit for Morris, in per cent for Sobol."""
    scale = {"morris": scale_of(unit), "sobol": 100.0, "pawn": 1.0}[found.method]
    largest = scale * max(one.value for one in found.indices)
    return texts.number(scale * value, decimals_for(largest / 30.0, scale * value))


def _sensitivity_sentences(found: Sensitivity, axis: pictures.Axis, names: dict[str, str], replicates: int,
                           texts: Texts) -> list[str]:
    clear = found.clear
    unit = {"morris": f" {texts.unit_of_difference(axis.unit)}", "sobol": "%", "pawn": ""}[found.method]
    method = texts(f"sensitivity.method_{found.method}", points=found.points, replicates=replicates)
    key = "clear_none" if not clear else "clear_one" if len(clear) == 1 else "clear"
    sentences = [texts(f"sensitivity.{key}", outcome=axis.label, method=method,
                       factors=", ".join(within(names[one.factor]) for one in clear))]
    if clear:
        top = clear[0]
        told = texts(f"sensitivity.amount_{found.method}", unit=unit,
                     value=_index_amount(top.value, found, axis.unit, texts),
                     low=_index_amount(top.low, found, axis.unit, texts),
                     high=_index_amount(top.high, found, axis.unit, texts))
        sentences.append(texts("sensitivity.first", factor=within(names[top.factor]), amount=told))
        if found.method == "morris" and top.second > 0.5 * top.value:
            sigma = _index_amount(top.second, found, axis.unit, texts)
            sentences.append(texts("sensitivity.interplay", sigma=sigma))
    floors = [one.floor for one in found.indices if one.factor != DUMMY]
    sentences.append(texts("sensitivity.floor" if found.luck_known else "sensitivity.floor_one", unit=unit,
                           low=_index_amount(min(floors), found, axis.unit, texts),
                           high=_index_amount(max(floors), found, axis.unit, texts)))
    unclear = [within(names[one.factor]) for one in found.indices if one not in clear and one.factor != DUMMY]
    if unclear:
        sentences.append(texts("sensitivity.in_noise", factors=", ".join(unclear)))
    if found.dropped:
        sentences.append(texts("sensitivity.dropped", dropped=found.dropped))
    return sentences


def _sensitivity_table(found: Sensitivity, axis: pictures.Axis, names: dict[str, str], texts: Texts) -> Table:
    scale = scale_of(axis.unit) if found.method == "morris" else 1.0
    decimals = decimals_for(scale * max((one.value for one in found.indices), default=1.0) / 10.0)

    def shown(value: float) -> str:
        return texts.number(scale * value, decimals)

    rows = [[names[one.factor], shown(one.value), f"{shown(one.low)} – {shown(one.high)}", shown(one.floor),
             shown(one.second)] for one in found.indices]
    unit = f" ({texts.unit_of_difference(axis.unit)})" if found.method == "morris" else ""
    head = [texts("report.factor"), texts(f"report.index_{found.method}") + unit, "95%", texts("picture.floor"),
            texts(f"report.second_{found.method}")]
    bold = {row for row, one in enumerate(found.indices) if one in found.clear}
    return Table(f"{axis.label}. {texts('report.table_sensitivity')}", head, rows, bold)


# Trials ---------------------------------------------------------------------------------------------------------


def trials(results: Results) -> dict[tuple[str, str], TrialReplicates]:
    """Return what the trial finds, by outcome and arm; only replicates all of whose runs are done count.

    Raises
    ------
    InputError
        If there is no such replicate.
    """
    design = results.design
    runs, regional = results.runs(), results.regional()
    point_of = {name: point for point, name in results.points["name"].items()}
    country = {outcome.name: runs.pivot(index="replicate", columns="point", values=outcome.name)
               for outcome in design.outcomes}
    done = runs.groupby("replicate")["point"].nunique() == len(point_of)
    replicates = sorted(done.index[done])
    if not replicates:
        raise InputError(f"{results.directory} holds no replicate yet in which the trial and all its arms are done")
    regional = regional[regional["replicate"].isin(replicates)].sort_values(["replicate", "region"], kind="stable")
    table = {name: regional[name].to_numpy(np.float64, na_value=np.nan).reshape(len(replicates), -1)
             for name in regional.columns if name not in ("run", "replicate", "region")}
    found = {}
    for outcome in design.outcomes:
        levels = country[outcome.name].loc[replicates]
        for number, arm in enumerate(design.trial.arms[1:], start=1):
            truth = (levels[point_of[arm.name]] - levels[point_of["control"]]).to_numpy(np.float64)
            seen = np.where((table["arm"] == number) | (table["arm"] == 0), table[outcome.name], np.nan)
            before = table[f"{outcome.name}_before"]
            known = before if np.isfinite(before).any() else None
            found[outcome.name, arm.name] = trial_replicates(seen, table["arm"] == number, truth, known)
    return found


def trial_findings(results: Results, texts: Texts) -> Findings:
    """Return what the trial finds, and what is true."""
    design = results.design
    sentences, panels, rows = [], [], []
    for (name, arm_name), found in trials(results).items():
        outcome = outcome_axis(design.outcome(name), texts)
        arm = next(arm for arm in design.trial.arms if arm.name == arm_name)
        label = arm.labels.get(texts.language) or arm.label()
        sentences += _trial_sentences(label, outcome, found, texts)
        title = f"{label}: {within(outcome.label)}" if len(design.trial.arms) > 2 else outcome.label
        panels.append((pictures.Axis(title, outcome.unit), found))
        rows.append(_trial_row(label, outcome, found, texts))
    note = f"{texts('picture.trial')} {_seeds(results, texts)}"
    figure = pictures.picture_of_trial(_title(results, texts), panels, texts, note)
    alt = texts("picture.alt_trial", outcomes=_outcomes_in_words([axis for axis, _ in panels]))
    head = [texts(f"report.{key}") for key in ("arm", "outcome", "estimate", "adjusted", "truth", "coverage", "power")]
    table = Table(texts("report.table_trial", replicates=len(panels[0][1].truths)), head, rows)
    return Findings(sentences, [Picture("trial", figure, alt)], [table], ("trial",))


def _trial_sentences(arm: str, outcome: pictures.Axis, found: TrialReplicates, texts: Texts) -> list[str]:
    unit, first = outcome.unit, found.estimates[0]
    parts = [texts("trial.held", arm=arm, outcome=outcome.label, treated=first.treated, control=first.control,
                   truth=difference(float(found.truths[0]), unit, texts, first.half),
                   **interval(first.effect, first.half, unit, texts))]
    if found.adjusted:
        second = found.adjusted[0]
        parts.append(texts("trial.held_adjusted", **interval(second.effect, second.half, unit, texts)))
    if len(found.estimates) < 2:
        return [" ".join(parts)]
    mean = float(np.nanmean([one.effect for one in found.estimates]))
    error = estimate(np.array([one.effect for one in found.estimates]) - found.truths)
    half = float(error.half)
    again = [texts("trial.repeated", replicates=len(found.truths), mean=difference(mean, unit, texts, half),
                   truth=difference(float(np.nanmean(found.truths)), unit, texts, half),
                   coverage=_percent(found.coverage, texts), power=_percent(found.power, texts))]
    if found.adjusted:
        widths = [np.nanmean([one.half for one in group]) for group in (found.adjusted, found.estimates)]
        narrower = 1.0 - widths[0] / widths[1]
        again.append(texts("trial.repeated_adjusted" if narrower >= 0.0 else "trial.repeated_wider",
                           coverage=_percent(found.adjusted_coverage, texts), narrower=_percent(abs(narrower), texts)))
    again.append(texts("trial.bias", **interval(float(error.mean), half, unit, texts)))
    return [" ".join(parts), " ".join(again)]


def _percent(share: float, texts: Texts) -> str:
    return texts.number(100.0 * share, 0)


def _trial_row(arm: str, outcome: pictures.Axis, found: TrialReplicates, texts: Texts) -> list[str]:
    unit = outcome.unit

    def mean(values: list[float]) -> str:
        one = estimate(np.array(values, float))
        return _with_interval(float(one.mean), float(one.half), unit, texts) if values else texts("number.none")

    return [arm, f"{outcome.label} ({texts.unit_of_difference(unit)})", mean([one.effect for one in found.estimates]),
            mean([one.effect for one in found.adjusted]), mean(found.truths.tolist()),
            f"{_percent(found.coverage, texts)}%", f"{_percent(found.power, texts)}%"]
