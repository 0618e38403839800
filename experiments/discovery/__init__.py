"""Scenario discovery: in which combinations of what is not known does neutrality collapse, or a policy fail?

``prim.py`` finds boxes in a sample, ``results.py`` draws the samples and keeps what was found, ``document.py`` and
``pictures.py`` tell it.
"""
