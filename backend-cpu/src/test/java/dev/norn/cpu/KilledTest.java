package dev.norn.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.data.Dataset;
import dev.norn.io.SafeTensors;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.optim.Optimizer;
import dev.norn.optim.Schedule;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import dev.norn.train.Checkpoints;
import dev.norn.train.EarlyStopping;
import dev.norn.train.Epoch;
import dev.norn.train.History;
import dev.norn.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that trains is killed, again and again, and what it ends with is what it would have ended with. */
@Tag("slow")
class KilledTest {

    private static final int KILLS = 20;
    /** As many more at most until one has struck while a checkpoint was being written. */
    private static final int MORE_KILLS = 40;
    private static final int EPOCHS = 400;
    private static final int PATIENCE = 60;

    @TempDir
    private Path root;

    /** Trains, and writes what came of it: checkpoints to the folder that is the first argument, the end to the second's file. */
    public static void main(String[] args) {
        Dataset data = Workloads.corners(500, 3);
        // Every other label is wrong: what there is to learn is learnt, then validation gets worse, and training goes on for a while.
        int[] wrong = Workloads.corners(500, 4).targets().ints();
        for (int i = 0; i < wrong.length; i += 2) {
            data.targets().ints()[i] = wrong[i];
        }
        Model model = new Model(96, DType.F32, 1, new Dense(1000, Activation.RELU), new Dropout(0.3), new Dense(7));
        try (Backend backend = Workloads.open(1)) {
            Trainer trainer = new Trainer.Builder(model, Loss.SOFTMAX_CROSS_ENTROPY)
                    .optimizer(Optimizer.adam(0.9, 0.999, 1e-8)).learningRate(1e-4).schedule(Schedule.cosine(EPOCHS * 4, 0))
                    .batchSize(100).epochs(EPOCHS).seed(7).earlyStopping(new EarlyStopping(PATIENCE, 0))
                    .checkpoints(new Checkpoints(Path.of(args[0]), 1, true)).build(backend);
            History history = trainer.fit(data.rows(0, 400), data.rows(400, 500));
            NdArray figures = NdArray.zeros(DType.F64, Shape.of(history.epochs().size(), 4));
            int i = 0;
            for (Epoch epoch : history.epochs()) {
                figures.set(i++, epoch.loss());
                figures.set(i++, epoch.accuracy());
                figures.set(i++, epoch.validationLoss());
                figures.set(i++, epoch.validationAccuracy());
            }
            new SafeTensors(Map.of("figures", figures, "best", NdArray.of(Shape.SCALAR, history.best()),
                    "weights", model.values()), Map.of()).write(Path.of(args[1]));
        }
    }

    private Process start(Path folder, Path end) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path")));
        if (System.getProperty("norn.cpu.kernels") == null) {
            command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        } else {
            command.add("-Dnorn.cpu.kernels=" + System.getProperty("norn.cpu.kernels"));
        }
        command.addAll(List.of(KilledTest.class.getName(), folder.toString(), end.toString()));
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(root.resolve("out.txt").toFile())).start();
    }

    private void finish(Path folder, Path end) throws Exception {
        Process process = start(folder, end);
        assertTrue(process.waitFor(5, TimeUnit.MINUTES));
        assertEquals(0, process.exitValue(), Files.readString(root.resolve("out.txt")));
    }

    private static boolean hasHalfWritten(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".tmp"));
        }
    }

    private static int epochs(Path checkpoint) {
        return SafeTensors.read(checkpoint).tensors().get("history").shape().dim(0);
    }

    @Test
    void endsAsIfItHadNotBeen() throws Exception {
        Path undisturbed = root.resolve("undisturbed.safetensors");
        finish(root.resolve("undisturbed"), undisturbed);
        SafeTensors wanted = SafeTensors.read(undisturbed);
        int epochs = wanted.tensors().get("figures").shape().dim(0);
        int best = (int) wanted.tensors().get("best").item();
        assertTrue(best > 1 && epochs == best + PATIENCE && epochs < EPOCHS, epochs + " epochs, the best is " + best);

        Random random = new Random(1);
        Path folder = root.resolve("killed");
        Path checkpoint = folder.resolve("checkpoint.safetensors");
        Path end = root.resolve("killed.safetensors");
        int halfWritten = 0;
        int reached = 0;
        for (int kill = 0; kill < KILLS || halfWritten == 0 && kill < KILLS + MORE_KILLS; kill++) {
            Process process = start(folder, end);
            switch (kill % 3) {
                case 0: // at any moment since its start
                    process.waitFor(random.nextInt(700), TimeUnit.MILLISECONDS);
                    break;
                case 1: // some epochs later
                    int later = reached + 1 + random.nextInt(8);
                    while (process.isAlive() && (!Files.exists(checkpoint) || epochs(checkpoint) < later)) {
                        Thread.sleep(1);
                    }
                    process.waitFor(random.nextInt(60), TimeUnit.MILLISECONDS);
                    break;
                default: // while it writes a checkpoint
                    while (process.isAlive() && !hasHalfWritten(folder)) {
                        Thread.onSpinWait();
                    }
            }
            assertTrue(process.isAlive(), () -> "it ended by itself");
            process.destroyForcibly();
            assertTrue(process.waitFor(1, TimeUnit.MINUTES));
            halfWritten += hasHalfWritten(folder) ? 1 : 0;
            if (Files.exists(checkpoint)) {
                int now = epochs(checkpoint); // it is whole
                assertTrue(now >= reached && now < epochs, now + " epochs of " + epochs + ", " + reached + " before");
                reached = now;
            }
        }
        assertTrue(halfWritten > 0, "no kill left a file half-written");
        finish(folder, end);
        assertEquals(wanted, SafeTensors.read(end));
    }
}
