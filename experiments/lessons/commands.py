"""What the command ``netralitas lessons`` does; ``experiments/cli.py`` has its options."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.comparison import REPLICATES
from experiments.errors import InputError
from experiments.lessons import results, telling
from experiments.lessons.answers import (
    Outcome,
    amount_of,
    faults_of,
    outcomes_of,
    right_options,
)
from experiments.lessons.catalogue import (
    Lesson,
    Number,
    broken_lessons,
    lessons,
    load_lesson,
)
from experiments.progress import Progress


def print_lessons(console: Console, language: str) -> None:
    """Print the lessons there are, and what is wrong with those that cannot be used."""
    words = telling.texts(language)
    table = Table(*(words(f"lesson_column.{name}") for name in ("number", "title", "asks", "minutes", "worlds")))
    for lesson in lessons().values():
        found = results.stored_robustness(lesson, lesson.prediction.contrast)
        table.add_row(str(lesson.number), lesson.title[language], lesson.asks[language], str(lesson.minutes),
                      words.percent(found.share) if found else words("number.none"))
    console.print(table)
    for name, error in broken_lessons().items():
        console.print(Text(f"{name}: {error}"), style="red")


def check_lesson(console: Console, path: Path, replicates: int, language: str) -> None:
    """Run a lesson, and print what the model says to each of its contrasts and questions.

    Raises
    ------
    InputError
        If the file cannot be used, or states what the model does not say.
    """
    lesson = load_lesson(path)
    if replicates < REPLICATES:
        raise InputError(f"--replicates {replicates} is fewer than the app runs, {REPLICATES}")
    outcomes = outcomes_of(lesson, replicates)
    console.print(Text(f"{lesson.name}: {lesson.title[language]}", style="bold"))
    for line in lines_of(lesson, outcomes, language):
        console.print(Text(f"  {line}"))
    if faults := faults_of(lesson, outcomes):
        raise InputError(f"{path.name} does not hold: {'; '.join(faults)}")
    console.print(Text(telling.texts(language)("lesson.holds", replicates=replicates)))


def lines_of(lesson: Lesson, outcomes: dict[str, Outcome], language: str) -> list[str]:
    """Return what the model says to each contrast and question, one line each."""
    words = telling.texts(language)
    lines = [words("lesson.line", name=outcome.asked.name[language], first=telling.level(outcome, "first", language),
                   second=telling.level(outcome, "second", language), difference=telling.difference(outcome, language),
                   direction=telling.direction(outcome, language), worlds=telling.worlds(outcome, language))
             for outcome in outcomes.values()]
    for number, question in enumerate(lesson.questions, 1):
        if isinstance(question, Number):
            answer = telling.amount(amount_of(outcomes[question.contrast], question.of), question.of, language)
        else:
            answer = "; ".join(question.options[place].text[language] for place in right_options(question, outcomes))
        lines.append(words("lesson.question", number=number, answer=answer or words("number.none")))
    return lines


def ask_worlds(points: int, files: list[Path]) -> Path:
    """Ask in how many plausible worlds the lessons hold, and keep the answers beside them; return where.

    Parameters
    ----------
    points : int
        Plausible worlds.
    files : list of pathlib.Path
        Lessons to ask about; all if none is given. Answers to the others stay as they are.

    Raises
    ------
    InputError
        If a lesson cannot be used, or there are too few worlds.
    """
    if points < results.FEWEST_POINTS:
        raise InputError(f"--points {points} is too few for a share; the fewest is {results.FEWEST_POINTS}")
    asked = [load_lesson(path) for path in files] or list(lessons().values())
    runs = sum(len(lesson.contrasts) for lesson in asked) * results.runs_of(points)
    with Progress(runs, "worlds") as progress:
        table = results.ask(asked, points, results.read_table(), progress.advance, results.write_table)
    return results.write_table(table)
