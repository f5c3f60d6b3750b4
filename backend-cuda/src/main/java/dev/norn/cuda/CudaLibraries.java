package dev.norn.cuda;

import dev.norn.cuda.LibrarySearch.Found;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.LogLevel;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.nvrtc.JNvrtc;

/**
 * The libraries, once they are loaded, or why they are not.
 *
 * @param missing what is missing and how to get it, in one line; null if nothing is
 * @param driver the version of CUDA up to which the driver runs programs, times 1000 (12080 is 12.8)
 * @param nvrtc the version of the compiler, in the same way
 * @param cublas where cuBLAS was found
 */
record CudaLibraries(String missing, int driver, int nvrtc, Found cublas) {

    private static final String DOWNLOADS = "https://developer.nvidia.com/cuda-downloads";

    private static CudaLibraries loaded;

    /** Loads them, the first time; later gives what that gave. The driver is initialized then. Throws nothing. */
    static synchronized CudaLibraries load() {
        if (loaded == null) {
            try {
                loaded = new Loading(LibrarySearch.here(), Natives.ofThisUser()).run();
            } catch (RuntimeException | LinkageError e) {
                loaded = missing("CUDA cannot be loaded: " + line(e));
            }
        }
        return loaded;
    }

    private static CudaLibraries missing(String line) {
        return new CudaLibraries(line, 0, 0, null);
    }

    /** The versions, and where cuBLAS is: for people. */
    String describe() {
        String module = moduleVersion();
        Path path = cublas.path() != null ? cublas.path()
                : mapped(Library.CUBLAS.fileName(cublas.major(), Platform.isWindows()));
        return "driver " + (module == null ? "" : module + " ") + "for CUDA " + version(driver) + ", NVRTC "
                + version(nvrtc) + ", cuBLAS " + (path == null ? cublas.major() + " of the system" : path);
    }

    private static String version(int number) {
        return number / 1000 + "." + number % 1000 / 10;
    }

    /** The driver's own version, which its library does not tell; where Linux's module says it. */
    private static String moduleVersion() {
        try {
            Matcher found = Pattern.compile("\\b\\d{3,}\\.\\d+(\\.\\d+)?\\b")
                    .matcher(Files.readString(Path.of("/proc/driver/nvidia/version")));
            return found.find() ? found.group() : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /** Where a library of this process was loaded from, on Linux. */
    private static Path mapped(String name) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
                int path = line.indexOf('/');
                if (path > 0 && Path.of(line.substring(path)).getFileName().toString().startsWith(name)) {
                    return Path.of(line.substring(path));
                }
            }
        } catch (IOException | RuntimeException e) {
            return null;
        }
        return null;
    }

    private static String line(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
    }

    /** One attempt. */
    private static final class Loading {

        private final LibrarySearch search;
        private final Natives natives;
        private final boolean windows = Platform.isWindows();

        Loading(LibrarySearch search, Natives natives) {
            this.search = search;
            this.natives = natives;
        }

        CudaLibraries run() {
            if (!Platform.isSupported()) {
                return missing("JCuda runs on Linux and Windows on x86-64 only, not on "
                        + System.getProperty("os.name") + " on " + System.getProperty("os.arch"));
            }
            List<String> failures = new ArrayList<>();
            if (first(Library.DRIVER, Integer.MAX_VALUE, failures) == null) {
                String own = "lib" + Library.DRIVER.jcudaName();
                if (failures.stream().anyMatch(failure -> failure.contains(own) && !failure.contains("libcuda.so.1"))) {
                    // A folder mounted noexec, or not the user's alone; another C library.
                    return missing("JCuda's own library cannot be loaded; NORN_CACHE names another folder for it"
                            + details(failures));
                }
                return missing("no NVIDIA driver (" + Library.DRIVER.fileName(0, windows) + "): " + driverRemedy()
                        + details(failures));
            }
            JCudaDriver.setLogLevel(LogLevel.LOG_QUIET);
            int code = JCudaDriver.cuInit(0);
            if (code != CUresult.CUDA_SUCCESS) {
                return missing("the NVIDIA driver is there, but cuInit failed with " + CUresult.stringFor(code) + " ("
                        + code + "): " + remedy(code));
            }
            int[] version = new int[1];
            code = JCudaDriver.cuDriverGetVersion(version);
            if (code != CUresult.CUDA_SUCCESS) {
                return missing("the NVIDIA driver does not tell its version: " + CUresult.stringFor(code));
            }
            int driver = version[0];
            if (driver < Library.NATIVE_MAJOR * 1000) {
                return missing("the NVIDIA driver is for CUDA " + version(driver) + ", and Norn needs CUDA "
                        + Library.NATIVE_MAJOR + ": " + driverRemedy());
            }
            List<String> absent = new ArrayList<>();
            Found nvrtc = first(Library.NVRTC, driver / 1000, failures);
            if (nvrtc == null) {
                absent.add(Library.NVRTC.fileName(Library.NATIVE_MAJOR, windows));
            }
            Found cublas = first(Library.CUBLAS, driver / 1000, failures);
            if (cublas == null) {
                absent.add(Library.CUBLAS.fileName(Library.NATIVE_MAJOR, windows));
            }
            if (!absent.isEmpty()) {
                return missing("no " + String.join(" and no ", absent) + ": " + toolkitRemedy(driver / 1000)
                        + details(failures));
            }
            JNvrtc.setLogLevel(LogLevel.LOG_QUIET);
            JCublas2.setLogLevel(LogLevel.LOG_QUIET);
            int[] major = new int[1];
            int[] minor = new int[1];
            JNvrtc.nvrtcVersion(major, minor);
            return new CudaLibraries(null, driver, major[0] * 1000 + minor[0] * 10, cublas);
        }

        /** The first candidate that loads, with JCuda's native part on top; null if none does. */
        private Found first(Library library, int newest, List<String> failures) {
            for (Found candidate : search.find(library)) {
                if (candidate.major() > newest) {
                    if (candidate.path() != null) {
                        failures.add(candidate.path() + " needs a driver for CUDA " + candidate.major());
                    }
                } else if (windows && library != Library.DRIVER && candidate.major() != Library.NATIVE_MAJOR) {
                    // A DLL's name is in its import table, at no fixed length, and signatures cover it: not re-targeted.
                    failures.add(candidate.path() + " is of CUDA " + candidate.major());
                } else {
                    try {
                        for (Path path : candidate.before()) {
                            preload(path);
                        }
                        if (candidate.path() != null) {
                            preload(candidate.path());
                        }
                        natives.load(library, candidate.major());
                        return candidate;
                    } catch (IOException | RuntimeException | LinkageError e) {
                        // That the loader finds nothing by itself goes without saying, as long as it says only that.
                        if (candidate.path() != null || !line(e).contains("cannot open shared object file")) {
                            failures.add(line(e));
                        }
                    }
                }
            }
            return null;
        }

        /**
         * Loads a library by its path. Who needs it by name then gets this one: the loader compares names (DT_SONAME, or a
         * DLL's) with what is in memory before it searches.
         */
        private void preload(Path path) throws IOException {
            if (!windows) {
                // The JVM prints a warning about the stack when it is to load what is no library at all.
                try (InputStream in = Files.newInputStream(path)) {
                    if (!Arrays.equals(in.readNBytes(4), new byte[] {0x7f, 'E', 'L', 'F'})) {
                        throw new IOException(path + " is no library");
                    }
                }
            }
            System.load(path.toString());
        }

        private static String details(List<String> failures) {
            return failures.isEmpty() ? "" : " [" + String.join("; ", failures) + "]";
        }

        private String driverRemedy() {
            return windows ? "install it from https://www.nvidia.com/drivers"
                    : "install it (Ubuntu: ubuntu-drivers install; Debian: nvidia-driver from non-free; others: "
                            + "https://www.nvidia.com/drivers); in a container, start that with --gpus all";
        }

        private static String remedy(int code) {
            return switch (code) {
                case CUresult.CUDA_ERROR_NO_DEVICE -> "no NVIDIA GPU is visible"
                        + (System.getenv("CUDA_VISIBLE_DEVICES") == null ? "; in a container, start that with --gpus all"
                                : ", and CUDA_VISIBLE_DEVICES is \"" + System.getenv("CUDA_VISIBLE_DEVICES") + "\"");
                case CUresult.CUDA_ERROR_STUB_LIBRARY ->
                        "libcuda.so.1 is the toolkit's stub; take its folder out of LD_LIBRARY_PATH";
                case CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, CUresult.CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE ->
                        "libcuda.so.1 does not fit the kernel's module; restart after an update of the driver";
                default -> "nvidia-smi may tell more; restarting helps after an update of the driver";
            };
        }

        private String toolkitRemedy(int newest) {
            if (windows) {
                return "install CUDA " + Library.NATIVE_MAJOR + " (" + DOWNLOADS + "), or name the folder of its DLLs in "
                        + LibrarySearch.VARIABLE;
            }
            return "install CUDA " + Library.NATIVE_MAJOR + (newest > Library.NATIVE_MAJOR ? " or newer" : "") + " ("
                    + DOWNLOADS + ") or only these libraries (pip install nvidia-cublas-cu12 nvidia-cuda-nvrtc-cu12), or "
                    + "name the folders they are in in " + LibrarySearch.VARIABLE;
        }
    }
}
