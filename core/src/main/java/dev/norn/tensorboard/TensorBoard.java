package dev.norn.tensorboard;

import dev.norn.nn.Model;
import dev.norn.tensor.NdArray;
import dev.norn.train.Epoch;
import dev.norn.train.Listener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes for TensorBoard how a training goes: after each epoch loss, accuracy and the seconds it took, and how the elements of
 * each parameter are distributed. An epoch can be seen as soon as it is over. A step of TensorBoard's is an epoch.
 *
 * <pre>{@code
 * import java.nio.file.Path;
 *
 * Model model = new Model(1, DType.F32, 1, new Dense(50, Activation.TANH), new Dense(1));
 * Dataset data = Runge.sample(1500, -1, 1, 0.1, 1);
 * try (Backend backend = Backends.open("auto", BackendOptions.DEFAULT);
 *         TensorBoard board = new TensorBoard(Path.of("runs/first"), model)) {
 *     new Trainer.Builder(model, Loss.MSE).listener(board).build(backend).fit(data);
 * }
 * }</pre>
 *
 * <p>A folder is a run. A training that goes on from a checkpoint is to be given the folder that it had: it begins a new file
 * there, and what the old ones say of epochs that are made again is taken back.
 *
 * <p>A figure that was not measured is not written, nor one that is NaN. Of elements, those that are NaN or infinite are not counted.
 */
public final class TensorBoard implements Listener, AutoCloseable {

    /** SessionLog.START in event.proto. */
    private static final int START = 1;

    private final Model model;
    private final EventFile file;

    /**
     * Begins a file in a folder, which is made if it is not there.
     *
     * @param model what is trained
     * @throws dev.norn.data.DataException if that cannot be done
     */
    public TensorBoard(Path folder, Model model) {
        this.model = model;
        this.file = new EventFile(folder);
    }

    /** TensorBoard then forgets what it has read from this step on. */
    @Override
    public void onResume(List<Epoch> before) {
        file.append(List.of(new Message().integer(2, before.size() + 1).message(7, new Message().integer(1, START))));
    }

    /** @throws dev.norn.data.DataException if the file cannot be written */
    @Override
    public void onEpoch(Epoch epoch, Supplier<NdArray> parameters) {
        List<Message> events = new ArrayList<>();
        scalar(events, epoch, "loss/training", epoch.loss());
        scalar(events, epoch, "loss/validation", epoch.validationLoss());
        scalar(events, epoch, "accuracy/training", epoch.accuracy());
        scalar(events, epoch, "accuracy/validation", epoch.validationAccuracy());
        scalar(events, epoch, "seconds", epoch.seconds());
        NdArray values = parameters.get();
        for (Model.Placed placed : model.parameters()) {
            Histogram histogram = Histogram.of(values, placed.offset(), placed.parameter().shape().size());
            events.add(event(epoch, new Message().text(1, "parameters/" + placed.name()).message(5, histogram.message())));
        }
        file.append(events);
    }

    private static void scalar(List<Message> events, Epoch epoch, String tag, double value) {
        if (!Double.isNaN(value)) {
            events.add(event(epoch, new Message().text(1, tag).float32(2, (float) value)));
        }
    }

    /** One value of a step: Event, Summary and Summary.Value of event.proto and summary.proto. */
    private static Message event(Epoch epoch, Message value) {
        return new Message().integer(2, epoch.number()).message(5, new Message().message(1, value));
    }

    /** @throws dev.norn.data.DataException if the file cannot be closed */
    @Override
    public void close() {
        file.close();
    }
}
