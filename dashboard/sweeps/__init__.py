"""The page "Experiments": a design, run in the background, and what it shows."""
