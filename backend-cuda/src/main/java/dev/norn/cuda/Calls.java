package dev.norn.cuda;

import dev.norn.backend.BackendException;
import jcuda.driver.CUresult;
import jcuda.jcublas.cublasStatus;
import jcuda.nvrtc.nvrtcResult;

/**
 * Turns return codes into exceptions that name the call and the code. After some errors of the driver the context is lost,
 * and whatever is asked of it later may be answered with garbage; so the first of them is remembered, and every later call
 * says so instead.
 */
final class Calls {

    /** What made the context unusable, or null. */
    private String lost;

    /** Whether the context is lost, and with it everything in it: there is nothing to give back then. */
    boolean isLost() {
        return lost != null;
    }

    /** Throws if the context is lost. */
    void checkUsable() {
        if (lost != null) {
            throw new BackendException("CUDA: the GPU's context was lost when " + lost
                    + "; close this backend and open another one in a new process");
        }
    }

    /** Of the driver. */
    void driver(String call, int code) {
        if (code == CUresult.CUDA_SUCCESS) {
            return;
        }
        String what = call + " failed with " + CUresult.stringFor(code) + " (" + code + ")";
        if (isSticky(code)) {
            lost = what;
        }
        throw new BackendException("CUDA: " + what + remedy(code));
    }

    /** Of cuBLAS. */
    void cublas(String call, int code) {
        if (code != cublasStatus.CUBLAS_STATUS_SUCCESS) {
            throw new BackendException("cuBLAS: " + call + " failed with " + cublasStatus.stringFor(code) + " (" + code + ")");
        }
    }

    /** Of the compiler. */
    void nvrtc(String call, int code) {
        if (code != nvrtcResult.NVRTC_SUCCESS) {
            throw new BackendException("NVRTC: " + call + " failed with " + nvrtcResult.stringFor(code) + " (" + code + ")");
        }
    }

    /** Those that the driver's documentation says leave the process in an inconsistent state. */
    private static boolean isSticky(int code) {
        return switch (code) {
            case CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
                    CUresult.CUDA_ERROR_LAUNCH_FAILED, CUresult.CUDA_ERROR_ASSERT,
                    CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR, CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
                    CUresult.CUDA_ERROR_MISALIGNED_ADDRESS, CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
                    CUresult.CUDA_ERROR_INVALID_PC, CUresult.CUDA_ERROR_ECC_UNCORRECTABLE,
                    CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED -> true;
            default -> false;
        };
    }

    private static String remedy(int code) {
        return switch (code) {
            case CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU -> ": the compiled kernel is not for this GPU";
            case CUresult.CUDA_ERROR_ILLEGAL_ADDRESS -> ": a kernel accessed memory that is not its own; please report it";
            case CUresult.CUDA_ERROR_LAUNCH_TIMEOUT -> ": the display's watchdog ended a kernel that took too long";
            case CUresult.CUDA_ERROR_SYSTEM_NOT_READY -> ": the driver's services are not running";
            default -> "";
        };
    }
}
