package dev.norn.bench.protocol;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other side's process, as {@code compare} sees it. */
public final class ContenderProcess implements AutoCloseable {

    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*(\\d+) kB");

    private final Process process;
    private final Path log;
    private final long patience;
    private final Writer requests;
    /** What it printed; empty where that ended. */
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private final Map<String, Object> about;

    /**
     * Starts it, and waits until it is ready.
     *
     * @param log where its standard error goes
     * @param patience how many seconds an answer may take
     */
    public ContenderProcess(ProcessBuilder command, Path log, Job job, long patience) throws ContenderException {
        this.log = log;
        this.patience = patience;
        try {
            this.process = command.redirectError(log.toFile()).start();
        } catch (IOException e) {
            throw new ContenderException("cannot start " + command.command().get(0) + ": " + e.getMessage());
        }
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "answers of " + process.pid());
        reader.setDaemon(true);
        reader.start();
        try {
            this.about = exchange(job.line());
        } catch (ContenderException e) {
            close();
            throw e;
        }
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            in.lines().map(Optional::of).forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            // it was closed while a line was awaited: as its end
        }
        lines.add(Optional.empty());
    }

    /** What it says it is. */
    public Map<String, Object> about() {
        return about;
    }

    /** A measurement; {@link Conversation#WARM_UP} or {@link Conversation#ROUND}. */
    public Sample ask(String request) throws ContenderException {
        Map<String, Object> answer = exchange(request);
        try {
            return Sample.of(answer);
        } catch (IllegalArgumentException e) {
            throw new ContenderException("answered " + request + " with " + shortened(answer.toString()));
        }
    }

    private Map<String, Object> exchange(String request) throws ContenderException {
        Optional<String> answer;
        try {
            requests.write(request + "\n");
            requests.flush();
            answer = lines.poll(patience, TimeUnit.SECONDS);
        } catch (IOException e) {
            answer = Optional.empty(); // it ended and took no more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContenderException("was interrupted");
        }
        if (answer == null) {
            throw new ContenderException("gave no answer in " + patience + " s");
        }
        if (answer.isEmpty()) {
            throw new ContenderException(obituary());
        }
        Map<String, Object> object;
        try {
            object = JSON.std.mapFrom(answer.get());
        } catch (IOException e) {
            throw new ContenderException("printed no answer but '" + shortened(answer.get()) + "'");
        }
        if (object.get("error") instanceof String error) {
            throw new ContenderException(error);
        }
        return object;
    }

    /** How it ended, and its last words. */
    private String obituary() {
        process.destroy();
        String last = "";
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                return "closed its output and went on";
            }
            List<String> words = Files.readAllLines(log, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> !line.isBlank()).toList();
            last = words.isEmpty() ? "" : ": " + shortened(words.get(words.size() - 1).strip());
        } catch (IOException e) {
            // then without
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "ended unasked, with exit code " + process.exitValue() + last;
    }

    private static String shortened(String text) {
        return text.length() <= 120 ? text : text.substring(0, 120) + "...";
    }

    /** The most memory that it ever had resident, in bytes, where the system tells: heap, code, libraries, mapped files. */
    public OptionalLong peakMemory() {
        try {
            Matcher peak = PEAK.matcher(Files.readString(Path.of("/proc", Long.toString(process.pid()), "status")));
            return peak.find() ? OptionalLong.of(Long.parseLong(peak.group(1)) << 10) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Ends it. */
    @Override
    public void close() {
        try {
            requests.close();
        } catch (IOException e) {
            // it has ended
        }
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroy();
                if (!process.waitFor(2, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
