package dev.norn.bench;

import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.data.Dataset;
import dev.norn.graph.Gradients;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.nn.Model;
import dev.norn.nn.Pass;
import dev.norn.optim.Update;
import dev.norn.random.RandomStream;
import dev.norn.random.Streams;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.List;

/**
 * A training taken apart, so that its steps can be measured one by one: batch, forward and backward pass, Adam, and the sum of
 * the losses, as {@link dev.norn.train.Trainer} has them, without its watch for losses that are not finite.
 */
final class TrainingStep {

    private final Training training;
    private final Session session;
    private final Model model;
    private final Variable inputs;
    private final Variable targets;
    private final Variable order;
    private final Variable position = Variable.zeros("position", DType.I32, Shape.SCALAR);
    private final Variable steps = Variable.zeros("steps", DType.I32, Shape.SCALAR);
    private final Variable rate;
    private final Variable total = Variable.zeros("total loss", DType.F32, Shape.SCALAR);
    private final Update.State state;
    private final int[] zero = new int[1];
    private final float[] sum = new float[1];
    private final Step whole;
    private final Step rest;
    private int next;
    private int epochs;

    TrainingStep(Session session, Training training, Dataset data) {
        this.training = training;
        this.session = session;
        this.model = training.model();
        this.inputs = Variable.constant("inputs", data.inputs());
        this.targets = Variable.constant("targets", data.targets());
        this.order = Variable.of("order", NdArray.of(Shape.of(data.size()), permutation()));
        this.rate = Variable.of("learning rate", NdArray.of(Shape.SCALAR, (float) training.rate()));
        this.state = new Update.State(model.variable(), model.penalizedCount());
        this.whole = session.compile(program(training.batchSize()));
        int left = training.samples() % training.batchSize();
        this.rest = left == 0 ? null : session.compile(program(left));
    }

    /** One step on {@code size} samples. */
    Program program(int size) {
        boolean all = size == training.samples();
        Tensor indices = order.read().gather(Tensor.iota(size).add(position.read()));
        Tensor x = all ? inputs.read() : inputs.read().gather(indices);
        Tensor target = all ? targets.read() : targets.read().gather(indices);
        List<Tensor> parameters = model.tensors();
        Tensor losses = training.loss().perSample(model.apply(x, parameters, Pass.training(1, steps.read())), target);
        Tensor objective = losses.mean();
        for (int i = 0; i < parameters.size(); i++) {
            Tensor penalty = model.parameters().get(i).parameter().penalized()
                    ? training.penalty().of(parameters.get(i)) : null;
            objective = penalty == null ? objective : objective.add(penalty);
        }
        Tensor gradient = Tensor.concat(Gradients.of(objective, parameters));
        Tensor number = steps.read().add(1);
        Program.Builder program = new Program.Builder()
                .assign(new Update(state, gradient, rate.read(), number.cast(DType.F32)).by(training.optimizer()))
                .assign(steps, number)
                .assign(total, total.read().add(losses.sum()));
        if (!all) {
            program.assign(position, position.read().add(size));
        }
        return program.build();
    }

    private int[] permutation() {
        return new RandomStream(1, Streams.epoch(epochs++)).permutation(training.samples());
    }

    /** A step on the next whole batch; after the last one, the first comes again. */
    void run() {
        if (next == training.samples() / training.batchSize()) {
            session.write(position, zero);
            next = 0;
        }
        whole.run();
        next++;
    }

    /** Steps on all samples in a new order, which goes up; the sum of their losses comes down. */
    float epoch() {
        session.write(order, permutation());
        session.write(position, zero);
        sum[0] = 0;
        session.write(total, sum);
        for (int i = 0; i < training.samples() / training.batchSize(); i++) {
            whole.run();
        }
        if (rest != null) {
            rest.run();
        }
        session.read(total, sum);
        return sum[0];
    }
}
