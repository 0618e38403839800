"""Tests of the model, its commands and its page."""
