package dev.norn.nn;

import dev.norn.graph.Tensor;
import java.util.List;

/** A function from [batch, inputs] to [batch, outputs], with parameters. */
public interface Layer {

    /** How many outputs it has for so many inputs. */
    int outputs(int inputs);

    /** What is to be trained, for so many inputs. */
    List<Parameter> parameters(int inputs);

    /**
     * The layer's output.
     *
     * @param x [batch, inputs]
     * @param parameters the values of {@link #parameters}, in that order
     * @param pass whether this is for training
     * @return [batch, outputs]
     */
    Tensor apply(Tensor x, List<Tensor> parameters, Pass pass);
}
