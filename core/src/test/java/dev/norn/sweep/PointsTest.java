package dev.norn.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Points, grids and random searches. */
class PointsTest {

    @Test
    void theLastAxisChangesFastest() {
        List<Point> points = new Grid().axis("a", 1, 2).axis("b", "x").axis("c", 0.5, true, "t").points();
        assertEquals(List.of("a=1, b=x, c=0.5", "a=1, b=x, c=true", "a=1, b=x, c=t",
                "a=2, b=x, c=0.5", "a=2, b=x, c=true", "a=2, b=x, c=t"), points.stream().map(Point::toString).toList());
        assertEquals(List.of(Point.of(Map.of())), new Grid().points());
    }

    @Test
    void valuesHaveKinds() {
        Point point = Point.of("i", (short) 3).with("d", 0.25f).with("t", "text").with("f", false);
        assertEquals(3, point.integer("i"));
        assertEquals(3, point.number("i"));
        assertEquals(0.25, point.number("d"));
        assertEquals("text", point.text("t"));
        assertEquals(false, point.flag("f"));
        SweepTest.refused("there is no parameter \"x\"; there are [i, d, t, f]", () -> point.number("x"));
        SweepTest.refused("parameter \"d\" is not an integer: 0.25", () -> point.integer("d"));
        SweepTest.refused("parameter \"t\" is not a number: text", () -> point.number("t"));
        SweepTest.refused("parameter \"big\" is 4294967296, beyond the range of int",
                () -> Point.of("big", 1L << 32).integer("big"));
        assertEquals(Point.of("a", 1).with("b", 2), Point.of("b", 2).with("a", 1));
        assertNotEquals(Point.of("a", 1), Point.of("a", 1.0));
    }

    @Test
    void whatIsNoValueIsRefused() {
        String valid = "; it must be an integer, a finite number, true or false, or text";
        SweepTest.refused("parameter \"a\" is NaN" + valid, () -> new Grid().axis("a", Double.NaN));
        SweepTest.refused("parameter \"a\" is null" + valid, () -> new Grid().axis("a", "x", null));
        assertThrows(IllegalArgumentException.class, () -> new Grid().axis("a", (Object) new int[] {1, 2}));
        SweepTest.refused("axis \"a\" has no values", () -> new Grid().axis("a"));
        SweepTest.refused("axis \"a\" has the value 1 twice", () -> new Grid().axis("a", 1, 1L));
        SweepTest.refused("there are two axes \"a\"", () -> new Grid().axis("a", 1).axis("a", 2));
        Object[] many = new Object[10_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = i;
        }
        Grid huge = new Grid().axis("a", many).axis("b", many);
        SweepTest.refused("the grid has more than 10000000 points", huge::points);
    }

    private static RandomSearch search() {
        return new RandomSearch().logUniform("rate", 1e-5, 1e-1).uniform("momentum", 0.5, 1).integer("nodes", -2, 2)
                .choice("activation", "relu", "tanh", "sigmoid");
    }

    @Test
    void aSearchIsDetermined() {
        List<Point> points = search().points(1000, 7);
        assertEquals(points, search().points(1000, 7));
        assertEquals(points.subList(0, 10), search().points(10, 7));
        assertNotEquals(points.subList(0, 10), search().points(10, 8));
        List<Point> longer = search().uniform("more", 0, 1).points(1000, 7);
        for (int i = 0; i < 1000; i++) {
            assertEquals(longer.get(i), points.get(i).with("more", longer.get(i).number("more")));
        }
        // The same on every machine.
        assertEquals(PINNED, points.get(0).toString());
    }

    private static final String PINNED =
            "rate=0.012793464330080866, momentum=0.7587131171660346, nodes=-2, activation=tanh";

    @Test
    void aSearchCoversItsRanges() {
        List<Point> points = search().points(4000, 3);
        for (Point point : points) {
            assertTrue(point.number("rate") >= 1e-5 && point.number("rate") <= 1e-1);
            assertTrue(point.number("momentum") >= 0.5 && point.number("momentum") < 1);
        }
        // Each of four decades, five integers and three words has its share within five standard deviations.
        shares(points.stream().collect(Collectors.groupingBy(p -> Math.floor(Math.log10(p.number("rate"))), Collectors.counting())), 4);
        shares(points.stream().collect(Collectors.groupingBy(p -> p.integer("nodes"), Collectors.counting())), 5);
        shares(points.stream().collect(Collectors.groupingBy(p -> p.text("activation"), Collectors.counting())), 3);
        shares(points.stream().collect(Collectors.groupingBy(p -> Math.floor(4 * p.number("momentum")), Collectors.counting())), 2);
    }

    private static void shares(Map<?, Long> counts, int kinds) {
        assertEquals(kinds, counts.size());
        double share = 1.0 / kinds;
        counts.values().forEach(n -> assertEquals(4000 * share, n, 5 * Math.sqrt(4000 * share * (1 - share))));
    }

    @Test
    void aSearchThatMakesNoSenseIsRefused() {
        for (double[] range : new double[][] {{1, 1}, {2, 1}, {0, Double.NaN}, {0, Double.POSITIVE_INFINITY}}) {
            assertThrows(IllegalArgumentException.class, () -> new RandomSearch().uniform("a", range[0], range[1]));
        }
        SweepTest.refused("parameter \"a\" must be positive, it starts at 0.0", () -> new RandomSearch().logUniform("a", 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new RandomSearch().integer("a", 2, 1));
        assertThrows(IllegalArgumentException.class,
                () -> new RandomSearch().integer("a", Integer.MIN_VALUE, Integer.MAX_VALUE));
        SweepTest.refused("there are two parameters \"a\"", () -> new RandomSearch().integer("a", 1, 2).uniform("a", 0, 1));
        SweepTest.refused("a search needs at least 1 point, not 0", () -> search().points(0, 1));
    }
}
