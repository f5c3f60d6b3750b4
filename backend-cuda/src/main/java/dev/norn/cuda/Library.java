package dev.norn.cuda;

import java.util.regex.Pattern;

/** A library of NVIDIA's, and JCuda's class that calls it. Names of files are those that JCuda 12.6 was linked with. */
enum Library {

    /** The driver's. Its version is in its name since ever, and says nothing of CUDA's. */
    DRIVER("JCudaDriver", "jcuda.driver.JCudaDriver"),

    /** The compiler. It opens its builtins by name when it compiles: by then they have to be loaded. */
    NVRTC("JNvrtc", "jcuda.nvrtc.JNvrtc"),

    /** Matrix products. They need cublasLt of the same version. */
    CUBLAS("JCublas2", "jcuda.jcublas.JCublas2");

    /** The version of CUDA that JCuda's natives are made for. */
    static final int NATIVE_MAJOR = 12;

    private final String jcudaName;
    private final String className;

    Library(String jcudaName, String className) {
        this.jcudaName = jcudaName;
        this.className = className;
    }

    /** What JCuda calls its part that is native; the file's name has its version and the platform besides. */
    String jcudaName() {
        return jcudaName;
    }

    /** The class of JCuda whose initialization loads that part. */
    String className() {
        return className;
    }

    /** The file's name for a version of CUDA. */
    String fileName(int major, boolean windows) {
        return switch (this) {
            case DRIVER -> windows ? "nvcuda.dll" : "libcuda.so.1";
            // "120": the minor version is 0 for all of a major one.
            case NVRTC -> windows ? "nvrtc64_" + major + "0_0.dll" : "libnvrtc.so." + major;
            case CUBLAS -> windows ? "cublas64_" + major + ".dll" : "libcublas.so." + major;
        };
    }

    /** Matches the file's name; the group is the version of CUDA, where the name has it. */
    Pattern pattern(boolean windows) {
        return Pattern.compile(switch (this) {
            case DRIVER -> windows ? "(?i)nvcuda\\.dll()" : "libcuda\\.so\\.1()";
            case NVRTC -> windows ? "(?i)nvrtc64_(\\d{2})0_0\\.dll" : "libnvrtc\\.so\\.(\\d{2})";
            case CUBLAS -> windows ? "(?i)cublas64_(\\d{2})\\.dll" : "libcublas\\.so\\.(\\d{2})";
        });
    }

    /** Matches the files that have to be loaded before, or null if there are none. */
    Pattern before(int major, boolean windows) {
        return switch (this) {
            case DRIVER -> null;
            case NVRTC -> Pattern.compile(windows
                    ? "(?i)nvrtc-builtins64_" + major + "\\d+\\.dll" : "libnvrtc-builtins\\.so\\." + major + "\\.\\d+");
            case CUBLAS -> Pattern.compile(windows
                    ? "(?i)cublasLt64_" + major + "\\.dll" : "libcublasLt\\.so\\." + major);
        };
    }
}
