"""The network of a job in PyTorch, as its tutorials train one: reads names and values, writes the same."""
import sys
import time

import torch
from torch import nn

job = {name: value for name, _, value in (line.rstrip("\n").partition(" ") for line in open(sys.argv[1], encoding="utf-8"))}
column = {name: torch.tensor([float(number) for number in value.split()]).reshape(-1, 1)
          for name, value in job.items() if name[-2:] in ("_x", "_y")}
torch.set_num_threads(1)
torch.manual_seed(int(job["seed"]))

activation = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}[job["activation"]]
layers, width = [], 1
for units in map(int, job["widths"].split()):
    layers += [nn.Linear(width, units), activation()]
    width = units
model = nn.Sequential(*layers, nn.Linear(width, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=float(job["eta"]), betas=(float(job["beta1"]), float(job["beta2"])))
loss = nn.MSELoss()
x, y = column["train_x"], column["train_y"]
batch = int(job["batch"]) or len(x)

start = time.perf_counter()
for _ in range(int(job["epochs"])):
    order = torch.randperm(len(x))
    for first in range(0, len(x), batch):
        rows = order[first:first + batch]
        optimizer.zero_grad()
        loss(model(x[rows]), y[rows]).backward()
        optimizer.step()
seconds = time.perf_counter() - start

with torch.no_grad():
    test = model(column["test_x"])
    print("seconds", seconds)
    print("train_loss", loss(model(x), y).item())
    print("test_loss", loss(test, column["test_y"]).item())
    print("test", *test.flatten().tolist())
    print("fit", *model(column["grid_x"]).flatten().tolist())
