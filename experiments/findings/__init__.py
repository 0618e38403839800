"""What the model says about the study it starts from: its causes, its remedies, and the questions it leaves open.

``findings.toml`` holds what is asked, ``catalogue.py`` reads it, ``results.py`` asks the model and keeps the answers on
disk, ``document.py`` and ``pictures.py`` tell them in both languages.
"""
