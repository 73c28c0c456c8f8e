"""TD3+BC (Fujimoto and Gu 2021) as JAX runs it fastest: blocks of steps, sampling included, compiled as one scan."""

import jax
import jax.numpy as jnp

from offline import (
    ACTIONS, DISCOUNT, HIDDEN, OBSERVATIONS, adam, init_adam, init_critics, init_mlp, least_value, mlp, random_columns,
    sample, soft_update, squared_error, value,
)
from serve import serve

ALPHA = 2.5
PAIRS = 20  # of steps in a block: one that moves the critics, one that moves the actor, too


def act(actor, observations):
    return jnp.tanh(mlp(actor, observations))


def critic_step(state, batch, key):
    observations, actions, rewards, next_observations, terminated = batch
    actor, critics = state["targets"]
    noise = jnp.clip(0.2 * jax.random.normal(key, actions.shape), -0.5, 0.5)
    next_actions = jnp.clip(act(actor, next_observations) + noise, -1, 1)
    target = rewards + DISCOUNT * (1 - terminated) * least_value(critics, next_observations, next_actions)

    def loss(critics):
        return squared_error(critics, observations, actions, target)

    critics, optimizer = adam(state["critics"], jax.grad(loss)(state["critics"]), state["critic_optimizer"])
    return {**state, "critics": critics, "critic_optimizer": optimizer}


def actor_step(state, batch):
    observations, actions, *_ = batch

    def loss(actor):
        chosen = act(actor, observations)
        values = value(state["critics"][0], observations, chosen)
        weight = ALPHA / jax.lax.stop_gradient(jnp.mean(jnp.abs(values)))
        return jnp.mean((chosen - actions) ** 2) - weight * jnp.mean(values)

    actor, optimizer = adam(state["actor"], jax.grad(loss)(state["actor"]), state["actor_optimizer"])
    targets = soft_update(state["targets"], (actor, state["critics"]))
    return {**state, "actor": actor, "actor_optimizer": optimizer, "targets": targets}


def init_state(key):
    actor_key, *critic_keys = jax.random.split(key, 3)
    actor = init_mlp(actor_key, OBSERVATIONS, HIDDEN, HIDDEN, ACTIONS)
    critics = init_critics(critic_keys)
    return {
        "actor": actor,
        "critics": critics,
        "targets": (actor, critics),
        "actor_optimizer": init_adam(actor),
        "critic_optimizer": init_adam(critics),
    }


@jax.jit
def take_block(state, columns, key):
    def pair(state, key):
        first_rows, first_noise, second_rows, second_noise = jax.random.split(key, 4)
        state = critic_step(state, sample(columns, first_rows), first_noise)
        batch = sample(columns, second_rows)
        return actor_step(critic_step(state, batch, second_noise), batch), None

    state, _ = jax.lax.scan(pair, state, jax.random.split(key, PAIRS))
    return state


key = jax.random.PRNGKey(0)
serve(take_block, init_state(key), random_columns(key), 2 * PAIRS)
