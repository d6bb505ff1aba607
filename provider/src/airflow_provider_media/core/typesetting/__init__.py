"""Text rendering: fonts for every script, bidirectional order, shaping, and drawing as an image.

HarfBuzz shapes and rasterises texts, python-bidi orders bidirectional lines. Fonts and libraries come as wheels, so
workers need none of their system.
"""
