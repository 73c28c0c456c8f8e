"""TD3+BC (Fujimoto and Gu 2021) as JAX runs it fastest: blocks of steps, sampling included, compiled as one scan.

Speaks the lines of pytorch/serve.py: reads {"steps"} and answers {"ms"}, the mean milliseconds of a step at CORL's sizes
for Hopper.
"""

import json
import sys
import time

import jax
import jax.numpy as jnp

OBSERVATIONS, ACTIONS, HIDDEN, BATCH, ROWS = 11, 3, 256, 256, 100_000
LEARNING_RATE, DISCOUNT, TARGET_RATE, ALPHA = 3e-4, 0.99, 0.005, 2.5
PAIRS = 20  # of steps in a block: one that moves the critics, one that moves the actor, too


def init_mlp(key, *sizes):
    """Weights and biases, uniform in ±1 / √inputs."""
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        key, weight_key, bias_key = jax.random.split(key, 3)
        bound = inputs**-0.5
        weight = jax.random.uniform(weight_key, (inputs, outputs), minval=-bound, maxval=bound)
        layers.append((weight, jax.random.uniform(bias_key, (outputs,), minval=-bound, maxval=bound)))
    return layers


def mlp(layers, x):
    *hidden, (weight, bias) = layers
    for hidden_weight, hidden_bias in hidden:
        x = jax.nn.relu(x @ hidden_weight + hidden_bias)
    return x @ weight + bias


def act(actor, observations):
    return jnp.tanh(mlp(actor, observations))


def value(critic, observations, actions):
    return mlp(critic, jnp.concatenate([observations, actions], 1))[:, 0]


def init_adam(parameters):
    zeros = jax.tree_util.tree_map(jnp.zeros_like, parameters)
    return {"mean": zeros, "square": zeros, "count": jnp.zeros(())}


def adam(parameters, gradients, state):
    count = state["count"] + 1
    mean = jax.tree_util.tree_map(lambda m, g: 0.9 * m + 0.1 * g, state["mean"], gradients)
    square = jax.tree_util.tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, state["square"], gradients)

    def moved(parameter, m, v):
        return parameter - LEARNING_RATE * (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.999**count)) + 1e-8)

    return jax.tree_util.tree_map(moved, parameters, mean, square), {"mean": mean, "square": square, "count": count}


def critic_step(state, batch, key):
    observations, actions, rewards, next_observations, terminated = batch
    actor, critics = state["targets"]
    noise = jnp.clip(0.2 * jax.random.normal(key, actions.shape), -0.5, 0.5)
    next_actions = jnp.clip(act(actor, next_observations) + noise, -1, 1)
    next_values = jnp.minimum(*(value(critic, next_observations, next_actions) for critic in critics))
    target = rewards + DISCOUNT * (1 - terminated) * next_values

    def loss(critics):
        return sum(jnp.mean((value(critic, observations, actions) - target) ** 2) for critic in critics)

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
    online = (actor, state["critics"])
    targets = jax.tree_util.tree_map(
        lambda kept, new: (1 - TARGET_RATE) * kept + TARGET_RATE * new, state["targets"], online
    )
    return {**state, "actor": actor, "actor_optimizer": optimizer, "targets": targets}


def init_state(key):
    actor_key, *critic_keys = jax.random.split(key, 3)
    actor = init_mlp(actor_key, OBSERVATIONS, HIDDEN, HIDDEN, ACTIONS)
    critics = [init_mlp(key, OBSERVATIONS + ACTIONS, HIDDEN, HIDDEN, 1) for key in critic_keys]
    return {
        "actor": actor,
        "critics": critics,
        "targets": (actor, critics),
        "actor_optimizer": init_adam(actor),
        "critic_optimizer": init_adam(critics),
    }


def random_columns(key):
    """Random data of Hopper's sizes, in the order of a batch."""
    keys = jax.random.split(key, 5)
    return (
        jax.random.normal(keys[0], (ROWS, OBSERVATIONS)),
        jax.random.uniform(keys[1], (ROWS, ACTIONS), minval=-1.0, maxval=1.0),
        jax.random.normal(keys[2], (ROWS,)),
        jax.random.normal(keys[3], (ROWS, OBSERVATIONS)),
        jnp.where(jax.random.uniform(keys[4], (ROWS,)) < 0.01, 1.0, 0.0),
    )


@jax.jit
def take_block(state, columns, key):
    def sample(key):
        rows = jax.random.randint(key, (BATCH,), 0, ROWS)
        return tuple(column[rows] for column in columns)

    def pair(state, key):
        first_rows, first_noise, second_rows, second_noise = jax.random.split(key, 4)
        state = critic_step(state, sample(first_rows), first_noise)
        batch = sample(second_rows)
        return actor_step(critic_step(state, batch, second_noise), batch), None

    state, _ = jax.lax.scan(pair, state, jax.random.split(key, PAIRS))
    return state


def main():
    key = jax.random.PRNGKey(0)
    state, columns = init_state(key), random_columns(key)
    state = jax.block_until_ready(take_block(state, columns, key))  # compiles
    print(json.dumps({"jax": jax.__version__}), flush=True)
    for line in sys.stdin:
        blocks = -(-json.loads(line)["steps"] // (2 * PAIRS))
        start = time.perf_counter()
        for _ in range(blocks):
            key, block_key = jax.random.split(key)
            state = take_block(state, columns, block_key)
        jax.block_until_ready(state)
        ms = (time.perf_counter() - start) / (blocks * 2 * PAIRS) * 1000
        print(json.dumps({"ms": ms}), flush=True)


main()
