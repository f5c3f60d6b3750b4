package dev.norn.bench;

import dev.norn.bench.protocol.Job;
import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A matrix product C = A B of normally distributed numbers.
 *
 * @param m rows of A and C
 * @param k columns of A, rows of B
 * @param n columns of B and C
 * @param transposed whether A lies in memory as [k, m]
 */
public record Product(int m, int k, int n, boolean transposed) {

    /** Squares, and those of a step of {@link Workload#W1}: forward, gradient of the weights, output layer. */
    public static final List<Product> ALL = List.of(
            parse("256x256x256"), parse("1024x1024x1024"), parse("2048x2048x2048"),
            parse("1000x784x128"), parse("T784x1000x128"), parse("1000x128x10"));

    /** From m, k and n with an x between, and T before them if A lies transposed; as {@link #toString} writes it. */
    public static Product parse(String text) {
        boolean transposed = text.startsWith("T");
        String[] extents = text.substring(transposed ? 1 : 0).split("x");
        return new Product(Integer.parseInt(extents[0]), Integer.parseInt(extents[1]), Integer.parseInt(extents[2]),
                transposed);
    }

    /** The one that a job describes. */
    static Product of(Job job) {
        return new Product(job.integer("m"), job.integer("k"), job.integer("n"), job.flag("transposed"));
    }

    /** What a contender has to know of it, and of its elements. */
    public Job job(DType dtype) {
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("kind", "product");
        job.put("m", m);
        job.put("k", k);
        job.put("n", n);
        job.put("transposed", transposed);
        job.put("dtype", dtype.name());
        return new Job(job);
    }

    /** The first operand, as it lies in memory. */
    public NdArray a(DType dtype) {
        return random(dtype, transposed ? Shape.of(k, m) : Shape.of(m, k), 1);
    }

    /** The second operand, [k, n]. */
    public NdArray b(DType dtype) {
        return random(dtype, Shape.of(k, n), 2);
    }

    private static NdArray random(DType dtype, Shape shape, int stream) {
        RandomStream random = new RandomStream(1, stream);
        NdArray array = NdArray.zeros(dtype, shape);
        for (int i = 0; i < array.size(); i++) {
            array.set(i, random.nextGaussian());
        }
        return array;
    }

    /** Multiplications and additions. */
    public double flops() {
        return 2.0 * m * k * n;
    }

    @Override
    public String toString() {
        return (transposed ? "T" : "") + m + "x" + k + "x" + n;
    }
}
