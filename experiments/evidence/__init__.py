"""Does the model resemble the world? What is known, what the model makes of it, and whether the two agree.

``evidence.toml`` is the only home of what is known; ``contrasts.py`` says how each pattern is looked for in the model,
``simulated.py`` runs it, ``verdict.py`` judges, ``results.py`` keeps it on disk, ``document.py`` tells it.
"""
