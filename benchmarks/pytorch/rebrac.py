"""ReBRAC (Tarasov et al. 2023) written the ordinary eager way: three layers of 256, batch 256, Hopper sizes."""

import copy

import torch
import torch.nn as nn
import torch.nn.functional as F

from offline import (
    BATCH,
    COLUMNS,
    HIDDEN,
    adam,
    layers,
    minimise,
    mlp,
    random_transitions,
    sample,
    sizes,
    soft_update,
    start_small,
)


def critic(inputs):
    """Three hidden layers, normalised after each ReLU."""
    hidden = []
    for size in (inputs, HIDDEN, HIDDEN):
        hidden += [nn.Linear(size, HIDDEN), nn.ReLU(), nn.LayerNorm(HIDDEN)]
    return start_small(nn.Sequential(*hidden, nn.Linear(HIDDEN, 1)), 3e-3)


class Learner:
    def __init__(
        self,
        data,
        actor_penalty=0.01,
        critic_penalty=0.01,
        actor_rate=1e-3,
        critic_rate=1e-3,
        discount=0.99,
        batch=BATCH,
    ):
        self.data, self.batch, self.discount, self.count = data, batch, discount, 0
        self.actor_penalty, self.critic_penalty = actor_penalty, critic_penalty
        observation_size, action_size = sizes(data)
        self.actor = start_small(mlp(observation_size, action_size, nn.Tanh(), hidden_layers=3), 1e-3)
        self.critics = nn.ModuleList(critic(observation_size + action_size) for _ in range(2))
        self.actor_target, self.critic_targets = copy.deepcopy(self.actor), copy.deepcopy(self.critics)
        self.actor_optimizer = adam(self.actor, actor_rate)
        self.first_optimizer, self.second_optimizer = (adam(critic, critic_rate) for critic in self.critics)

    def step(self):
        observations, actions, *outcome = sample(self.data, (*COLUMNS, "next_actions"), self.batch)
        target = self.target(*outcome)
        pair = torch.cat([observations, actions], 1)
        loss = sum(F.mse_loss(critic(pair), target) for critic in self.critics)
        minimise(loss, self.first_optimizer, self.second_optimizer)
        if self.count % 2 == 0:
            # As in the reference, the actor's target follows the actor from before its step.
            soft_update(self.critic_targets, self.critics)
            soft_update(self.actor_target, self.actor)
            self.actor_step(observations, actions)
        self.count += 1

    @torch.no_grad()
    def target(self, rewards, next_observations, terminated, next_actions):
        noise = (torch.randn_like(next_actions) * 0.2).clamp(-0.5, 0.5)
        chosen = (self.actor_target(next_observations) + noise).clamp(-1, 1)
        pair = torch.cat([next_observations, chosen], 1)
        values = torch.min(self.critic_targets[0](pair), self.critic_targets[1](pair))
        distance = ((chosen - next_actions) ** 2).sum(-1, keepdim=True)
        return rewards + self.discount * (1 - terminated) * (values - self.critic_penalty * distance)

    def actor_step(self, observations, actions):
        chosen = self.actor(observations)
        pair = torch.cat([observations, chosen], 1)
        values = torch.min(self.critics[0](pair), self.critics[1](pair))
        weight = 1 / values.abs().mean().detach()
        distance = ((chosen - actions) ** 2).sum(-1, keepdim=True)
        minimise((self.actor_penalty * distance - weight * values).mean(), self.actor_optimizer)

    def layers(self):
        return layers(self.actor)


def make_step():
    return Learner(random_transitions()).step
