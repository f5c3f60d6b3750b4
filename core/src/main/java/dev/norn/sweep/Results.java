package dev.norn.sweep;

import dev.norn.io.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What was measured: named numbers and series of numbers, in order. Equal if all bits are, but for the kinds of NaN. */
public final class Results {

    /** Double or double[]. */
    private final Map<String, Object> values = new LinkedHashMap<>();

    /** No results yet. */
    public Results() {}

    /** Adds a number. */
    public Results put(String name, double value) {
        return add(name, value);
    }

    /** Adds a series, of which a copy is kept. */
    public Results put(String name, double[] series) {
        return add(name, series.clone());
    }

    private Results add(String name, Object value) {
        if (values.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("there are two results \"" + name + "\"");
        }
        return this;
    }

    /** A number. */
    public double number(String name) {
        if (value(name) instanceof Double number) {
            return number;
        }
        throw new IllegalArgumentException("result \"" + name + "\" is a series, not a number");
    }

    /** A series (a copy). */
    public double[] series(String name) {
        if (value(name) instanceof double[] series) {
            return series.clone();
        }
        throw new IllegalArgumentException("result \"" + name + "\" is a number, not a series");
    }

    private Object value(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no result \"" + name + "\"; there are " + values.keySet());
        }
        return value;
    }

    /** Whether there is a number or series of that name. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** Names and values: Double or double[]. Not to be changed. */
    public Map<String, Object> values() {
        return Collections.unmodifiableMap(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Results that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** As JSON. */
    @Override
    public String toString() {
        return Json.write(values);
    }
}
