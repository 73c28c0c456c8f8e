"""LaMo (Shi et al. 2024): frozen GPT-2 small, LoRA on its queries, keys and values, written the ordinary eager way."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from gpt2 import ACTIONS, DROPOUT, DecisionModel, Gpt2, action_loss, causal_mask, optimise, random_batch

WIDTH, LAYERS, HEADS, VOCABULARY, BATCH = 768, 12, 12, 50257, 8
RANK, ALPHA, TEXT_WEIGHT = 16, 32, 0.1


class MergedLora(nn.Linear):
    """A frozen fused projection with an adapter for each of its three parts, as loralib's merged linear."""

    def __init__(self, width):
        super().__init__(width, 3 * width)
        self.weight.requires_grad = False  # its bias trains, as in LaMo
        self.lora_A = nn.Parameter(torch.empty(3 * RANK, width).uniform_(-(width**-0.5), width**-0.5))
        self.lora_B = nn.Parameter(torch.zeros(3 * width, RANK))
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x):
        reduced = F.linear(self.dropout(x), self.lora_A)
        added = F.conv1d(reduced.transpose(1, 2), self.lora_B.unsqueeze(-1), groups=3).transpose(1, 2)
        return super().forward(x) + added * (ALPHA / RANK)


class ResidualMlp(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.first, self.second = nn.Linear(inputs, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        hidden = self.first(x)
        return self.second(F.gelu(hidden)) + hidden


def frozen_gpt2(layers, fused):
    body = Gpt2(WIDTH, layers, HEADS, nn.GELU("tanh"), MergedLora, fused)
    for name, parameter in body.named_parameters():
        parameter.requires_grad = "lora_" in name or name.endswith("c_attn.bias")
    return body


def text_loss(model, tokens):
    hidden = model.body(model.words(tokens), causal_mask(tokens.shape[1], tokens.device))
    logits = F.linear(hidden, model.words.weight)
    return F.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())


def make_step(text=None, batch_size=BATCH, attention="eager", layers=LAYERS):
    """A step on the actions alone, or with the text loss on so many [sequences, tokens], too; attention eager or fused."""
    model = DecisionModel(
        WIDTH,
        frozen_gpt2(layers, fused=attention == "fused"),
        embed=ResidualMlp,
        head=nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.Linear(WIDTH, ACTIONS)),
        norm_first=True,
    )
    # Held even where there is no text, as in LaMo.
    model.words = nn.Embedding(VOCABULARY, WIDTH).requires_grad_(False)
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=1e-5, eps=1e-6)
    batch = random_batch(batch_size)
    tokens = torch.randint(0, VOCABULARY, text) if text else None

    def step():
        loss = action_loss(model(**batch), batch["actions"], batch["mask"])
        if text:
            loss = loss + TEXT_WEIGHT * text_loss(model, tokens)
        optimise(loss, parameters, optimizer)

    return step
