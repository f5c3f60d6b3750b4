package dev.norn.examples;

import dev.norn.optim.Schedule;

/** The courses that the learning rate can take. Each has one span, which here is counted in steps. */
enum ScheduleKind {
    CONSTANT,
    /** Halved after each span. */
    STEP,
    /** Falling steadily, by half in each span. */
    EXPONENTIAL,
    /** Down to 0 along half a cosine, over the span. */
    COSINE,
    /** Up from 0 in a straight line over the span, then constant. */
    WARM_UP;

    /** The span where none is given, as a share of all epochs. */
    double usualShare() {
        return switch (this) {
            case CONSTANT, COSINE -> 1;
            case STEP, EXPONENTIAL -> 0.25;
            case WARM_UP -> 0.1;
        };
    }

    /** @param span in steps, positive */
    Schedule over(double span) {
        int steps = (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round(span)));
        return switch (this) {
            case CONSTANT -> Schedule.constant();
            case STEP -> Schedule.step(steps, 0.5);
            case EXPONENTIAL -> Schedule.exponential(span);
            case COSINE -> Schedule.cosine(steps, 0);
            case WARM_UP -> Schedule.warmUp(steps, Schedule.constant());
        };
    }
}
