"""scikit-learn's MLPClassifier and MLPRegressor; products by NumPy, which it computes with."""

import time
import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

import peer

# There is no leaky ReLU.
ACTIVATIONS = {"sigmoid": "logistic", "tanh": "tanh", "leaky-relu": "relu"}


def training(job):
    warnings.simplefilter("ignore", ConvergenceWarning)  # it is told how many epochs, and would go on
    classes = job["loss"] == "softmax-cross-entropy"
    x, t = job.data("train")
    test_x, test_t = job.data("test")
    batch = job["batch"] or len(x)

    def measure(request):
        epochs = job["epochs"] if request == "round" else job["warm_up_epochs"]
        # Its penalty is alpha / 2n of the squares, n the samples of a batch; its squared error is half of the mean.
        alpha = job["l2"] * batch * (1 if classes else 0.5)
        model = (MLPClassifier if classes else MLPRegressor)(
            hidden_layer_sizes=tuple(job["layers"][1:-1]), activation=ACTIVATIONS[job["activation"]], solver="adam",
            alpha=alpha, batch_size=batch, learning_rate_init=job["rate"], beta_1=job["beta1"], beta_2=job["beta2"],
            epsilon=job["epsilon"], max_iter=epochs, shuffle=True, random_state=1, tol=0, n_iter_no_change=epochs + 1)
        start = time.perf_counter()
        model.fit(x, t)
        seconds = time.perf_counter() - start
        assert model.n_iter_ == epochs, model.n_iter_
        z = model.predict(test_x)
        score = np.mean(z == test_t) if classes else np.mean(np.square(z - test_t, dtype=np.float64))
        return seconds, 1, float(score)

    return {"name": "scikit-learn " + sklearn.__version__, "numpy": np.__version__, "threads": job["threads"]}, measure


def product(job):
    a, b = job.operands()
    if job["transposed"]:
        a = a.T
    c = np.empty((job["m"], job["n"]), dtype=b.dtype)

    def run(count):
        for _ in range(count):
            np.matmul(a, b, out=c)

    def measure(request):
        return peer.repeat(run) + (peer.mean_square(c),)

    return {"name": "NumPy " + np.__version__, "threads": job["threads"]}, measure


peer.hold(training, product)
