package dev.norn.train;

import dev.norn.backend.Session;
import dev.norn.backend.Step;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Pass;
import dev.norn.tensor.DType;
import dev.norn.tensor.Shape;

/** Mean loss and accuracy over a data set, added up on the device, batch by batch. */
final class Evaluator {

    /** As many samples at once as keep a layer's values in the cache. */
    private static final int BATCH = 1000;

    private final Session session;
    private final DeviceData data;
    private final int batch;
    private final Totals totals;
    private final Variable position = Variable.zeros("evaluation position", DType.I32, Shape.SCALAR);
    private final Step whole;
    private final Step rest;

    Evaluator(Session session, Model model, Loss loss, DeviceData data) {
        this.session = session;
        this.data = data;
        this.batch = Math.min(BATCH, data.size());
        this.totals = new Totals(model.dtype());
        this.whole = compile(model, loss, batch);
        this.rest = data.size() % batch == 0 ? null : compile(model, loss, data.size() % batch);
    }

    private Step compile(Model model, Loss loss, int size) {
        Tensor indices = size == data.size() ? null : Tensor.iota(size).add(position.read());
        Tensor z = model.apply(data.inputs(indices), model.tensors(), Pass.INFERENCE);
        Tensor target = data.targets(indices);
        Program.Builder program = new Program.Builder().assign(position, position.read().add(size));
        totals.add(program, loss.perSample(z, target), loss.correct(z, target));
        return session.compile(program.build());
    }

    /** Measures the model as it is now; {@link #loss} and {@link #accuracy} then tell. */
    void run() {
        totals.reset(session);
        session.write(position, new int[1]);
        for (int i = 0; i < data.size() / batch; i++) {
            whole.run();
        }
        if (rest != null) {
            rest.run();
        }
        totals.fetch(session);
    }

    double loss() {
        return totals.loss() / data.size();
    }

    double accuracy() {
        return totals.correct() / data.size();
    }
}
