package dev.norn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.data.DataException;
import dev.norn.data.Dataset;
import dev.norn.data.Runge;
import dev.norn.graph.Tensor;
import dev.norn.io.ModelFile;
import dev.norn.io.SafeTensors;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Penalty;
import dev.norn.optim.Optimizer;
import dev.norn.optim.Schedule;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointsTest {

    private static final Backend BACKEND = Backends.open("reference", BackendOptions.DEFAULT);
    private static final Dataset TRAIN = Runge.sample(23, -1, 1, 0.1, 1);
    private static final Dataset VALIDATION = Runge.sample(9, -1, 1, 0.1, 2);

    @TempDir
    private Path root;
    private Path folder;
    private Path file;

    @BeforeEach
    void name() {
        folder = root.resolve("a").resolve("b");
        file = folder.resolve("checkpoint.safetensors");
    }

    /** A listener's way to end a training. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static Listener stopAfter(int epoch) {
        return new Listener() {
            @Override
            public void onEpoch(Epoch done) {
                if (done.number() == epoch) {
                    throw new Stopped();
                }
            }
        };
    }

    private record Outcome(List<List<Double>> figures, int best, NdArray weights) {
        Outcome(History history, Model model) {
            this(history.epochs().stream().map(e -> List.of((double) e.number(), e.loss(), e.accuracy(), e.validationLoss(),
                    e.validationAccuracy())).toList(), history.best(), model.values().copy());
        }
    }

    private static Model model(long seed) {
        return new Model(1, DType.F32, seed, new Dense(6, Activation.TANH), new Dropout(0.2), new Dense(1));
    }

    private static Trainer.Builder trainer(Model model) {
        return new Trainer.Builder(model, Loss.MSE).learningRate(0.01).batchSize(5).epochs(7).seed(3)
                .optimizer(Optimizer.adam(0.9, 0.99, 1e-8)).schedule(Schedule.cosine(50, 0.1)).penalty(Penalty.l2(1e-4));
    }

    private Checkpoints checkpoints(boolean resume) {
        return new Checkpoints(folder, 1, resume);
    }

    private static Outcome fit(UnaryOperator<Trainer.Builder> options) {
        Model model = model(1);
        return new Outcome(options.apply(trainer(model)).build(BACKEND).fit(TRAIN, VALIDATION), model);
    }

    private void stopped(int epoch, UnaryOperator<Trainer.Builder> options) {
        assertThrows(Stopped.class, () -> options.apply(trainer(model(1))).checkpoints(checkpoints(true))
                .listener(stopAfter(epoch)).build(BACKEND).fit(TRAIN, VALIDATION));
    }

    private String refused(UnaryOperator<Trainer.Builder> options) {
        return refused(() -> options.apply(trainer(model(1)).checkpoints(checkpoints(true))).build(BACKEND)
                .fit(TRAIN, VALIDATION));
    }

    private static String refused(Runnable code) {
        String message = assertThrows(DataException.class, code::run).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private Set<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).collect(TreeSet::new, Set::add, Set::addAll);
        }
    }

    // ---- going on

    /** Stopped after every epoch, or some, with a checkpoint after each, or some. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "1, 6", "2, 1", "2, 3", "3, 5", "10, 4"})
    void endsWithTheSameBits(int every, int stop) {
        Outcome whole = fit(b -> b);
        UnaryOperator<Trainer.Builder> kept = b -> b.checkpoints(new Checkpoints(folder, every, true));
        for (int epoch = stop; epoch < 7; epoch += stop) {
            int last = epoch;
            assertThrows(Stopped.class, () -> fit(b -> kept.apply(b).listener(stopAfter(last))));
        }
        List<Integer> resumed = new ArrayList<>();
        List<Integer> trained = new ArrayList<>();
        Outcome outcome = fit(b -> kept.apply(b).listener(new Listener() {
            @Override
            public void onResume(List<Epoch> before) {
                resumed.add(before.size());
            }

            @Override
            public void onEpoch(Epoch epoch) {
                trained.add(epoch.number());
            }
        }));
        assertEquals(whole, outcome);
        int last = (7 - 1) / stop * stop / every * every;
        assertEquals(last == 0 ? List.of() : List.of(last), resumed);
        assertEquals(7 - last, trained.size());
    }

    /** The random numbers, not only the weights, go on: without dropout's a resumed run would differ. */
    @Test
    void dropoutGoesOn() {
        Outcome whole = fit(b -> b);
        stopped(3, b -> b);
        Map<String, NdArray> tensors = new LinkedHashMap<>(SafeTensors.read(file).tensors());
        assertEquals(15, tensors.get("steps").item());
        tensors.put("steps", NdArray.of(dev.norn.tensor.Shape.SCALAR, 14));
        new SafeTensors(tensors, SafeTensors.read(file).metadata()).write(file);
        assertNotEquals(whole.weights, fit(b -> b.checkpoints(checkpoints(true))).weights);
    }

    @Test
    void earlyStoppingGoesOn() {
        // At this rate the loss goes up and down.
        UnaryOperator<Trainer.Builder> early = b ->
                b.learningRate(0.2).epochs(40).schedule(Schedule.constant()).earlyStopping(new EarlyStopping(4, 1e-4));
        Outcome whole = fit(early);
        int epochs = whole.figures.size();
        assertTrue(epochs < 40 && whole.best == epochs - 4 && whole.best > 1, epochs + " epochs, best " + whole.best);
        for (int epoch = 1; epoch < epochs; epoch++) {
            stopped(epoch, early);
        }
        assertEquals(whole, fit(b -> early.apply(b).checkpoints(checkpoints(true))));
        // It has ended; that there may be more epochs changes nothing.
        assertEquals(whole, fit(b -> early.apply(b).checkpoints(checkpoints(true)).epochs(50)));
    }

    @Test
    void whatIsFinishedIsNotDoneAgain() throws IOException {
        Outcome whole = fit(b -> b.checkpoints(checkpoints(true)));
        byte[] content = Files.readAllBytes(file);
        Outcome again = fit(b -> b.checkpoints(checkpoints(true)).listener(new Listener() {
            @Override
            public void onStep(int epoch, int step, int steps) {
                throw new AssertionError("it trains");
            }
        }));
        assertEquals(whole, again);
        assertTrue(Arrays.equals(content, Files.readAllBytes(file)));
        assertEquals(Set.of("checkpoint.lock", "checkpoint.safetensors"), files());
    }

    @Test
    void thereMayBeMoreEpochsButNotFewer() {
        Outcome whole = fit(b -> b.epochs(11));
        fit(b -> b.checkpoints(checkpoints(false)));
        assertEquals(whole, fit(b -> b.epochs(11).checkpoints(checkpoints(true))));
        assertEquals(file + " cannot be resumed: it is of epoch 11, and there are to be only 10", refused(b -> b.epochs(10)));
    }

    /** A full batch, which no order is drawn for, and a last batch that is left out. */
    @Test
    void otherBatchesGoOnToo() {
        for (UnaryOperator<Trainer.Builder> batches : List.<UnaryOperator<Trainer.Builder>>of(b -> b.batchSize(0),
                b -> b.batchSize(4).dropLast(true), b -> b.batchSize(23).sampling(Sampling.WITH_REPLACEMENT))) {
            folder = folder.resolve("next");
            Outcome whole = fit(batches);
            stopped(2, batches);
            stopped(5, batches);
            assertEquals(whole, fit(b -> batches.apply(b).checkpoints(checkpoints(true))));
        }
    }

    /** Wall-clock time goes on as well. */
    @Test
    void secondsAddUp() {
        stopped(3, b -> b);
        double before = SafeTensors.read(file).tensors().get("seconds").item();
        assertTrue(before > 0);
        History history = trainer(model(1)).checkpoints(checkpoints(true)).build(BACKEND).fit(TRAIN, VALIDATION);
        assertTrue(history.seconds() > before);
        assertTrue(history.epochs().stream().allMatch(e -> e.seconds() > 0));
    }

    @Test
    void divergenceLeavesTheCheckpointBefore() {
        UnaryOperator<Trainer.Builder> wild = b -> b.optimizer(u -> u.parameters().sub(u.rate().mul(u.gradient()))
                .div(u.step().less(12).cast(DType.F32))).checkpoints(checkpoints(true));
        for (int i = 0; i < 2; i++) {
            Model model = model(1);
            DivergenceException e = assertThrows(DivergenceException.class,
                    () -> wild.apply(trainer(model)).build(BACKEND).fit(TRAIN, VALIDATION));
            assertEquals(2, e.history().best());
            assertEquals(2, SafeTensors.read(file).tensors().get("history").shape().dim(0));
            assertEquals(SafeTensors.read(file).tensors().get("best parameters"), model.values());
        }
    }

    // ---- what is not to be gone on from

    @Test
    void anotherTrainingsCheckpointIsRefused() throws IOException {
        stopped(2, b -> b);
        byte[] content = Files.readAllBytes(file);
        Map<String, UnaryOperator<Trainer.Builder>> others = new LinkedHashMap<>();
        others.put("optimizer is \"adam(0.9, 0.99, 1.0E-8)\", not \"sgd\"", b -> b.optimizer(Optimizer.sgd()));
        others.put("optimizer is \"adam(0.9, 0.99, 1.0E-8)\", not \"adam(0.9, 0.999, 1.0E-8)\"",
                b -> b.optimizer(Optimizer.adam(0.9, 0.999, 1e-8)));
        others.put("optimizer is \"adam(0.9, 0.99, 1.0E-8)\", not \"own\"", b -> b.optimizer(u -> u.parameters()));
        others.put("learning rate is \"0.01\", not \"0.02\"", b -> b.learningRate(0.02));
        others.put("schedule is \"cosine(50, 0.1)\", not \"warm-up(3, step(2, 0.5))\"",
                b -> b.schedule(Schedule.warmUp(3, Schedule.step(2, 0.5))));
        others.put("penalty is \"elastic-net(0.0, 1.0E-4)\", not \"none\"", b -> b.penalty(Penalty.NONE));
        others.put("batch size is \"5\", not \"23\"", b -> b.batchSize(0));
        others.put("sampling is \"SHUFFLED\", not \"IN_ORDER\"", b -> b.sampling(Sampling.IN_ORDER));
        others.put("dropping of the last batch is \"false\", not \"true\"", b -> b.dropLast(true));
        others.put("early stopping is \"none\", not \"EarlyStopping[patience=2, least=0.0]\"",
                b -> b.earlyStopping(new EarlyStopping(2, 0)));
        others.put("seed is \"3\", not \"4\"", b -> b.seed(4));
        others.forEach((what, change) -> assertEquals(file + " is of another training: its " + what, refused(change)));

        Map<String, Model> models = new LinkedHashMap<>();
        models.put("type is \"F32\", not \"F64\"", new Model(1, DType.F64, 1, model(1).layers().toArray(dev.norn.nn.Layer[]::new)));
        models.put("number of layers is \"3\", not \"2\"", new Model(1, DType.F32, 1, new Dense(6), new Dense(1)));
        models.put("layer 0 is \"dense(6, tanh)\", not \"dense(7, tanh)\"",
                new Model(1, DType.F32, 1, new Dense(7, Activation.TANH), new Dropout(0.2), new Dense(1)));
        models.put("layer 0 is \"dense(6, tanh)\", not \"dense(6, leaky-relu{slope=0.3})\"",
                new Model(1, DType.F32, 1, new Dense(6, Activation.leakyRelu(0.3)), new Dropout(0.2), new Dense(1)));
        models.put("layer 1 is \"dropout(0.2)\", not \"dropout(0.3)\"",
                new Model(1, DType.F32, 1, new Dense(6, Activation.TANH), new Dropout(0.3), new Dense(1)));
        models.forEach((what, model) -> assertEquals(file + " is of another training: its " + what,
                refused(() -> trainer(model).checkpoints(checkpoints(true)).build(BACKEND).fit(TRAIN, VALIDATION))));
        Function<String, String> hash = what -> file + " is of another training: its " + what + " is ";
        assertTrue(refused(() -> trainer(model(2)).checkpoints(checkpoints(true)).build(BACKEND).fit(TRAIN, VALIDATION))
                .startsWith(hash.apply("initial weights")));
        assertTrue(refused(() -> trainer(model(1)).checkpoints(checkpoints(true)).build(BACKEND)
                .fit(Runge.sample(23, -1, 1, 0.1, 9), VALIDATION)).startsWith(hash.apply("training data")));
        assertTrue(refused(() -> trainer(model(1)).checkpoints(checkpoints(true)).build(BACKEND).fit(TRAIN, null))
                .startsWith(hash.apply("validation data")));
        assertTrue(refused(() -> new Trainer.Builder(model(1), new Loss() {
            @Override
            public String name() {
                return "mse"; // another's
            }

            @Override
            public Tensor perSample(Tensor z, Tensor target) {
                return z.sub(target).abs().mean(1);
            }
        }).checkpoints(checkpoints(true)).build(BACKEND).fit(TRAIN, VALIDATION)).endsWith("its loss is \"mse\", not \"own\""));
        assertTrue(Arrays.equals(content, Files.readAllBytes(file)), "the file was changed");
        assertEquals(fit(b -> b), fit(b -> b.checkpoints(checkpoints(true))));
    }

    private static Optimizer own(double factor) {
        return u -> u.parameters().sub(u.rate().mul(u.remember("sum", u.recall("sum").add(u.gradient()))).mul(factor));
    }

    /** What has no name is known by what it computes, however often it is made. */
    @Test
    void oneOwnOptimizerIsKnownFromAnother() {
        Outcome whole = fit(b -> b.optimizer(own(0.1)));
        stopped(3, b -> b.optimizer(own(0.1)));
        assertTrue(refused(b -> b.optimizer(own(0.2))).startsWith(file + " is of another training: its formula of a step is "));
        assertTrue(refused(b -> b.optimizer(u -> u.parameters())).contains("its formula of a step is "));
        assertEquals(whole, fit(b -> b.optimizer(own(0.1)).checkpoints(checkpoints(true))));
    }

    /** Those who listen are no part of a training. */
    @Test
    void anyoneMayListenToTheRest() {
        Outcome whole = fit(b -> b);
        stopped(3, b -> b.stepLoss(loss -> { }));
        assertEquals(whole, fit(b -> b.checkpoints(checkpoints(true))));
    }

    @Test
    void aCheckpointIsNotOverwrittenUnasked() throws IOException {
        stopped(2, b -> b);
        byte[] content = Files.readAllBytes(file);
        assertEquals(file + " is there already: resume it, delete it, or name another folder",
                refused(b -> b.checkpoints(checkpoints(false))));
        assertTrue(Arrays.equals(content, Files.readAllBytes(file)));
    }

    @Test
    void oneFolderOneTraining() {
        String[] message = new String[1];
        fit(b -> b.epochs(1).checkpoints(checkpoints(true)).listener(new Listener() {
            @Override
            public void onEpoch(Epoch epoch) {
                message[0] = refused(c -> c);
            }
        }));
        assertEquals("cannot write checkpoints to " + folder + ": another training does so now", message[0]);
    }

    @Test
    void aFolderThatCannotBe() throws IOException {
        Files.createDirectories(folder.getParent());
        Files.writeString(folder, "a file");
        assertEquals("cannot write checkpoints to " + folder + ": it is no folder", refused(b -> b));
        assertThrows(IllegalArgumentException.class, () -> new Checkpoints(folder, 0, true));
    }

    // ---- what may be found there

    /** What a kill left is no checkpoint, and is cleared away. */
    @Test
    void halfWrittenFilesAreNotPickedUp() throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve(".checkpoint.safetensors.4711.tmp"), new byte[100]);
        Outcome whole = fit(b -> b);
        stopped(4, b -> b);
        byte[] half = Arrays.copyOf(Files.readAllBytes(file), 1000);
        Files.write(folder.resolve(".checkpoint.safetensors.4711.tmp"), half);
        assertEquals(whole, fit(b -> b.checkpoints(checkpoints(true))));
        assertEquals(Set.of("checkpoint.lock", "checkpoint.safetensors"), files());
    }

    @Test
    void whatIsNoCheckpointIsLeftAlone() throws IOException {
        Files.createDirectories(folder);
        ModelFile.save(file, model(1), Loss.MSE, Map.of());
        assertEquals(file + " is not a checkpoint of Norn's", refused(b -> b));
        Files.writeString(file, "my notes");
        assertTrue(refused(b -> b).startsWith(file + " is not a valid safetensors file: "));
        assertEquals("my notes", Files.readString(file));
    }

    @Test
    void whatIsMissingIsNamed() {
        stopped(2, b -> b);
        SafeTensors content = SafeTensors.read(file);
        for (String name : content.tensors().keySet()) {
            Map<String, NdArray> fewer = new LinkedHashMap<>(content.tensors());
            fewer.remove(name);
            new SafeTensors(fewer, content.metadata()).write(file);
            assertEquals(file + " is damaged: it has no " + name + "; delete it to begin anew", refused(b -> b));
            fewer.put(name, NdArray.vector(1, 2));
            new SafeTensors(fewer, content.metadata()).write(file);
            assertTrue(refused(b -> b).startsWith(file + " is damaged: "));
        }
        assertEquals(Set.of("parameters", "best parameters", "optimizer.first moment", "optimizer.second moment", "steps",
                "history", "best epoch", "best loss", "seconds"), content.tensors().keySet());
    }

    @Test
    void anotherVersionsCheckpointSaysSo() {
        Outcome whole = fit(b -> b);
        stopped(2, b -> b);
        SafeTensors content = SafeTensors.read(file);
        Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
        metadata.put("norn_version", "99");
        new SafeTensors(content.tensors(), metadata).write(file);
        assertEquals(file + " is of another training: its seed is \"3\", not \"4\" (it was written by Norn \"99\", this is "
                + dev.norn.io.Version.norn() + ")", refused(b -> b.seed(4)));
        assertEquals(whole, fit(b -> b.checkpoints(checkpoints(true))));
        metadata.put("norn_checkpoint", "2");
        new SafeTensors(content.tensors(), metadata).write(file);
        assertEquals(file + " is of format \"2\", this Norn reads format 1 (it was written by Norn \"99\", this is "
                + dev.norn.io.Version.norn() + ")", refused(b -> b));
    }

    /** A file with bytes changed: it is gone on from, or refused with a reason; nothing else. */
    @Test
    void whateverIsDoneToACheckpoint() throws IOException {
        stopped(7, b -> b);
        byte[] valid = Files.readAllBytes(file);
        int header = valid[0] & 0xFF | (valid[1] & 0xFF) << 8;
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 80; i++) {
            byte[] content = random.nextInt(4) == 0 ? Arrays.copyOf(valid, random.nextInt(valid.length)) : valid.clone();
            for (int change = random.nextInt(3); change >= 0 && content.length > 8 + header; change--) {
                content[8 + random.nextInt(header)] = (byte) (' ' + random.nextInt(95));
            }
            Files.write(file, content);
            try {
                fit(b -> b.checkpoints(checkpoints(true)));
            } catch (DataException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 50, refused + " refused");
    }
}
