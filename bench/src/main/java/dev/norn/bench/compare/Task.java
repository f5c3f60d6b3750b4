package dev.norn.bench.compare;

import dev.norn.bench.Product;
import dev.norn.bench.Training;
import dev.norn.bench.Workload;
import dev.norn.bench.protocol.Job;
import dev.norn.data.Dataset;
import dev.norn.data.Split;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What all contestants do: a training or a product. */
interface Task {

    /** The workloads of the products. */
    SortedMap<String, DType> PRODUCTS =
            Collections.unmodifiableSortedMap(new TreeMap<>(Map.of("W6", DType.F32, "W7", DType.F64)));

    /** A training. */
    record Fit(String id, Training training) implements Task {
        @Override
        public String title() {
            return id + ": " + training;
        }

        @Override
        public Job job() {
            return training.job();
        }

        @Override
        public double flops() {
            return training.flops();
        }

        @Override
        public String score() {
            return training.data().classifies() ? "accuracy" : "test MSE";
        }

        @Override
        public void write(Path folder) throws IOException {
            Split data = training.data().load(training.samples());
            write(folder, "train", data.train());
            write(folder, "test", data.test());
        }

        private static void write(Path folder, String name, Dataset data) throws IOException {
            Task.write(folder, name + "-inputs", data.inputs());
            Task.write(folder, name + "-targets", data.targets());
        }
    }

    /** A matrix product. */
    record Multiply(String workload, Product product) implements Task {
        @Override
        public String id() {
            return workload + " " + product;
        }

        @Override
        public String title() {
            return workload + (PRODUCTS.get(workload) == DType.F64 ? ": DGEMM " : ": SGEMM ")
                    + product.m() + "x" + product.k() + " by " + product.k() + "x" + product.n()
                    + (product.transposed() ? ", the first stored transposed" : "");
        }

        @Override
        public Job job() {
            return product.job(PRODUCTS.get(workload));
        }

        @Override
        public double flops() {
            return product.flops();
        }

        @Override
        public String score() {
            return "mean square";
        }

        @Override
        public void write(Path folder) throws IOException {
            Task.write(folder, "a", product.a(DType.F32));
            Task.write(folder, "b", product.b(DType.F32));
        }
    }

    /** What it is called. */
    String id();

    /** What it is, in a line. */
    String title();

    /** What a contestant has to know of it, but for threads and folder. */
    Job job();

    /** Operations of its matrix products, once. */
    double flops();

    /** What the score says. */
    String score();

    /** Writes its arrays for those who have not got them. */
    void write(Path folder) throws IOException;

    /** The tasks of a workload; null if there is none of that name. */
    static List<Task> of(String workload) {
        if (PRODUCTS.containsKey(workload)) {
            return Product.ALL.stream().<Task>map(product -> new Multiply(workload, product)).toList();
        }
        for (Workload known : Workload.values()) {
            if (known.name().equals(workload)) {
                return List.of(new Fit(workload, known.training()));
            }
        }
        return null;
    }

    /** The names of all workloads. */
    static List<String> workloads() {
        List<String> names = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            names.add(workload.name());
        }
        names.addAll(PRODUCTS.keySet());
        return names;
    }

    /** Little-endian numbers, without any header. */
    private static void write(Path folder, String name, NdArray array) throws IOException {
        boolean floats = array.dtype() != DType.I32;
        try (OutputStream out = new BufferedOutputStream(
                Files.newOutputStream(folder.resolve(name + (floats ? ".f32" : ".i32"))), 1 << 16)) {
            ByteBuffer number = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < array.size(); i++) {
                out.write((floats ? number.putFloat(0, (float) array.get(i)) : number.putInt(0, array.ints()[i])).array());
            }
        }
    }
}
