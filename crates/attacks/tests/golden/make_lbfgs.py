"""Makes lbfgs.safetensors: what SciPy's L-BFGS-B comes to on Szegedy's objective at given c.

    pip install torch numpy scipy safetensors
    python crates/attacks/tests/golden/make_lbfgs.py

minimise c·‖x − x₀‖² + cross-entropy(x, target) over the box [0, 1], for the embedded net `shallow`, from 40 pictures of
random strokes, a random target and three values of c each. Run at the top of the project.
"""

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from scipy.optimize import minimize

w = {name: tensor.double() for name, tensor in load_file("crates/model-zoo/weights/shallow.safetensors").items()}


def net(x):
    hidden = torch.sigmoid(x @ w["layers.0.weight"].T + w["layers.0.bias"])
    return hidden @ w["layers.1.weight"].T + w["layers.1.bias"]


def strokes(rng):
    """A few thick lines, 28 × 28, in 256 levels."""
    y, x = np.mgrid[0:28, 0:28]
    ink = np.zeros((28, 28))
    for _ in range(rng.integers(2, 5)):
        (x0, y0), (x1, y1) = rng.uniform(6, 22, 2), rng.uniform(6, 22, 2)
        along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / max((x1 - x0) ** 2 + (y1 - y0) ** 2, 1e-9)
        along = along.clip(0, 1)
        away = np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))
        ink = np.maximum(ink, (2.0 - away).clip(0, 1))
    return (ink * 255).round().astype(np.uint8).reshape(-1)


rng = np.random.default_rng(1)
pictures = np.stack([strokes(rng) for _ in range(40)])
targets = rng.integers(0, 10, 40)
cs = np.array([0.05, 0.3, 2.0])
values = np.zeros((40, 3))
for i, (picture, target) in enumerate(zip(pictures, targets)):
    start = picture / 255.0
    for k, c in enumerate(cs):

        def objective(z):
            z = torch.tensor(z).requires_grad_(True)
            loss = F.cross_entropy(net(z[None]), torch.tensor([target])) + c * ((z - torch.tensor(start)) ** 2).sum()
            (gradient,) = torch.autograd.grad(loss, z)
            return loss.item(), gradient.numpy()

        found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=[(0, 1)] * 784, options={"maxiter": 2000})
        values[i, k] = found.fun
save_file(
    {
        "pictures": torch.tensor(pictures),
        "targets": torch.tensor(targets),
        "c": torch.tensor(cs),
        "objectives": torch.tensor(values),
    },
    "crates/attacks/tests/golden/lbfgs.safetensors",
)
print(values.mean(0), values.min(0), values.max(0))
