package dev.norn.cuda;

import static jcuda.nvrtc.JNvrtc.nvrtcCompileProgram;
import static jcuda.nvrtc.JNvrtc.nvrtcCreateProgram;
import static jcuda.nvrtc.JNvrtc.nvrtcDestroyProgram;
import static jcuda.nvrtc.JNvrtc.nvrtcGetCUBIN;
import static jcuda.nvrtc.JNvrtc.nvrtcGetCUBINSize;
import static jcuda.nvrtc.JNvrtc.nvrtcGetNumSupportedArchs;
import static jcuda.nvrtc.JNvrtc.nvrtcGetPTX;
import static jcuda.nvrtc.JNvrtc.nvrtcGetProgramLog;
import static jcuda.nvrtc.JNvrtc.nvrtcGetSupportedArchs;

import dev.norn.backend.BackendException;
import dev.norn.device.DiskCache;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;

/** Compiles programs for a GPU with NVRTC, and keeps the results on disk. */
final class Programs {

    private final Calls calls;
    private final DiskCache cache;
    private final String versions;

    /** The architecture to compile for, as 10·major + minor. */
    private final int architecture;

    /**
     * Whether that is the GPU's own, whose code is made to the end. Else PTX is made, which the driver finishes: code for a
     * lower minor version runs as well, but not where that is of another line (10.1 is an embedded GPU, 10.3 is not).
     */
    private final boolean own;

    Programs(Calls calls, DiskCache cache, Gpu gpu, CudaLibraries libraries) {
        this.calls = calls;
        this.cache = cache;
        int wanted = gpu.major() * 10 + gpu.minor();
        int[] count = new int[1];
        calls.nvrtc("nvrtcGetNumSupportedArchs", nvrtcGetNumSupportedArchs(count));
        int[] known = new int[count[0]];
        calls.nvrtc("nvrtcGetSupportedArchs", nvrtcGetSupportedArchs(known));
        architecture = Arrays.stream(known).filter(a -> a <= wanted).max().orElseThrow(() -> new BackendException(
                gpu.name() + " has compute capability " + gpu.major() + "." + gpu.minor() + ", and this NVRTC compiles for "
                        + Arrays.stream(known).min().orElse(0) / 10.0 + " and later only; install an older CUDA"));
        own = architecture == wanted;
        versions = "NVRTC " + libraries.nvrtc() + ", driver " + libraries.driver() + ", GPU " + wanted;
    }

    private String[] options() {
        return new String[] {
            "--gpu-architecture=" + (own ? "sm_" : "compute_") + architecture,
            // As in the other backends: what is a multiplication and an addition in the program is rounded twice.
            "--fmad=false",
        };
    }

    /** A program's code, as the driver loads it, where it is on disk; else null. */
    byte[] kept(String text) {
        return cache.get(key(text));
    }

    /** Compiles a program, and keeps its code. */
    byte[] build(String text) {
        byte[] code = compile(text);
        cache.put(key(text), code);
        return code;
    }

    /** What a program's code is kept under. */
    String key(String text) {
        String norn = Objects.requireNonNullElse(Programs.class.getPackage().getImplementationVersion(), "development");
        return String.join("\n", "cuda program", norn, versions, String.join(" ", options()), text);
    }

    private byte[] compile(String text) {
        nvrtcProgram program = new nvrtcProgram();
        calls.nvrtc("nvrtcCreateProgram", nvrtcCreateProgram(program, text, "norn.cu", 0, null, null));
        try {
            String[] options = options();
            int result = nvrtcCompileProgram(program, options.length, options);
            if (result != nvrtcResult.NVRTC_SUCCESS) {
                String[] log = new String[1];
                nvrtcGetProgramLog(program, log);
                throw new BackendException("NVRTC: a program does not compile (" + String.join(" ", options) + "): "
                        + nvrtcResult.stringFor(result) + "\n" + Objects.requireNonNullElse(log[0], "").strip());
            }
            if (own) {
                long[] size = new long[1];
                calls.nvrtc("nvrtcGetCUBINSize", nvrtcGetCUBINSize(program, size));
                byte[] code = new byte[Math.toIntExact(size[0])];
                calls.nvrtc("nvrtcGetCUBIN", nvrtcGetCUBIN(program, code));
                return code;
            }
            String[] ptx = new String[1];
            calls.nvrtc("nvrtcGetPTX", nvrtcGetPTX(program, ptx));
            return (ptx[0] + "\0").getBytes(StandardCharsets.UTF_8);
        } finally {
            nvrtcDestroyProgram(program);
        }
    }
}
