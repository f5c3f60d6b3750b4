package dev.norn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.data.Dataset;
import dev.norn.data.Runge;
import dev.norn.graph.Tensor;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Initializer;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Penalty;
import dev.norn.optim.Optimizer;
import dev.norn.optim.Schedule;
import dev.norn.random.RandomStream;
import dev.norn.random.Streams;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {

    private static final Backend BACKEND = Backends.open("reference", BackendOptions.DEFAULT);

    /** Three clouds. */
    private static Dataset clouds(int n, long seed, DType dtype) {
        RandomStream random = new RandomStream(seed, 0);
        NdArray x = NdArray.zeros(dtype, Shape.of(n, 2));
        NdArray labels = NdArray.zeros(DType.I32, Shape.of(n));
        for (int i = 0; i < n; i++) {
            int label = i % 3;
            x.set(2 * i, 2 * Math.cos(2.1 * label) + 0.6 * random.nextGaussian());
            x.set(2 * i + 1, 2 * Math.sin(2.1 * label) + 0.6 * random.nextGaussian());
            labels.set(i, label);
        }
        return new Dataset(x, labels);
    }

    private static Model classifier(long seed) {
        return new Model(2, DType.F64, seed, new Dense(8, Activation.TANH), new Dense(3));
    }

    private static Trainer.Builder classify(Model model) {
        return new Trainer.Builder(model, Loss.SOFTMAX_CROSS_ENTROPY).learningRate(0.02).batchSize(8).epochs(5).seed(3);
    }

    private static Dataset line(int n) {
        RandomStream random = new RandomStream(8, 0);
        double[] x = new double[2 * n];
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            x[2 * i] = random.nextGaussian();
            x[2 * i + 1] = random.nextGaussian();
            y[i] = 3 * x[2 * i] - x[2 * i + 1] + 0.5;
        }
        return new Dataset(NdArray.of(Shape.of(n, 2), x), NdArray.of(Shape.of(n, 1), y));
    }

    private static Model linear() {
        return new Model(2, DType.F64, 4, new Dense(1, Activation.IDENTITY, Initializer.STANDARD_NORMAL, Initializer.ZEROS));
    }

    private static String message(Runnable code) {
        return assertThrows(IllegalArgumentException.class, code::run).getMessage();
    }

    // ---- learning

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void aClassifierLearns(DType dtype) {
        Model model = new Model(2, dtype, 1, new Dense(16, Activation.TANH), new Dense(3));
        Dataset data = clouds(150, 1, DType.F64);
        Trainer trainer = new Trainer.Builder(model, Loss.SOFTMAX_CROSS_ENTROPY).learningRate(0.02).batchSize(16).epochs(15)
                .seed(1).build(BACKEND);
        double before = trainer.evaluate(data).loss();
        History history = trainer.fit(data);
        Evaluation after = trainer.evaluate(clouds(90, 2, DType.F64));
        assertTrue(after.loss() < 0.3 * before, () -> before + " before, " + after.loss() + " after");
        assertTrue(after.accuracy() > 0.9, () -> "accuracy " + after.accuracy());
        assertTrue(history.last().loss() < history.epochs().get(0).loss());
        assertTrue(history.last().accuracy() > 0.9);
    }

    @Test
    void aRegressionLearns() {
        Model model = new Model(1, DType.F64, 1, new Dense(20, Activation.TANH), new Dense(1));
        Dataset data = Runge.sample(100, -1, 1, 0, 3);
        Trainer trainer = new Trainer.Builder(model, Loss.MSE).learningRate(0.01).batchSize(20).epochs(60).build(BACKEND);
        double before = trainer.evaluate(data).loss();
        History history = trainer.fit(data);
        double after = trainer.evaluate(data).loss();
        assertTrue(after < 0.2 * before, () -> before + " before, " + after + " after");
        assertTrue(Double.isNaN(history.last().accuracy()) && Double.isNaN(trainer.evaluate(data).accuracy()));
    }

    /** Dropout, a penalty and a schedule at once. */
    @Test
    void everythingTogetherLearns() {
        Model model = new Model(2, DType.F64, 1, new Dense(32, Activation.RELU), new Dropout(0.2), new Dense(3));
        Dataset data = clouds(150, 1, DType.F64);
        Trainer trainer = new Trainer.Builder(model, Loss.SOFTMAX_CROSS_ENTROPY).optimizer(Optimizer.adamW(0.9, 0.999, 1e-8, 0.01))
                .penalty(Penalty.elasticNet(1e-4, 1e-4)).schedule(Schedule.warmUp(5, Schedule.cosine(150, 0.1)))
                .learningRate(0.02).batchSize(16).epochs(15).build(BACKEND);
        trainer.fit(data);
        assertTrue(trainer.evaluate(data).accuracy() > 0.9);
    }

    // ---- batches

    /** Gradient descent on a line, by hand, on the batches that were promised. */
    private static double[] byHand(Dataset data, double[] start, double rate, List<int[]> batches) {
        double[] w = start.clone();
        for (int[] batch : batches) {
            double[] g = new double[3];
            for (int i : batch) {
                double[] x = {data.inputs().get(i, 0), data.inputs().get(i, 1), 1};
                double error = w[0] * x[0] + w[1] * x[1] + w[2] - data.targets().get(i);
                for (int j = 0; j < 3; j++) {
                    g[j] += 2 * error * x[j] / batch.length;
                }
            }
            for (int j = 0; j < 3; j++) {
                w[j] -= rate * g[j];
            }
        }
        return w;
    }

    @ParameterizedTest
    @CsvSource({"SHUFFLED, 3, false", "SHUFFLED, 3, true", "SHUFFLED, 7, false", "SHUFFLED, 0, false", "SHUFFLED, 100, false",
        "SHUFFLED, 1, false", "IN_ORDER, 3, false", "IN_ORDER, 3, true", "IN_ORDER, 0, false", "WITH_REPLACEMENT, 3, false",
        "WITH_REPLACEMENT, 3, true", "WITH_REPLACEMENT, 0, false", "WITH_REPLACEMENT, 6, false"})
    void batchesAreThosePromised(Sampling sampling, int size, boolean dropLast) {
        int n = 7;
        Dataset data = line(n);
        Model model = linear();
        List<int[]> batches = new ArrayList<>();
        for (int e = 0; e < 3; e++) {
            RandomStream random = new RandomStream(99, Streams.epoch(e));
            int[] order = switch (sampling) {
                case SHUFFLED -> random.permutation(n);
                case WITH_REPLACEMENT -> random.indices(n, n);
                case IN_ORDER -> IntStream.range(0, n).toArray();
            };
            int batch = size == 0 ? n : Math.min(n, size);
            for (int from = 0; from < n; from += batch) {
                if (from + batch <= n || !dropLast) {
                    batches.add(Arrays.copyOfRange(order, from, Math.min(n, from + batch)));
                }
            }
        }
        double[] want = byHand(data, model.values().doubles(), 0.05, batches);
        List<String> steps = new ArrayList<>();
        new Trainer.Builder(model, Loss.MSE).optimizer(Optimizer.sgd()).learningRate(0.05).sampling(sampling).batchSize(size)
                .dropLast(dropLast).epochs(3).seed(99).listener(new Listener() {
                    @Override
                    public void onStep(int epoch, int step, int of) {
                        steps.add(epoch + "." + step + "/" + of);
                    }
                }).build(BACKEND).fit(data);
        assertArrayEquals(want, model.values().doubles(), 1e-13);
        assertEquals(batches.size(), steps.size());
        int each = batches.size() / 3;
        assertEquals("1.1/" + each, steps.get(0));
        assertEquals("3." + each + "/" + each, steps.get(steps.size() - 1));
    }

    /** The epoch's loss is the mean over the samples met, each with the weights of its step. */
    @Test
    void theEpochsLossCountsSamplesNotBatches() {
        Dataset data = line(7);
        Model model = linear();
        // A rate so small that the weights stay what they are.
        History history = new Trainer.Builder(model, Loss.MSE).optimizer(Optimizer.sgd()).learningRate(1e-300).batchSize(3)
                .epochs(1).build(BACKEND).fit(data);
        double[] w = model.values().doubles();
        double sum = 0;
        for (int i = 0; i < 7; i++) {
            double error = w[0] * data.inputs().get(i, 0) + w[1] * data.inputs().get(i, 1) + w[2] - data.targets().get(i);
            sum += error * error;
        }
        assertEquals(sum / 7, history.last().loss(), 1e-13);
        Trainer dropping = new Trainer.Builder(model, Loss.MSE).optimizer(Optimizer.sgd()).learningRate(1e-300).batchSize(3)
                .sampling(Sampling.IN_ORDER).dropLast(true).epochs(1).build(BACKEND);
        double last = w[0] * data.inputs().get(6, 0) + w[1] * data.inputs().get(6, 1) + w[2] - data.targets().get(6);
        assertEquals((sum - last * last) / 6, dropping.fit(data).last().loss(), 1e-13);
    }

    /** Each batch's mean, the smaller last one's too; and to ask for it changes nothing else. */
    @Test
    void everyStepsLossIsToldToThoseWhoAsk() {
        Dataset data = clouds(19, 1, DType.F64);
        List<Double> losses = new ArrayList<>();
        Model asked = classifier(1);
        History history = classify(asked).stepLoss(losses::add).epochs(2).build(BACKEND).fit(data);
        Model silent = classifier(1);
        classify(silent).epochs(2).build(BACKEND).fit(data);
        assertEquals(silent.values(), asked.values());
        assertEquals(6, losses.size());
        for (int e = 0; e < 2; e++) {
            double mean = (8 * losses.get(3 * e) + 8 * losses.get(3 * e + 1) + 3 * losses.get(3 * e + 2)) / 19;
            assertEquals(history.epochs().get(e).loss(), mean, 1e-12);
        }
    }

    /** Penalties change the weights, not the loss that is reported. */
    @Test
    void penaltiesAreNotReported() {
        Dataset data = line(7);
        Model plain = linear();
        Model penalized = linear();
        Trainer.Builder tiny = new Trainer.Builder(penalized, Loss.MSE).optimizer(Optimizer.sgd()).learningRate(0.1).epochs(1)
                .batchSize(0).penalty(Penalty.l2(0.5));
        History first = new Trainer.Builder(plain, Loss.MSE).optimizer(Optimizer.sgd()).learningRate(0.1).epochs(1).batchSize(0)
                .build(BACKEND).fit(data);
        assertEquals(first.last().loss(), tiny.build(BACKEND).fit(data).last().loss());
        double[] start = linear().values().doubles();
        double[] without = plain.values().doubles();
        // θ ← θ - η (g + λ w), and the bias without λ.
        assertArrayEquals(new double[] {without[0] - 0.1 * 0.5 * start[0], without[1] - 0.1 * 0.5 * start[1], without[2]},
                penalized.values().doubles(), 1e-14);
    }

    // ---- reproducibility

    private static History run(Model model, long seed) {
        return classify(model).seed(seed).build(BACKEND).fit(clouds(50, 1, DType.F64), clouds(20, 2, DType.F64));
    }

    private static List<List<Double>> figures(History history) {
        return history.epochs().stream()
                .map(e -> List.of(e.loss(), e.accuracy(), e.validationLoss(), e.validationAccuracy())).toList();
    }

    @Test
    void oneSeedOneHistory() {
        Model first = classifier(1);
        Model second = classifier(1);
        assertEquals(figures(run(first, 5)), figures(run(second, 5)));
        assertEquals(first.values(), second.values());
        Model third = classifier(1);
        assertNotEquals(figures(run(third, 6)), figures(run(classifier(1), 5)));
        assertNotEquals(first.values(), third.values());
        assertNotEquals(figures(run(classifier(2), 5)), figures(run(classifier(1), 5)));
    }

    @Test
    void dropoutFollowsTheSeedToo() {
        Dataset data = clouds(50, 1, DType.F64);
        NdArray[] weights = new NdArray[3];
        for (int i = 0; i < 3; i++) {
            Model model = new Model(2, DType.F64, 1, new Dense(8, Activation.TANH), new Dropout(0.5), new Dense(3));
            classify(model).sampling(Sampling.IN_ORDER).seed(i == 2 ? 4 : 3).epochs(2).build(BACKEND).fit(data);
            weights[i] = model.values();
        }
        assertEquals(weights[0], weights[1]);
        assertNotEquals(weights[0], weights[2]);
    }

    /** A second fit goes on from the weights of the first. */
    @Test
    void fitGoesOnFromTheModelsWeights() {
        Dataset data = line(20);
        Model once = linear();
        Model twice = linear();
        Trainer.Builder full = new Trainer.Builder(once, Loss.MSE).optimizer(Optimizer.sgd()).learningRate(0.05).batchSize(0).epochs(6);
        full.build(BACKEND).fit(data);
        Trainer half = new Trainer.Builder(twice, Loss.MSE).optimizer(Optimizer.sgd()).learningRate(0.05).batchSize(0).epochs(3)
                .build(BACKEND);
        half.fit(data);
        half.fit(data);
        assertEquals(once.values(), twice.values());
    }

    // ---- what is reported

    @Test
    void historyHoldsEveryEpoch() {
        List<Epoch> heard = new ArrayList<>();
        History history = classify(classifier(1)).listener(new Listener() {
            @Override
            public void onEpoch(Epoch epoch) {
                heard.add(epoch);
            }
        }).build(BACKEND).fit(clouds(50, 1, DType.F64));
        assertEquals(heard, history.epochs());
        assertEquals(List.of(1, 2, 3, 4, 5), history.epochs().stream().map(Epoch::number).toList());
        assertEquals(5, history.best());
        assertEquals(history.epochs().get(4), history.last());
        double sum = 0;
        for (Epoch e : history.epochs()) {
            assertTrue(e.seconds() >= 0 && Double.isFinite(e.loss()));
            assertTrue(e.accuracy() >= 0 && e.accuracy() <= 1);
            assertTrue(Double.isNaN(e.validationLoss()) && Double.isNaN(e.validationAccuracy()));
            sum += e.seconds();
        }
        assertTrue(history.seconds() >= sum);
        assertThrows(UnsupportedOperationException.class, () -> history.epochs().clear());
    }

    @Test
    void validationIsOfTheWeightsAfterTheEpoch() {
        Model model = classifier(1);
        Dataset validation = clouds(31, 2, DType.F64);
        Trainer trainer = classify(model).epochs(3).build(BACKEND);
        History history = trainer.fit(clouds(50, 1, DType.F64), validation);
        Evaluation evaluation = trainer.evaluate(validation);
        assertEquals(evaluation.loss(), history.last().validationLoss());
        assertEquals(evaluation.accuracy(), history.last().validationAccuracy());
        assertNotEquals(history.epochs().get(0).validationLoss(), history.last().validationLoss());
    }

    @Test
    void aListenerHearsInOrder() {
        List<String> heard = new ArrayList<>();
        Listener listener = new Listener() {
            @Override
            public void onStep(int epoch, int step, int steps) {
                heard.add("step " + epoch + " " + step + "/" + steps);
            }

            @Override
            public void onEpoch(Epoch epoch) {
                heard.add("epoch " + epoch.number());
            }
        };
        classify(classifier(1)).epochs(2).batchSize(20).listener(listener).build(BACKEND).fit(clouds(50, 1, DType.F64));
        assertEquals(List.of("step 1 1/3", "step 1 2/3", "step 1 3/3", "epoch 1", "step 2 1/3", "step 2 2/3", "step 2 3/3",
                "epoch 2"), heard);
    }

    // ---- early stopping

    /** A rate that at first helps and later ruins: the best weights come back. */
    @Test
    void earlyStoppingRestoresTheBestWeights() {
        Model model = classifier(1);
        Dataset validation = clouds(60, 2, DType.F64);
        Schedule ruin = t -> Tensor.where(t.less(20), Tensor.scalar(t.dtype(), 1), Tensor.scalar(t.dtype(), 40));
        Trainer trainer = classify(model).epochs(50).schedule(ruin).earlyStopping(new EarlyStopping(4, 0)).build(BACKEND);
        History history = trainer.fit(clouds(50, 1, DType.F64), validation);
        double least = history.epochs().stream().mapToDouble(Epoch::validationLoss).min().orElseThrow();
        assertEquals(least, history.epochs().get(history.best() - 1).validationLoss());
        assertEquals(history.best() + 4, history.epochs().size());
        assertEquals(least, trainer.evaluate(validation).loss());
        assertTrue(history.last().validationLoss() > least);
    }

    @Test
    void withoutValidationTheTrainingLossCounts() {
        Model model = linear();
        History history = new Trainer.Builder(model, Loss.MSE).optimizer(Optimizer.sgd()).learningRate(0.05).batchSize(0)
                .epochs(1000).earlyStopping(new EarlyStopping(2, 1e-3)).build(BACKEND).fit(line(20));
        assertTrue(history.epochs().size() < 1000);
        assertEquals(history.best() + 2, history.epochs().size());
        // Each of the epochs up to the best was an improvement of at least that much on the best before it.
        double best = Double.POSITIVE_INFINITY;
        int counted = 0;
        for (Epoch e : history.epochs()) {
            if (e.loss() < best - 1e-3) {
                best = e.loss();
                counted = e.number();
            }
        }
        assertEquals(counted, history.best());
    }

    @Test
    void theLastEpochMayBeTheBest() {
        History history = classify(classifier(1)).epochs(3).earlyStopping(new EarlyStopping(10, 0)).build(BACKEND)
                .fit(clouds(50, 1, DType.F64));
        assertEquals(3, history.epochs().size());
        assertEquals(3, history.best());
    }

    // ---- divergence

    @Test
    void divergenceInTheFirstEpochKeepsTheInitialWeights() {
        Model model = linear();
        NdArray before = model.values().copy();
        Trainer trainer = new Trainer.Builder(model, Loss.MSE).optimizer(Optimizer.sgd()).learningRate(1e200).batchSize(5)
                .epochs(3).build(BACKEND);
        DivergenceException e = assertThrows(DivergenceException.class, () -> trainer.fit(line(20)));
        assertEquals(before, model.values());
        assertTrue(e.getMessage().contains("step 2 (epoch 1)") && e.getMessage().contains("initial"), e.getMessage());
        assertTrue(e.getMessage().contains("learning rate"), e.getMessage());
        assertEquals(List.of(), e.history().epochs());
        assertEquals(0, e.history().best());
    }

    /** All goes well for two epochs of four steps; in the tenth step the loss is NaN, which the ninth's update caused. */
    @Test
    void divergenceLaterKeepsTheLastGoodWeights() {
        Schedule explosion = t -> Tensor.where(t.less(8), Tensor.scalar(t.dtype(), 1), Tensor.scalar(t.dtype(), 1e300));
        Model model = linear();
        Trainer.Builder builder = new Trainer.Builder(model, Loss.MSE).optimizer(Optimizer.sgd()).learningRate(0.05).batchSize(5)
                .seed(1);
        DivergenceException e = assertThrows(DivergenceException.class,
                () -> builder.schedule(explosion).epochs(5).build(BACKEND).fit(line(20)));
        assertTrue(e.getMessage().contains("step 10 (epoch 3)") && e.getMessage().contains("epoch 2"), e.getMessage());
        assertEquals(2, e.history().epochs().size());
        assertEquals(2, e.history().best());
        Model good = linear();
        new Trainer.Builder(good, Loss.MSE).optimizer(Optimizer.sgd()).learningRate(0.05).batchSize(5).seed(1).epochs(2)
                .build(BACKEND).fit(line(20));
        assertEquals(good.values(), model.values());
    }

    /** The very last step spoils the weights, and no further step is there to tell. */
    @ParameterizedTest
    @ValueSource(ints = {3, 4})
    void weightsThatTheLastStepSpoiledAreNotKept(int ruined) {
        Schedule explosion = t -> Tensor.where(t.less(ruined - 1), Tensor.scalar(t.dtype(), 1),
                Tensor.scalar(t.dtype(), Double.POSITIVE_INFINITY));
        Model model = linear();
        NdArray before = model.values().copy();
        DivergenceException e = assertThrows(DivergenceException.class, () -> new Trainer.Builder(model, Loss.MSE)
                .optimizer(Optimizer.sgd()).learningRate(0.05).batchSize(5).schedule(explosion).epochs(1).build(BACKEND)
                .fit(line(20)));
        assertTrue(e.getMessage().contains("step 4 (epoch 1)"), e.getMessage());
        assertEquals(before, model.values());
    }

    // ---- evaluation and prediction

    @Test
    void evaluationGoesInBatches() {
        Model model = classifier(1);
        Trainer trainer = classify(model).build(BACKEND);
        Dataset data = clouds(2345, 1, DType.F64);
        Evaluation all = trainer.evaluate(data);
        assertEquals(Shape.of(2345, 3), all.predictions().shape());
        double loss = 0;
        double right = 0;
        int[] some = {0, 999, 1000, 1001, 1999, 2000, 2344};
        for (int i = 0; i < 2345; i++) {
            double p = all.predictions().get(i, data.targets().ints()[i]);
            loss -= Math.log(p) / 2345;
            int best = 0;
            for (int j = 1; j < 3; j++) {
                best = all.predictions().get(i, j) > all.predictions().get(i, best) ? j : best;
            }
            right += best == data.targets().ints()[i] ? 1 : 0;
        }
        assertEquals(loss, all.loss(), 1e-12);
        assertEquals(right / 2345, all.accuracy(), 1e-12);
        NdArray few = trainer.predict(data.inputs().rows(some));
        for (int i = 0; i < some.length; i++) {
            assertEquals(all.predictions().rows(some[i], some[i] + 1), few.rows(i, i + 1));
            assertEquals(1, few.get(i, 0) + few.get(i, 1) + few.get(i, 2), 1e-15, "probabilities");
        }
        assertEquals(Shape.of(0, 3), trainer.predict(NdArray.zeros(DType.F64, Shape.of(0, 2))).shape());
    }

    @Test
    void predictionsAreOfTheLosssKind() {
        Model model = linear();
        NdArray x = NdArray.of(Shape.of(1, 2), 1.0, 2);
        double z = model.values().get(0) + 2 * model.values().get(1);
        assertEquals(z, new Trainer.Builder(model, Loss.MSE).build(BACKEND).predict(x).item(), 1e-15);
        assertEquals(1 / (1 + Math.exp(-z)),
                new Trainer.Builder(model, Loss.BINARY_CROSS_ENTROPY).build(BACKEND).predict(x).item(), 1e-15);
        // Of another type, they are converted.
        assertEquals(z, new Trainer.Builder(model, Loss.MSE).build(BACKEND).predict(x.to(DType.F32)).item(), 1e-15);
    }

    @Test
    void dropoutIsForTrainingAlone() {
        Model model = new Model(2, DType.F64, 1, new Dropout(0.9), new Dense(3));
        Trainer trainer = classify(model).build(BACKEND);
        NdArray x = clouds(30, 1, DType.F64).inputs();
        assertEquals(trainer.predict(x), trainer.predict(x));
        double[] w = model.values().doubles();
        double[] z = new double[3];
        double sum = 0;
        for (int j = 0; j < 3; j++) {
            z[j] = Math.exp(x.get(0, 0) * w[j] + x.get(0, 1) * w[3 + j] + w[6 + j]);
            sum += z[j];
        }
        assertArrayEquals(new double[] {z[0] / sum, z[1] / sum, z[2] / sum}, trainer.predict(x).rows(0, 1).doubles(), 1e-15);
    }

    // ---- mistakes

    @Test
    void dataThatDoNotFitAreNamed() {
        Trainer trainer = classify(classifier(1)).build(BACKEND);
        String features = message(() -> trainer.fit(new Dataset(NdArray.zeros(DType.F64, Shape.of(3, 5)),
                NdArray.of(Shape.of(3), 0, 1, 2))));
        assertTrue(features.contains("5 features") && features.contains("2"), features);
        String label = message(() -> trainer.fit(new Dataset(NdArray.zeros(DType.F64, Shape.of(3, 2)),
                NdArray.of(Shape.of(3), 0, 3, 2))));
        assertTrue(label.contains("label 3 of row 1") && label.contains("3 classes"), label);
        message(() -> trainer.evaluate(new Dataset(NdArray.zeros(DType.F64, Shape.of(3, 2)), NdArray.of(Shape.of(3), 0, 3, 2))));
        String validation = message(() -> trainer.fit(clouds(9, 1, DType.F64),
                new Dataset(NdArray.zeros(DType.F64, Shape.of(1, 2)), NdArray.of(Shape.of(1), 7))));
        assertTrue(validation.contains("label 7"), validation);
        String columns = message(() -> trainer.fit(new Dataset(NdArray.zeros(DType.F64, Shape.of(3, 2)),
                NdArray.zeros(DType.F64, Shape.of(3, 4)))));
        assertTrue(columns.contains("[3, 3]") && columns.contains("[3, 4]"), columns);
        String predict = message(() -> trainer.predict(NdArray.vector(1, 2)));
        assertTrue(predict.contains("[n, 2]") && predict.contains("[2]"), predict);
        message(() -> trainer.predict(NdArray.zeros(DType.F64, Shape.of(1, 3))));
        Trainer single = classify(new Model(2, DType.F32, 1, new Dense(3))).build(BACKEND);
        String range = message(() -> single.predict(NdArray.of(Shape.of(1, 2), 0, 1e300)));
        assertTrue(range.contains("row 0, column 1") && range.contains("F32"), range);
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        Model model = classifier(1);
        assertTrue(message(() -> classify(model).learningRate(0)).contains("0.0"));
        assertTrue(message(() -> classify(model).learningRate(Double.NaN)).contains("NaN"));
        assertTrue(message(() -> classify(model).batchSize(-1)).contains("-1"));
        assertTrue(message(() -> classify(model).epochs(0)).contains("0"));
        assertTrue(message(() -> new EarlyStopping(0, 0)).contains("0"));
        assertTrue(message(() -> new EarlyStopping(1, -1)).contains("-1"));
        Model softmax = new Model(2, DType.F64, 1, new Dense(3, Activation.SOFTMAX));
        assertTrue(message(() -> classify(softmax)).contains("softmax"));
        assertFalse(new Trainer.Builder(softmax, Loss.MSE).build(BACKEND).predict(NdArray.zeros(DType.F64, Shape.of(1, 2)))
                .get(0) == 0);
    }

    /** What a listener reads after an epoch is what a training of so many epochs ends with. */
    @Test
    void listenersSeeTheParametersOfEachEpoch() {
        List<NdArray> seen = new ArrayList<>();
        Listener listener = new Listener() {
            @Override
            public void onEpoch(Epoch epoch, Supplier<NdArray> parameters) {
                seen.add(parameters.get());
            }
        };
        classify(classifier(1)).epochs(3).listener(listener).build(BACKEND).fit(clouds(30, 1, DType.F64));
        for (int epochs = 1; epochs <= 3; epochs++) {
            Model model = classifier(1);
            classify(model).epochs(epochs).build(BACKEND).fit(clouds(30, 1, DType.F64));
            assertEquals(model.values(), seen.get(epochs - 1));
        }
    }
}
