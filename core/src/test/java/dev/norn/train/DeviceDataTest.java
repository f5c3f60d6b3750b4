package dev.norn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.data.DataException;
import dev.norn.data.Dataset;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** Bytes train as the numbers do that they stand for, to the last bit: in batches and all at once. */
    @ParameterizedTest
    @CsvSource({"F32, 4", "F64, 4", "F32, 11", "F64, 11", "F32, 7"})
    void bytesAreTheirNumbers(DType dtype, int batch) {
        RandomStream random = new RandomStream(1, 0);
        byte[] bytes = new byte[11 * 3];
        int[] labels = new int[11];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(256);
        }
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(2);
        }
        NdArray packed = NdArray.of(Shape.of(11, 3), bytes);
        NdArray targets = NdArray.of(Shape.of(11), labels);
        assertEquals(fitted(new Dataset(packed.to(DType.F32), targets), dtype, batch), fitted(new Dataset(packed, targets), dtype, batch));
        NdArray outputs = NdArray.of(Shape.of(11, 1), new float[11]);
        assertEquals(DType.F64, new Dataset(packed, outputs).to(DType.F64).targets().dtype());
        assertEquals(DType.UNORM8, new Dataset(packed, outputs).to(DType.F64).inputs().dtype());
        assertThrows(DataException.class, () -> new Dataset(packed, outputs.to(DType.F64)));
    }

    private static NdArray fitted(Dataset data, DType dtype, int batch) {
        Model model = new Model(3, dtype, 1, new Dense(5, Activation.TANH), new Dense(2));
        try (Backend backend = Backends.open("reference", BackendOptions.DEFAULT)) {
            new Trainer.Builder(model, Loss.SOFTMAX_CROSS_ENTROPY).batchSize(batch).epochs(3).build(backend).fit(data, data);
        }
        return model.values();
    }
}
