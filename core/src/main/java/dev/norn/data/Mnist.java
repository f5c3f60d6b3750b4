package dev.norn.data;

import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Loads MNIST (LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist/), or a set published in its four files, such
 * as Fashion-MNIST: images as inputs [n, rows · columns], {@link dev.norn.tensor.DType#UNORM8}, so that a pixel is from 0 to 1;
 * digits as class labels [n].
 *
 * <p>The files are {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte} and
 * {@code t10k-labels-idx1-ubyte}, each plain or with {@code .gz} appended, or spelt with a dot for the second hyphen
 * ({@code train-images.idx3-ubyte}).
 */
public final class Mnist {

    private static final int CLASSES = 10;

    private Mnist() {}

    /**
     * Loads the four files from a directory.
     *
     * @throws DataException if files are missing (the message names them all) or not what they should be
     */
    public static Split load(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new DataException("cannot read MNIST from " + directory + ": no such directory");
        }
        return load(name -> open(directory.resolve(name)), directory + directory.getFileSystem().getSeparator());
    }

    /**
     * Loads the four files from wherever {@code source} has them, for instance
     * {@code MyClass.class::getResourceAsStream}.
     *
     * @param source opens a file by name, or returns null if there is none; may be called more than once for a name
     * @throws DataException if files are missing (the message names them all) or not what they should be
     */
    public static Split load(Function<String, InputStream> source) {
        return load(source, "");
    }

    private static InputStream open(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.newInputStream(file) : null;
        } catch (IOException e) {
            throw DataException.cannotRead(file.toString(), e);
        }
    }

    private static Split load(Function<String, InputStream> source, String prefix) {
        List<String> missing = new ArrayList<>();
        String trainImages = find(source, "train-images-idx3-ubyte", missing);
        String trainLabels = find(source, "train-labels-idx1-ubyte", missing);
        String testImages = find(source, "t10k-images-idx3-ubyte", missing);
        String testLabels = find(source, "t10k-labels-idx1-ubyte", missing);
        if (!missing.isEmpty()) {
            throw new DataException("cannot read MNIST" + (prefix.isEmpty() ? "" : " from " + prefix) + ": missing "
                    + String.join(", ", missing) + " (.gz may be appended; train-images.idx3-ubyte and so on will do)");
        }
        NdArray train = images(source, prefix, trainImages);
        NdArray test = images(source, prefix, testImages);
        if (train.shape().dim(1) != test.shape().dim(1) || train.shape().dim(2) != test.shape().dim(2)) {
            throw new DataException(prefix + trainImages + " has images of " + size(train) + " pixels, "
                    + prefix + testImages + " of " + size(test) + "; they must agree");
        }
        return new Split(
                join(train, prefix + trainImages, labels(source, prefix, trainLabels), prefix + trainLabels),
                join(test, prefix + testImages, labels(source, prefix, testLabels), prefix + testLabels));
    }

    /** The spelling of {@code name} under which the file is there; if it is not, null, and {@code missing} grows. */
    private static String find(Function<String, InputStream> source, String name, List<String> missing) {
        String dotted = name.replace("-idx", ".idx");
        for (String spelling : new String[] {name, name + ".gz", dotted, dotted + ".gz"}) {
            try (InputStream in = source.apply(spelling)) {
                if (in != null) {
                    return spelling;
                }
            } catch (IOException e) {
                throw DataException.cannotRead(spelling, e);
            }
        }
        missing.add(name);
        return null;
    }

    /** Reads the contents of one file. */
    private interface Reader<T> {
        T read(String name, InputStream in);
    }

    private static <T> T read(Function<String, InputStream> source, String prefix, String name, Reader<T> reader) {
        try (InputStream in = source.apply(name)) {
            return reader.read(prefix + name, in);
        } catch (IOException e) {
            throw DataException.cannotRead(prefix + name, e);
        }
    }

    private static void requireRank(int rank, Shape shape, String name, String valid) {
        if (shape.rank() != rank) {
            throw new DataException(name + ": it has " + shape.rank() + " dimensions; " + valid);
        }
    }

    /** [count, rows, columns]. */
    private static NdArray images(Function<String, InputStream> source, String prefix, String name) {
        IdxArray array = read(source, prefix, name, IdxReader::read);
        requireRank(3, array.shape(), prefix + name, "images have 3: count, rows, columns");
        return NdArray.of(array.shape(), array.values());
    }

    private static NdArray labels(Function<String, InputStream> source, String prefix, String name) {
        IdxArray array = read(source, prefix, name, IdxReader::read);
        requireRank(1, array.shape(), prefix + name, "labels have 1: count");
        int[] labels = new int[array.values().length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = array.values()[i] & 0xFF;
            if (labels[i] >= CLASSES) {
                throw new DataException(
                        prefix + name + ": label " + i + " is " + labels[i] + " (valid: 0 to " + (CLASSES - 1) + ")");
            }
        }
        return NdArray.of(array.shape(), labels);
    }

    private static Dataset join(NdArray images, String imagesName, NdArray labels, String labelsName) {
        int count = images.shape().dim(0);
        if (count != labels.size()) {
            throw new DataException(imagesName + " has " + count + " images, but " + labelsName + " has "
                    + labels.size() + " labels");
        }
        return new Dataset(images.reshape(count, images.size() / count), labels);
    }

    private static String size(NdArray images) {
        return images.shape().dim(1) + "x" + images.shape().dim(2);
    }
}
