"""Decision Transformer (Chen et al. 2021) at its sizes for Hopper: blocks of steps, windows included, compiled as one scan."""

import jax
import jax.numpy as jnp

from offline import ACTIONS, OBSERVATIONS, ROWS, adam, init_adam, tree_map
from serve import serve

BATCH, CONTEXT, EPISODE, DROPOUT = 64, 20, 1000, 0.1
WIDTH, LAYERS = 128, 3  # and one head
RATE, DECAY, LARGEST_NORM, BLOCK = 1e-4, 1e-4, 0.25, 8
TOKENS = 3 * CONTEXT


def linear(key, inputs, outputs, scale=None):
    bound = inputs**-0.5
    weight = jax.random.uniform(key, (inputs, outputs), minval=-bound, maxval=bound)
    return {"weight": weight if scale is None else scale * jax.random.normal(key, (inputs, outputs)), "bias": jnp.zeros(outputs)}


def apply(layer, x):
    return x @ layer["weight"] + layer["bias"]


def init_norm():
    return {"weight": jnp.ones(WIDTH), "bias": jnp.zeros(WIDTH)}


def norm(layer, x):
    centred = x - jnp.mean(x, -1, keepdims=True)
    return centred * jax.lax.rsqrt(jnp.mean(centred**2, -1, keepdims=True) + 1e-5) * layer["weight"] + layer["bias"]


def dropout(x, key):
    return jnp.where(jax.random.bernoulli(key, 1 - DROPOUT, x.shape), x / (1 - DROPOUT), 0)


def attention(block, x, keys):
    queries, keys_of, values = jnp.split(apply(block["qkv"], x), 3, -1)
    is_past = jnp.tril(jnp.ones((TOKENS, TOKENS), bool))
    scores = jnp.where(is_past, queries @ keys_of.transpose(0, 2, 1) * WIDTH**-0.5, -1e4)
    mixed = dropout(jax.nn.softmax(scores, -1), keys[0]) @ values
    return dropout(apply(block["out"], mixed), keys[1])


def predict(parameters, batch, key):
    """Actions [B, K, A], each from the token of its state."""
    first_key, *keys = jax.random.split(key, 1 + 3 * LAYERS)
    embedded = [apply(parameters[f"embed_{name}"], batch[name]) for name in ("returns", "observations", "actions")]
    time = parameters["embed_time"][batch["timesteps"]]
    tokens = norm(parameters["embed_norm"], jnp.stack(embedded, 2) + time[:, :, None])
    x = dropout(tokens.reshape(BATCH, TOKENS, WIDTH), first_key)
    for i, block in enumerate(parameters["blocks"]):
        attention_keys, mlp_key = keys[3 * i : 3 * i + 2], keys[3 * i + 2]
        x = x + attention(block, norm(block["norm_1"], x), attention_keys)
        hidden = jax.nn.relu(apply(block["first"], norm(block["norm_2"], x)))
        x = x + dropout(apply(block["second"], hidden), mlp_key)
    x = norm(parameters["norm"], x).reshape(BATCH, CONTEXT, 3, WIDTH)
    return jnp.tanh(apply(parameters["head"], x[:, :, 1]))


def sample(columns, key):
    """Windows that lie whole in their episodes, as rows of the columns."""
    episode_key, place_key = jax.random.split(key)
    places = jax.random.randint(place_key, (BATCH, 1), 0, EPISODE - CONTEXT) + jnp.arange(CONTEXT)
    rows = jax.random.randint(episode_key, (BATCH, 1), 0, ROWS // EPISODE) * EPISODE + places
    return {"timesteps": places, **{name: column[rows] for name, column in columns.items()}}


def clipped(gradients):
    squares = [jnp.sum(leaf**2) for leaf in jax.tree_util.tree_leaves(gradients)]
    scale = jnp.minimum(1.0, LARGEST_NORM / (jnp.sqrt(sum(squares)) + 1e-6))
    return tree_map(lambda leaf: leaf * scale, gradients)


def init_parameters(key):
    keys = iter(jax.random.split(key, 5 + 4 * LAYERS))
    return {
        "embed_returns": linear(next(keys), 1, WIDTH),
        "embed_observations": linear(next(keys), OBSERVATIONS, WIDTH),
        "embed_actions": linear(next(keys), ACTIONS, WIDTH),
        "embed_time": 0.02 * jax.random.normal(next(keys), (EPISODE, WIDTH)),
        "embed_norm": init_norm(),
        "blocks": [
            {
                "norm_1": init_norm(),
                "qkv": linear(next(keys), WIDTH, 3 * WIDTH, 0.02),
                "out": linear(next(keys), WIDTH, WIDTH, 0.02),
                "norm_2": init_norm(),
                "first": linear(next(keys), WIDTH, 4 * WIDTH, 0.02),
                "second": linear(next(keys), 4 * WIDTH, WIDTH, 0.02),
            }
            for _ in range(LAYERS)
        ],
        "norm": init_norm(),
        "head": linear(next(keys), WIDTH, ACTIONS),
    }


def random_columns(key):
    keys = jax.random.split(key, 3)
    return {
        "observations": jax.random.normal(keys[0], (ROWS, OBSERVATIONS)),
        "actions": jax.random.uniform(keys[1], (ROWS, ACTIONS), minval=-1.0, maxval=1.0),
        "returns": jax.random.uniform(keys[2], (ROWS, 1)),
    }


@jax.jit
def take_block(state, columns, key):
    def take(state, key):
        rows_key, dropout_key = jax.random.split(key)
        parameters, optimizer = state
        batch = sample(columns, rows_key)
        loss = lambda parameters: jnp.mean((predict(parameters, batch, dropout_key) - batch["actions"]) ** 2)
        gradients = clipped(jax.grad(loss)(parameters))
        return adam(parameters, gradients, optimizer, RATE, DECAY), None

    state, _ = jax.lax.scan(take, state, jax.random.split(key, BLOCK))
    return state


key = jax.random.PRNGKey(0)
parameters = init_parameters(key)
serve(take_block, (parameters, init_adam(parameters)), random_columns(key), BLOCK)
