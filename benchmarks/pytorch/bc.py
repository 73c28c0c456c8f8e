"""Behaviour cloning written the ordinary eager way, at CORL's sizes for Hopper."""

import torch.nn as nn
import torch.nn.functional as F

from offline import adam, minimise, mlp, random_transitions, sample, sizes


class Learner:
    def __init__(self, data):
        self.data = data
        self.actor = mlp(*sizes(data), nn.Tanh())
        self.optimizer = adam(self.actor)

    def step(self):
        observations, actions = sample(self.data, ("observations", "actions"))
        minimise(F.mse_loss(self.actor(observations), actions), self.optimizer)


def make_step():
    return Learner(random_transitions()).step
