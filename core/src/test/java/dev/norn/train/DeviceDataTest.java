package dev.norn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.norn.data.DataException;
import dev.norn.data.Dataset;
import dev.norn.nn.Dense;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import org.junit.jupiter.api.Test;

class DeviceDataTest {

    /** It would become infinite, and the training would seem to diverge. */
    @Test
    void numberBeyondTheModelsType() {
        Dataset inputs = new Dataset(NdArray.of(Shape.of(2, 1), 1, 1e39), NdArray.of(Shape.of(2, 1), 1.0, 2.0));
        Dataset targets = new Dataset(NdArray.of(Shape.of(2, 1), 1.0, 2.0), NdArray.of(Shape.of(2, 1), 1, -1e39));
        Model model = new Model(1, DType.F32, 1, new Dense(1));
        DataException e = assertThrows(DataException.class, () -> new DeviceData(inputs, model));
        assertEquals("input row 1, column 0 is 1.0E39, beyond the range of F32 (about 3.4e38)", e.getMessage());
        e = assertThrows(DataException.class, () -> new DeviceData(targets, model));
        assertEquals("target row 1, column 0 is -1.0E39, beyond the range of F32 (about 3.4e38)", e.getMessage());
        assertEquals(2, new DeviceData(inputs, new Model(1, DType.F64, 1, new Dense(1))).size());
    }
}
