"""The descent as one writes it down in PyTorch: all attempts in one batch, autograd by the pictures, plain steps of size 1.

Usage: plain_loop.py WEIGHTS CLASS ATTEMPTS STEPS THREADS, the weights as safetensors of dense sigmoid layers.
Prints the seconds that the loop took; drawing the noise and judging the pictures are not in them.
"""

import json
import sys
import time

import torch

weights, label, attempts, steps, threads = sys.argv[1], *map(int, sys.argv[2:])
torch.set_num_threads(threads)
data = open(weights, "rb").read()
start = 8 + int.from_bytes(data[:8], "little")
entries = json.loads(data[8:start])


def tensor(name):
    entry = entries[name]
    first, last = (start + offset for offset in entry["data_offsets"])
    return torch.frombuffer(bytearray(data[first:last]), dtype=torch.float32).reshape(entry["shape"])


linears = []
while f"layers.{len(linears)}.weight" in entries:
    weight, bias = (tensor(f"layers.{len(linears)}.{part}") for part in ("weight", "bias"))
    linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
    linear.weight, linear.bias = (torch.nn.Parameter(values, requires_grad=False) for values in (weight, bias))
    linears.append(linear)
net = torch.nn.Sequential(*(part for linear in linears for part in (linear, torch.nn.Sigmoid())))

goal = torch.zeros(attempts, linears[-1].out_features)
goal[:, label] = 1
pictures = torch.normal(0.5, 0.3, (attempts, linears[0].in_features)).requires_grad_()
began = time.perf_counter()
for _ in range(steps):
    cost = ((net(pictures) - goal) ** 2).sum() / 2
    (gradient,) = torch.autograd.grad(cost, pictures)
    with torch.no_grad():
        pictures -= gradient
print(time.perf_counter() - began)
