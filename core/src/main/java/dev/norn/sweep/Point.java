package dev.norn.sweep;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named parameters with a value each: what one training of a sweep has of its own. Immutable; the order is kept. Two points
 * are equal if they give the same names the same values, whatever the order; the integer 1 and the number 1.0 differ.
 */
public final class Point {

    private final Map<String, Object> values;

    private Point(Map<String, Object> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    /**
     * A point with these parameters.
     *
     * @param values integers, finite floating-point numbers, truth values or text, in this order
     * @throws IllegalArgumentException if there is a value of another kind
     */
    public static Point of(Map<String, ?> values) {
        Map<String, Object> copy = new LinkedHashMap<>();
        values.forEach((name, value) -> copy.put(name, plain(name, value)));
        return new Point(copy);
    }

    /** A point with one parameter. See {@link #with}. */
    public static Point of(String name, Object value) {
        return of(Map.of()).with(name, value);
    }

    /** This point with one more parameter, or another value for one. */
    public Point with(String name, Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(values);
        copy.put(name, plain(name, value));
        return new Point(copy);
    }

    /** The value as Long, Double, Boolean or String. */
    private static Object plain(String name, Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (Double.isFinite(number)) {
                return number;
            }
        } else if (value instanceof String || value instanceof Boolean) {
            return value;
        }
        throw new IllegalArgumentException("parameter \"" + name + "\" is " + value
                + "; it must be an integer, a finite number, true or false, or text");
    }

    /** Names and values: Long, Double, Boolean or String. Cannot be changed. */
    public Map<String, Object> values() {
        return values;
    }

    /** The value of a number, integer or not. */
    public double number(String name) {
        return ((Number) value(name, Number.class, "a number")).doubleValue();
    }

    /** The value of an integer. */
    public int integer(String name) {
        long value = (Long) value(name, Long.class, "an integer");
        if ((int) value != value) {
            throw new IllegalArgumentException("parameter \"" + name + "\" is " + value + ", beyond the range of int");
        }
        return (int) value;
    }

    /** The value of a text. */
    public String text(String name) {
        return (String) value(name, String.class, "text");
    }

    /** The value of a truth value. */
    public boolean flag(String name) {
        return (Boolean) value(name, Boolean.class, "true or false");
    }

    private Object value(String name, Class<?> type, String kind) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no parameter \"" + name + "\"; there are " + values.keySet());
        }
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("parameter \"" + name + "\" is not " + kind + ": " + value);
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Point that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** For instance {@code layers=2, rate=0.01}. */
    @Override
    public String toString() {
        String text = values.toString();
        return text.substring(1, text.length() - 1);
    }
}
