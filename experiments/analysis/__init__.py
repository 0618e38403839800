"""What the results of a sweep say: effects, curves, phases, loops, sensitivity, trials; pictures, words and the report.

The statistics work on plain arrays and know nothing of files. Nothing is imported here, so that the command line
starts quickly.
"""
