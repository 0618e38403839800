"""Measures what the model was said not to do, and writes the tables of ``docs/explanation/weak_levers.md``.

    python scripts/weak_levers.py                     # all tables, in some minutes, on the terminal
    python scripts/weak_levers.py --write             # onto disk with their manifest, and into the document between its marks
    python scripts/weak_levers.py ban --pairs 256     # one of them, surer

Everything is in election mode, scenario ``pilkada_2020``, one region of 1,000 civil servants unless a table says otherwise.
Contrasts are run on the same seeds, 0 and up. Intervals hold with 95% confidence over seeds: Student's t for means, the
percentile bootstrap over runs for ratios of sums.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from scipy import stats

from experiments.documents import origin
from model import PARAMETERS, BureaucracyModel, load_scenario
from model.measures import measured
from model.population import TALLY

DOCUMENT = Path(__file__).parent.parent / "docs" / "explanation" / "weak_levers.md"
RESULTS = DOCUMENT.parent / "weak_levers" / "results.json"
COMMAND = "python scripts/weak_levers.py --write"
CONFIDENCE = 0.95
TERM = 60
SECOND_VOTE = 2 * TERM
CAMPAIGN = 3  # months, that of the vote included
A_YEAR_LATER = SECOND_VOTE + 12
VOTES = [TERM * term for term in range(1, 6)]
Changes = dict[str, float]
Row = tuple[str, ...]
SCENARIO = "pilkada_2020"


# Runs and intervals --------------------------------------------------------------------------------------------


def counts_of(changes: Changes, pairs: int, months: int, regions: int = 1, until: int = 0,
              reform: Changes | None = None) -> np.ndarray:
    """Return monthly counts, shape (pairs, months, TALLY_VALUES); a ``reform`` holds up to month ``until``."""
    scenario = load_scenario(SCENARIO).replace(regions=regions, staff=1000, months=months, **changes)
    start = scenario.replace(**(reform or {}))
    stack = BureaucracyModel.stack([(start, seed) for seed in range(pairs)])
    if reform:
        stack.run_for(until)
        back = {name: scenario.value(name) for name in reform}
        for run in range(len(stack)):
            stack.engine.change_parameters(run, back)
    stack.run_for(months - until if reform else months)
    return stack.counts()


def over(counts: np.ndarray, measure: str, first: int, last: int) -> np.ndarray:
    """Return a measure of each run over the months ``first`` to ``last``."""
    return measured(measure, counts[:, first - 1:last].sum(axis=1))


def campaign_siding(counts: np.ndarray, vote: int = SECOND_VOTE) -> np.ndarray:
    """Return the share that sides in the three months up to a vote."""
    return over(counts, "siding_share", vote - CAMPAIGN + 1, vote)


def mean(values: np.ndarray) -> str:
    """Return a mean with half its interval."""
    known = values[np.isfinite(values)]
    half = stats.t.ppf(0.5 + CONFIDENCE / 2, len(known) - 1) * stats.sem(known)
    return f"{np.mean(known):.3f} ± {half:.3f}"


def ratio(upper: np.ndarray, lower: np.ndarray) -> str:
    """Return a ratio of sums over runs with its interval."""
    def of_sums(up, low, axis=-1):
        return np.sum(up, axis=axis) / np.sum(low, axis=axis)

    ends = stats.bootstrap((upper, lower), of_sums, paired=True, vectorized=True, confidence_level=CONFIDENCE,
                           n_resamples=999, method="percentile", rng=np.random.default_rng(0)).confidence_interval
    return f"{of_sums(upper, lower):.3f} ({ends.low:.3f} to {ends.high:.3f})"


def named(changes: Changes) -> str:
    """Return changes in words."""
    return ", ".join(f"`{name}` {value:g}" for name, value in changes.items()) or "defaults"


# Tables --------------------------------------------------------------------------------------------------------


def reports(pairs: int) -> Iterator[Row]:
    """When do the reports of a cycle arrive?"""
    yield ("", "last 3 months, of those up to the vote", "last 3 months, of all", "after the vote, of all",
           "siding in the campaign, less that with the defaults")
    yield "observed in 2020", "0.468", "0.300", "0.358", ""
    usual = campaign_siding(counts_of({}, pairs, A_YEAR_LATER))
    for changes in (*({"reporting_delay": delay} for delay in (1.0, 2.0, 3.0, 4.0, 6.0)),
                    {"salience_scale": 1.5}, {"salience_scale": 4.0}, {"reporting_delay": 1.0, "salience_scale": 1.5},
                    {"reporting_delay": 1.0, "salience_scale": 4.0}):
        counts = counts_of(changes, pairs, A_YEAR_LATER)
        arrived = counts.view(TALLY)[..., 0]["reported_role"].sum(axis=(2, 3))
        cycle = arrived[:, A_YEAR_LATER - TERM:]
        to_vote, campaign = arrived[:, A_YEAR_LATER - TERM:SECOND_VOTE], arrived[:, SECOND_VOTE - CAMPAIGN:SECOND_VOTE]
        late = arrived[:, SECOND_VOTE:].sum(axis=1)
        yield (named(changes), ratio(campaign.sum(axis=1), to_vote.sum(axis=1)),
               ratio(campaign.sum(axis=1), cycle.sum(axis=1)), ratio(late, cycle.sum(axis=1)),
               mean(campaign_siding(counts) - usual))


def incumbents(pairs: int) -> Iterator[Row]:
    """How often do incumbents win, and why?"""
    yield "", "incumbent ran himself", "a successor ran", "all"
    yield "observed in 2015", "0.632 (0.566 to 0.694, 218 regions)", "", ""
    for changes in ({}, {"incumbency": 0.0}, {"incumbency": 0.2}, {"incumbency": 0.3}, {"mobilisation": 0.0},
                    {"incumbency": 0.0, "mobilisation": 0.0}, {"incumbency": 0.0, "mobilisation": 0.0, "popularity_sd": 0.0},
                    {"popularity_sd": 0.1}, {"popularity_sd": 0.4}, {"margin_noise": 0.2}, {"margin_noise": 0.6}):
        t = counts_of(changes, 2 * pairs, VOTES[3]).view(TALLY)[..., 0]
        held, won, ran, back = (t[name].sum(axis=1) for name in (
            "elections", "incumbent_wins", "incumbents_ran", "incumbents_returned"))
        yield named(changes), ratio(back, ran), ratio(won - back, held - ran), ratio(won, held)


def ban(pairs: int) -> Iterator[Row]:
    """What does a ban move, in beliefs and in deeds?"""
    yield ("", "rotations, 24 months up to the vote", "rotations, month of the handover", "both, less those without a ban",
           "siding in the campaign, less that without a ban")
    for changes in ({}, {"anticipation": 0.0}, {"anticipation": 1.0}, {"deferral": 0.0}, {"deferral": 1.0},
                    {"anticipation": 0.0, "deferral": 0.0}, {"rotation": 0.08}, {"purge": 0.0}):
        without = counts_of(changes | {"rotation_ban": 0.0}, pairs, A_YEAR_LATER)
        for months in (0.0, 1.0, 6.0, 12.0) if not changes else (6.0,):
            counts = counts_of(changes | {"rotation_ban": months}, pairs, A_YEAR_LATER)
            before, after = (_rotations(counts, *span) for span in ((97, 120), (123, 123)))
            both = _rotations(without, 97, 120) + _rotations(without, 123, 123)
            yield (f"ban of {months:g} months, {named(changes)}", mean(before), mean(after), mean(before + after - both),
                   mean(campaign_siding(counts) - campaign_siding(without)))


def _rotations(counts: np.ndarray, first: int, last: int) -> np.ndarray:
    """Return senior posts refilled per 1,000 posts over some months."""
    return counts.view(TALLY)[:, first - 1:last, 0]["rotations"].sum(axis=(1, 2, 3))


def first_month(pairs: int) -> Iterator[Row]:
    """How much of a ban's effect on siding comes with its first month?"""
    yield "", "effect of a ban of 1 month", "effect of 6 months", "share of it that the first month brings"
    for changes in ({}, {"deferral": 0.0}, {"salience_scale": 1.5}, {"salience_scale": 4.0}, {"promotion_prize": 3.0}):
        without, short, long = (campaign_siding(counts_of(changes | {"rotation_ban": months}, pairs, SECOND_VOTE))
                                for months in (0.0, 1.0, 6.0))
        yield named(changes), mean(short - without), mean(long - without), ratio(short - without, long - without)


def capacity(pairs: int) -> Iterator[Row]:
    """Where does capacity to hear cases bind?"""
    yield ("hearings per 1,000 staff and month", "lapsed of reported", "perceived risk in the campaign",
           "siding in the campaign, less that at 8")
    usual = campaign_siding(counts_of({}, pairs, A_YEAR_LATER))
    for hearings in (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 24.0):
        counts = counts_of({"oversight_capacity": hearings}, pairs, A_YEAR_LATER)
        cases = [over(counts, name, A_YEAR_LATER - TERM + 1, A_YEAR_LATER) for name in ("lapsed", "reported")]
        yield (f"{hearings:g}", ratio(*cases), mean(over(counts, "perceived_risk", 118, 120)),
               mean(campaign_siding(counts) - usual))


STRICT = {"independence": 1.0, "severity": 60.0, "patrol": 0.25, "oversight_capacity": 24.0}
LAX = {"independence": 0.0, "severity": 5.0, "patrol": 0.02, "oversight_capacity": 0.0}
STICKY = {"peer_influence": 0.7, "decision_noise": 0.25, "risk_memory": 0.995, "prior_weight": 0.5, "loyalty_memory": 0.99}


def lasting(pairs: int) -> Iterator[Row]:
    """What is left, at later votes, of a policy that held for one term?"""
    yield ("lax for the first term, less strict", *(f"vote {number}" for number in range(1, 6)),
           "kept from the second vote to the third")
    for changes in ({}, {"risk_memory": 0.995}, {"peer_influence": 0.7}, {"publicity": 1.0}, {"salience_floor": 0.1},
                    {"learning_rate": 0.05}, STICKY, STICKY | {"salience_floor": 0.1}):
        lax, strict = (counts_of(changes, pairs, VOTES[-1], 1, TERM, reform) for reform in (LAX, STRICT))
        gaps = [campaign_siding(lax, vote) - campaign_siding(strict, vote) for vote in VOTES]
        yield named(changes), *map(mean, gaps), ratio(gaps[2], gaps[1])


def culture(pairs: int) -> Iterator[Row]:
    """What is left, at later votes, of the patronage with which a country of twelve regions began?"""
    yield "siding, patronage 0.9 at the start less 0.3", *(f"vote {number}" for number in range(1, 6))
    for changes in ({}, {"mutation_sd": 0.2}, {"mutation_sd": 0.0}):
        high, low = (counts_of(changes | {"patronage": start}, max(8, pairs // 4), VOTES[-1], 12) for start in (0.9, 0.3))
        yield (f"siding, {named(changes)}", *(mean(campaign_siding(high, vote) - campaign_siding(low, vote)) for vote in VOTES))
        yield (f"patronage, {named(changes)}",
               *(mean(over(high, "patronage", vote, vote) - over(low, "patronage", vote, vote)) for vote in VOTES))


def certainty(pairs: int) -> Iterator[Row]:
    """Does certainty beat severity, and what makes it do so?"""
    yield "", "twice the rates at which acts are seen", "twice the severity", "certainty less severity"
    rates = {name: 2 * PARAMETERS[name].default for name in ("patrol", "public_reporting", "peer_reporting", "oversight_capacity")}
    for changes in ({}, {"curvature": 0.4}, {"curvature": 0.8}, {"curvature": 1.0}, {"curvature": 1.0, "severity": 10.0},
                    {"curvature": 1.0, "severity": 10.0, "patience": 1.0}):
        base, certain, severe = (campaign_siding(counts_of(changes | more, pairs, SECOND_VOTE)) for more in (
            {}, rates, {"severity": 2 * changes.get("severity", PARAMETERS["severity"].default)}))
        yield named(changes), mean(certain - base), mean(severe - base), mean(certain - severe)


TABLES: dict[str, Callable[[int], Iterator[Row]]] = {
    table.__name__: table
    for table in (reports, incumbents, ban, first_month, capacity, lasting, culture, certainty)
}


# Writing -------------------------------------------------------------------------------------------------------


def in_markdown(rows: list[Row]) -> str:
    """Return rows as a table; the first is its head."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def keep(name: str, rows: list[Row], pairs: int) -> None:
    """Keep a table on disk, with what it depends on."""
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    kept[name] = {"manifest": {"command": COMMAND, "scenario": SCENARIO, "pairs": pairs, "seeds": "from 0 on",
                               **origin()}, "rows": rows}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({one: kept[one] for one in TABLES if one in kept}, indent=1, ensure_ascii=False) + "\n",
                       encoding="utf-8")


def with_tables(text: str) -> str:
    """Return the document with the tables on disk between their marks."""
    for name, kept in json.loads(RESULTS.read_text("utf-8")).items():
        marks = rf"(<!-- {name} -->\n)(?:.*?\n)??(<!-- end -->)"
        table = in_markdown(kept["rows"])
        text, places = re.subn(marks, lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text, flags=re.DOTALL)
        if places != 1:
            raise typer.BadParameter(f"{DOCUMENT.name} has {places} places for the table {name!r}, not one")
    return text


def main(
    names: Annotated[list[str] | None, typer.Argument(help=f"Tables: {', '.join(TABLES)}; all by default.")] = None,
    pairs: Annotated[int, typer.Option(min=8, help="Seeds, from 0 on, each run under every policy of a table.")] = 128,
    into_document: Annotated[bool, typer.Option("--write", help="Keep the tables on disk, and write them into the document.")] = False,
) -> None:
    """Measure the misses and weak levers."""
    for name in names or TABLES:
        if name not in TABLES:
            raise typer.BadParameter(f"there is no table {name!r}; there are {', '.join(TABLES)}")
        with Console(stderr=True).status(f"{name}, {pairs} pairs of runs for each line"):
            rows = list(TABLES[name](pairs))
        if into_document:
            keep(name, rows, pairs)
            DOCUMENT.write_text(with_tables(DOCUMENT.read_text("utf-8")), encoding="utf-8")
        print(f"{name}\n\n{in_markdown(rows)}\n", flush=True)


if __name__ == "__main__":
    typer.run(main)
