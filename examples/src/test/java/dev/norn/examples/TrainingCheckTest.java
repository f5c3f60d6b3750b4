package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.conformance.LossCurves;
import dev.norn.conformance.Result;
import dev.norn.data.Dataset;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Loss;
import dev.norn.tensor.DType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The trainings of {@code verify}, made small: right ones pass, and a little that is wrong is noticed. */
class TrainingCheckTest {

    private static TrainingCheck few(double learningRate) {
        return new TrainingCheck("few", seed -> IncludedDigits.load().train().rows(0, 150), Loss.SOFTMAX_CROSS_ENTROPY,
                new Dense(16, Activation.RELU), 10, 32, 2, learningRate);
    }

    private static Backend open(String name) {
        return Backends.open(name, BackendOptions.DEFAULT);
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void theSameTrainingPasses(DType dtype) {
        try (Backend cpu = open("cpu")) {
            assertEquals(new Result(10, List.of()), few(1e-3).run(cpu, dtype, 5));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F64"})
    void aWrongLearningRateIsNoticed(DType dtype) {
        try (Backend cpu = open("cpu"); Backend reference = open("reference")) {
            Dataset samples = few(1e-3).data().apply(5);
            Result result = LossCurves.compare("few", dtype, few(1.001e-3).losses(samples, cpu, dtype, 5),
                    few(1e-3).losses(samples, reference, dtype, 5));
            assertEquals(1, result.failures().size());
            // The first step's loss is that of the initial weights; what F32 may round hides the second's error too.
            String step = dtype == DType.F32 ? "3" : "2";
            assertTrue(result.failures().get(0).startsWith("few: loss of step " + step + ": expected "), result.failures().get(0));
        }
    }

    @Test
    void anotherSeedIsAnotherTraining() {
        try (Backend cpu = open("cpu"); Backend reference = open("reference")) {
            Dataset samples = few(1e-3).data().apply(5);
            assertEquals(1, LossCurves.compare("few", DType.F32, few(1e-3).losses(samples, cpu, DType.F32, 5),
                    few(1e-3).losses(samples, reference, DType.F32, 6)).failures().size());
        }
    }

    /** A backend that fails in the middle fails the check; it does not end the command. */
    @Test
    void exceptionsAreFailures() {
        Backend closed = open("cpu");
        closed.close();
        Result result = few(1e-3).run(closed, DType.F32, 1);
        assertEquals(1, result.failures().size());
        assertTrue(result.failures().get(0).contains("closed"), result.failures().get(0));
    }
}
