package dev.norn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.backend.Session;
import dev.norn.graph.Tensor;
import dev.norn.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The values that tell a schedule; all others are in the conformance suite. */
class ScheduleTest {

    private static double at(Schedule schedule, double t, DType dtype) {
        try (Session session = new Session(Backends.open("reference", BackendOptions.DEFAULT))) {
            return session.evaluate(schedule.factor(Tensor.scalar(dtype, t))).item();
        }
    }

    private static double at(Schedule schedule, double t) {
        return at(schedule, t, DType.F64);
    }

    @Test
    void constant() {
        assertEquals(1, at(Schedule.constant(), 0));
        assertEquals(1, at(Schedule.constant(), 1e6));
    }

    /** A drop comes with the step whose number it is, not one before or after: in F32 as well. */
    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void stepsAreExact(DType dtype) {
        for (int every : new int[] {1, 3, 7, 10, 49, 1000}) {
            Schedule schedule = Schedule.step(every, 0.5);
            for (int k : new int[] {1, 2, 3, 5, 10}) {
                assertEquals(Math.pow(0.5, k - 1), at(schedule, k * every - 1, dtype), 1e-6, every + " before " + k);
                assertEquals(Math.pow(0.5, k), at(schedule, k * every, dtype), 1e-6 * Math.pow(0.5, k), every + " at " + k);
            }
        }
    }

    @Test
    void exponentialHalves() {
        Schedule schedule = Schedule.exponential(30);
        assertEquals(1, at(schedule, 0));
        assertEquals(0.5, at(schedule, 30), 1e-15);
        assertEquals(0.125, at(schedule, 90), 1e-15);
    }

    @Test
    void cosineEndsAtItsLeast() {
        Schedule schedule = Schedule.cosine(100, 0.1);
        assertEquals(1, at(schedule, 0), 1e-15);
        assertEquals(0.55, at(schedule, 50), 1e-15);
        assertEquals(0.1, at(schedule, 100), 1e-15);
        assertEquals(0.1, at(schedule, 1000), 1e-15);
    }

    @Test
    void warmUpThenTheOtherFromItsBeginning() {
        Schedule schedule = Schedule.warmUp(4, Schedule.exponential(10));
        assertEquals(0.25, at(schedule, 0), 1e-15);
        assertEquals(1, at(schedule, 3), 1e-15);
        assertEquals(1, at(schedule, 4), 1e-15);
        assertEquals(0.5, at(schedule, 14), 1e-15);
    }
}
