package dev.norn.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.backend.BackendException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers are those of NVIDIA's headers, cuda.h, cublas_api.h and nvrtc.h. */
class CallsTest {

    private final Calls calls = new Calls();

    private static String message(Runnable call) {
        return assertThrows(BackendException.class, call::run).getMessage();
    }

    @Test
    void successIsNothing() {
        calls.driver("cuInit", 0);
        calls.cublas("cublasCreate", 0);
        calls.nvrtc("nvrtcVersion", 0);
        calls.checkUsable();
    }

    /** The call, the code, and what to do. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "2   | CUDA_ERROR_OUT_OF_MEMORY (2): other programs hold the GPU's memory; nvidia-smi shows which",
        "46  | CUDA_ERROR_DEVICE_UNAVAILABLE (46): another program has the GPU for itself; nvidia-smi shows which",
        "1   | CUDA_ERROR_INVALID_VALUE (1)",
        "222 | CUDA_ERROR_UNSUPPORTED_PTX_VERSION (222): the driver is older than NVRTC; install a newer driver",
        "900 | CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED (900): a step cannot be captured; --no-graph does without",
    })
    void driver(int code, String message) {
        assertEquals("CUDA: cuCall failed with " + message, message(() -> calls.driver("cuCall", code)));
        assertFalse(calls.isLost());
        calls.checkUsable();
    }

    @Test
    void libraries() {
        assertEquals("cuBLAS: cublasCreate failed with CUBLAS_STATUS_NOT_INITIALIZED (1): most often too little of the GPU's memory is "
                + "free; nvidia-smi shows who holds it", message(() -> calls.cublas("cublasCreate", 1)));
        assertEquals("cuBLAS: cublasSgemm failed with CUBLAS_STATUS_ARCH_MISMATCH (8): this cuBLAS is not for this GPU; install a newer "
                + "CUDA", message(() -> calls.cublas("cublasSgemm", 8)));
        assertEquals("NVRTC: nvrtcGetCUBIN failed with NVRTC_ERROR_INVALID_INPUT (3)", message(() -> calls.nvrtc("nvrtcGetCUBIN", 3)));
    }

    /** After these nothing that the driver says can be trusted: the first stays the answer to all that is asked. */
    @ParameterizedTest
    @ValueSource(ints = {214, 220, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 810, 911})
    void whatLosesTheContext(int code) {
        String first = message(() -> calls.driver("cuCall", code));
        assertTrue(calls.isLost());
        String what = first.substring("CUDA: ".length(), first.indexOf(')') + 1);
        assertEquals("CUDA: the GPU's context was lost when " + what + "; close this backend and open another one in a new process",
                message(calls::checkUsable));
    }
}
