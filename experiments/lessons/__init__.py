"""Lessons: a question, a prediction, an experiment with the model, what came out, and what to think about it.

A lesson is a file, ``NN_name.toml``, in both languages; ``README.md`` beside it says how to write one. What is right in a
lesson is never written into it: it is computed from the model, see ``experiments.lessons.answers``.
"""
