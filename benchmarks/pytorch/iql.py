"""IQL (Kostrikov et al. 2021) with a Gaussian policy, written the ordinary eager way, at CORL's sizes for Hopper."""

import copy

import torch
import torch.nn as nn
import torch.nn.functional as F

from offline import BATCH, adam, layers, minimise, mlp, random_transitions, sample, sizes, soft_update


class Learner:
    def __init__(self, data, steps=1_000_000, expectile=0.7, beta=3.0, discount=0.99, batch=BATCH):
        self.data, self.batch, self.expectile, self.beta, self.discount = data, batch, expectile, beta, discount
        observation_size, action_size = sizes(data)
        self.actor = mlp(observation_size, action_size, nn.Tanh())
        self.log_std = nn.Parameter(torch.zeros(action_size))
        self.critics = nn.ModuleList(mlp(observation_size + action_size, 1) for _ in range(2))
        self.critic_targets = copy.deepcopy(self.critics).requires_grad_(False)
        self.value = mlp(observation_size, 1)
        self.actor_optimizer = torch.optim.Adam([*self.actor.parameters(), self.log_std], lr=3e-4)
        self.critic_optimizer, self.value_optimizer = adam(self.critics), adam(self.value)
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.actor_optimizer, steps)

    def step(self):
        observations, actions, rewards, next_observations, terminated = sample(self.data, batch=self.batch)
        with torch.no_grad():
            next_value = self.value(next_observations)
        advantage = self.value_step(observations, actions)
        self.critic_step(observations, actions, rewards + self.discount * (1 - terminated) * next_value)
        self.actor_step(observations, actions, advantage)

    def value_step(self, observations, actions):
        with torch.no_grad():
            pair = torch.cat([observations, actions], 1)
            target = torch.min(self.critic_targets[0](pair), self.critic_targets[1](pair))
        advantage = target - self.value(observations)
        weight = torch.abs(self.expectile - (advantage < 0).float())
        minimise(torch.mean(weight * advantage**2), self.value_optimizer)
        return advantage.detach()

    def critic_step(self, observations, actions, target):
        pair = torch.cat([observations, actions], 1)
        loss = sum(F.mse_loss(critic(pair), target) for critic in self.critics) / 2
        minimise(loss, self.critic_optimizer)
        soft_update(self.critic_targets, self.critics)

    def actor_step(self, observations, actions, advantage):
        weight = torch.exp(self.beta * advantage).clamp(max=100.0)
        policy = torch.distributions.Normal(self.actor(observations), torch.exp(self.log_std.clamp(-20, 2)))
        imitation = -policy.log_prob(actions).sum(-1, keepdim=True)
        minimise(torch.mean(weight * imitation), self.actor_optimizer)
        self.schedule.step()

    def layers(self):
        return layers(self.actor)


def make_step():
    return Learner(random_transitions()).step
