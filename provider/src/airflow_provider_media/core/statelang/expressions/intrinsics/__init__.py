"""Intrinsic functions, the ``States.…`` calls inside payload templates."""

from airflow_provider_media.core.statelang.expressions.intrinsics.call import (
    IntrinsicCall,
    IntrinsicUnreadable,
    intrinsic,
)
from airflow_provider_media.core.statelang.expressions.intrinsics.functions import FUNCTIONS

__all__ = ["FUNCTIONS", "IntrinsicCall", "IntrinsicUnreadable", "intrinsic"]
