package dev.norn.bench.protocol;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A contender that does what its job's {@code fake} says: measures nothing, or goes wrong in some way. */
public final class FakeContender implements Contender {

    private final Job job;
    private final String fake;

    private FakeContender(Job job) {
        this.job = job;
        this.fake = job.text("fake");
        if (fake.equals("refuses")) {
            throw new IllegalArgumentException("not today\nand more lines");
        }
        if (fake.equals("dies")) {
            System.err.println("first words");
            System.err.println("last words");
            Runtime.getRuntime().halt(3);
        }
    }

    /** Answers until there are no more requests; some answers without being asked. */
    public static void main(String[] args) {
        if (args.length > 0) {
            System.out.println(args[0]);
        }
        Conversation.hold(FakeContender::new);
    }

    /** How to start one, with what it prints before anything else, if that is not null. */
    public static List<String> command(String first) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), FakeContender.class.getName()));
        if (first != null) {
            command.add(first);
        }
        return command;
    }

    @Override
    public Map<String, Object> about() {
        return Map.of("name", "fake", "threads", 1);
    }

    @Override
    public Sample warmUp() throws Exception {
        note("w");
        return new Sample(1, 1, Double.NaN);
    }

    @Override
    public Sample round() throws Exception {
        note("r");
        System.out.println("a library says hello");
        switch (fake) {
            case "dies in a round" -> Runtime.getRuntime().halt(4);
            case "throws" -> throw new IllegalStateException("no more paper\nat all");
            case "lacks memory" -> throw new OutOfMemoryError("Java heap space");
            case "sleeps" -> Thread.sleep(60_000);
            case "is nowhere" -> {
                return new Sample(Double.NaN, 1, 0);
            }
            default -> { }
        }
        return new Sample(0.5, 2, 0.25);
    }

    /** Says in the file that the job names, if it does, that it was asked. */
    private void note(String what) throws Exception {
        if (job.fields().containsKey("notes")) {
            Files.writeString(Path.of(job.text("notes")), fake + what + " ", StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }
}
