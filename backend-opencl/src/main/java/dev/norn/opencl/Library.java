package dev.norn.opencl;

import java.util.List;
import java.util.Locale;
import org.lwjgl.opencl.CL;
import org.lwjgl.system.Configuration;

/**
 * The OpenCL loader of the system. LWJGL by itself asks for {@code libOpenCL.so} only, which systems without development
 * packages do not have; so it is told to wait, and the names are tried in turn.
 */
final class Library {

    private static String failure;
    private static boolean loaded;

    private Library() {}

    /** Loads it; returns null, or what is missing and which package brings it. */
    static synchronized String load() {
        if (loaded || failure != null) {
            return failure;
        }
        if (ModuleLayer.boot().findModule("jdk.unsupported").isEmpty()) {
            // Where the program is a module, Java leaves out modules that none asks for; LWJGL would end the process.
            failure = "LWJGL needs the module jdk.unsupported: start java with --add-modules jdk.unsupported";
            return failure;
        }
        Configuration.OPENCL_EXPLICIT_INIT.set(true);
        Configuration.DEBUG_STREAM.set(new java.io.PrintStream(java.io.OutputStream.nullOutputStream()));
        Throwable last = null;
        for (String name : names()) {
            try {
                CL.create(name);
                loaded = true;
                return null;
            } catch (UnsatisfiedLinkError | RuntimeException e) {
                last = e;
            } catch (LinkageError e) {
                failure = "LWJGL's own library cannot be loaded: " + firstLine(e);
                return failure;
            }
        }
        failure = "no OpenCL loader (" + String.join(", ", names()) + "): " + remedy()
                + (last == null || last instanceof UnsatisfiedLinkError ? "" : " [" + firstLine(last) + "]");
        return failure;
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
    }

    private static String os() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    }

    private static List<String> names() {
        return os().contains("win") ? List.of("OpenCL.dll")
                : os().contains("mac") ? List.of("/System/Library/Frameworks/OpenCL.framework/OpenCL")
                : List.of("libOpenCL.so.1", "libOpenCL.so");
    }

    static String remedy() {
        return os().contains("win") ? "install the graphics card's driver"
                : os().contains("mac") ? "this system has no OpenCL"
                : "install the graphics card's driver, or the packages ocl-icd-libopencl1 and pocl-opencl-icd "
                        + "(Debian, Ubuntu) for OpenCL on the processor";
    }
}
