package dev.norn.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where NVIDIA's libraries may lie: in the folders that the user names, with the toolkit, where the system's loader looks,
 * and in Python's packages. It reads folders and loads nothing. Folders that are not there or cannot be read are as good as
 * empty.
 */
final class LibrarySearch {

    /** Folders of the user's choice, before all others. */
    static final String VARIABLE = "NORN_CUDA_LIBRARY_PATH";

    /** So that a circle of links ends. */
    private static final int MOST_LINKS = 8;

    private final Path root;
    private final boolean windows;
    private final Map<String, String> environment;
    private final String home;

    /**
     * A library.
     *
     * @param path where it is; null for the one that the system's loader finds by itself, if it does
     * @param major its version of CUDA; of the driver, 0
     * @param before what to load before it
     */
    record Found(Path path, int major, List<Path> before) {

        /** What the loader finds by itself. */
        static Found byLoader(int major) {
            return new Found(null, major, List.of());
        }
    }

    /**
     * A search.
     *
     * @param root taken for the root of the file system; null for the one there is
     * @param home the user's folder
     */
    LibrarySearch(Path root, boolean windows, Map<String, String> environment, String home) {
        this.root = root;
        this.windows = windows;
        // Windows does not tell "Path" from "PATH".
        this.environment = windows ? new TreeMap<>(String.CASE_INSENSITIVE_ORDER) : new TreeMap<>();
        this.environment.putAll(environment);
        this.home = home;
    }

    /** The search on this machine. */
    static LibrarySearch here() {
        return new LibrarySearch(null, Platform.isWindows(), System.getenv(), System.getProperty("user.home", ""));
    }

    /**
     * The candidates, best first. In the folders that the user names, in their order; else the version of CUDA that JCuda is
     * made for, then newer ones from the oldest on, each in the order of the folders.
     */
    List<Found> find(Library library) {
        List<Found> asked = in(asked(), library);
        List<Found> others = in(usual(library), library);
        // Stable, so folders stay in order.
        others.sort(Comparator.comparingInt(Found::major));
        List<Found> found = new ArrayList<>(asked);
        if (library == Library.DRIVER) {
            // The driver is the system's, and the loader knows best which of several fits the kernel's part.
            found.add(Found.byLoader(0));
            found.addAll(others);
            return found;
        }
        found.addAll(others);
        found.add(Found.byLoader(Library.NATIVE_MAJOR));
        if (!windows) {
            found.add(Found.byLoader(Library.NATIVE_MAJOR + 1));
        }
        return found;
    }

    /** Every folder looked into, in order. */
    Set<Path> folders() {
        Set<Path> all = new LinkedHashSet<>(asked());
        all.addAll(usual(Library.CUBLAS));
        return all;
    }

    private Set<Path> asked() {
        Set<Path> folders = new LinkedHashSet<>();
        addList(folders, VARIABLE);
        return folders;
    }

    private Set<Path> usual(Library library) {
        Set<Path> folders = new LinkedHashSet<>();
        if (windows) {
            addToolkit(folders, environment.get("CUDA_PATH"));
            addToolkit(folders, environment.get("CUDA_HOME"));
            add(folders, environment.getOrDefault("ProgramFiles", "C:/Program Files"),
                    "NVIDIA GPU Computing Toolkit/CUDA/v*/bin");
            addList(folders, "PATH");
            addPythonOnWindows(folders);
            return folders;
        }
        addList(folders, "LD_LIBRARY_PATH");
        if (library == Library.DRIVER) {
            addLoaders(folders);
            // Windows' driver inside WSL; NixOS; where Kubernetes' device plugins put it.
            add(folders, "/usr/lib/wsl/lib", "");
            add(folders, "/run/opengl-driver/lib", "");
            add(folders, "/usr/local/nvidia/lib64", "");
            return folders;
        }
        addToolkit(folders, environment.get("CUDA_PATH"));
        addToolkit(folders, environment.get("CUDA_HOME"));
        // The one that the administrator chose, if it was made a link, then all.
        addToolkit(folders, "/usr/local/cuda");
        add(folders, "/usr/local", "cuda*/lib64");
        add(folders, "/usr/local", "cuda*/targets/*/lib");
        addLoaders(folders);
        addPython(folders);
        return folders;
    }

    private void addToolkit(Set<Path> to, String toolkit) {
        if (windows) {
            add(to, toolkit, "bin");
            // Since CUDA 13.
            add(to, toolkit, "bin/x64");
        } else {
            add(to, toolkit, "lib64");
            add(to, toolkit, "targets/*/lib");
        }
    }

    /** Where ld.so looks (its man page: /etc/ld.so.conf, then these two) and Debian's and Fedora's forms of them. */
    private void addLoaders(Set<Path> to) {
        addLoaderConfiguration(to, "/etc", "ld.so.conf", 0);
        for (String folder : new String[] {"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64",
            "/lib", "/usr/lib"}) {
            add(to, folder, "");
        }
    }

    /** A line is a folder, a comment, or "include PATTERN" (ldconfig's man page). */
    private void addLoaderConfiguration(Set<Path> to, String folder, String pattern, int depth) {
        for (Path file : glob(absolute(folder), pattern)) {
            List<String> lines;
            try {
                lines = Files.readAllLines(file);
            } catch (IOException e) {
                continue;
            }
            for (String line : lines) {
                String text = line.replaceFirst("#.*", "").trim();
                if (text.startsWith("include ") && depth < 4) {
                    for (String name : text.substring(8).trim().split("\\s+")) {
                        String full = name.startsWith("/") ? name : "/etc/" + name;
                        addLoaderConfiguration(to, "/", full.substring(1), depth + 1);
                    }
                } else if (text.startsWith("/")) {
                    add(to, text, "");
                }
            }
        }
    }

    /** The wheels nvidia-cublas, nvidia-cuda-nvrtc and those with -cu12 unpack to nvidia/NAME/lib; conda has its own place. */
    private void addPython(Set<Path> to) {
        String wheels = "/nvidia/*/lib";
        add(to, environment.get("VIRTUAL_ENV"), "lib/python3*/site-packages" + wheels);
        add(to, environment.get("CONDA_PREFIX"), "lib/python3*/site-packages" + wheels);
        add(to, environment.get("CONDA_PREFIX"), "lib");
        add(to, environment.get("CONDA_PREFIX"), "targets/*/lib");
        for (Path python : pythons()) {
            add(to, python, "lib/python3*/site-packages" + wheels);
            add(to, python, "lib/python3*/dist-packages" + wheels);
        }
        add(to, home, ".local/lib/python3*/site-packages" + wheels);
        for (String lib : new String[] {"/usr/local/lib", "/usr/local/lib64", "/usr/lib", "/usr/lib64"}) {
            add(to, lib, "python3*/dist-packages" + wheels);
            add(to, lib, "python3*/site-packages" + wheels);
        }
    }

    /**
     * The installations and environments whose bin/python3 is on the path: an environment need not be activated for that. A
     * link may lead into one, and an environment's own python3 is a link to another's, so each on the way counts.
     */
    private Set<Path> pythons() {
        Set<Path> found = new LinkedHashSet<>();
        for (String folder : environment.getOrDefault("PATH", "").split(":")) {
            Path bin = absolute(folder);
            Path python = bin == null ? null : bin.resolve("python3");
            for (int links = 0; python != null && links < MOST_LINKS && Files.exists(python); links++) {
                found.add(python.resolve("../..").normalize());
                python = target(python);
            }
        }
        return found;
    }

    /** Where a link leads, one step; null if it is none. */
    private static Path target(Path link) {
        try {
            return Files.isSymbolicLink(link) ? link.resolveSibling(Files.readSymbolicLink(link)).normalize() : null;
        } catch (IOException e) {
            return null;
        }
    }

    private void addPythonOnWindows(Set<Path> to) {
        for (String inside : new String[] {"/nvidia/*/bin", "/nvidia/*/bin/x86_64"}) {
            add(to, environment.get("VIRTUAL_ENV"), "Lib/site-packages" + inside);
            add(to, environment.get("CONDA_PREFIX"), "Lib/site-packages" + inside);
            add(to, environment.get("APPDATA"), "Python/Python3*/site-packages" + inside);
            add(to, environment.get("LOCALAPPDATA"), "Programs/Python/Python3*/Lib/site-packages" + inside);
        }
        add(to, environment.get("CONDA_PREFIX"), "Library/bin");
    }

    private void addList(Set<Path> to, String variable) {
        for (String folder : environment.getOrDefault(variable, "").split(windows ? ";" : ":")) {
            add(to, folder, "");
        }
    }

    /** A relative name holds nothing: who calls from where must not matter. */
    private void add(Set<Path> to, String folder, String pattern) {
        add(to, absolute(folder), pattern);
    }

    private void add(Set<Path> to, Path folder, String pattern) {
        for (Path path : glob(folder, pattern)) {
            if (Files.isDirectory(path)) {
                to.add(path);
            }
        }
    }

    /**
     * What matches a pattern, in which a * stands for any part of a name; of names with numbers the highest first.
     *
     * @param folder taken as it is; null holds nothing
     */
    private List<Path> glob(Path folder, String pattern) {
        if (folder == null) {
            return List.of();
        }
        List<Path> found = List.of(folder);
        for (String part : pattern.split("/")) {
            List<Path> next = new ArrayList<>();
            for (Path path : found) {
                if (part.contains("*")) {
                    next.addAll(children(path, Pattern.compile(
                            ("\\Q" + part + "\\E").replace("*", "\\E.*\\Q"), windows ? Pattern.CASE_INSENSITIVE : 0)));
                } else {
                    next.add(part.isEmpty() ? path : path.resolve(part));
                }
            }
            found = next;
        }
        return found;
    }

    /** A folder by its name; null if that is null, empty or relative. */
    private Path absolute(String folder) {
        if (folder == null) {
            return null;
        }
        String text = folder.trim();
        try {
            if (root == null) {
                Path path = Path.of(text);
                return path.isAbsolute() ? path : null;
            }
            String inside = windows ? text.replace('\\', '/').replaceFirst("^[A-Za-z]:", "") : text;
            return inside.startsWith("/") ? root.resolve(inside.replaceFirst("^/+", "")) : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static List<Path> children(Path folder, Pattern name) {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path child : all) {
                if (name.matcher(child.getFileName().toString()).matches()) {
                    children.add(child);
                }
            }
        } catch (IOException | DirectoryIteratorException | UncheckedIOException e) {
            return List.of();
        }
        // Of 12.9 and 12.10 the latter: numbers are compared as such once they are of one length.
        children.sort(Comparator.comparing((Path p) -> Pattern.compile("\\d+").matcher(p.getFileName().toString())
                .replaceAll(m -> "0".repeat(Math.max(0, 9 - m.group().length())) + m.group())).reversed());
        return children;
    }

    private List<Found> in(Collection<Path> folders, Library library) {
        List<Found> found = new ArrayList<>();
        Set<Path> seen = new LinkedHashSet<>();
        Pattern pattern = library.pattern(windows);
        for (Path folder : folders) {
            List<Found> here = new ArrayList<>();
            for (Path path : children(folder, pattern)) {
                Matcher name = pattern.matcher(path.getFileName().toString());
                int major = name.matches() && !name.group(1).isEmpty() ? Integer.parseInt(name.group(1)) : 0;
                boolean known = library == Library.DRIVER || major >= Library.NATIVE_MAJOR;
                if (known && Files.isRegularFile(path) && seen.add(real(path))) {
                    here.add(new Found(path, major, before(library, path, major, folders)));
                }
            }
            here.sort(Comparator.comparingInt(Found::major));
            found.addAll(here);
        }
        return found;
    }

    /** Beside the library, be it by its name or where that leads to; else in the first folder that has it. */
    private List<Path> before(Library library, Path path, int major, Collection<Path> folders) {
        Pattern pattern = library.before(major, windows);
        if (pattern == null) {
            return List.of();
        }
        Set<Path> places = new LinkedHashSet<>(List.of(path.getParent(), real(path).getParent()));
        places.addAll(folders);
        for (Path place : places) {
            List<Path> here = children(place, pattern);
            if (!here.isEmpty()) {
                return here;
            }
        }
        return List.of();
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }
}
