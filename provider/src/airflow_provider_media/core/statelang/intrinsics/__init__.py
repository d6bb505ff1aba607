"""Intrinsic functions, the ``States.…`` calls inside payload templates."""

from airflow_provider_media.core.statelang.intrinsics.call import IntrinsicCall, IntrinsicUnreadable, intrinsic
from airflow_provider_media.core.statelang.intrinsics.functions import FUNCTIONS

__all__ = ["FUNCTIONS", "IntrinsicCall", "IntrinsicUnreadable", "intrinsic"]
