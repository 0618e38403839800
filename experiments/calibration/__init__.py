"""What the few observed levels say about the assumed parameters, and what they leave open.

``targets.py`` says what is fitted and what is held out, ``runs.py`` runs points, ``screening.py`` finds the parameters
that matter, ``emulator.py`` learns the model's answers from the runs, ``posterior.py`` sets them against the
observations, ``results.py`` keeps everything on disk, ``document.py`` and ``pictures.py`` tell it.
"""
