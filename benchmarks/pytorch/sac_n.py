"""SAC-N (An et al. 2021) written the ordinary eager way, at CORL's sizes for HalfCheetah."""

import copy

import torch
import torch.nn as nn
import torch.nn.functional as F

from offline import BATCH, HIDDEN, adam, mean_layers, minimise, mlp, random_transitions, sample, sizes, soft_update, start_small


class Learner:
    def __init__(self, data, count=10, width=HIDDEN, batch=BATCH, discount=0.99):
        self.data, self.discount, self.batch = data, discount, batch
        observation_size, action_size = sizes(data)
        shape = {"hidden_layers": 3, "width": width}
        self.actor = start_small(mlp(observation_size, 2 * action_size, **shape), 1e-3)
        self.critics = nn.ModuleList(
            start_small(mlp(observation_size + action_size, 1, **shape), 3e-3) for _ in range(count)
        )
        self.critic_targets = copy.deepcopy(self.critics)
        self.log_alpha = nn.Parameter(torch.zeros(()))
        self.alpha_optimizer = torch.optim.Adam([self.log_alpha], lr=3e-4)
        self.actor_optimizer, self.critic_optimizer = adam(self.actor), adam(self.critics)

    def act(self, observations):
        """Actions, and the logarithms of their densities."""
        mean, log_std = self.actor(observations).chunk(2, -1)
        gaussian = torch.distributions.Normal(mean, log_std.clamp(-5, 2).exp())
        drawn = gaussian.rsample()
        # log(1 - tanh(x)^2), without a logarithm of nearly nothing.
        slope = 2 * (0.6931471805599453 - drawn - F.softplus(-2 * drawn))
        return torch.tanh(drawn), (gaussian.log_prob(drawn) - slope).sum(-1)

    def step(self):
        observations, actions, rewards, next_observations, terminated = sample(self.data, batch=self.batch)
        with torch.no_grad():
            surplus = -self.act(observations)[1].mean() + actions.shape[1]
        minimise(self.log_alpha * surplus, self.alpha_optimizer)

        chosen, log_density = self.act(observations)
        least = values(self.critics, observations, chosen).amin(0)
        minimise((self.log_alpha.exp().detach() * log_density - least).mean(), self.actor_optimizer)

        with torch.no_grad():
            next_actions, next_density = self.act(next_observations)
            least = values(self.critic_targets, next_observations, next_actions).amin(0)
            following = least - self.log_alpha.exp() * next_density
            target = rewards.squeeze(-1) + self.discount * (1 - terminated.squeeze(-1)) * following
        errors = (values(self.critics, observations, actions) - target) ** 2
        minimise(errors.mean(1).sum(), self.critic_optimizer)
        soft_update(self.critic_targets, self.critics)

    def layers(self):
        return mean_layers(self.actor)


def values(critics, observations, actions):
    """Of all critics, [N, B]."""
    pair = torch.cat([observations, actions], 1)
    return torch.cat([critic(pair) for critic in critics], 1).T


def make_step():
    return Learner(random_transitions()).step
