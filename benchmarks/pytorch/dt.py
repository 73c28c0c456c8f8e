"""Decision Transformer (Chen et al. 2021) at the paper's sizes for the gym tasks, written the ordinary eager way."""

import torch
import torch.nn as nn

from gpt2 import ACTIONS, BATCH, DecisionModel, Gpt2, action_loss, optimise, random_batch

WIDTH, LAYERS, HEADS = 128, 3, 1


def make_step():
    model = DecisionModel(
        WIDTH,
        Gpt2(WIDTH, LAYERS, HEADS, nn.ReLU()),
        embed=lambda size: nn.Linear(size, WIDTH),
        head=nn.Sequential(nn.Linear(WIDTH, ACTIONS), nn.Tanh()),
        norm_first=False,
    )
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=1e-4)
    batch = random_batch(BATCH)

    def step():
        optimise(action_loss(model(**batch), batch["actions"], batch["mask"]), parameters, optimizer)

    return step
