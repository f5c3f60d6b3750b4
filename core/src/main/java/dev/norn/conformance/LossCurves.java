package dev.norn.conformance;

import dev.norn.tensor.DType;
import java.util.List;

/** Trainings compared step by step: the same but for rounding, they have the same losses but for what rounding grows to. */
public final class LossCurves {

    private LossCurves() {}

    /**
     * Compares the losses of two trainings that began with one seed.
     *
     * @param name what was trained
     * @param dtype the type that both compute in
     * @param got each step's loss on the backend that is judged
     * @param want each step's loss on the reference
     * @return as many checks as there are steps, and one failure that tells of the first step that differs
     */
    public static Result compare(String name, DType dtype, double[] got, double[] want) {
        if (got.length != want.length) {
            return new Result(1, List.of(name + ": expected " + want.length + " steps, got " + got.length + " [" + dtype + "]"));
        }
        int first = -1;
        int wrong = 0;
        for (int i = 0; i < want.length; i++) {
            if (!(Math.abs(got[i] - want[i]) <= tolerance(dtype, want[i]))) {
                first = wrong == 0 ? i : first;
                wrong++;
            }
        }
        return new Result(want.length, wrong == 0 ? List.of() : List.of(name + ": loss of step " + (first + 1) + ": expected "
                + want[first] + ", got " + got[first] + ", tolerance " + tolerance(dtype, want[first]) + " (" + wrong + " of "
                + want.length + " steps wrong) [" + dtype + "]"));
    }

    private static double tolerance(DType dtype, double want) {
        return Tolerance.curve(dtype) * Math.abs(want);
    }
}
