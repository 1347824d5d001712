"""Detection service, chain runtime, Ray pool, serving, training and command line."""
