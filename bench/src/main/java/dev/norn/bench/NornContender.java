package dev.norn.bench;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.bench.protocol.Contender;
import dev.norn.bench.protocol.Conversation;
import dev.norn.bench.protocol.Job;
import dev.norn.bench.protocol.Repeat;
import dev.norn.bench.protocol.Sample;
import dev.norn.data.Split;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import dev.norn.train.Evaluation;
import dev.norn.train.Trainer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Norn as a contender: a process of its own for each backend, number of threads and job. */
public abstract class NornContender implements Contender {

    final Backend backend;
    private final int threads;

    private NornContender(Job job) {
        this.threads = job.integer("threads");
        this.backend = Device.open(job.text("backend"), BackendOptions.DEFAULT.withThreads(threads));
    }

    /** Answers until there are no more requests. */
    public static void main(String[] args) {
        Conversation.hold(job -> job.text("kind").equals("product") ? new Products(job) : new Trainings(job));
    }

    @Override
    public Map<String, Object> about() {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("name", "Norn " + Main.version());
        about.put("device", backend.device().toString());
        about.put("threads", threads);
        return about;
    }

    @Override
    public void close() {
        backend.close();
    }

    /** Whole trainings, as any user of {@link Trainer} has them: each from the same initial weights. */
    private static final class Trainings extends NornContender {
        private final Training training;
        private final Split data;

        Trainings(Job job) {
            super(job);
            this.training = Training.of(job);
            this.data = training.data().load(training.samples());
        }

        private Sample fit(int epochs) {
            Model model = training.model();
            Trainer trainer = training.trainer(model).epochs(epochs).build(backend);
            double seconds = trainer.fit(data.train()).seconds();
            Evaluation test = trainer.evaluate(data.test());
            return new Sample(seconds, 1, training.data().classifies() ? test.accuracy() : test.loss());
        }

        @Override
        public Sample warmUp() {
            return fit(training.warmUpEpochs());
        }

        @Override
        public Sample round() {
            return fit(training.epochs());
        }
    }

    /** One product after another. */
    private static final class Products extends NornContender {
        private final Session session = new Session(backend);
        private final Variable result;
        private final Step step;

        Products(Job job) {
            super(job);
            Product product = Product.of(job);
            DType dtype = DType.valueOf(job.text("dtype"));
            Tensor a = Variable.of("a", product.a(DType.F32).to(dtype)).read();
            Tensor b = Variable.of("b", product.b(DType.F32).to(dtype)).read();
            this.result = Variable.zeros("c", dtype, Shape.of(product.m(), product.n()));
            this.step = session.compile(
                    new Program.Builder().assign(result, a.matmul(b, product.transposed(), false)).build());
        }

        private void run(long count) {
            for (long i = 0; i < count; i++) {
                step.run();
            }
            backend.synchronize();
        }

        @Override
        public Sample warmUp() {
            return round();
        }

        @Override
        public Sample round() {
            Sample time = Repeat.atLeast(Repeat.SECONDS, this::run);
            NdArray c = session.read(result).to(DType.F32);
            return new Sample(time.seconds(), time.count(), Repeat.meanSquare(c.floats()));
        }

        @Override
        public void close() {
            session.close();
            super.close();
        }
    }
}
