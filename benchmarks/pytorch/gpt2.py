"""GPT-2's blocks, and actions predicted with them: what dt.py and lamo.py share, written the ordinary eager way."""

import torch
import torch.nn as nn
import torch.nn.functional as F

BATCH, CONTEXT, OBSERVATIONS, ACTIONS, TIMESTEPS, DROPOUT = 64, 20, 11, 3, 1000, 0.1
MASKED = -1e4


class Attention(nn.Module):
    """Causal self-attention as GPT-2 writes it; F.scaled_dot_product_attention takes as long on a CPU with dropout.

    Fused attention takes every window for a whole one, as those of random_batch are: with padding, there would be no kernel
    that is fast on a GPU.
    """

    def __init__(self, width, heads, qkv, fused=False):
        super().__init__()
        self.heads, self.fused = heads, fused
        self.c_attn = qkv
        self.c_proj = nn.Linear(width, width)
        self.attention_dropout, self.residual_dropout = nn.Dropout(DROPOUT), nn.Dropout(DROPOUT)

    def forward(self, x, mask):
        batch, length, width = x.shape
        split = (batch, length, 3, self.heads, width // self.heads)
        queries, keys, values = self.c_attn(x).view(split).permute(2, 0, 3, 1, 4)
        if self.fused:
            rate = DROPOUT if self.training else 0.0
            mixed = F.scaled_dot_product_attention(queries, keys, values, dropout_p=rate, is_causal=True)
        else:
            scores = queries @ keys.transpose(-1, -2) * (width // self.heads) ** -0.5 + mask
            mixed = self.attention_dropout(scores.softmax(-1)) @ values
        return self.residual_dropout(self.c_proj(mixed.transpose(1, 2).reshape(batch, length, width)))


class Block(nn.Module):
    def __init__(self, width, heads, activation, qkv, fused):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads, qkv, fused)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), activation, nn.Linear(4 * width, width), nn.Dropout(DROPOUT)
        )

    def forward(self, x, mask):
        x = x + self.attention(self.ln_1(x), mask)
        return x + self.mlp(self.ln_2(x))


class Gpt2(nn.Module):
    """The body of GPT-2 without position embeddings; takes embeddings, and what to add to the attention scores."""

    def __init__(
        self, width, layers, heads, activation, make_qkv=lambda width: nn.Linear(width, 3 * width), fused=False
    ):
        super().__init__()
        self.dropout = nn.Dropout(DROPOUT)
        self.h = nn.ModuleList(Block(width, heads, activation, make_qkv(width), fused) for _ in range(layers))
        self.ln_f = nn.LayerNorm(width)

    def forward(self, x, mask):
        x = self.dropout(x)
        for block in self.h:
            x = block(x, mask)
        return self.ln_f(x)


def causal_mask(length, device):
    return torch.full((length, length), MASKED, device=device).triu(1)


def random_batch(batch):
    """A batch of windows, ready made: drawing it costs nothing here."""
    return {
        "observations": torch.randn(batch, CONTEXT, OBSERVATIONS),
        "actions": torch.rand(batch, CONTEXT, ACTIONS) * 2 - 1,
        "returns_to_go": torch.rand(batch, CONTEXT, 1) * 3,
        "timesteps": torch.randint(0, TIMESTEPS - CONTEXT, (batch, 1)) + torch.arange(CONTEXT),
        "mask": torch.ones(batch, CONTEXT),
    }


class DecisionModel(nn.Module):
    """Return, observation and action of each step as three tokens; the next action from the observation's."""

    def __init__(self, width, body, embed, head, norm_first):
        super().__init__()
        self.body, self.head, self.norm_first = body, head, norm_first
        self.embed_return, self.embed_observation, self.embed_action = (
            embed(size) for size in (1, OBSERVATIONS, ACTIONS)
        )
        self.embed_timestep = nn.Embedding(TIMESTEPS, width)
        self.embed_ln = nn.LayerNorm(width)

    def forward(self, observations, actions, returns_to_go, timesteps, mask):
        batch, context = mask.shape
        time = self.embed_timestep(timesteps)
        embedded = (
            self.embed_return(returns_to_go),
            self.embed_observation(observations),
            self.embed_action(actions),
        )
        if self.norm_first:
            tokens = self.embed_ln(torch.stack(embedded, 2)) + time.unsqueeze(2)
        else:
            tokens = self.embed_ln(torch.stack(embedded, 2) + time.unsqueeze(2))
        padding = (1 - mask.repeat_interleave(3, 1))[:, None, None, :] * MASKED
        hidden = self.body(tokens.view(batch, 3 * context, -1), causal_mask(3 * context, mask.device) + padding)
        return self.head(hidden.view(batch, context, 3, -1)[:, :, 1])


def action_loss(predicted, actions, mask):
    real = mask.reshape(-1) > 0
    return F.mse_loss(predicted.view(-1, ACTIONS)[real], actions.view(-1, ACTIONS)[real])


def optimise(loss, parameters, optimizer):
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(parameters, 0.25)
    optimizer.step()
