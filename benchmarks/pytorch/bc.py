"""Behaviour cloning written the ordinary eager way, at CORL's sizes for Hopper."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from td3_bc import ACTIONS, BATCH, OBSERVATIONS, ROWS, mlp


def make_step():
    actor = mlp(OBSERVATIONS, ACTIONS, nn.Tanh())
    optimizer = torch.optim.Adam(actor.parameters(), lr=3e-4)
    observations, actions = torch.randn(ROWS, OBSERVATIONS), torch.rand(ROWS, ACTIONS) * 2 - 1

    def step():
        rows = torch.randint(0, ROWS, (BATCH,))
        loss = F.mse_loss(actor(observations[rows]), actions[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step
