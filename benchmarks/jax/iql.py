"""IQL (Kostrikov et al. 2021) with a Gaussian policy, as CORL has it: blocks of steps compiled as one scan."""

import jax
import jax.numpy as jnp

from offline import (
    ACTIONS, DISCOUNT, HIDDEN, LEARNING_RATE, OBSERVATIONS, adam, block_of, init_adam, init_critics, init_mlp,
    least_value, mlp, random_columns, soft_update, squared_error,
)
from serve import serve

EXPECTILE, BETA, STEPS, BLOCK = 0.7, 3.0, 1_000_000, 40


def log_density(actor, observations, actions):
    """Of a Gaussian whose spread does not depend on the state."""
    log_std = jnp.clip(actor["log_std"], -20, 2)
    distance = (actions - jnp.tanh(mlp(actor["mean"], observations))) / jnp.exp(log_std)
    return jnp.sum(-0.5 * distance**2 - log_std - 0.5 * jnp.log(2 * jnp.pi), -1)


def step(state, batch, key):
    observations, actions, rewards, next_observations, terminated = batch
    following = mlp(state["value"], next_observations)[:, 0]
    best = least_value(state["targets"], observations, actions)

    def value_loss(network):
        advantage = best - mlp(network, observations)[:, 0]
        return jnp.mean(jnp.abs(EXPECTILE - (advantage < 0)) * advantage**2), advantage

    gradients, advantage = jax.grad(value_loss, has_aux=True)(state["value"])
    network, value_optimizer = adam(state["value"], gradients, state["value_optimizer"])

    target = rewards + DISCOUNT * (1 - terminated) * following
    critic_loss = lambda critics: squared_error(critics, observations, actions, target) / 2
    critics, critic_optimizer = adam(
        state["critics"], jax.grad(critic_loss)(state["critics"]), state["critic_optimizer"]
    )

    weight = jnp.minimum(jnp.exp(BETA * advantage), 100.0)
    actor_loss = lambda actor: -jnp.mean(weight * log_density(actor, observations, actions))
    rate = LEARNING_RATE * 0.5 * (1 + jnp.cos(jnp.pi * state["actor_optimizer"]["count"] / STEPS))
    actor, actor_optimizer = adam(state["actor"], jax.grad(actor_loss)(state["actor"]), state["actor_optimizer"], rate)
    return {
        "actor": actor,
        "value": network,
        "critics": critics,
        "targets": soft_update(state["targets"], critics),
        "actor_optimizer": actor_optimizer,
        "value_optimizer": value_optimizer,
        "critic_optimizer": critic_optimizer,
    }


def init_state(key):
    actor_key, value_key, *critic_keys = jax.random.split(key, 4)
    actor = {"mean": init_mlp(actor_key, OBSERVATIONS, HIDDEN, HIDDEN, ACTIONS), "log_std": jnp.zeros(ACTIONS)}
    network = init_mlp(value_key, OBSERVATIONS, HIDDEN, HIDDEN, 1)
    critics = init_critics(critic_keys)
    return {
        "actor": actor,
        "value": network,
        "critics": critics,
        "targets": critics,
        "actor_optimizer": init_adam(actor),
        "value_optimizer": init_adam(network),
        "critic_optimizer": init_adam(critics),
    }


key = jax.random.PRNGKey(0)
serve(block_of(step, BLOCK), init_state(key), random_columns(key), BLOCK)
