"""The page "Inside a region": the model itself, stepping, with its people."""
