"""CQL (Kumar et al. 2020) on SAC, with importance sampling, written the ordinary eager way, at CORL's sizes for Hopper."""

import copy
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from offline import BATCH, adam, linear_layers, mean_layers, minimise, mlp, random_transitions, sample, sizes, soft_update

SAMPLES = 10


class TanhGaussianPolicy(nn.Module):
    def __init__(self, observation_size, action_size):
        super().__init__()
        self.network = mlp(observation_size, 2 * action_size, hidden_layers=3)
        nn.init.xavier_uniform_(self.network[-1].weight, gain=1e-2)
        nn.init.zeros_(self.network[-1].bias)
        self.multiplier, self.offset = nn.Parameter(torch.ones(1)), nn.Parameter(-torch.ones(1))

    def forward(self, observations):
        """Actions and the logarithms of their densities."""
        mean, raw = self.network(observations).chunk(2, -1)
        std = torch.exp((self.multiplier * raw + self.offset).clamp(-20.0, 2.0))
        tanh = torch.distributions.transforms.TanhTransform(cache_size=1)
        policy = torch.distributions.TransformedDistribution(torch.distributions.Normal(mean, std), tanh)
        actions = policy.rsample()
        return actions, policy.log_prob(actions).sum(-1)


class Critic(nn.Module):
    def __init__(self, observation_size, action_size):
        super().__init__()
        self.network = mlp(observation_size + action_size, 1, hidden_layers=3)
        for layer in linear_layers(self.network):
            nn.init.orthogonal_(layer.weight, gain=1e-2 if layer.out_features == 1 else math.sqrt(2))
            nn.init.zeros_(layer.bias)

    def forward(self, observations, actions):
        """Values [B] of actions [B, A], or [B, N] of actions [B, N, A]."""
        if actions.ndim == 3:
            observations = repeat(observations, actions.shape[1])
        return self.network(torch.cat([observations, actions], -1)).squeeze(-1)


def repeat(observations, count=SAMPLES):
    return observations.unsqueeze(1).repeat(1, count, 1)


class Learner:
    def __init__(self, data, weight=10.0, target_gap=None, actor_rate=3e-5, discount=0.99, batch=BATCH):
        self.data, self.weight, self.target_gap, self.discount, self.batch = data, weight, target_gap, discount, batch
        self.policy = TanhGaussianPolicy(*sizes(data))
        self.critics = nn.ModuleList(Critic(*sizes(data)) for _ in range(2))
        self.critic_targets = copy.deepcopy(self.critics)
        self.log_alpha, self.log_alpha_prime = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.ones(1))
        self.alpha_optimizer = torch.optim.Adam([self.log_alpha], lr=actor_rate)
        self.alpha_prime_optimizer = torch.optim.Adam([self.log_alpha_prime], lr=3e-4)
        self.policy_optimizer = adam(self.policy, actor_rate)
        self.first_optimizer, self.second_optimizer = map(adam, self.critics)

    def step(self):
        observations, actions, rewards, next_observations, terminated = sample(self.data, batch=self.batch)
        chosen, log_density = self.policy(observations)
        alpha_loss = -(self.log_alpha * (log_density - actions.shape[-1]).detach()).mean()
        policy_loss = (self.log_alpha.exp() * log_density - self.least_value(self.critics, observations, chosen)).mean()

        next_values = self.next_values(next_observations)
        target = rewards.squeeze(-1) + self.discount * (1 - terminated.squeeze(-1)) * next_values
        values = [critic(observations, actions) for critic in self.critics]
        penalty = self.conservative_penalty(observations, actions, next_observations, values)
        critic_loss = F.mse_loss(values[0], target) + F.mse_loss(values[1], target) + penalty

        minimise(alpha_loss, self.alpha_optimizer)
        minimise(policy_loss, self.policy_optimizer)
        minimise(critic_loss, self.first_optimizer, self.second_optimizer)
        soft_update(self.critic_targets, self.critics)

    @torch.no_grad()
    def next_values(self, next_observations):
        next_actions, _ = self.policy(next_observations)
        return self.least_value(self.critic_targets, next_observations, next_actions)

    def least_value(self, critics, observations, actions):
        return torch.min(critics[0](observations, actions), critics[1](observations, actions))

    def conservative_penalty(self, observations, actions, next_observations, values):
        rows, action_size = actions.shape
        uniform = actions.new_empty((rows, SAMPLES, action_size)).uniform_(-1, 1)
        current, current_density = (x.detach() for x in self.policy(repeat(observations)))
        following, following_density = (x.detach() for x in self.policy(repeat(next_observations)))
        gaps = []
        for critic, value in zip(self.critics, values):
            sampled = [
                critic(observations, uniform) - math.log(0.5**action_size),
                critic(observations, following) - following_density,
                critic(observations, current) - current_density,
            ]
            gaps.append((torch.logsumexp(torch.cat(sampled, 1), 1) - value).mean())
        return self.weigh(gaps)

    def weigh(self, gaps):
        """With a target gap, a Lagrange multiplier alpha' keeps it."""
        if self.target_gap is None:
            return self.weight * sum(gaps)
        alpha_prime = self.log_alpha_prime.exp().clamp(0.0, 1e6)
        penalty = sum(alpha_prime * self.weight * (gap - self.target_gap) for gap in gaps)
        minimise(-0.5 * penalty, self.alpha_prime_optimizer, retain_graph=True)
        return penalty

    def layers(self):
        return mean_layers(self.policy.network)


def make_step():
    return Learner(random_transitions()).step
