"""Policy search: which combinations of levers are best for neutrality, service and cost at once?

``search.py`` searches with Optuna and can be resumed, ``results.py`` tests what was found with fresh luck and keeps it,
``document.py`` and ``pictures.py`` tell it.
"""
