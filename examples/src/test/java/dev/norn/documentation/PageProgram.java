package dev.norn.documentation;

/** The program that runs the Java of a page, in a JVM of its own: the method {@code run} of each class that is named. */
public final class PageProgram {

    /** Before the output of each block stands a line with this, and the block's line in the page. */
    static final char MARK = '\u0001';

    private PageProgram() {}

    /** @param classes in the order in which they run; the first that fails ends the program */
    public static void main(String[] classes) throws Exception {
        for (String name : classes) {
            Class.forName(name).getMethod("run").invoke(null);
        }
    }

    /** A block begins. */
    public static void block(int line) {
        System.out.println("\n" + MARK + line);
    }
}
