package dev.norn.nn;

import dev.norn.graph.Tensor;
import java.util.List;

/**
 * In training each input is set to 0 with probability {@code rate} and the others are scaled by 1 / (1 - rate), so that
 * inference needs no change (Srivastava et al. 2014, section 10, "inverted" form).
 *
 * @param rate in [0, 1)
 */
public record Dropout(double rate) implements Layer {

    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("the dropout rate must be at least 0 and less than 1, it is " + rate);
        }
    }

    @Override
    public int outputs(int inputs) {
        return inputs;
    }

    @Override
    public List<Parameter> parameters(int inputs) {
        return List.of();
    }

    @Override
    public Tensor apply(Tensor x, List<Tensor> parameters, Pass pass) {
        if (!pass.isTraining() || rate == 0) {
            return x;
        }
        // F32 sees the first 24 bits of a random number: with as many of the rate, F64 drops the same.
        double share = Math.floor(rate * 0x1p24) * 0x1p-24;
        // The mask, scaled, is a factor: the backward pass uses the very same numbers.
        Tensor keep = Tensor.full(x.dtype(), x.shape(), 1 / (1 - share));
        Tensor dropped = pass.uniform(x.dtype(), x.shape()).less(share);
        return x.mul(Tensor.where(dropped, Tensor.full(x.dtype(), x.shape(), 0), keep));
    }
}
