"""Measurements of speed and memory that anyone can rerun: ``netralitas bench``, or ``python -m benchmarks``.

One module for each group of measurements; each group runs in a process of its own. What is compared is measured in
the same process in turns, so that a disturbance of the machine falls on both.
"""
