"""What the counterparts of algorithms on transitions share: data, networks, and how they are optimised."""

import torch
import torch.nn as nn

OBSERVATIONS, ACTIONS, ROWS = 11, 3, 100_000
HIDDEN, BATCH = 256, 256
COLUMNS = ("observations", "actions", "rewards", "next_observations", "terminated")


def random_transitions():
    """Random data of Hopper's sizes: columns [rows, width] by name."""
    return {
        "observations": torch.randn(ROWS, OBSERVATIONS),
        "actions": torch.rand(ROWS, ACTIONS) * 2 - 1,
        "rewards": torch.randn(ROWS, 1),
        "next_observations": torch.randn(ROWS, OBSERVATIONS),
        "next_actions": torch.rand(ROWS, ACTIONS) * 2 - 1,
        "terminated": (torch.rand(ROWS, 1) < 0.01).float(),
    }


def sample(data, columns=COLUMNS, batch=BATCH):
    """A batch of the columns, drawn uniformly and with replacement."""
    rows = torch.randint(0, len(data["observations"]), (batch,), device=data["observations"].device)
    return [data[column][rows] for column in columns]


def sizes(data):
    return data["observations"].shape[1], data["actions"].shape[1]


def mlp(inputs, outputs, *last, hidden_layers=2, width=HIDDEN):
    layers = [nn.Linear(inputs, width), nn.ReLU()]
    for _ in range(hidden_layers - 1):
        layers += [nn.Linear(width, width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, outputs), *last)


def linear_layers(network):
    return [layer for layer in network if isinstance(layer, nn.Linear)]


def layers(network):
    """Weights [in, out] and biases, first layer first."""
    return [{"weight": layer.weight.T, "bias": layer.bias} for layer in linear_layers(network)]


def mean_layers(network):
    """Those of a Gaussian's mean: the first half of what the last layer makes."""
    *hidden, last = layers(network)
    return [*hidden, {name: tensor.chunk(2, -1)[0] for name, tensor in last.items()}]


def start_small(network, last_bound):
    """PyTorch's weights with biases of 0.1, and a last layer within ±last_bound."""
    *hidden, last = linear_layers(network)
    for layer in hidden:
        nn.init.uniform_(layer.weight, -(layer.in_features**-0.5), layer.in_features**-0.5)
        nn.init.constant_(layer.bias, 0.1)
    for parameter in last.parameters():
        nn.init.uniform_(parameter, -last_bound, last_bound)
    return network


def adam(network, learning_rate=3e-4):
    return torch.optim.Adam(network.parameters(), lr=learning_rate)


def minimise(loss, *optimizers, retain_graph=False):
    for optimizer in optimizers:
        optimizer.zero_grad()
    loss.backward(retain_graph=retain_graph)
    for optimizer in optimizers:
        optimizer.step()


def soft_update(target, source, rate=0.005):
    for kept, new in zip(target.parameters(), source.parameters()):
        kept.data.copy_((1 - rate) * kept.data + rate * new.data)
