"""What the counterparts of algorithms on transitions share: data, networks, and how they are optimised, at CORL's sizes for Hopper."""

import jax
import jax.numpy as jnp

OBSERVATIONS, ACTIONS, HIDDEN, BATCH, ROWS = 11, 3, 256, 256, 100_000
LEARNING_RATE, DISCOUNT, TARGET_RATE = 3e-4, 0.99, 0.005

tree_map = jax.tree_util.tree_map


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


def init_critics(keys, hidden_layers=2):
    return [init_mlp(key, OBSERVATIONS + ACTIONS, *[HIDDEN] * hidden_layers, 1) for key in keys]


def value(critic, observations, actions):
    return mlp(critic, jnp.concatenate([observations, actions], -1))[..., 0]


def least_value(critics, observations, actions):
    return jnp.minimum(*(value(critic, observations, actions) for critic in critics))


def squared_error(critics, observations, actions, target):
    """Sum over both critics of the mean squared Bellman error."""
    return sum(jnp.mean((value(critic, observations, actions) - target) ** 2) for critic in critics)


def init_adam(parameters):
    zeros = tree_map(jnp.zeros_like, parameters)
    return {"mean": zeros, "square": zeros, "count": jnp.zeros(())}


def adam(parameters, gradients, state, rate=LEARNING_RATE, decay=0.0):
    """One step of Adam, or of AdamW with a decay."""
    count = state["count"] + 1
    mean = tree_map(lambda m, g: 0.9 * m + 0.1 * g, state["mean"], gradients)
    square = tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, state["square"], gradients)

    def moved(parameter, m, v):
        step = (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.999**count)) + 1e-8)
        return parameter * (1 - rate * decay) - rate * step

    return tree_map(moved, parameters, mean, square), {"mean": mean, "square": square, "count": count}


def soft_update(target, source):
    return tree_map(lambda kept, new: (1 - TARGET_RATE) * kept + TARGET_RATE * new, target, source)


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


def sample(columns, key):
    """A batch of the columns, drawn uniformly and with replacement."""
    rows = jax.random.randint(key, (BATCH,), 0, ROWS)
    return tuple(column[rows] for column in columns)


def block_of(step, length):
    """Compiles so many steps, batches included, as one scan; a step takes (state, batch, key)."""

    @jax.jit
    def take_block(state, columns, key):
        def take(state, key):
            rows_key, step_key = jax.random.split(key)
            return step(state, sample(columns, rows_key), step_key), None

        state, _ = jax.lax.scan(take, state, jax.random.split(key, length))
        return state

    return take_block
