"""CQL (Kumar et al. 2020) on SAC, with importance sampling, as CORL has it: blocks of steps compiled as one scan."""

import jax
import jax.numpy as jnp

from offline import (
    ACTIONS, BATCH, DISCOUNT, HIDDEN, OBSERVATIONS, adam, block_of, init_adam, init_critics, init_mlp, least_value, mlp,
    random_columns, soft_update, squared_error, value,
)
from serve import serve

SAMPLES, WEIGHT, ACTOR_RATE, BLOCK = 10, 10.0, 3e-5, 8


def act(policy, observations, key, count):
    """So many actions for each observation [B, N, A], and the logarithms of their densities [B, N]."""
    mean, raw = jnp.split(mlp(policy["network"], observations), 2, -1)
    log_std = jnp.clip(policy["multiplier"] * raw + policy["offset"], -20.0, 2.0)
    noise = jax.random.normal(key, (len(observations), count, ACTIONS))
    unbounded = mean[:, None] + jnp.exp(log_std)[:, None] * noise
    density = -0.5 * noise**2 - log_std[:, None] - 0.5 * jnp.log(2 * jnp.pi)
    squashing = 2 * (jnp.log(2.0) - unbounded - jax.nn.softplus(-2 * unbounded))
    return jnp.tanh(unbounded), jnp.sum(density - squashing, -1)


def values_of(critic, observations, actions):
    """Values [B, N] of actions [B, N, A]."""
    repeated = jnp.broadcast_to(observations[:, None], (*actions.shape[:2], OBSERVATIONS))
    return value(critic, repeated, actions)


def actor_gradients(state, observations, key):
    def loss(parameters):
        policy, log_alpha = parameters["policy"], parameters["log_alpha"]
        actions, density = (x[:, 0] for x in act(policy, observations, key, 1))
        alpha = jax.lax.stop_gradient(jnp.exp(log_alpha))
        policy_loss = jnp.mean(alpha * density - least_value(state["critics"], observations, actions))
        return policy_loss - jnp.mean(log_alpha * jax.lax.stop_gradient(density - ACTIONS))

    return jax.grad(loss)(state["actor"])


def critic_gradients(state, batch, keys):
    observations, actions, rewards, next_observations, terminated = batch
    policy = state["actor"]["policy"]
    next_actions, _ = act(policy, next_observations, keys[0], 1)
    following = least_value(state["targets"], next_observations, next_actions[:, 0])
    target = rewards + DISCOUNT * (1 - terminated) * following

    uniform = jax.random.uniform(keys[1], (BATCH, SAMPLES, ACTIONS), minval=-1.0, maxval=1.0)
    uniform_density = jnp.full((BATCH, SAMPLES), ACTIONS * jnp.log(0.5))
    after, after_density = act(policy, next_observations, keys[2], SAMPLES)
    now, now_density = act(policy, observations, keys[3], SAMPLES)
    sampled = jnp.concatenate([uniform, after, now], 1)
    density = jnp.concatenate([uniform_density, after_density, now_density], 1)

    def gap(critic):
        most = jax.nn.logsumexp(values_of(critic, observations, sampled) - density, 1)
        return jnp.mean(most - value(critic, observations, actions))

    def loss(critics):
        return squared_error(critics, observations, actions, target) + WEIGHT * sum(gap(critic) for critic in critics)

    return jax.grad(loss)(state["critics"])


def step(state, batch, key):
    actor_key, *critic_keys = jax.random.split(key, 5)
    actor, actor_optimizer = adam(
        state["actor"], actor_gradients(state, batch[0], actor_key), state["actor_optimizer"], ACTOR_RATE
    )
    critics, critic_optimizer = adam(
        state["critics"], critic_gradients(state, batch, critic_keys), state["critic_optimizer"]
    )
    return {
        "actor": actor,
        "critics": critics,
        "targets": soft_update(state["targets"], critics),
        "actor_optimizer": actor_optimizer,
        "critic_optimizer": critic_optimizer,
    }


def init_state(key):
    policy_key, *critic_keys = jax.random.split(key, 3)
    network = init_mlp(policy_key, OBSERVATIONS, HIDDEN, HIDDEN, HIDDEN, 2 * ACTIONS)
    policy = {"network": network, "multiplier": jnp.ones(()), "offset": -jnp.ones(())}
    actor = {"policy": policy, "log_alpha": jnp.zeros(())}
    critics = init_critics(critic_keys, hidden_layers=3)
    return {
        "actor": actor,
        "critics": critics,
        "targets": critics,
        "actor_optimizer": init_adam(actor),
        "critic_optimizer": init_adam(critics),
    }


key = jax.random.PRNGKey(0)
serve(block_of(step, BLOCK), init_state(key), random_columns(key), BLOCK)
