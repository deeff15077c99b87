"""Training recipes: optimiser, learning rates, averaging."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Settings of a training run.

    Attributes
    ----------
    optimiser : "adam" or "soap".
    epochs : default number of epochs.
    rate : highest learning rate.
    gamma : factor of the rate from one epoch to the next.
    warm_up : epochs during which the rate rises from 0.
    decay : share of all steps, at the end, during which the rate falls to 1 % of its value.
    weight_decay : factor of the weights that is added to the gradient (Adam only).
    averaging : share of the old average in the new average of the weights after each step. The average is
        validated and exported. 0 means no averaging.
    batch : items per step. ``frames`` : output frames of an item.
    loss : weight of each loss, by the engine's name.
    """

    name: str
    optimiser: str
    epochs: int
    rate: float
    gamma: float = 1.0
    warm_up: int = 0
    decay: float = 0.0
    weight_decay: float = 0.0
    averaging: float = 0.0
    batch: int = 16
    frames: int = 8192
    mse: float = 1.0
    mrstft: float = 0.0005

    @property
    def loss(self) -> dict[str, float]:
        """The weights of the losses."""
        return {"mse": self.mse, "mrstft": self.mrstft}

    def rate_at(self, step: int, steps_per_epoch: int, epochs: int) -> float:
        """The learning rate of a step, counted from 1, in a run of ``epochs`` epochs."""
        rate = self.rate
        # Repeated multiplication, as in PyTorch's scheduler, because powers differ between machines.
        for _ in range((step - 1) // steps_per_epoch if self.gamma != 1.0 else 0):
            rate *= self.gamma
        warm = self.warm_up * steps_per_epoch
        if step <= warm:
            return rate * step / warm
        if self.decay == 0.0:
            return rate
        left = 1.0 - (step - warm) / max(1, epochs * steps_per_epoch - warm)
        return rate * min(1.0, left / self.decay + 0.01)

    def average_share(self, step: int) -> float:
        """The share of the old average in the new one after a step. It is smaller at first, while the weights
        are still bad.
        """
        return min(self.averaging, (1 + step) / (10 + step))


# neural-amp-modeler 0.13.0: train/_resources/config_model_packed.json, and train/core.py for the epochs and
# the batch.
TRAINER = Recipe("trainer", "adam", epochs=100, rate=0.004, gamma=0.994, weight_decay=3.17e-7)
# docs/training.md says what this recipe gains and how it was found.
FAST = Recipe("fast", "soap", epochs=60, rate=0.008, warm_up=1, decay=0.35, averaging=0.99)
RECIPES = {recipe.name: recipe for recipe in (TRAINER, FAST)}


def find_recipe(recipe: str | Recipe | None, engine: str) -> Recipe:
    """Return the recipe of this name, or the object itself. None takes the engine's default: ``FAST``, but
    ``TRAINER`` for "pytorch", which has no other.

    Raises ValueError if no recipe has the name.
    """
    if recipe is None:
        return TRAINER if engine == "pytorch" else FAST
    if isinstance(recipe, Recipe):
        return recipe
    if recipe not in RECIPES:
        raise ValueError(f"unknown recipe {recipe}; known are {', '.join(RECIPES)}")
    return RECIPES[recipe]
