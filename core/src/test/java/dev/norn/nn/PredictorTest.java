package dev.norn.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Buffer;
import dev.norn.backend.DeviceInfo;
import dev.norn.backend.Executable;
import dev.norn.random.RandomStream;
import dev.norn.schedule.Plan;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictorTest {

    private final Watched backend = new Watched();

    @AfterEach
    void close() {
        backend.close();
    }

    /** The reference; notes for how many rows something was compiled, and how many ran. */
    private static final class Watched implements Backend {
        private final Backend reference = Backends.open("reference", BackendOptions.DEFAULT);
        private final List<Integer> compiled = new ArrayList<>();
        private int rowsRun;
        private DType lacking;

        @Override
        public DeviceInfo device() {
            return reference.device();
        }

        @Override
        public String lacks(DType dtype) {
            return dtype == lacking ? "this device has no " + dtype : null;
        }

        @Override
        public Buffer allocate(DType dtype, int size) {
            return reference.allocate(dtype, size);
        }

        @Override
        public Executable compile(Plan plan, List<Buffer> buffers) {
            int rows = plan.program().inputs().get("x").shape().dim(0);
            compiled.add(rows);
            Executable executable = reference.compile(plan, buffers);
            return new Executable() {
                @Override
                public void run() {
                    rowsRun += rows;
                    executable.run();
                }

                @Override
                public void close() {
                    executable.close();
                }
            };
        }

        @Override
        public void synchronize() {
            reference.synchronize();
        }

        @Override
        public void close() {
            reference.close();
        }
    }

    private static Model model(DType dtype) {
        return new Model(3, dtype, 1, new Dense(4, Activation.TANH), new Dropout(0.5), new Dense(2));
    }

    private static double[] rows(int n) {
        RandomStream random = new RandomStream(7, 0);
        double[] x = new double[n * 3];
        Arrays.setAll(x, i -> random.nextGaussian());
        return x;
    }

    private static String message(Runnable code) {
        String message = assertThrows(IllegalArgumentException.class, code::run).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    /** tanh(x W + b) V + c, by hand. */
    private static double[] byHand(Model model, double[] x, int n) {
        NdArray w = model.value("layers.0.weight");
        NdArray b = model.value("layers.0.bias");
        NdArray v = model.value("layers.2.weight");
        NdArray c = model.value("layers.2.bias");
        double[] y = new double[n * 2];
        for (int i = 0; i < n; i++) {
            y[2 * i] = c.get(0);
            y[2 * i + 1] = c.get(1);
            for (int h = 0; h < 4; h++) {
                double z = b.get(h);
                for (int j = 0; j < 3; j++) {
                    z += x[3 * i + j] * w.get(j, h);
                }
                y[2 * i] += Math.tanh(z) * v.get(h, 0);
                y[2 * i + 1] += Math.tanh(z) * v.get(h, 1);
            }
        }
        return y;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 7, 8, 16, 17, 31, 32, 100, 255, 257, 511, 512, 1000, 1023, 1024, 1025, 2999})
    void anyNumberOfRows(int n) {
        Model model = model(DType.F64);
        double[] x = rows(n);
        double[] y = new double[n * 2 + 1];
        y[n * 2] = 42;
        try (Predictor predictor = model.compile(backend)) {
            predictor.predict(x, n, y);
        }
        assertArrayEquals(byHand(model, x, n), Arrays.copyOf(y, n * 2), 1e-12);
        assertEquals(42, y[n * 2], "what comes after the outputs");
        assertTrue(backend.rowsRun <= 2 * n, "no more than twice the work: " + backend.rowsRun + " rows");
    }

    @Test
    void fewProgramsForAllSizes() {
        Model model = model(DType.F64);
        double[] x = rows(1100);
        double[] y = new double[2200];
        try (Predictor predictor = model.compile(backend)) {
            assertEquals(List.of(), backend.compiled, "nothing before it is needed");
            predictor.predict(x, 1, y);
            assertEquals(List.of(1), backend.compiled);
            for (int n = 1; n <= 1100; n += n < 70 ? 1 : 51) {
                predictor.predict(x, n, y);
            }
            assertEquals(List.of(1, 4, 16, 64, 256, 1024), backend.compiled.stream().sorted().toList());
        }
    }

    /** A thousand rows of a wide model would need gigabytes at once. */
    @Test
    void wideModelsRunInSmallPieces() {
        Model model = new Model(1, DType.F32, 1, new Dense(300_000, Activation.RELU), new Dense(1));
        try (Predictor predictor = model.compile(backend)) {
            predictor.predict(new float[9], 9, new float[9]);
            assertEquals(4, backend.compiled.stream().mapToInt(i -> i).max().orElseThrow());
        }
    }

    /** Converted piece by piece: bytes, and numbers of another type. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 2999})
    void whatIsConvertedGivesTheSame(int n) {
        Model model = model(DType.F32);
        byte[] bytes = new byte[n * 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 37);
        }
        NdArray packed = NdArray.of(Shape.of(n, 3), bytes);
        NdArray floats = packed.to(DType.F32);
        try (Predictor predictor = model.compile(backend)) {
            NdArray y = predictor.predict(floats);
            assertEquals(y, predictor.predict(packed));
            assertEquals(y, predictor.predict(floats.to(DType.F64)));
            if (n > 1024) {
                NdArray huge = floats.to(DType.F64);
                huge.set(1024 * 3 + 2, 1e39);
                String range = message(() -> predictor.predict(huge));
                assertTrue(range.contains("row 1024, column 2"), range);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void everyWayGivesTheSame(DType dtype) {
        Model model = model(dtype);
        NdArray x = NdArray.of(Shape.of(9, 3), rows(9));
        try (Predictor predictor = model.compile(backend)) {
            NdArray y = predictor.predict(x);
            assertEquals(dtype, y.dtype());
            assertEquals(Shape.of(9, 2), y.shape());
            assertEquals(y, predictor.predict(x.to(dtype)));
            if (dtype == DType.F32) {
                float[] outputs = new float[18];
                predictor.predict(x.to(dtype).floats(), 9, outputs);
                assertArrayEquals(y.floats(), outputs);
            } else {
                double[] outputs = new double[18];
                predictor.predict(x.doubles(), 9, outputs);
                assertArrayEquals(y.doubles(), outputs);
            }
            assertEquals(Shape.of(0, 2), predictor.predict(NdArray.zeros(dtype, Shape.of(0, 3))).shape());
            assertEquals(predictor.predict(NdArray.of(Shape.of(1, 3), 1.0, -2, 3)),
                    predictor.predict(NdArray.of(Shape.of(1, 3), 1, -2, 3)), "whole numbers");
        }
    }

    @Test
    void theLossLinksOutputsToProbabilities() {
        Model model = model(DType.F64);
        NdArray x = NdArray.of(Shape.of(6, 3), rows(6));
        try (Predictor raw = model.compile(backend);
                Predictor values = model.compile(backend, Loss.MSE);
                Predictor sides = model.compile(backend, Loss.BINARY_CROSS_ENTROPY);
                Predictor classes = model.compile(backend, Loss.SOFTMAX_CROSS_ENTROPY)) {
            NdArray z = raw.predict(x);
            assertEquals(z, values.predict(x));
            for (int i = 0; i < 6; i++) {
                double a = z.get(i, 0);
                double b = z.get(i, 1);
                assertEquals(1 / (1 + Math.exp(-a)), sides.predict(x).get(i, 0), 1e-15);
                assertEquals(Math.exp(b) / (Math.exp(a) + Math.exp(b)), classes.predict(x).get(i, 1), 1e-15);
            }
        }
    }

    /** Also for programs that are compiled after the weights changed. */
    @Test
    void weightsAreThoseOfTheCompilation() {
        Model model = model(DType.F64);
        double[] x = rows(20);
        double[] before = byHand(model, x, 20);
        try (Predictor predictor = model.compile(backend)) {
            Arrays.fill(model.values().doubles(), 0);
            double[] y = new double[40];
            predictor.predict(x, 20, y);
            assertArrayEquals(before, y, 1e-12);
        }
    }

    /** Nor do the rows that fill up a program, which are of earlier calls. */
    @Test
    void rowsDoNotMixAndNanPassesThrough() {
        double[] x = rows(3);
        double[] spoilt = x.clone();
        spoilt[4] = Double.NaN;
        try (Predictor predictor = model(DType.F64).compile(backend, Loss.SOFTMAX_CROSS_ENTROPY)) {
            double[] clean = new double[6];
            predictor.predict(x, 3, clean);
            double[] all = new double[12];
            Arrays.fill(all, Double.NaN);
            predictor.predict(all, 4, all.clone());
            double[] y = new double[6];
            predictor.predict(x, 3, y);
            assertArrayEquals(clean, y);
            predictor.predict(spoilt, 3, y);
            assertArrayEquals(new double[] {clean[0], clean[1], Double.NaN, Double.NaN, clean[4], clean[5]}, y);
        }
    }

    @Test
    void mistakesAreNamed() {
        try (Predictor predictor = model(DType.F32).compile(backend)) {
            String inputs = message(() -> predictor.predict(new float[5], 2, new float[4]));
            assertTrue(inputs.contains("2 rows of 3 inputs") && inputs.contains("at least 6") && inputs.contains("has 5"), inputs);
            String outputs = message(() -> predictor.predict(new float[6], 2, new float[3]));
            assertTrue(outputs.contains("2 rows of 2 outputs") && outputs.contains("at least 4"), outputs);
            String huge = message(() -> predictor.predict(new float[6], Integer.MAX_VALUE, new float[3]));
            assertTrue(huge.contains("6442450941"), huge);
            assertTrue(message(() -> predictor.predict(new float[6], -1, new float[4])).contains("-1"));
            String type = message(() -> predictor.predict(new double[6], 2, new double[4]));
            assertTrue(type.contains("F32") && type.contains("F64"), type);
            float[] one = new float[6];
            assertTrue(message(() -> predictor.predict(one, 2, one)).contains("two arrays"));
            String shape = message(() -> predictor.predict(NdArray.vector(1, 2, 3)));
            assertTrue(shape.contains("[n, 3]") && shape.contains("[3]"), shape);
            message(() -> predictor.predict(NdArray.zeros(DType.F32, Shape.of(1, 2))));
            String range = message(() -> predictor.predict(NdArray.of(Shape.of(2, 3), 0.0, 0, 0, 0, -1e39, 0)));
            assertTrue(range.contains("row 1, column 1") && range.contains("-1.0E39") && range.contains("F32"), range);
            assertTrue(Double.isNaN(predictor.predict(NdArray.of(Shape.of(1, 3), 0.0, Double.NaN, 0)).get(0)));
            assertFalse(Double.isNaN(predictor.predict(NdArray.of(Shape.of(1, 3), 0.0, Double.POSITIVE_INFINITY, 0)).get(0)),
                    "tanh of an infinity");
        }
        try (Predictor predictor = model(DType.F64).compile(backend)) {
            String type = message(() -> predictor.predict(new float[6], 2, new float[4]));
            assertTrue(type.contains("F64"), type);
            assertTrue(Double.isFinite(predictor.predict(NdArray.of(Shape.of(1, 3), 0, 1e300, 0)).get(0)), "no limit of F32");
        }
    }

    @Test
    void whatTheDeviceLacksIsSaidAtOnce() {
        backend.lacking = DType.F64;
        assertEquals("this device has no F64",
                assertThrows(BackendException.class, () -> model(DType.F64).compile(backend)).getMessage());
    }

    @Test
    void useAfterCloseSaysSo() {
        Predictor predictor = model(DType.F64).compile(backend);
        predictor.close();
        predictor.close();
        for (int n = 0; n < 2; n++) {
            int rows = n;
            assertEquals("the predictor is closed", assertThrows(IllegalStateException.class,
                    () -> predictor.predict(new double[3], rows, new double[2])).getMessage());
        }
        Predictor orphan = model(DType.F64).compile(backend);
        orphan.predict(new double[3], 1, new double[2]);
        backend.close();
        assertTrue(assertThrows(IllegalStateException.class, () -> orphan.predict(new double[3], 1, new double[2]))
                .getMessage().contains("backend is closed"));
        orphan.close();
        assertThrows(IllegalStateException.class, () -> model(DType.F64).compile(backend));
    }
}
