package dev.norn.examples.digit;

import dev.norn.data.DataException;
import java.util.Arrays;

/**
 * Brings a picture of one digit into the form of MNIST's: 28 x 28 pixels, white on black. As there (LeCun, Bottou, Bengio and
 * Haffner, "Gradient-based learning applied to document recognition", Proceedings of the IEEE 86, 1998), the digit is scaled
 * into a box of 20 x 20, keeping its proportions, by averaging, which leaves grey edges; and moved so that its centre of mass
 * is the middle.
 *
 * <p>The picture's edge tells which is paper: the digit is what is darker, or brighter, than that. A picture that is as
 * MNIST's are, 28 x 28 with a dark edge, is taken as it is.
 */
public final class MnistForm {

    /** How many pixels wide and high. */
    public static final int SIDE = 28;

    private static final int BOX = 20;

    /** Of the digit's full strength; what is weaker is paper, whatever paper it is. */
    private static final float FAINT = 0.02f;

    /** In standard deviations of what the picture's edge shows of paper: its grain, its shades. */
    private static final float GRAIN = 4;

    /** The share of all ink that may lie beyond each side of the box: specks. */
    private static final double SPECKS = 0.0005;

    private MnistForm() {}

    /**
     * The digit of a picture.
     *
     * @param name what messages call it
     * @param file the content of a file: PNG, JPEG, GIF (of which the first picture counts) or BMP
     * @return 28 x 28 unsigned bytes, row by row; 0 for paper, 255 for ink
     * @throws DataException if it is no picture that can be read, or nothing is drawn on it
     */
    public static byte[] of(String name, byte[] file) {
        Picture picture = Picture.decode(name, file);
        float[] edge = edge(picture);
        float paper = median(edge);
        boolean bright = paper > (picture.least() + picture.greatest()) / 2;
        if (picture.width() == SIDE && picture.height() == SIDE && !bright) {
            return bytes(picture.brightness());
        }
        float strength = (bright ? picture.least() : picture.greatest()) - paper;
        Grid box = box(ink(picture, paper, strength, Math.max(FAINT, GRAIN * deviation(edge, paper) / Math.abs(strength))));
        double scale = (double) BOX / Math.max(box.width(), box.height());
        Grid digit = box.resized(Math.max(1, (int) Math.round(box.width() * scale)),
                Math.max(1, (int) Math.round(box.height() * scale)));
        return bytes(centred(digit));
    }

    /** The brightness of the outermost pixels. */
    private static float[] edge(Picture picture) {
        int width = picture.width();
        int height = picture.height();
        float[] edge = new float[2 * (width + height)];
        int n = 0;
        for (int x = 0; x < width; x++) {
            edge[n++] = picture.brightness()[x];
            edge[n++] = picture.brightness()[(height - 1) * width + x];
        }
        for (int y = 0; y < height; y++) {
            edge[n++] = picture.brightness()[y * width];
            edge[n++] = picture.brightness()[y * width + width - 1];
        }
        return edge;
    }

    private static float median(float[] values) {
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** The standard deviation, from the median of the absolute ones: where the digit meets the edge does not count. */
    private static float deviation(float[] values, float median) {
        float[] absolute = values.clone();
        for (int i = 0; i < absolute.length; i++) {
            absolute[i] = Math.abs(absolute[i] - median);
        }
        return 1.4826f * median(absolute);
    }

    /** 0 for paper to 1 for what differs most from it. */
    private static Grid ink(Picture picture, float paper, float strength, float faint) {
        float[] ink = new float[picture.brightness().length];
        for (int i = 0; i < ink.length; i++) {
            float value = (picture.brightness()[i] - paper) / strength;
            ink[i] = value < Math.min(faint, 0.5f) ? 0 : value;
        }
        return new Grid(picture.width(), picture.height(), ink);
    }

    /** What is drawn, without the empty space around it. */
    private static Grid box(Grid ink) {
        double[] columns = new double[ink.width()];
        double[] rows = new double[ink.height()];
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < columns.length; x++) {
                columns[x] += ink.at(x, y);
                rows[y] += ink.at(x, y);
            }
        }
        int left = first(columns, false);
        int right = first(columns, true);
        int top = first(rows, false);
        int bottom = first(rows, true);
        return ink.part(left, top, right - left + 1, bottom - top + 1);
    }

    /** Where ink begins, from the start or from the end. */
    private static int first(double[] sums, boolean fromEnd) {
        double specks = SPECKS * Arrays.stream(sums).sum();
        double seen = 0;
        for (int i = 0;; i++) {
            int at = fromEnd ? sums.length - 1 - i : i;
            seen += sums[at];
            if (seen > specks) {
                return at;
            }
        }
    }

    /** On 28 x 28, with the centre of mass in the middle as far as it fits. */
    private static float[] centred(Grid digit) {
        double mass = 0;
        double massX = 0;
        double massY = 0;
        for (int y = 0; y < digit.height(); y++) {
            for (int x = 0; x < digit.width(); x++) {
                mass += digit.at(x, y);
                massX += digit.at(x, y) * (x + 0.5);
                massY += digit.at(x, y) * (y + 0.5);
            }
        }
        int left = shift(massX / mass, digit.width());
        int top = shift(massY / mass, digit.height());
        float[] field = new float[SIDE * SIDE];
        for (int y = 0; y < digit.height(); y++) {
            for (int x = 0; x < digit.width(); x++) {
                field[(top + y) * SIDE + left + x] = digit.at(x, y);
            }
        }
        return field;
    }

    /** In MNIST itself, the middle is the middle of pixel 14, counted from 0. */
    private static int shift(double centre, int size) {
        return (int) Math.max(0, Math.min(SIDE - size, Math.round((SIDE + 1) / 2.0 - centre)));
    }

    private static byte[] bytes(float[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(255 * Math.min(1, values[i]));
        }
        return bytes;
    }
}
