"""Where things lie in the 256 lanes of an embedding."""

WIDTH = 256
LAYOUT_VERSION = 1

TAG = slice(0, 16)  # a ±1 codeword per domain
VALUE = slice(16, 128)  # the value, in the domain's own code
FEATURES = slice(128, 192)  # semantic features that all domains share
COMPOSE = slice(192, 256)  # what the algebra adds and multiplies
