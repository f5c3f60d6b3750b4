"""What the peers in Python share: the conversation with compare (bench, package dev.norn.bench.protocol)."""

import json
import os
import sys
import time
import traceback

import numpy as np

PRODUCT_SECONDS = 0.25


class Job(dict):
    """What is to be done; arrays lie in a folder, little-endian and without headers."""

    def array(self, name, dtype, *shape):
        suffix = ".f32" if dtype == "<f4" else ".i32"
        return np.fromfile(os.path.join(self["folder"], name + suffix), dtype=dtype).reshape(shape)

    def data(self, name):
        """Inputs [n, features], and targets: labels [n] or numbers [n]."""
        classes = self["loss"] == "softmax-cross-entropy"
        inputs = self.array(name + "-inputs", "<f4", -1, self["layers"][0])
        return inputs, self.array(name + "-targets", "<i4" if classes else "<f4", -1)

    def operands(self):
        """A as it lies in memory, and B; of float32 numbers, in an array of the job's type."""
        m, k, n = self["m"], self["k"], self["n"]
        dtype = np.float64 if self["dtype"] == "F64" else np.float32
        a = self.array("a", "<f4", *((k, m) if self["transposed"] else (m, k)))
        return a.astype(dtype), self.array("b", "<f4", k, n).astype(dtype)


def repeat(run):
    """Times run(count), with a count so great that it takes a while."""
    count = 1
    while True:
        start = time.perf_counter()
        run(count)
        seconds = time.perf_counter() - start
        if seconds >= PRODUCT_SECONDS:
            return seconds, count
        count = int(np.ceil(count * min(10, max(1.5, 1.2 * PRODUCT_SECONDS / max(seconds, 1e-9)))))


def mean_square(c):
    return float(np.mean(np.square(c, dtype=np.float64)))


def hold(training, product):
    """Answers until there are no more requests.

    training(job) and product(job) give what the peer is, as a dictionary, and a function from "warm-up" or "round" to
    (seconds, count, score).
    """
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print, in C too

    def answer(fields):
        answers.write(json.dumps(fields) + "\n")

    try:
        line = sys.stdin.readline()
        if not line:
            return
        job = Job(json.loads(line))
        about, measure = (product if job["kind"] == "product" else training)(job)
        answer(about)
        for request in iter(sys.stdin.readline, ""):
            seconds, count, score = measure(request.strip())
            answer({"seconds": seconds, "count": count, "score": score if np.isfinite(score) else "NaN"})
    except Exception as e:
        traceback.print_exc()
        answer({"error": "%s: %s" % (type(e).__name__, str(e).split("\n")[0])})
        sys.exit(1)
