package dev.norn.examples;

import dev.norn.backend.Backend;
import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import dev.norn.backend.Buffer;
import dev.norn.backend.DeviceInfo;
import dev.norn.backend.Executable;
import dev.norn.device.DeviceChoice;
import dev.norn.schedule.Plan;
import dev.norn.tensor.DType;
import java.util.List;

/**
 * A backend with two devices, there only while a test wants it; the broken one fails in its
 * first step. Neither has float64.
 */
public final class FragileProvider implements BackendProvider {

    static final String REASON = "nobody asked for it";
    static final String FAILURE = "the device was lost";

    private static final List<String> DEVICES = List.of("sound", "broken");

    private static volatile int best = -1;

    /** For {@link java.util.ServiceLoader}. */
    public FragileProvider() {}

    /** Makes it be there, with the sound or the broken device in front. */
    static void plugIn(boolean sound) {
        best = sound ? 0 : 1;
    }

    /** Makes it be absent. */
    static void unplug() {
        best = -1;
    }

    @Override
    public String name() {
        return "fragile";
    }

    @Override
    public Availability probe() {
        return best < 0 ? Availability.missing(REASON) : Availability.of(1, names().toArray(String[]::new));
    }

    private static List<String> names() {
        return List.of(DEVICES.get(best), DEVICES.get(1 - best));
    }

    @Override
    public Backend open(BackendOptions options) {
        if (best < 0) {
            throw new BackendException(REASON);
        }
        String device = names().get(DeviceChoice.index("fragile", names(), options.device()));
        return new FragileBackend(device, Backends.open("reference", BackendOptions.DEFAULT));
    }

    /** The reference, in the end. */
    private record FragileBackend(String name, Backend inner) implements Backend {

        @Override
        public DeviceInfo device() {
            return new DeviceInfo("fragile", name, "");
        }

        @Override
        public String lacks(DType dtype) {
            return dtype == DType.F64 ? name + " has no float64" : null;
        }

        @Override
        public Buffer allocate(DType dtype, int size) {
            return inner.allocate(dtype, size);
        }

        @Override
        public Executable compile(Plan plan, List<Buffer> buffers) {
            Executable compiled = inner.compile(plan, buffers);
            return name.equals("sound") ? compiled : new Executable() {
                @Override
                public void run() {
                    throw new BackendException(FAILURE + "\nas its log says");
                }

                @Override
                public void close() {
                    compiled.close();
                }
            };
        }

        @Override
        public void synchronize() {
            inner.synchronize();
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
