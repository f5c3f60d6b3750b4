"""The network of a job in Keras: reads names and values, writes the same."""
import sys
import time

import keras
import numpy as np

job = {name: value for name, _, value in (line.rstrip("\n").partition(" ") for line in open(sys.argv[1], encoding="utf-8"))}
column = {name: np.array(value.split(), dtype="float32").reshape(-1, 1)
          for name, value in job.items() if name[-2:] in ("_x", "_y")}
keras.utils.set_random_seed(int(job["seed"]))

model = keras.Sequential([keras.layers.Dense(int(units), activation=job["activation"]) for units in job["widths"].split()]
                         + [keras.layers.Dense(1)])
model.compile(loss="mse", optimizer=keras.optimizers.Adam(
    learning_rate=float(job["eta"]), beta_1=float(job["beta1"]), beta_2=float(job["beta2"])))
x, y = column["train_x"], column["train_y"]
batch = int(job["batch"]) or len(x)
model.fit(x[:batch], y[:batch], batch_size=batch, epochs=1, verbose=0)  # one step, which builds the graph

start = time.perf_counter()
model.fit(x, y, batch_size=batch, epochs=int(job["epochs"]), verbose=0)
seconds = time.perf_counter() - start

test = model.predict(column["test_x"], verbose=0)
print("seconds", seconds)
print("train_loss", float(np.mean((model.predict(x, verbose=0) - y) ** 2)))
print("test_loss", float(np.mean((test - column["test_y"]) ** 2)))
print("test", *test.flatten())
print("fit", *model.predict(column["grid_x"], verbose=0).flatten())
