package dev.norn.sweep;

import dev.norn.random.RandomStream;
import dev.norn.random.Streams;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Points drawn at random, each parameter by itself: where few of many parameters matter, better than a grid of as many points
 * (Bergstra and Bengio 2012, "Random search for hyper-parameter optimization"). Every parameter has a random stream of its
 * own: more points, or another parameter after the others, change none of those drawn before.
 *
 * <pre>{@code
 * List<Point> points = new RandomSearch().logUniform("rate", 1e-5, 1e-1).integer("nodes", 2, 128).points(50, 1);
 * }</pre>
 */
public final class RandomSearch {

    private final Map<String, Function<RandomStream, Object>> parameters = new LinkedHashMap<>();

    /** A search without parameters. */
    public RandomSearch() {}

    /** A number, uniform in [from, to). */
    public RandomSearch uniform(String name, double from, double to) {
        checkRange(name, from, to);
        return add(name, random -> from + random.nextDouble() * (to - from));
    }

    /** A positive number whose logarithm is uniform: as likely between 0.001 and 0.01 as between 0.01 and 0.1. */
    public RandomSearch logUniform(String name, double from, double to) {
        if (!(from > 0)) {
            throw new IllegalArgumentException("parameter \"" + name + "\" must be positive, it starts at " + from);
        }
        checkRange(name, from, to);
        double low = StrictMath.log(from);
        double width = StrictMath.log(to) - low;
        return add(name, random -> Math.max(from, Math.min(to, StrictMath.exp(low + random.nextDouble() * width))));
    }

    /** An integer, each as likely as the others, both ends included. */
    public RandomSearch integer(String name, int from, int to) {
        long count = (long) to - from + 1;
        if (count < 1 || count > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("parameter \"" + name + "\" must go from a number up to another, not from "
                    + from + " to " + to);
        }
        return add(name, random -> from + random.nextInt((int) count));
    }

    /** One of several values, each as likely as the others. */
    public RandomSearch choice(String name, Object... values) {
        new Grid().axis(name, values); // for its checks
        Object[] copy = values.clone();
        return add(name, random -> copy[random.nextInt(copy.length)]);
    }

    private static void checkRange(String name, double from, double to) {
        if (!(from < to) || !Double.isFinite(to - from)) {
            throw new IllegalArgumentException("parameter \"" + name + "\" must go from a number up to another, both finite, "
                    + "not from " + from + " to " + to);
        }
    }

    private RandomSearch add(String name, Function<RandomStream, Object> draw) {
        if (parameters.putIfAbsent(name, draw) != null) {
            throw new IllegalArgumentException("there are two parameters \"" + name + "\"");
        }
        return this;
    }

    /**
     * Draws points.
     *
     * @param count how many, at least 1
     * @param seed the same one gives the same points on every machine
     */
    public List<Point> points(int count, long seed) {
        if (count < 1) {
            throw new IllegalArgumentException("a search needs at least 1 point, not " + count);
        }
        RandomStream[] streams = new RandomStream[parameters.size()];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = new RandomStream(seed, Streams.search(i));
        }
        List<Point> points = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Map<String, Object> values = new LinkedHashMap<>();
            int parameter = 0;
            for (Map.Entry<String, Function<RandomStream, Object>> entry : parameters.entrySet()) {
                values.put(entry.getKey(), entry.getValue().apply(streams[parameter++]));
            }
            points.add(Point.of(values));
        }
        return List.copyOf(points);
    }
}
