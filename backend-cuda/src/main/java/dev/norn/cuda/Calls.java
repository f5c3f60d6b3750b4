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
            throw new BackendException("cuBLAS: " + call + " failed with " + cublasStatus.stringFor(code) + " (" + code + ")"
                    + cublasRemedy(code));
        }
    }

    /** Of the compiler. */
    void nvrtc(String call, int code) {
        if (code != nvrtcResult.NVRTC_SUCCESS) {
            throw new BackendException("NVRTC: " + call + " failed with " + nvrtcResult.stringFor(code) + " (" + code + ")");
        }
    }

    /** Those after which, so the driver's documentation, the process is in an inconsistent state or has to be started anew. */
    private static boolean isSticky(int code) {
        return switch (code) {
            case CUresult.CUDA_ERROR_ILLEGAL_ADDRESS, CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
                    CUresult.CUDA_ERROR_LAUNCH_FAILED, CUresult.CUDA_ERROR_ASSERT,
                    CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR, CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
                    CUresult.CUDA_ERROR_MISALIGNED_ADDRESS, CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
                    CUresult.CUDA_ERROR_INVALID_PC, CUresult.CUDA_ERROR_ECC_UNCORRECTABLE,
                    CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE, CUresult.CUDA_ERROR_MPS_CLIENT_TERMINATED,
                    CUresult.CUDA_ERROR_EXTERNAL_DEVICE, CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED -> true;
            default -> false;
        };
    }

    private static String remedy(int code) {
        return switch (code) {
            case CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU -> ": the compiled kernel is not for this GPU";
            case CUresult.CUDA_ERROR_ILLEGAL_ADDRESS -> ": a kernel accessed memory that is not its own; please report it";
            case CUresult.CUDA_ERROR_LAUNCH_TIMEOUT -> ": the display's watchdog ended a kernel that took too long";
            case CUresult.CUDA_ERROR_SYSTEM_NOT_READY -> ": the driver's services are not running";
            case CUresult.CUDA_ERROR_OUT_OF_MEMORY -> ": other programs hold the GPU's memory; nvidia-smi shows which";
            case CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE -> ": another program has the GPU for itself; nvidia-smi shows which";
            case CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION -> ": the driver is older than NVRTC; install a newer driver";
            case CUresult.CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, CUresult.CUDA_ERROR_STREAM_CAPTURE_INVALIDATED ->
                    ": a step cannot be captured; --no-graph does without";
            default -> "";
        };
    }

    private static String cublasRemedy(int code) {
        return switch (code) {
            case cublasStatus.CUBLAS_STATUS_NOT_INITIALIZED, cublasStatus.CUBLAS_STATUS_ALLOC_FAILED ->
                    ": most often too little of the GPU's memory is free; nvidia-smi shows who holds it";
            case cublasStatus.CUBLAS_STATUS_ARCH_MISMATCH, cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED ->
                    ": this cuBLAS is not for this GPU; install a newer CUDA";
            case cublasStatus.CUBLAS_STATUS_EXECUTION_FAILED ->
                    ": most often a kernel before it failed; CUDA_LAUNCH_BLOCKING=1 with --no-graph tells which";
            default -> "";
        };
    }
}
