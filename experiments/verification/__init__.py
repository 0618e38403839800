"""The model held against closed forms: ``netralitas verification`` writes ``docs/verification.md`` and its pictures.

Every study runs the model as anyone would (scenarios, reforms, columns), in laboratory mode and with fixed seeds, and
returns what was compared, with a tolerance that follows from the number of people and months. ``document.py`` lists
the cases.
"""
