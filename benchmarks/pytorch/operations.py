"""Single operations of language models with their gradients, each as PyTorch offers it."""

import torch
import torch.nn.functional as F


def make_step(name, *sizes):
    fn, operands = operations[name](*sizes)

    def step():
        for operand in operands:
            operand.grad = None
        y = fn(*operands)
        # The result stands in for a gradient.
        y.backward(y.detach())

    return step


def parameter(*shape):
    return torch.randn(*shape).requires_grad_()


def gelu(approximate):
    return lambda *shape: (lambda x: F.gelu(x, approximate=approximate), [parameter(*shape)])


def layer_norm(rows, width):
    fn = lambda x, weight, bias: F.layer_norm(x, (width,), weight, bias)
    return fn, [parameter(rows, width), parameter(width), parameter(width)]


def attention(batch, time, width, heads):
    mask = torch.full((time, time), -1e4).triu(1)

    def fn(qkv):
        queries, keys, values = qkv.view(batch, time, 3, heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        return mixed.transpose(1, 2).reshape(batch, time, width)

    return fn, [parameter(batch, time, 3 * width)]


def cross_entropy(rows, classes):
    labels = torch.arange(rows)
    return lambda logits: F.cross_entropy(logits, labels), [parameter(rows, classes)]


operations = {
    "gelu_tanh": gelu("tanh"),
    "gelu_erf": gelu("none"),
    "layer_norm": layer_norm,
    "attention": attention,
    "cross_entropy": cross_entropy,
}
