"""On which levers and assumptions do the main outcomes depend, in election and in laboratory mode?

``results.py`` screens all of them and looks closer at the few that matter, ``document.py`` and ``pictures.py`` tell it.
"""
