"""TD3+BC (Fujimoto and Gu 2021) written the ordinary eager way, at CORL's sizes for Hopper."""

import copy

import torch
import torch.nn as nn
import torch.nn.functional as F

from offline import BATCH, adam, layers, minimise, mlp, random_transitions, sample, sizes, soft_update


class Learner:
    def __init__(self, data, alpha=2.5, discount=0.99, batch=BATCH):
        self.data, self.batch, self.alpha, self.discount, self.count = data, batch, alpha, discount, 0
        observation_size, action_size = sizes(data)
        self.actor = mlp(observation_size, action_size, nn.Tanh())
        self.critics = nn.ModuleList(mlp(observation_size + action_size, 1) for _ in range(2))
        self.actor_target, self.critic_targets = copy.deepcopy(self.actor), copy.deepcopy(self.critics)
        self.actor_optimizer = adam(self.actor)
        self.first_optimizer, self.second_optimizer = map(adam, self.critics)

    def step(self):
        self.count += 1
        observations, actions, rewards, next_observations, terminated = sample(self.data, batch=self.batch)
        with torch.no_grad():
            noise = (torch.randn_like(actions) * 0.2).clamp(-0.5, 0.5)
            next_actions = (self.actor_target(next_observations) + noise).clamp(-1, 1)
            pair = torch.cat([next_observations, next_actions], 1)
            next_values = torch.min(self.critic_targets[0](pair), self.critic_targets[1](pair))
            target = rewards + self.discount * (1 - terminated) * next_values
        pair = torch.cat([observations, actions], 1)
        critic_loss = F.mse_loss(self.critics[0](pair), target) + F.mse_loss(self.critics[1](pair), target)
        minimise(critic_loss, self.first_optimizer, self.second_optimizer)
        if self.count % 2 == 0:
            self.actor_step(observations, actions)

    def actor_step(self, observations, actions):
        chosen = self.actor(observations)
        values = self.critics[0](torch.cat([observations, chosen], 1))
        weight = self.alpha / values.abs().mean().detach()
        minimise(F.mse_loss(chosen, actions) - weight * values.mean(), self.actor_optimizer)
        soft_update(self.critic_targets, self.critics)
        soft_update(self.actor_target, self.actor)

    def layers(self):
        return layers(self.actor)


def make_step():
    return Learner(random_transitions()).step
