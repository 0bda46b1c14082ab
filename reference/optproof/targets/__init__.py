"""Ways to reach an implementation: what to start, and the conversation with it."""

from .process import Conversation
from .python import Launch, python_target

__all__ = ["Conversation", "Launch", "python_target"]
