"""The papers of a class: guide, slides, worksheet and answer key, written from their sources and from what the model says now."""
