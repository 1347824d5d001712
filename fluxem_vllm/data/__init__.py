"""Training data: the phrase bank and the generator that draws chains from the tools' types."""
