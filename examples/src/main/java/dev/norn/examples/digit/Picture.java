package dev.norn.examples.digit;

import dev.norn.data.DataException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The brightness of a picture.
 *
 * @param brightness row by row from the top, 0 for black to 1 for white
 */
record Picture(int width, int height, float[] brightness) {

    /** A camera's picture has less; one of more would be a gigabyte in memory, whatever little file it comes from. */
    private static final int MAX_PIXELS = 1 << 24;

    private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp");

    /** Less of a difference between the brightest and the darkest is none that one sees. */
    private static final double LEAST_CONTRAST = 0.1;

    /**
     * Decodes a file. The input is not trusted: what it says of its size is read before any memory is taken.
     *
     * @param name what messages call it
     * @throws DataException if it is no picture that can be read, or nothing is to be seen on it
     */
    static Picture decode(String name, byte[] content) {
        if (content.length == 0) {
            throw new DataException(name + " is empty");
        }
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            for (Iterator<ImageReader> readers = ImageIO.getImageReaders(in); readers.hasNext();) {
                ImageReader reader = readers.next();
                if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
                    return decode(name, reader, in);
                }
            }
            throw new DataException(name + ": neither a picture (PNG, JPEG, GIF or BMP) nor an IDX file");
        } catch (IOException e) {
            throw DataException.cannotRead(name, e);
        }
    }

    private static Picture decode(String name, ImageReader reader, ImageInputStream in) throws IOException {
        List<String> damages = new ArrayList<>();
        try {
            reader.setInput(in, true, true);
            reader.addIIOReadWarningListener((source, warning) -> damages.add(warning));
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if ((long) width * height > MAX_PIXELS) {
                throw new DataException(String.format(Locale.ROOT, "%s: it has %d x %d pixels (valid: at most %,d pixels)",
                        name, width, height, MAX_PIXELS));
            }
            BufferedImage image = reader.read(0);
            if (!damages.isEmpty()) {
                throw new IOException(damages.get(0)); // half a JPEG is a whole one in grey, to its reader
            }
            return of(name, image);
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // its readers throw anything at a damaged file
            throw new DataException(name + ": a damaged " + reader.getFormatName().toUpperCase(Locale.ROOT) + " file ("
                    + reason(e) + ")", e);
        } finally {
            reader.dispose();
        }
    }

    /** What is told at the bottom; above it is only that something went wrong. */
    private static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof EOFException ? "it ends too soon"
                : root.getMessage() == null ? root.getClass().getSimpleName()
                : root.getMessage().lines().findFirst().orElse("");
    }

    /** What is transparent is white paper; or black, where on white there would be nothing to be seen. */
    private static Picture of(String name, BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        float[] brightness = new float[width * height];
        float[] opacity = image.getColorModel().hasAlpha() ? new float[width * height] : null;
        read(image, brightness, opacity);
        for (float paper : opacity == null ? new float[] {1} : new float[] {1, 0}) {
            Picture picture = new Picture(width, height, opacity == null ? brightness : on(paper, brightness, opacity));
            if (picture.greatest() - picture.least() >= LEAST_CONTRAST) {
                return picture;
            }
        }
        throw new DataException(name + ": nothing is drawn on it; all of it is equally bright");
    }

    private static float[] on(float paper, float[] brightness, float[] opacity) {
        float[] result = new float[brightness.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = opacity[i] * brightness[i] + (1 - opacity[i]) * paper;
        }
        return result;
    }

    /** @param opacity null where all of it is opaque */
    private static void read(BufferedImage image, float[] brightness, float[] opacity) {
        ColorModel colours = image.getColorModel();
        if (colours.getColorSpace().getType() == ColorSpace.TYPE_GRAY && !(colours instanceof IndexColorModel)) {
            // As they are in the file: Java takes grey values for linear ones, and would make them brighter.
            Raster raster = image.getRaster();
            band(raster, 0, colours, brightness);
            if (opacity != null) {
                band(raster, 1, colours, opacity);
            }
            return;
        }
        int[] row = new int[image.getWidth()];
        for (int y = 0, i = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int argb : row) {
                // Luma as television has it (ITU-R BT.601).
                brightness[i] = (0.299f * (argb >> 16 & 0xFF) + 0.587f * (argb >> 8 & 0xFF) + 0.114f * (argb & 0xFF)) / 255;
                if (opacity != null) {
                    opacity[i] = (argb >>> 24) / 255f;
                }
                i++;
            }
        }
    }

    private static void band(Raster raster, int band, ColorModel colours, float[] to) {
        raster.getSamples(raster.getMinX(), raster.getMinY(), raster.getWidth(), raster.getHeight(), band, to);
        float most = (1 << colours.getComponentSize(band)) - 1;
        for (int i = 0; i < to.length; i++) {
            to[i] /= most;
        }
    }

    /** The darkest. */
    float least() {
        float least = Float.POSITIVE_INFINITY;
        for (float value : brightness) {
            least = Math.min(least, value);
        }
        return least;
    }

    /** The brightest. */
    float greatest() {
        float greatest = Float.NEGATIVE_INFINITY;
        for (float value : brightness) {
            greatest = Math.max(greatest, value);
        }
        return greatest;
    }
}
