package dev.norn.bench.protocol;

import java.util.Map;

/**
 * One measurement.
 *
 * @param seconds wall-clock time
 * @param count how many trainings or products that was; for the machine's peak: operations or bytes
 * @param score how good the result is: a share of right answers, or an error; NaN if nobody asks
 */
public record Sample(double seconds, long count, double score) {

    /** Seconds for one. */
    public double unit() {
        return seconds / count;
    }

    Map<String, Object> toMap() {
        return Map.of("seconds", seconds, "count", count, "score", Double.isFinite(score) ? score : "NaN");
    }

    /** @throws IllegalArgumentException if that is no measurement */
    static Sample of(Map<String, Object> answer) {
        if (answer.get("seconds") instanceof Number seconds && seconds.doubleValue() > 0
                && Double.isFinite(seconds.doubleValue())
                && answer.get("count") instanceof Number count && count.longValue() > 0) {
            double score = answer.get("score") instanceof Number number ? number.doubleValue() : Double.NaN;
            return new Sample(seconds.doubleValue(), count.longValue(), score);
        }
        throw new IllegalArgumentException("no measurement");
    }
}
