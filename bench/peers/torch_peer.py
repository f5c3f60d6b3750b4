"""PyTorch, eager: the training loop that its tutorials show, but for batches, which are fetched by one index_select each."""

import time

import torch
from torch import nn

import peer

ACTIVATIONS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "leaky-relu": lambda: nn.LeakyReLU(0.01)}


def about(job):
    torch.set_num_threads(job["threads"])
    blas = [line.strip(" -") for line in torch.__config__.show().split("\n") if "BLAS" in line or "MKL" in line]
    return {"name": "PyTorch " + torch.__version__, "threads": torch.get_num_threads(), "build": blas[:1]}


def network(job):
    layers = []
    sizes = job["layers"]
    for i in range(len(sizes) - 1):
        layers.append(nn.Linear(sizes[i], sizes[i + 1]))
        if i < len(sizes) - 2:
            layers.append(ACTIVATIONS[job["activation"]]())
    return nn.Sequential(*layers)


def training(job):
    info = about(job)
    classes = job["loss"] == "softmax-cross-entropy"

    def load(name):
        inputs, targets = job.data(name)
        targets = torch.from_numpy(targets)
        return torch.from_numpy(inputs), targets.long() if classes else targets.reshape(-1, 1)

    x, t = load("train")
    test_x, test_t = load("test")
    loss_of = nn.CrossEntropyLoss() if classes else nn.MSELoss()
    n = len(x)
    batch = job["batch"] or n

    def measure(request):
        torch.manual_seed(1)
        model = network(job)
        weights = [p for p in model.parameters() if p.dim() > 1]
        biases = [p for p in model.parameters() if p.dim() == 1]
        # Adam's weight_decay adds its multiple of w to the gradient, which is what L2 does.
        optimizer = torch.optim.Adam([{"params": weights, "weight_decay": job["l2"]}, {"params": biases}], lr=job["rate"],
                                     betas=(job["beta1"], job["beta2"]), eps=job["epsilon"])
        start = time.perf_counter()
        for _ in range(job["epochs"] if request == "round" else job["warm_up_epochs"]):
            if batch == n:
                batches = [(x, t)]
            else:
                batches = ((x.index_select(0, i), t.index_select(0, i)) for i in torch.randperm(n).split(batch))
            for bx, bt in batches:
                optimizer.zero_grad(set_to_none=True)
                loss_of(model(bx), bt).backward()
                optimizer.step()
        seconds = time.perf_counter() - start
        with torch.no_grad():
            z = model(test_x)
            score = (z.argmax(1) == test_t).double().mean() if classes else nn.functional.mse_loss(z, test_t)
        return seconds, 1, float(score)

    return info, measure


def product(job):
    info = about(job)
    a, b = map(torch.from_numpy, job.operands())
    if job["transposed"]:
        a = a.t()
    c = torch.empty(job["m"], job["n"], dtype=b.dtype)

    def run(count):
        for _ in range(count):
            torch.mm(a, b, out=c)

    def measure(request):
        return peer.repeat(run) + (peer.mean_square(c.numpy()),)

    return info, measure


peer.hold(training, product)
