package dev.norn.cuda;

import dev.norn.backend.BackendException;
import dev.norn.backend.BackendOptions;
import dev.norn.backend.BackendProvider.Availability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.nvrtc.JNvrtc;

/** In a JVM of its own, since what is loaded stays: looks for CUDA, and calls what it found. */
final class LoadingMain {

    private LoadingMain() {}

    public static void main(String[] args) throws IOException {
        if (args.length > 0) {
            // As without Norn, to show what JCuda does by itself.
            try {
                JCudaDriver.cuInit(0);
            } catch (LinkageError e) {
                System.out.println("not linked");
            }
            return;
        }
        String temporary = System.getProperty("java.io.tmpdir");
        CudaProvider provider = new CudaProvider();
        System.out.println("name=" + provider.name() + " " + jcudasLibraries());
        Availability found = provider.probe();
        System.out.println("available=" + found.available());
        System.out.println("description=" + found.description());
        System.out.println("again=" + provider.probe().description().equals(found.description()));
        if (!found.available()) {
            try {
                provider.open(BackendOptions.DEFAULT);
            } catch (BackendException e) {
                System.out.println("open=" + e.getMessage());
            }
        }
        System.out.println("tmpdir restored=" + temporary.equals(System.getProperty("java.io.tmpdir"))
                + " " + Files.createTempFile("x", null).startsWith(temporary));
        jcudasLibraries().forEach(path -> System.out.println("loaded=" + path));
        if (found.available()) {
            int[] a = new int[1];
            int[] b = new int[1];
            JNvrtc.nvrtcVersion(a, b);
            System.out.println("nvrtc=" + a[0] + "." + b[0]);
            JNvrtc.nvrtcGetNumSupportedArchs(a);
            System.out.println("builtins=" + a[0]);
            cublasHandle handle = new cublasHandle();
            System.out.println("create=" + JCublas2.cublasCreate(handle));
            JCublas2.cublasGetVersion(handle, a);
            System.out.println("cublas=" + a[0]);
        }
    }

    /** The files of JCuda's in this process's memory. */
    private static List<String> jcudasLibraries() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("/libJ") && line.contains("12.6.0"))
                .map(line -> line.substring(line.indexOf('/'))).distinct().toList();
    }
}
