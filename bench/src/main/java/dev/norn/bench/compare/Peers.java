package dev.norn.bench.compare;

import dev.norn.bench.Product;
import dev.norn.bench.protocol.ContenderException;
import dev.norn.bench.protocol.ContenderProcess;
import dev.norn.bench.protocol.Conversation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The peers that are here, each with the settings that make it fastest, found by trying: first which of OpenBLAS's core types,
 * by a product with one thread, then for each training how many threads, of its own and of BLAS. In products the number of
 * threads is given.
 */
final class Peers {

    private static final Task CORE_TYPE_TASK = new Task.Multiply("W6", Product.parse("1024x1024x1024"));

    /** The least of as many times counts, after one that does not. */
    private static final int TRIES = 3;

    /** A setting that was tried, and the seconds of a short round; NaN if it failed. */
    record Trial(String task, String peer, Peer.Setting setting, double seconds) {}

    private final Map<Peer, List<String>> commands = new EnumMap<>(Peer.class);
    private final Map<Peer, String> coreTypes = new EnumMap<>(Peer.class);
    private final List<Result.Missing> absent = new ArrayList<>();
    private final List<Result.Missing> failures = new ArrayList<>();
    private final List<Trial> trials = new ArrayList<>();
    private final List<Integer> threads;
    private final Path scratch;
    private final Consumer<String> progress;

    /**
     * Looks which are there.
     *
     * @param wanted which to look for
     * @param folder where they are, bench/peers
     * @param python the interpreter to take; null for the first that has what is needed
     * @param threads numbers of threads that may be used
     * @param scratch a folder for arrays and logs
     */
    Peers(List<Peer> wanted, Path folder, String python, List<Integer> threads, Path scratch, Consumer<String> progress) {
        this.threads = threads;
        this.scratch = scratch;
        this.progress = progress;
        for (Peer peer : wanted) {
            List<String> command = peer.command(folder, python);
            if (command == null) {
                absent.add(new Result.Missing("", peer.label(), peer.absence(folder, python)));
            } else {
                commands.put(peer, command);
            }
        }
    }

    /** Whether there are none. */
    boolean isEmpty() {
        return commands.isEmpty();
    }

    /**
     * Those that can do a task, as fast as they can.
     *
     * @param folder where the task's arrays are, and logs may be written
     */
    List<Contestant> contestants(Task task, Path folder) throws IOException {
        List<Contestant> contestants = new ArrayList<>();
        for (Peer peer : commands.keySet()) {
            if (!peer.does(task)) {
                continue;
            }
            String coreType = coreType(peer);
            if (task instanceof Task.Multiply) {
                threads.forEach(count -> contestants.add(
                        peer.contestant(commands.get(peer), new Peer.Setting(count, count, coreType))));
                continue;
            }
            Peer.Setting best = best(task, folder, peer, peer.settings(threads, coreType));
            if (best != null) {
                contestants.add(peer.contestant(commands.get(peer), best));
            }
        }
        return contestants;
    }

    private String coreType(Peer peer) throws IOException {
        if (!coreTypes.containsKey(peer)) {
            List<String> types = peer.coreTypes(Machine.flags());
            Peer.Setting best = types.size() == 1 ? null
                    : best(CORE_TYPE_TASK, coreTypeFolder(), peer,
                            types.stream().map(type -> new Peer.Setting(1, 1, type)).toList());
            coreTypes.put(peer, best == null ? "" : best.coreType());
        }
        return coreTypes.get(peer);
    }

    private Path coreTypeFolder() throws IOException {
        Path folder = scratch.resolve("core-type");
        if (!Files.isDirectory(folder)) {
            CORE_TYPE_TASK.write(Files.createDirectory(folder));
        }
        return folder;
    }

    /** The fastest setting; null if each one failed. */
    private Peer.Setting best(Task task, Path folder, Peer peer, List<Peer.Setting> settings) {
        Peer.Setting best = null;
        double least = Double.POSITIVE_INFINITY;
        String failure = "";
        for (Peer.Setting setting : settings) {
            progress.accept(task.id() + ": " + peer.label() + " tries " + setting.environment());
            double seconds = Double.NaN;
            try (ContenderProcess process = peer.contestant(commands.get(peer), setting)
                    .start(task, folder, folder.resolve("trial.log"))) {
                process.ask(Conversation.WARM_UP);
                seconds = process.ask(Conversation.WARM_UP).unit();
                for (int i = 1; i < TRIES; i++) {
                    seconds = Math.min(seconds, process.ask(Conversation.WARM_UP).unit());
                }
            } catch (ContenderException e) {
                failure = e.getMessage();
            }
            trials.add(new Trial(task.id(), peer.label(), setting, seconds));
            if (seconds < least) {
                least = seconds;
                best = setting;
            }
        }
        if (best == null) {
            failures.add(new Result.Missing(task.id(), peer.label(), failure));
        }
        return best;
    }

    /** Which are not there, and why. */
    List<Result.Missing> absent() {
        return absent;
    }

    /** Which are there and failed with every setting. */
    List<Result.Missing> failures() {
        return failures;
    }

    /** All that was tried. */
    List<Trial> trials() {
        return trials;
    }
}
