package dev.norn.examples;

import dev.norn.data.Csv;
import dev.norn.data.DataException;
import dev.norn.data.IdxArray;
import dev.norn.data.IdxReader;
import dev.norn.examples.digit.MnistForm;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model is to predict for.
 *
 * @param names what each row is called
 * @param values [rows, features]
 */
record PredictInputs(List<String> names, NdArray values) {

    private static final String STANDARD_INPUT = "-";

    private static final int MAX_SIZE = 1 << 28; // bytes

    /**
     * Pictures of digits, and IDX files of such.
     *
     * @param features how many numbers the model takes
     * @throws DataException if one cannot be read, or has another number of pixels
     */
    static PredictInputs ofImages(List<Path> files, int features) {
        List<String> names = new ArrayList<>();
        List<byte[]> parts = new ArrayList<>();
        for (Path file : files) {
            String name = name(file);
            byte[] content = content(file);
            byte[] pixels;
            int count;
            if (isIdx(content)) {
                IdxArray array = IdxReader.read(name, new ByteArrayInputStream(content));
                if (array.shape().rank() < 2) {
                    throw new DataException(name + ": it has 1 dimension, as labels have; images have 3: count, rows, columns");
                }
                count = array.shape().dim(0);
                pixels = array.values();
                for (int i = 0; i < count; i++) {
                    names.add(name + "[" + i + "]");
                }
            } else {
                count = 1;
                pixels = MnistForm.of(name, content);
                names.add(name);
            }
            if (pixels.length / count != features) {
                throw new DataException(name + ": an image has " + pixels.length / count + " pixels; the model takes " + features);
            }
            parts.add(pixels);
        }
        float[] values = new float[Math.multiplyExact(names.size(), features)];
        int at = 0;
        for (byte[] part : parts) {
            for (byte pixel : part) {
                values[at++] = (pixel & 0xFF) / 255f; // as Mnist scales them
            }
        }
        return new PredictInputs(names, NdArray.of(Shape.of(names.size(), features), values));
    }

    /**
     * Lines of numbers.
     *
     * @throws DataException if they cannot be read, or are not as many in a line as the model takes
     */
    static PredictInputs ofCsv(Path file, int features) {
        String name = name(file);
        NdArray values = Csv.read(name, new ByteArrayInputStream(content(file)), Csv.DEFAULT).values();
        if (values.shape().dim(1) != features) {
            throw new DataException(name + ": a line has " + values.shape().dim(1) + " numbers; the model takes " + features);
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < values.shape().dim(0); i++) {
            names.add(name + "[" + i + "]");
        }
        return new PredictInputs(names, values);
    }

    /** Plain, or compressed with gzip. */
    private static boolean isIdx(byte[] content) {
        return content.length >= 2 && (content[0] == 0 && content[1] == 0 || content[0] == 0x1F && content[1] == (byte) 0x8B);
    }

    private static boolean isStandardInput(Path file) {
        return file.toString().equals(STANDARD_INPUT);
    }

    private static String name(Path file) {
        return isStandardInput(file) ? "standard input" : file.toString();
    }

    private static byte[] content(Path file) {
        try (InputStream in = isStandardInput(file) ? System.in : Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_SIZE + 1);
            if (content.length > MAX_SIZE) {
                throw new DataException(name(file) + ": it is larger than " + (MAX_SIZE >> 20) + " MiB");
            }
            return content;
        } catch (IOException e) {
            throw DataException.cannotRead(name(file), e);
        }
    }
}
