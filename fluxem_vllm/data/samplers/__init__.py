"""How people write the values of the further domains, one module per domain."""
