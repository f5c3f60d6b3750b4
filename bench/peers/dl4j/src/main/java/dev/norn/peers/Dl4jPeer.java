package dev.norn.peers;

import dev.norn.bench.protocol.Contender;
import dev.norn.bench.protocol.Conversation;
import dev.norn.bench.protocol.Job;
import dev.norn.bench.protocol.Repeat;
import dev.norn.bench.protocol.Sample;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** DL4J on ND4J's native backend. */
public abstract class Dl4jPeer implements Contender {

    private final int threads;

    private Dl4jPeer(Job job) {
        this.threads = job.integer("threads");
    }

    /** Answers until there are no more requests. */
    public static void main(String[] args) {
        Conversation.hold(job -> job.text("kind").equals("product") ? new Products(job) : new Trainings(job));
    }

    @Override
    public Map<String, Object> about() {
        // Its manifests do not tell a version, its files do.
        String jar = MultiLayerNetwork.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        String version = jar.substring(jar.lastIndexOf("-nn-") + "-nn-".length(), jar.length() - ".jar".length());
        return Map.of("name", "DL4J " + version, "threads", threads,
                "backend", Nd4j.getBackend().buildInfo().strip());
    }

    private static final class Trainings extends Dl4jPeer {
        private final Job job;
        private final boolean classes;
        private final INDArray inputs;
        private final INDArray targets;
        private final INDArray testInputs;
        private final INDArray testTargets;
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
            this.samples = inputs.rows();
            this.batch = job.integer("batch") == 0 ? samples : job.integer("batch");
        }

        private INDArray inputs(String name) throws IOException {
            int features = job.integers("layers")[0];
            float[] values = job.floats(name + "-inputs");
            return Nd4j.create(values, new long[] {values.length / features, features}, 'c');
        }

        /** Numbers as they are; labels as rows with a single 1, which is what DL4J takes. */
        private INDArray targets(String name) throws IOException {
            if (!classes) {
                float[] values = job.floats(name + "-targets");
                return Nd4j.create(values, new long[] {values.length, 1}, 'c');
            }
            int[] layers = job.integers("layers");
            int outputs = layers[layers.length - 1];
            int[] labels = job.ints(name + "-targets");
            float[] values = new float[labels.length * outputs];
            for (int i = 0; i < labels.length; i++) {
                values[i * outputs + labels[i]] = 1;
            }
            return Nd4j.create(values, new long[] {labels.length, outputs}, 'c');
        }

        private MultiLayerNetwork network() {
            IActivation activation = switch (job.text("activation")) {
                case "sigmoid" -> Activation.SIGMOID.getActivationFunction();
                case "tanh" -> Activation.TANH.getActivationFunction();
                case "leaky-relu" -> new ActivationLReLU(0.01);
                default -> throw new IllegalArgumentException("no activation " + job.text("activation"));
            };
            int[] layers = job.integers("layers");
            NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder()
                    .seed(1).dataType(DataType.FLOAT).weightInit(WeightInit.XAVIER)
                    .updater(new Adam(job.number("rate"), job.number("beta1"), job.number("beta2"), job.number("epsilon")))
                    .l2(job.number("l2"))
                    .list();
            for (int i = 1; i < layers.length - 1; i++) {
                list.layer(new DenseLayer.Builder().nIn(layers[i - 1]).nOut(layers[i]).activation(activation).build());
            }
            int last = layers.length - 1;
            list.layer(new OutputLayer.Builder(classes ? LossFunction.MCXENT : LossFunction.MSE)
                    .nIn(layers[last - 1]).nOut(layers[last])
                    .activation(classes ? Activation.SOFTMAX : Activation.IDENTITY).build());
            MultiLayerNetwork network = new MultiLayerNetwork(list.build());
            network.init();
            return network;
        }

        private Sample fit(int epochs) {
            MultiLayerNetwork network = network();
            Random random = new Random(1);
            long start = System.nanoTime();
            for (int e = 0; e < epochs; e++) {
                if (batch == samples) {
                    network.fit(inputs, targets);
                    continue;
                }
                int[] order = permutation(random);
                for (int from = 0; from < samples; from += batch) {
                    int[] rows = Arrays.copyOfRange(order, from, Math.min(samples, from + batch));
                    network.fit(Nd4j.pullRows(inputs, 1, rows), Nd4j.pullRows(targets, 1, rows));
                }
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            INDArray z = network.output(testInputs, false);
            double score = classes
                    ? z.argMax(1).eq(testTargets.argMax(1)).castTo(DataType.DOUBLE).meanNumber().doubleValue()
                    : z.squaredDistance(testTargets) / testTargets.length();
            return new Sample(seconds, 1, score);
        }

        private int[] permutation(Random random) {
            int[] order = new int[samples];
            for (int i = 0; i < samples; i++) {
                int j = random.nextInt(i + 1);
                order[i] = order[j];
                order[j] = i;
            }
            return order;
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

    private static final class Products extends Dl4jPeer {
        private final INDArray a;
        private final INDArray b;
        /** Columns first: otherwise ND4J copies. */
        private final INDArray c;

        Products(Job job) throws IOException {
            super(job);
            int m = job.integer("m");
            int k = job.integer("k");
            int n = job.integer("n");
            INDArray stored = Nd4j.create(job.floats("a"),
                    job.flag("transposed") ? new long[] {k, m} : new long[] {m, k}, 'c');
            this.a = job.flag("transposed") ? stored.transpose() : stored;
            this.b = Nd4j.create(job.floats("b"), new long[] {k, n}, 'c');
            this.c = Nd4j.createUninitialized(DataType.FLOAT, new long[] {m, n}, 'f');
        }

        private void run(long count) {
            for (long i = 0; i < count; i++) {
                a.mmuli(b, c);
            }
        }

        @Override
        public Sample warmUp() {
            return round();
        }

        @Override
        public Sample round() {
            Sample time = Repeat.atLeast(Repeat.SECONDS, this::run);
            return new Sample(time.seconds(), time.count(), Repeat.meanSquare(c.data().asFloat()));
        }
    }
}
