"""What a state's fields can hold besides constants: paths, JSONata, intrinsic functions, choice operators and
templates.
"""
