"""The network of a job in scikit-learn: reads names and values, writes the same."""
import sys
import time
import warnings

import numpy as np
from sklearn.neural_network import MLPRegressor

job = {name: value for name, _, value in (line.rstrip("\n").partition(" ") for line in open(sys.argv[1], encoding="utf-8"))}
numbers = {name: np.array(value.split(), dtype=float) for name, value in job.items() if name[-2:] in ("_x", "_y")}
columns = {name: value.reshape(-1, 1) for name, value in numbers.items()}
warnings.simplefilter("ignore")  # that it has not converged after these epochs

batch = int(job["batch"]) or len(numbers["train_y"])
model = MLPRegressor(
    hidden_layer_sizes=[int(width) for width in job["widths"].split()],
    activation={"sigmoid": "logistic"}.get(job["activation"], job["activation"]),
    solver="adam", learning_rate_init=float(job["eta"]), beta_1=float(job["beta1"]), beta_2=float(job["beta2"]),
    # Its penalty is alpha / (2 n) sum w^2 with n the samples of a step.
    alpha=float(job["lambda"]) * batch if job["penalty"] == "l2" else 0.0,
    batch_size=batch, max_iter=int(job["epochs"]), n_iter_no_change=int(job["epochs"]), tol=0.0,
    random_state=int(job["seed"]))
start = time.perf_counter()
model.fit(columns["train_x"], numbers["train_y"])
seconds = time.perf_counter() - start

test = model.predict(columns["test_x"])
print("seconds", seconds)
print("train_loss", np.mean((model.predict(columns["train_x"]) - numbers["train_y"]) ** 2))
print("test_loss", np.mean((test - numbers["test_y"]) ** 2))
print("test", *test)
print("fit", *model.predict(columns["grid_x"]))
