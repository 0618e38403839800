"""Asking questions of the model: runs and their replicates, tables, pictures, files and the command line.

Nothing is imported here, so that the command line starts quickly.
"""
