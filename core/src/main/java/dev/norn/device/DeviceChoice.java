package dev.norn.device;

import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Which of several devices {@link BackendOptions#device} means. */
public final class DeviceChoice {

    private DeviceChoice() {}

    /**
     * The index of the device that was asked for. An index counts as one before names are looked at: a 1 is not the first
     * device with a 1 in its name.
     *
     * @param kind what the devices are called in a message, for instance {@code OpenCL}
     * @param names of the devices, at least one, the best first
     * @param wanted an index or a part of a name; empty for the best
     * @throws BackendException if there is none; the message lists them
     */
    public static int index(String kind, List<String> names, String wanted) {
        if (wanted.isEmpty()) {
            return 0;
        }
        for (int i = 0; i < names.size(); i++) {
            if (wanted.equals(Integer.toString(i))) {
                return i;
            }
        }
        String part = wanted.toLowerCase(Locale.ROOT);
        return IntStream.range(0, names.size())
                .filter(i -> names.get(i).toLowerCase(Locale.ROOT).contains(part))
                .findFirst()
                .orElseThrow(() -> new BackendException("there is no " + kind + " device \"" + wanted + "\"; there are: "
                        + IntStream.range(0, names.size()).mapToObj(i -> i + ": " + names.get(i))
                                .collect(Collectors.joining(", "))));
    }
}
