package dev.norn.peers;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.tracker.Tracker;
import dev.norn.bench.protocol.Contender;
import dev.norn.bench.protocol.Conversation;
import dev.norn.bench.protocol.Job;
import dev.norn.bench.protocol.Repeat;
import dev.norn.bench.protocol.Sample;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** DJL on PyTorch's native library. */
public abstract class DjlPeer implements Contender {

    private static final String ENGINE = "PyTorch";

    final NDManager manager = NDManager.newBaseManager(Device.cpu(), ENGINE);
    private final int threads;

    private DjlPeer(Job job) {
        this.threads = job.integer("threads");
    }

    /** Answers until there are no more requests. */
    public static void main(String[] args) {
        Conversation.hold(job -> {
            System.setProperty("ai.djl.offline", "true");
            System.setProperty("OPT_OUT_TRACKING", "true");
            System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(job.integer("threads")));
            System.setProperty("ENGINE_CACHE_DIR", besideJar().toString());
            return job.text("kind").equals("product") ? new Products(job) : new Trainings(job);
        });
    }

    /** Where the native library is unpacked: not in the user's home. */
    private static Path besideJar() throws URISyntaxException {
        return Path.of(DjlPeer.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .resolveSibling("native-cache");
    }

    @Override
    public Map<String, Object> about() {
        Engine engine = Engine.getEngine(ENGINE);
        return Map.of("name", "DJL " + Engine.getDjlVersion() + ", " + ENGINE + " " + engine.getVersion(), "threads", threads);
    }

    @Override
    public void close() {
        manager.close();
    }

    private static final class Trainings extends DjlPeer {
        private final Job job;
        private final boolean classes;
        private final NDArray inputs;
        private final NDArray targets;
        private final NDArray testInputs;
        private final NDArray testTargets;
        private final int samples;
        private final int batch;

        Trainings(Job job) throws IOException {
            super(job);
            this.job = job;
            this.classes = job.text("loss").equals("softmax-cross-entropy");
            this.inputs = inputs("train");
            this.targets = targets("train");
            this.testInputs = inputs("test");
            this.testTargets = targets("test");
            this.samples = (int) inputs.getShape().get(0);
            this.batch = job.integer("batch") == 0 ? samples : job.integer("batch");
        }

        private NDArray inputs(String name) throws IOException {
            int features = job.integers("layers")[0];
            float[] values = job.floats(name + "-inputs");
            return manager.create(values, new Shape(values.length / features, features));
        }

        private NDArray targets(String name) throws IOException {
            if (classes) {
                NDArray labels = manager.create(job.ints(name + "-targets"));
                return labels.toType(DataType.INT64, false);
            }
            float[] values = job.floats(name + "-targets");
            return manager.create(values, new Shape(values.length, 1));
        }

        private Block network() {
            int[] layers = job.integers("layers");
            SequentialBlock network = new SequentialBlock();
            for (int i = 1; i < layers.length; i++) {
                network.add(Linear.builder().setUnits(layers[i]).build());
                if (i < layers.length - 1) {
                    network.add(switch (job.text("activation")) {
                        case "sigmoid" -> Activation.sigmoidBlock();
                        case "tanh" -> Activation.tanhBlock();
                        case "leaky-relu" -> Activation.leakyReluBlock(0.01f);
                        default -> throw new IllegalArgumentException("no activation " + job.text("activation"));
                    });
                }
            }
            return network;
        }

        private Sample fit(int epochs) {
            Adam adam = Adam.builder()
                    .optLearningRateTracker(Tracker.fixed((float) job.number("rate")))
                    .optBeta1((float) job.number("beta1")).optBeta2((float) job.number("beta2"))
                    .optEpsilon((float) job.number("epsilon"))
                    .optWeightDecays((float) job.number("l2")) // of the biases too; it cannot tell them apart
                    .build();
            // Without a weight of 1, DJL's is half of the mean squared error.
            Loss loss = classes ? Loss.softmaxCrossEntropyLoss() : Loss.l2Loss("mse", 1);
            try (Model model = Model.newInstance("network", Device.cpu(), ENGINE)) {
                model.setBlock(network());
                try (Trainer trainer = model.newTrainer(
                        new DefaultTrainingConfig(loss).optOptimizer(adam).optDevices(new Device[] {Device.cpu()}))) {
                    trainer.initialize(new Shape(batch, job.integers("layers")[0]));
                    Random random = new Random(1);
                    long start = System.nanoTime();
                    for (int e = 0; e < epochs; e++) {
                        long[] order = batch == samples ? null : permutation(random);
                        for (int from = 0; from < samples; from += batch) {
                            step(trainer, loss, order, from);
                        }
                    }
                    double seconds = (System.nanoTime() - start) * 1e-9;
                    return new Sample(seconds, 1, score(trainer));
                }
            }
        }

        private long[] permutation(Random random) {
            long[] order = new long[samples];
            for (int i = 0; i < samples; i++) {
                int j = random.nextInt(i + 1);
                order[i] = order[j];
                order[j] = i;
            }
            return order;
        }

        private void step(Trainer trainer, Loss loss, long[] order, int from) {
            // What is computed from an array belongs to its manager, and goes with that.
            try (NDManager step = manager.newSubManager()) {
                NDArray x = inputs;
                NDArray t = targets;
                if (order == null) {
                    x.tempAttach(step);
                    t.tempAttach(step);
                } else {
                    NDIndex rows = new NDIndex("{}",
                            step.create(Arrays.copyOfRange(order, from, Math.min(samples, from + batch))));
                    x = x.get(rows);
                    x.attach(step);
                    t = t.get(rows);
                    t.attach(step);
                }
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    NDList z = trainer.forward(new NDList(x));
                    collector.backward(loss.evaluate(new NDList(t), z));
                }
                trainer.step();
            }
        }

        private double score(Trainer trainer) {
            try (NDManager test = manager.newSubManager()) {
                testInputs.tempAttach(test);
                NDArray z = trainer.evaluate(new NDList(testInputs)).singletonOrThrow();
                NDArray score = classes ? z.argMax(1).eq(testTargets).toType(DataType.FLOAT32, false).mean()
                        : z.sub(testTargets).square().mean();
                return score.getFloat();
            }
        }

        @Override
        public Sample warmUp() {
            return fit(job.integer("warm_up_epochs"));
        }

        @Override
        public Sample round() {
            return fit(job.integer("epochs"));
        }
    }

    private static final class Products extends DjlPeer {
        private final NDArray a;
        private final NDArray b;
        private final int columns;

        Products(Job job) throws IOException {
            super(job);
            int m = job.integer("m");
            int k = job.integer("k");
            this.columns = job.integer("n");
            NDArray stored = manager.create(job.floats("a"), job.flag("transposed") ? new Shape(k, m) : new Shape(m, k));
            this.a = job.flag("transposed") ? stored.transpose() : stored;
            this.b = manager.create(job.floats("b"), new Shape(k, columns));
        }

        private void run(long count) {
            for (long i = 0; i < count; i++) {
                a.matMul(b).close();
            }
        }

        @Override
        public Sample warmUp() {
            return round();
        }

        @Override
        public Sample round() {
            Sample time = Repeat.atLeast(Repeat.SECONDS, this::run);
            try (NDArray c = a.matMul(b)) {
                return new Sample(time.seconds(), time.count(), Repeat.meanSquare(c.toFloatArray()));
            }
        }
    }
}
