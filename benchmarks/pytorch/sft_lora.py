"""A step of fine-tuning GPT-2 small on completions with LoRA of rank 8 on c_attn, the ordinary eager way.

With Python's PEFT and transformers where they are installed, otherwise written by hand with the same mathematics; which one
it was is said on standard error.
"""

import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

from gpt2 import Gpt2, causal_mask

WIDTH, LAYERS, HEADS, VOCABULARY, POSITIONS = 768, 12, 12, 50257, 1024
BATCH, TOKENS, RANK, ALPHA = 8, 128, 8, 16


class Lora(nn.Linear):
    """A frozen fused projection with one adapter."""

    def __init__(self, width):
        super().__init__(width, 3 * width)
        self.lora_A = nn.Parameter(torch.empty(RANK, width).uniform_(-(width**-0.5), width**-0.5))
        self.lora_B = nn.Parameter(torch.zeros(3 * width, RANK))

    def forward(self, x):
        return super().forward(x) + F.linear(F.linear(x, self.lora_A) * (ALPHA / RANK), self.lora_B)


class LanguageModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = Gpt2(WIDTH, LAYERS, HEADS, nn.GELU("tanh"), Lora)
        self.words, self.positions = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(POSITIONS, WIDTH)
        for name, parameter in self.named_parameters():
            parameter.requires_grad = "lora_" in name

    def forward(self, tokens, labels):
        length = tokens.shape[1]
        embedded = self.words(tokens) + self.positions(torch.arange(length))
        hidden = self.body(embedded, causal_mask(length, tokens.device))
        logits = F.linear(hidden[:, :-1], self.words.weight)
        return F.cross_entropy(logits.flatten(0, 1), labels[:, 1:].flatten())


def with_peft():
    from peft import LoraConfig, get_peft_model
    from transformers import GPT2Config, GPT2LMHeadModel

    config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=["c_attn"], fan_in_fan_out=True)
    model = get_peft_model(GPT2LMHeadModel(GPT2Config()), config).train()
    return model, lambda tokens, labels: model(tokens, labels=labels).loss


def make_step(library="peft"):
    try:
        model, loss_of = with_peft() if library == "peft" else (None, None)
    except ImportError:
        model = None
    if model is None:
        model = LanguageModel()
        loss_of = model
    print("adapters by hand" if loss_of is model else "adapters by PEFT", file=sys.stderr)
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0)
    tokens = torch.randint(0, VOCABULARY, (BATCH, TOKENS))
    labels = tokens.clone()
    labels[:, : TOKENS // 2] = -100

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss_of(tokens, labels).backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()

    return step
