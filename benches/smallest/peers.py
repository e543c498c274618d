"""Smallest L2 changes by other libraries, on a net and pictures that the bench gives.

Usage: peers.py NET.pt PICTURES.safetensors THREADS METHOD..., the pictures as `pictures` [N, ...] and `targets` [N].
Prints a JSON line for each method: its name, seconds, passes an example, and the length of each change (null where the net does
not say the target of it). A method whose library is not installed is left out with a line to stderr.
"""

import json
import sys
import time
import types

import torch

net_file, pictures_file, threads, *methods = sys.argv[1:]
torch.set_num_threads(int(threads))
module = torch.jit.load(net_file).eval()
data = open(pictures_file, "rb").read()
start = 8 + int.from_bytes(data[:8], "little")
entries = json.loads(data[8:start])


def tensor(name, kind):
    begin, end = (start + offset for offset in entries[name]["data_offsets"])
    return torch.frombuffer(bytearray(data[begin:end]), dtype=kind).reshape(entries[name]["shape"])


clean, targets = tensor("pictures", torch.float32), tensor("targets", torch.int64)
passes = {"backward": 0}


class Counted(torch.nn.Module):
    def forward(self, x):
        if torch.is_grad_enabled() and x.requires_grad:
            passes["backward"] += x.shape[0]
        return module(x)


net = Counted().eval()


def adv_lib():
    # The library only draws curves with it.
    stub = types.ModuleType("visdom")
    stub.Visdom = object
    sys.modules.setdefault("visdom", stub)
    import adv_lib.attacks

    return adv_lib.attacks


def scipy_lbfgs(n):
    """Szegedy's L-BFGS as SciPy's users write it: one picture and one c at a time, ten values of c by bisection."""
    from scipy.optimize import minimize

    def attack():
        found = clean[:n].clone()
        for i in range(n):
            start, target = clean[i].double().numpy(), targets[i : i + 1]
            low, high, c, best = 0.0, None, 1.0, None
            for _ in range(10):

                def objective(z):
                    z = torch.tensor(z, dtype=torch.float32)[None].requires_grad_(True)
                    loss = torch.nn.functional.cross_entropy(net(z), target)
                    (gradient,) = torch.autograd.grad(loss, z)
                    change = z.detach()[0].double().numpy() - start
                    return c * (change**2).sum() + loss.item(), 2 * c * change + gradient[0].double().numpy()

                bounds = [(0, 1)] * len(start)
                z = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 100}).x
                z = torch.tensor(z, dtype=torch.float32)
                with torch.no_grad():
                    hit = net(z[None]).argmax(1).item() == target.item()
                if hit and (best is None or (z - clean[i]).norm() < (best - clean[i]).norm()):
                    best = z
                low, high = (c, high) if hit else (low, c)
                c = c * 10 if high is None else (low + high) / 2
            if best is not None:
                found[i] = best
        return found

    return attack


def cw():
    import foolbox

    model = foolbox.PyTorchModel(net, bounds=(0, 1), device="cpu")
    wish = foolbox.criteria.TargetedMisclassification(targets)
    attack = foolbox.attacks.L2CarliniWagnerAttack(binary_search_steps=9, steps=1000, stepsize=1e-2)
    return lambda: attack(model, clean, wish, epsilons=None)[0]


def ddn(steps):
    attacks = adv_lib()
    return lambda: attacks.ddn(net, clean, targets, steps=steps, targeted=True, levels=None)


def ddn_256_levels(steps):
    attacks = adv_lib()
    return lambda: attacks.ddn(net, clean, targets, steps=steps, targeted=True, levels=256)


def fmn(steps):
    attacks = adv_lib()
    return lambda: attacks.fmn(net, clean, targets, norm=2, targeted=True, steps=steps)


def pdgd(steps):
    attacks = adv_lib()
    return lambda: attacks.pdgd(net, clean, targets, num_steps=steps, targeted=True)


def alma(steps):
    attacks = adv_lib()
    return lambda: attacks.alma(net, clean, targets, num_steps=steps, distance="l2", init_lr_distance=1, targeted=True)


for method in methods:
    name, _, number = method.partition(":")
    makers = {"ddn": ddn, "ddn-256-levels": ddn_256_levels, "fmn": fmn, "pdgd": pdgd, "alma": alma, "scipy-lbfgs": scipy_lbfgs}
    try:
        attack = makers[name](int(number)) if number else cw()
    except ImportError as missing:
        print(f"{method} is left out: {missing}", file=sys.stderr)
        continue
    passes["backward"] = 0
    began = time.time()
    found = attack().detach().float().clamp(0, 1)
    seconds = time.time() - began
    n = len(found)
    with torch.no_grad():
        hit = (module(found).argmax(1) == targets[:n]).tolist()
    lengths = (found - clean[:n]).flatten(1).norm(dim=1).tolist()
    line = {
        "method": method,
        "seconds": seconds,
        "gradients": passes["backward"] / n,
        "lengths": [length if ok else None for length, ok in zip(lengths, hit)],
    }
    print(json.dumps(line), flush=True)
