"""What the policy search found, in words."""

from __future__ import annotations

from pathlib import Path

from experiments.documents import markdown_table, write_in_languages
from experiments.language import Texts, texts_of, unit_of_parameter
from experiments.optimisation.results import (
    COMMAND,
    KNEES,
    RESULTS,
    WEIGHTS,
    Found,
    Policy,
    PutBack,
    found_of,
)
from experiments.optimisation.search import levers_of, today

FOLDER = Path(__file__).parent / "texts"
STEM = "policy_search"
LEVERS_TOLD = 4


def texts(language: str) -> Texts:
    """Return the texts of this room."""
    return texts_of(language, FOLDER)


def picture_name(lever_set: str, language: str) -> Path:
    """Return where the picture of a set is, from the document."""
    return Path("policy_search") / f"{lever_set}.{language}.png"


def document(table: dict, language: str) -> str:
    """Return the document in a language."""
    words, manifest = texts(language), table["manifest"]
    parts = [
        f"# {words('optimisation.title')}",
        words("optimisation.opening"),
        words("optimisation.made", command=COMMAND, results=RESULTS.as_posix(), model=manifest["model"],
              scenario=manifest["scenario"], policies=words.number(manifest["generations"] * manifest["generation"], 0),
              replicates=manifest["replicates"]),
        words("optimisation.how", fresh=manifest["fresh_replicates"]),
        *(_set(name, found, words) for name, found in found_of(table).items()),
    ]
    return "\n\n".join(parts) + "\n"


def _set(name: str, found: Found, words: Texts) -> str:
    told = {"today": found.today} | {knee: found.front[found.knees[knee]] for knee in KNEES}
    rows = [[words(f"optimisation.{knee}"), *_outcomes(policy, words),
             _levers(policy, found.hangs_on[knee], words) if knee != "today" else "–"] for knee, policy in told.items()]
    best = [found.front[place] for place in found.best_by_weight]
    moved = words("optimisation.weights_same" if len(set(found.best_by_weight)) == 1 else "optimisation.weights_move")
    return "\n\n".join([
        f"## {words(f'optimisation.{name}')}",
        words(f"optimisation.{name}_why", levers=len(levers_of(name))),
        words("optimisation.front", number=len(found.front), fresh=words.percent(_mean_siding(found, "tested"), 1),
              searched=words.percent(_mean_siding(found, "searched"), 1)),
        f"![{words('optimisation.picture')}]({picture_name(name, words.language).as_posix()})",
        markdown_table([words(f"optimisation_column.{column}") for column in ("policy", "siding", "service", "cost", "levers")], rows),
        moved,
        markdown_table([words(f"optimisation_column.{column}") for column in ("value", "price", "siding", "service", "cost")],
               [[f"× {words.plain(value)}", f"× {words.plain(price)}", *_outcomes(policy, words)]
                for (value, price), policy in zip(WEIGHTS, best, strict=True)]),
    ])


def _mean_siding(found: Found, runs: str) -> float:
    """Return the mean siding of the front in the search or when tested: the best of many are partly lucky."""
    return sum(getattr(policy, runs)[0] for policy in found.front) / len(found.front)


def _outcomes(policy: Policy, words: Texts) -> list[str]:
    (siding, service, cost), (error, *_) = policy.tested, policy.error
    return [f"{words.percent(siding, 1)} ± {words.number(200.0 * error, 1)}", words.number(service, 3), words.number(cost, 3)]


def _levers(policy: Policy, hangs_on: list[PutBack], words: Texts) -> str:
    now = today(list(policy.levers))
    return "; ".join(words("optimisation.put_back", lever=one.lever, now=words.plain(now[one.lever]),
                           here=words.with_unit(words.plain(float(f"{policy.levers[one.lever]:.2g}")), unit_of_parameter(one.lever)),
                           siding=_signed(100.0 * one.change[0], 1, words), service=_signed(one.change[1], 3, words),
                           cost=_signed(one.change[2], 3, words))
                     for one in hangs_on[:LEVERS_TOLD])


def _signed(value: float, decimals: int, words: Texts) -> str:
    written = words.number(value, decimals)
    return written if written.startswith("−") else f"+{written}"


def write_documents(table: dict, folder: Path) -> list[Path]:
    """Write document and pictures in every language; return where they are."""
    from experiments.optimisation.pictures import picture_of

    found = found_of(table)
    return write_in_languages(folder, STEM, lambda language: document(table, language), lambda language: (
        (picture_name(name, language), picture_of(one, texts(language))) for name, one in found.items()))
