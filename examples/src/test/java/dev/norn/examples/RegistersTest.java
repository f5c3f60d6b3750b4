package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.norn.backend.Backend;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.Backends;
import dev.norn.data.Dataset;
import dev.norn.nn.Activation;
import dev.norn.nn.Dense;
import dev.norn.nn.Dropout;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import dev.norn.train.Epoch;
import dev.norn.train.Listener;
import dev.norn.train.Trainer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With the options that {@link Launcher} gives to the JVM, too, vectors stay in registers: what HotSpot compiles early, knowing
 * little yet, could keep some of them as objects for as long as the process runs.
 */
class RegistersTest {

    /** The last of so many epochs, of a step each, are looked at. */
    private static final int EPOCHS = 4000;
    private static final int LAST = 500;

    /** What an epoch may allocate: it is put into the history. One operation's vectors would take ten times that. */
    private static final long BYTES = 2_000;

    @ParameterizedTest
    @ValueSource(strings = {"curve", "digits"})
    void vectorsAreNoObjects(String which) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
        command.addAll(Launcher.options(List.of()));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), RegistersTest.class.getName(), which));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor(), output);
        assertTrue(Long.parseLong(output) <= BYTES, output + " bytes an epoch");
    }

    /** Prints how many bytes an epoch allocates, in the end. */
    public static void main(String[] args) {
        boolean digits = args[0].equals("digits");
        Dataset data = digits
                ? new Dataset(NdArray.zeros(DType.UNORM8, Shape.of(64, 784)), NdArray.zeros(DType.I32, Shape.of(64)))
                : new Dataset(NdArray.zeros(DType.F32, Shape.of(200, 1)), NdArray.zeros(DType.F32, Shape.of(200, 1)));
        Model model = digits
                ? new Model(784, DType.F32, 1, new Dense(64, Activation.SIGMOID), new Dropout(0.1), new Dense(10))
                : new Model(1, DType.F32, 1, new Dense(100, Activation.TANH), new Dense(100, Activation.TANH), new Dense(1));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] allocated = new long[EPOCHS + 1];
        try (Backend backend = Backends.open("cpu", BackendOptions.DEFAULT.withThreads(1))) {
            new Trainer.Builder(model, digits ? Loss.SOFTMAX_CROSS_ENTROPY : Loss.MSE).batchSize(0).epochs(EPOCHS)
                    .listener(new Listener() {
                        @Override
                        public void onEpoch(Epoch epoch) {
                            allocated[epoch.number()] = threads.getCurrentThreadAllocatedBytes();
                        }
                    })
                    .build(backend).fit(data);
        }
        System.out.println((allocated[EPOCHS] - allocated[EPOCHS - LAST]) / LAST);
    }
}
