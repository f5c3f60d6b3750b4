package dev.norn.examples.report;

import java.util.List;

/**
 * Small grey pictures in a row, as vectors: a path for each of sixteen shades.
 *
 * @param pictures what to draw
 */
public record Pictures(String caption, List<Picture> pictures) implements Figure {

    private static final int SHADES = 16;
    private static final double GAP = 12;
    private static final double PIXEL = 3;

    /**
     * A picture.
     *
     * @param name what stands below
     * @param side its width and height
     * @param ink side · side numbers from 0, the paper, to 1, row by row
     */
    public record Picture(String name, int side, double[] ink) {}

    @Override
    public void draw(Markup out) {
        double side = PIXEL * pictures.stream().mapToInt(Picture::side).max().orElse(1);
        Figure.begin(out, pictures.size() * (side + GAP), side + 20, "pictures", caption);
        for (int i = 0; i < pictures.size(); i++) {
            draw(out, pictures.get(i), i * (side + GAP) + GAP / 2);
        }
        out.close();
    }

    private static void draw(Markup out, Picture picture, double left) {
        for (int shade = 1; shade < SHADES; shade++) {
            StringBuilder path = new StringBuilder();
            for (int y = 0; y < picture.side; y++) {
                int from = -1;
                for (int x = 0; x <= picture.side; x++) {
                    boolean in = x < picture.side
                            && Math.round(picture.ink[y * picture.side + x] * (SHADES - 1)) == shade;
                    if (in && from < 0) {
                        from = x;
                    } else if (!in && from >= 0) {
                        String width = Markup.coordinate((x - from) * PIXEL);
                        path.append('M').append(Markup.coordinate(left + from * PIXEL)).append(' ')
                                .append(Markup.coordinate(y * PIXEL)).append('h').append(width).append('v')
                                .append(Markup.coordinate(PIXEL)).append("h-").append(width).append('z');
                        from = -1;
                    }
                }
            }
            if (path.length() > 0) {
                out.empty("path", "class", "ink", "d", path, "fill-opacity", (double) shade / (SHADES - 1));
            }
        }
        out.element("text", picture.name, "class", "tick", "x", left + PIXEL * picture.side / 2, "y", PIXEL * picture.side + 16,
                "text-anchor", "middle");
    }
}
