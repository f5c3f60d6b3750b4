package dev.norn.examples;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** When the command was started. */
final class Start {

    private Start() {}

    /**
     * How long after that some moment was, to a hundredth of a second: after the start of this process or, where a
     * {@link Launcher} started it, of that one. NaN where the system does not say when it started.
     *
     * @param nanoTime the moment, as {@link System#nanoTime} gave it
     */
    static double secondsUntil(long nanoTime) {
        double here = ManagementFactory.getRuntimeMXBean().getUptime() * 1e-3 - (System.nanoTime() - nanoTime) * 1e-9;
        String launcher = System.getProperty(Launcher.PARENT);
        if (launcher == null) {
            return here;
        }
        Optional<Instant> first = ProcessHandle.of(Long.parseLong(launcher)).flatMap(process -> process.info().startInstant());
        Optional<Instant> second = ProcessHandle.current().info().startInstant();
        return first.isEmpty() || second.isEmpty() ? Double.NaN
                : Duration.between(first.get(), second.get()).toNanos() * 1e-9 + here;
    }
}
