"""Registers a component with Rasa's recipe where somebody uses the recipe, and only then.

The recipe imports every component that Rasa ships, TensorFlow among them: 20 s and 600 MB. `rasa train` reads
config.yml through it; our own training and serving draw the graph themselves (nlu/graph.py).
"""

from __future__ import annotations

import sys
from typing import Any, Callable, Type, TypeVar

_RECIPE = "rasa.engine.recipes.default_recipe"
_Component = TypeVar("_Component", bound=Type[Any])


def register(kind: str, *, is_trainable: bool) -> Callable[[_Component], _Component]:
    """Return a decorator that registers a component. `kind`: a name of DefaultV1Recipe.ComponentType."""

    def decorate(component: _Component) -> _Component:
        recipe = sys.modules.get(_RECIPE)
        if recipe is None:
            return component
        types = recipe.DefaultV1Recipe.ComponentType
        return recipe.DefaultV1Recipe.register(types[kind], is_trainable=is_trainable)(component)

    return decorate
