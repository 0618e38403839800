"""Sweeps: a question becomes a design, the design a table of points, the points runs, the runs a directory of results.

    entries.py  one entry of a TOML table -> a checked value, or a sentence that says what is wrong
    design.py   a TOML file -> Design, checked whole before anything runs
    points.py   Design -> table of points: which values each factor takes
    plan.py     points x replicates -> numbered runs, their identities, chunks of about a second
    chunk.py    one chunk of runs -> a table of outcomes; what a thread or a distant worker does
    execute.py  a plan over any concurrent.futures.Executor; threads by default
    cluster.py  an executor of Dask, where one machine is outgrown
    store.py    the directory: manifest, segments, journal, lock; resumed, verified, exported
    results.py  the directory -> tables for analysis, or one file
    commands.py what the commands sweep, designs, status and export do

Nothing is imported here, so that the command line starts quickly.

The format of a design
----------------------
Text entries come with an Indonesian sister (``title_id``). Only title, kind and [outcomes] are required::

    title = "…"              title_id = "…"
    question = "…"           question_id = "…"
    description = "…"        description_id = "…"          references = ["…"]
    scenario = "pilkada_2020"      # a ready scenario, or a path relative to this file
    kind = "factorial"             # latin_hypercube | sobol | morris | saltelli | table | trial
    size = 64                      # points (latin_hypercube, sobol), base sample (saltelli), trajectories (morris)
    seed = 1                       # of the first replicate; replicate r has seed + r at every point
    regions, staff, months         # instead of the scenario's
    from_month = 61                # what varies takes effect as a reform of this month; by default from the start
    dummy = true                   # a factor that does nothing, the noise floor; default for the sampled kinds
    replicates = 16                # or, until the paired difference to the baseline is known well enough:
    [replicates]                   #   first = 8, most = 256, outcome = "siding", half_width = 0.002, confidence = 0.95

    [set]                          # parameters of the scenario, the same at every point
    patrol = 0.2

    [vary]                         # the factors; name = [values], or name = {low, high, levels, scale}
    oversight_capacity = [0, 4, 8, 16]
    independence = { low = 0, high = 1, levels = 5 }       # levels and values are for factorial; scale = "log" is allowed
    [vary.certainty]               # one number that sets several parameters; its title, unit are its own
    low = 0
    high = 1
    levels = 11
    title = "Share of the budget spent on certainty"
    unit = "share"
    sets = { oversight_capacity = [0, 24], severity = [50, 5] }
                                   # numbers spread evenly from low to high (or one for each of the values), joined by
                                   # straight lines

    [baseline]                     # what points are compared with; factors not named keep the scenario's own value
    oversight_capacity = 8

    [[point]]                      # kind = "table": or file = "points.csv" with a column for each factor (and name, name_id)
    name = "…"                     # a point may set any parameter; what is left out keeps the scenario's value
    independence = 1

    [outcomes]                     # name = measure, over all months; or
    siding = "siding_share"
    [outcomes.executives_at_vote]
    measure = "siding_share"
    rank = "executive"             # or camp, channel; where = "reach" | "outside"
    when = "campaign"              # all | final | last year | campaign | vote | [60, 120] | "49-60"
    label = "…"                    # label_id
    better = "lower"               # or "higher"; left out where it is neither

    [series]                       # what is kept over time; by default the outcomes, by month
    outcomes = ["siding"]
    every = 12                     # months in a period

    [path]                         # an ordered walk of one parameter up and down again, within each run
    parameter = "oversight_capacity"
    low = 0                        # or values = […] for the way up
    high = 24
    levels = 13
    hold = 36                      # months at each step; months of the run follow from it
    measured = 12                  # of these, the last ones are measured: one period of the series for each step

    [trial]                        # kind = "trial": the regions of one country are randomised to arms
    from_month = 61
    before = 12                    # months before it that count as the baseline survey
    [trial.arms.capacity]          # besides the arm "control", which changes nothing
    label = "…"                    # label_id
    oversight_capacity = 24

What analysis reads
-------------------
``load_design(path or ready name) -> Design`` and ``open_results(directory) -> Results``, see results.py::

    design.name, .kind, .seed, .size, .scenario (a model.scenario.Scenario, [set] applied), .source (the file's text)
    design.text("title" | "question" | "description", "en" | "id"); .references
    design.factors    tuple of Factor: name, low, high, values, scale, sets, unit, label("en"); dummy is one of them
    design.outcomes   tuple of Outcome: name, measure, by, category, where, months, better, unit, label("en")
    design.series_outcomes  names;  design.path, design.trial, design.replicates (see design.py) or None

    results.design, .manifest (dict), .planned, .done, .failed (numbers of runs)
    results.points    DataFrame, index point: name, sample (bool: part of the sample, in the order SALib wants it), baseline
                      (bool: exactly one), then one column for each factor (nan: the scenario's own value).
                      Trials: name is "control", the arms, and "trial"; the first ones treat every region (the truth).
    results.settings(point)  dict of parameter -> value that the point sets
    results.runs()    DataFrame: run, point, replicate, seed, then one column for each outcome (nan: nothing to divide by)
    results.series()  DataFrame: run, point, replicate, period, then one column for each outcome of the series
    results.periods   DataFrame, index period: first_month, last_month; with a path also step, value, direction (up | down)
    results.regional()  trials: DataFrame run, replicate, region, arm (0 is control), then outcome and outcome_before for each
    results.failures()  DataFrame: run, point, replicate, seed, parameters (JSON), error, traceback

Replicates with the same number share their luck at every point: differences are taken between them, pairwise.
"""
