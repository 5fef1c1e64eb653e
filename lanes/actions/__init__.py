"""The registered actions of automatic steps: what a workflow file may name after `automatic:`."""

from __future__ import annotations

from collections.abc import Mapping

from lanes.actions import cards, checks, documents, messages, periods, register
from lanes.actions.base import Action

_MODULES = (checks, register, documents, cards, messages, periods)
ACTIONS: Mapping[str, Action] = {action.name: action for module in _MODULES for action in module.ACTIONS}
