package dev.norn.examples.report;

/** Something drawn, with a line that says what. */
public interface Figure {

    /** What is to be seen. */
    String caption();

    /** Draws one {@code svg} element. */
    void draw(Markup out);

    /** Begins a drawing of that size in units of which text is 12 high; on the page it is as wide as there is room. */
    static Markup begin(Markup out, double width, double height, String kind, String label) {
        return out.open("svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox",
                "0 0 " + Markup.coordinate(width) + " " + Markup.coordinate(height), "class", kind, "role", "img",
                "aria-label", label);
    }
}
