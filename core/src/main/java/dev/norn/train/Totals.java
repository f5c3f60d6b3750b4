package dev.norn.train;

import dev.norn.backend.Session;
import dev.norn.graph.Program;
import dev.norn.graph.Tensor;
import dev.norn.graph.Variable;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;

/** Sums over many batches, kept on the device and read once at the end. */
final class Totals {

    private final Variable loss;
    private final Variable correct;
    private final NdArray zero;
    private boolean classifies;
    private double lossValue;
    private double correctValue;

    Totals(DType dtype) {
        this.loss = Variable.zeros("total loss", dtype, Shape.SCALAR);
        this.correct = Variable.zeros("total correct", dtype, Shape.SCALAR);
        this.zero = NdArray.zeros(dtype, Shape.SCALAR);
    }

    /** Adds a batch's losses, [batch], and what was right, [batch] or null. */
    void add(Program.Builder program, Tensor losses, Tensor right) {
        program.assign(loss, loss.read().add(losses.sum()));
        classifies = right != null;
        if (classifies) {
            program.assign(correct, correct.read().add(right.sum()));
        }
    }

    void reset(Session session) {
        session.write(loss, zero);
        if (classifies) {
            session.write(correct, zero);
        }
    }

    void fetch(Session session) {
        lossValue = session.read(loss).item();
        correctValue = classifies ? session.read(correct).item() : Double.NaN;
    }

    double loss() {
        return lossValue;
    }

    double correct() {
        return correctValue;
    }
}
