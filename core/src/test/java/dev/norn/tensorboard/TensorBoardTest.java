package dev.norn.tensorboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.data.Runge;
import dev.norn.data.Split;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.train.Epoch;
import dev.norn.train.History;
import dev.norn.train.Listener;
import dev.norn.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardTest {

    @TempDir
    private Path folder;

    private static Model model() {
        return new Model(1, DType.F32, 1, new Dense(4, Activation.TANH), new Dense(1));
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<EventReader.Fields> events(Path file) {
        try {
            return EventReader.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The values of a step, by tag. */
    private static Map<String, EventReader.Fields> step(List<EventReader.Fields> events, int step) {
        Map<String, EventReader.Fields> values = new LinkedHashMap<>();
        for (EventReader.Fields event : events) {
            if (event.has(5) && event.integer(2) == step) {
                EventReader.Fields value = event.message(5).message(1);
                assertEquals(null, values.put(value.text(1), value), value.text(1));
            }
        }
        return values;
    }

    @Test
    void tellsATrainingEpochByEpoch() {
        Model model = model();
        Split data = Runge.sample(60, -1, 1, 0.1, 1).split(0.2, 1);
        List<Integer> seen = new ArrayList<>();
        Listener reader = new Listener() {
            @Override
            public void onEpoch(Epoch epoch) {
                seen.add(step(events(files().get(0)), epoch.number()).size());
            }
        };
        History history;
        try (Backend backend = Backends.open("reference", BackendOptions.DEFAULT);
                TensorBoard board = new TensorBoard(folder, model)) {
            history = new Trainer.Builder(model, Loss.MSE).epochs(3).listener(board).listener(reader)
                    .build(backend).fit(data.train(), data.test());
        }
        assertEquals(List.of(7, 7, 7), seen, "values that can be read after each epoch");
        List<EventReader.Fields> events = events(files().get(0));
        assertEquals(1 + 3 * 7, events.size());
        for (Epoch epoch : history.epochs()) {
            Map<String, EventReader.Fields> values = step(events, epoch.number());
            // Accuracy is none of a regression's.
            assertEquals(List.of("loss/training", "loss/validation", "seconds", "parameters/layers.0.weight",
                    "parameters/layers.1.weight", "parameters/layers.0.bias", "parameters/layers.1.bias"),
                    List.copyOf(values.keySet()));
            assertEquals((float) epoch.loss(), values.get("loss/training").float32(2));
            assertEquals((float) epoch.validationLoss(), values.get("loss/validation").float32(2));
            assertEquals((float) epoch.seconds(), values.get("seconds").float32(2));
        }
        for (Model.Placed placed : model.parameters()) {
            NdArray value = model.value(placed.name());
            assertArrayEquals(Histogram.of(value, 0, value.size()).message().bytes(),
                    (byte[]) step(events, 3).get("parameters/" + placed.name()).values().get(5).get(0));
        }
    }

    @Test
    void aFigureThatIsNaNIsLeftOut() {
        try (TensorBoard board = new TensorBoard(folder, model())) {
            board.onEpoch(new Epoch(1, 0.5, 0.75, Double.NaN, 0.25, 2), () -> model().values());
        }
        Map<String, EventReader.Fields> values = step(events(files().get(0)), 1);
        assertFalse(values.containsKey("loss/validation"));
        assertEquals(0.75f, values.get("accuracy/training").float32(2));
        assertEquals(0.25f, values.get("accuracy/validation").float32(2));
    }

    @Test
    void aTrainingThatGoesOnTakesBackLaterSteps() {
        Epoch first = new Epoch(1, 0.5, 1, 0.5, 1, 1);
        Epoch second = new Epoch(2, 0.25, 1, 0.5, 1, 1);
        try (TensorBoard board = new TensorBoard(folder, model())) {
            board.onEpoch(first, () -> model().values());
            board.onEpoch(second, () -> model().values());
        }
        try (TensorBoard board = new TensorBoard(folder, model())) {
            board.onResume(List.of(first));
            board.onEpoch(second, () -> model().values());
        }
        assertEquals(2, files().size());
        List<EventReader.Fields> events = events(files().get(1));
        assertEquals("brain.Event:2", events.get(0).text(3));
        assertEquals(2, events.get(1).integer(2));
        assertEquals(1, events.get(1).message(7).integer(1)); // SessionLog.START
        assertEquals(0.25f, step(events, 2).get("loss/training").float32(2));
    }
}
