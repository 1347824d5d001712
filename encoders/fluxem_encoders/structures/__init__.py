"""The exact values of the domains beyond numbers, lists, dates and distributions.

One module per domain. Each class is immutable, checks what it is made of, and knows its own JSON
and text forms. Importing this fills `structured.STRUCTURED`.
"""
