"""What holds for all tests."""

from hypothesis import settings

# A time limit on single examples fails tests on a busy machine, and says nothing about the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
