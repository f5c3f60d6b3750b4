package dev.norn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.norn.bench.protocol.Job;
import dev.norn.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingTest {

    /** By hand: of W1, (4 · 784 · 128 + 6 · 128 · 10) operations for each of 60,000 samples, 30 times. */
    @ParameterizedTest
    @CsvSource({
        "W1, 736358400000,  1800, 784-128-10,         3",
        "W2, 136320000000,  2345, 784-128-64-10,      1",
        "W3, 36000000,     18000, 1-10-1,            30",
        "W4, 3528000000,   18000, 1-20-20-20-20-20-1, 30",
        "W5, 12200000000,   1000, 1-100-100-1,       100",
    })
    void countsWork(Workload workload, double flops, long steps, String layers, int warmUp) {
        Training training = workload.training();
        assertEquals(steps, training.steps());
        assertEquals(layers, String.join("-", training.layers().stream().map(Object::toString).toList()));
        assertEquals(flops, training.flops(), 1);
        assertEquals(warmUp, training.warmUpEpochs());
    }

    @ParameterizedTest
    @EnumSource
    void passesThroughAJob(Workload workload) {
        Training training = workload.training();
        assertEquals(training, Training.of(Job.parse(training.job().line())));
    }

    @ParameterizedTest
    @EnumSource
    void hasAModel(Workload workload) {
        Training training = workload.training();
        assertEquals(training.data().features(), training.model().inputs());
        assertEquals(training.data().outputs(), training.model().outputs());
    }

    @Test
    void countsALastSmallerBatch() {
        assertEquals(2 * 4, new Training(DataSet.RUNGE, 10, List.of(3), "tanh", 0.1, 0.9, 0, 3, 2).steps());
    }

    @Test
    void knowsItsActivations() {
        Training odd = new Training(DataSet.RUNGE, 10, List.of(3), "odd", 0.1, 0.9, 0, 3, 2);
        assertEquals("there is no activation 'odd'", assertThrows(IllegalArgumentException.class, odd::model).getMessage());
    }

    @Test
    void saysWhatAJobLacks() {
        assertThrows(IllegalArgumentException.class, () -> Job.parse("{"));
        assertEquals("the job's layers must be a List, it is null",
                assertThrows(IllegalArgumentException.class, () -> Training.of(Job.parse("{}"))).getMessage());
    }

    @Test
    void productsPassThroughAJob() {
        for (Product product : Product.ALL) {
            assertEquals(product, Product.of(Job.parse(product.job(DType.F64).line())));
            assertEquals(product, Product.parse(product.toString()));
        }
        assertEquals(2.0 * 784 * 1000 * 128, Product.parse("T784x1000x128").flops());
    }
}
