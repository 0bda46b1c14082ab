"""Our side of the wire: what to start, and the conversation with it."""

from .command import command_target
from .launch import Launch
from .process import Conversation
from .python import python_target

__all__ = ["Conversation", "Launch", "command_target", "python_target"]
