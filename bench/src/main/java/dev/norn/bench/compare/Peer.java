package dev.norn.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Another framework, and what it takes to measure it. How it is measured: bench/peers/README.md. */
enum Peer {
    /** Where python3 has it. */
    PYTORCH("pytorch", "torch", true, true, true),
    /** Where python3 has it. */
    SCIKIT_LEARN("scikit-learn", "sklearn", true, false, true),
    /** With PyTorch's native library, which has a BLAS of its own. */
    DJL("djl", null, true, false, false),
    /** With OpenBLAS. */
    DL4J("dl4j", null, true, true, true),
    /** Through JavaCPP; no framework, so for products only. */
    OPENBLAS("openblas", null, false, false, true);

    /** Where python3 may be, apart from the path: what comes first on that need not be the system's. */
    private static final List<String> PYTHONS = List.of("python3", "/usr/bin/python3", "/usr/local/bin/python3", "python");
    private static final int PROBE_SECONDS = 60;

    private final String label;
    private final String module;
    private final boolean trains;
    private final boolean twoPools;
    private final boolean openBlas;

    /**
     * @param module of Python; null if the peer is a jar
     * @param twoPools whether its BLAS has threads apart from its own
     * @param openBlas whether that is OpenBLAS, which may not know a processor and then needs to be told a core type
     */
    Peer(String label, String module, boolean trains, boolean twoPools, boolean openBlas) {
        this.label = label;
        this.module = module;
        this.trains = trains;
        this.twoPools = twoPools;
        this.openBlas = openBlas;
    }

    /** What users call it. */
    String label() {
        return label;
    }

    /** Whether it can do this. */
    boolean does(Task task) {
        return trains || task instanceof Task.Multiply;
    }

    /** The peer of that name; null if there is none. */
    static Peer of(String label) {
        for (Peer peer : values()) {
            if (peer.label.equals(label)) {
                return peer;
            }
        }
        return null;
    }

    /**
     * How its process is started.
     *
     * @param folder where the peers are, bench/peers
     * @param python the interpreter to take; null for the first that has it
     * @return null if it is not there; {@link #absence} says what is missing
     */
    List<String> command(Path folder, String python) {
        if (module == null) {
            Path jar = folder.resolve(label).resolve("target").resolve("peer.jar");
            if (!Files.isRegularFile(jar)) {
                return null;
            }
            return Processes.jar(jar);
        }
        Path script = script(folder);
        if (!Files.isRegularFile(script)) {
            return null;
        }
        Set<String> interpreters = new LinkedHashSet<>(python == null ? PYTHONS : List.of(python));
        for (String interpreter : interpreters) {
            if (imports(interpreter)) {
                return List.of(interpreter, "-u", script.toString());
            }
        }
        return null;
    }

    private Path script(Path folder) {
        return folder.resolve(module + "_peer.py");
    }

    private boolean imports(String interpreter) {
        try {
            Process process = new ProcessBuilder(interpreter, "-c", "import " + module)
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
        } catch (IOException e) {
            // there is no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** What is missing where it is not there, and how to get it, in a line. */
    String absence(Path folder, String python) {
        if (module == null) {
            return "there is no " + folder.resolve(label).resolve("target").resolve("peer.jar")
                    + "; ./mvnw -Ppeers package -DskipTests builds it";
        }
        if (!Files.isRegularFile(script(folder))) {
            return "there is no " + script(folder) + "; --peers-dir names the folder bench/peers of Norn's sources";
        }
        return (python == null ? "none of " + String.join(", ", PYTHONS) + " has" : python + " has not") + " the module " + module
                + " (Debian: apt install python3-" + module + "); --python names another";
    }

    /**
     * How many threads and which kernels it is given.
     *
     * @param threads of its own
     * @param blasThreads of its BLAS
     * @param coreType of OpenBLAS; empty for what that finds itself
     */
    record Setting(int threads, int blasThreads, String coreType) {

        /** Variables that say so. */
        Map<String, String> environment() {
            Map<String, String> variables = new TreeMap<>(Map.of(
                    "OMP_NUM_THREADS", Integer.toString(threads),
                    "OPENBLAS_NUM_THREADS", Integer.toString(blasThreads),
                    "MKL_NUM_THREADS", Integer.toString(blasThreads)));
            if (!coreType.isEmpty()) {
                variables.put("OPENBLAS_CORETYPE", coreType);
            }
            return variables;
        }

        @Override
        public String toString() {
            return (threads == blasThreads ? "" : threads + " of its own, " + blasThreads + " of BLAS")
                    + (coreType.isEmpty() ? "" : (threads == blasThreads ? "" : "; ") + coreType);
        }
    }

    /** With which settings a training may be the fastest, of so many threads. */
    List<Setting> settings(List<Integer> threads, String coreType) {
        Set<Setting> settings = new LinkedHashSet<>();
        for (int count : threads) {
            settings.add(new Setting(count, count, coreType));
            if (twoPools) {
                settings.add(new Setting(count, 1, coreType));
                settings.add(new Setting(1, count, coreType));
            }
        }
        return List.copyOf(settings);
    }

    /** Core types that the processor may be one of; the first, empty, leaves it to OpenBLAS. */
    List<String> coreTypes(List<String> flags) {
        List<String> types = new ArrayList<>(List.of(""));
        if (openBlas) {
            if (flags.contains("avx2") && flags.contains("fma")) {
                types.add("Haswell");
            }
            if (flags.contains("avx512f") && flags.contains("avx512dq")) {
                types.add("SkylakeX");
            }
            if (flags.contains("avx512_bf16")) {
                types.add("Cooperlake");
                types.add("Sapphirerapids");
            }
        }
        return types;
    }

    /** It, with a setting. */
    Contestant contestant(List<String> command, Setting setting) {
        return new Contestant(label, true, Math.max(setting.threads, setting.blasThreads), setting.toString(), command,
                setting.environment(), Map.of("threads", setting.threads));
    }
}
