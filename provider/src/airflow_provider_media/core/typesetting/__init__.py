"""Texts as pictures: fonts for every script, the order of letters, their joined forms, and their drawing.

HarfBuzz shapes and rasterises, python-bidi orders lines of two directions. Both come as wheels, so that workers need
no fonts and no libraries of their system.
"""
