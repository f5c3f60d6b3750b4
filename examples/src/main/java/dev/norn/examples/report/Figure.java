package dev.norn.examples.report;

/** Something drawn, with a line that says what. */
public interface Figure {

    /** The least and the greatest size of a unit, in pixels. */
    double LEAST = 0.84;
    double MOST = 1.2;

    /** What is to be seen. */
    String caption();

    /** Draws one {@code svg} element. */
    void draw(Markup out);

    /**
     * Begins a drawing of that size, in units of which text is 12 high. On the page it is as wide as there is room, within limits:
     * text stays legible, and does not shout.
     */
    static Markup begin(Markup out, double width, double height, String kind, String label) {
        return out.open("svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox",
                "0 0 " + Markup.coordinate(width) + " " + Markup.coordinate(height), "class", kind, "role", "img",
                "aria-label", label, "style", "min-width: " + Math.round(width * LEAST) + "px; max-width: " + Math.round(width * MOST) + "px");
    }
}
