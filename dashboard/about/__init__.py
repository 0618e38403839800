"""The page "About the model": what it is, its parameters, the evidence, what it leaves out, its words, how to cite it."""
