"""How a network is trained: optimiser, rates, averaging."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """One way to train.

    Attributes
    ----------
    optimiser : "adam" or "soap".
    epochs : unless the user says otherwise.
    rate : of learning, at its highest.
    gamma : factor of the rate from epoch to epoch.
    warm_up : epochs in which the rate rises from 0.
    decay : share of all steps, at the end, in which the rate falls to 1 % of itself.
    weight_decay : added to the gradient, as factor of the weights (Adam alone).
    averaging : share of itself that the average of the weights keeps from step to step. The average is judged
    and
        exported. 0: the weights themselves are.
    batch : items of a step. ``frames`` : output frames of an item.
    loss : weights of the losses, by the names of the engine.
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
        """The rate of a step, counted from 1, in a run of that many epochs."""
        rate = self.rate
        # By multiplication, as PyTorch's scheduler: powers differ between machines.
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
        """What the average keeps of itself in a step: less at first, when the weights are still bad."""
        return min(self.averaging, (1 + step) / (10 + step))


# neural-amp-modeler 0.13.0: train/_resources/config_model_packed.json, and train/core.py for the epochs and
# the batch.
TRAINER = Recipe("trainer", "adam", epochs=100, rate=0.004, gamma=0.994, weight_decay=3.17e-7)
# docs/training.md has what it gains and how it was found.
FAST = Recipe("fast", "soap", epochs=30, rate=0.008, warm_up=1, decay=0.35, averaging=0.99)
RECIPES = {recipe.name: recipe for recipe in (TRAINER, FAST)}
