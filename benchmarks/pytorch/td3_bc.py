"""TD3+BC (Fujimoto and Gu 2021) written the ordinary eager way, at CORL's sizes for Hopper."""

import copy

import torch
import torch.nn as nn
import torch.nn.functional as F

OBSERVATIONS, ACTIONS, HIDDEN, BATCH, ROWS = 11, 3, 256, 256, 100_000


def mlp(inputs, outputs, *last):
    return nn.Sequential(
        nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, outputs), *last
    )


def soft_update(target, source, rate):
    for kept, new in zip(target.parameters(), source.parameters()):
        kept.data.copy_((1 - rate) * kept.data + rate * new.data)


def make_step():
    actor = mlp(OBSERVATIONS, ACTIONS, nn.Tanh())
    critics = [mlp(OBSERVATIONS + ACTIONS, 1) for _ in range(2)]
    actor_target, critic_targets = copy.deepcopy(actor), copy.deepcopy(critics)
    actor_optimizer = torch.optim.Adam(actor.parameters(), lr=3e-4)
    critic_optimizers = [torch.optim.Adam(critic.parameters(), lr=3e-4) for critic in critics]
    observations, next_observations = torch.randn(ROWS, OBSERVATIONS), torch.randn(ROWS, OBSERVATIONS)
    actions, rewards = torch.rand(ROWS, ACTIONS) * 2 - 1, torch.randn(ROWS, 1)
    terminated = (torch.rand(ROWS, 1) < 0.01).float()
    count = 0

    def step():
        nonlocal count
        count += 1
        rows = torch.randint(0, ROWS, (BATCH,))
        obs, act, rew, nxt, done = (x[rows] for x in (observations, actions, rewards, next_observations, terminated))
        with torch.no_grad():
            noise = (torch.randn_like(act) * 0.2).clamp(-0.5, 0.5)
            next_actions = (actor_target(nxt) + noise).clamp(-1, 1)
            pair = torch.cat([nxt, next_actions], 1)
            target = rew + 0.99 * (1 - done) * torch.min(critic_targets[0](pair), critic_targets[1](pair))
        pair = torch.cat([obs, act], 1)
        critic_loss = F.mse_loss(critics[0](pair), target) + F.mse_loss(critics[1](pair), target)
        for optimizer in critic_optimizers:
            optimizer.zero_grad()
        critic_loss.backward()
        for optimizer in critic_optimizers:
            optimizer.step()
        if count % 2 == 0:
            pi = actor(obs)
            q = critics[0](torch.cat([obs, pi], 1))
            weight = 2.5 / q.abs().mean().detach()
            actor_loss = -weight * q.mean() + F.mse_loss(pi, act)
            actor_optimizer.zero_grad()
            actor_loss.backward()
            actor_optimizer.step()
            for kept, new in zip(critic_targets, critics):
                soft_update(kept, new, 0.005)
            soft_update(actor_target, actor, 0.005)

    return step
