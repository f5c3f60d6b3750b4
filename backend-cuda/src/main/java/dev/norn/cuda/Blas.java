package dev.norn.cuda;

import static jcuda.jcublas.JCublas2.cublasCreate;
import static jcuda.jcublas.JCublas2.cublasDestroy;
import static jcuda.jcublas.JCublas2.cublasDgemm;
import static jcuda.jcublas.JCublas2.cublasSetMathMode;
import static jcuda.jcublas.JCublas2.cublasSetPointerMode;
import static jcuda.jcublas.JCublas2.cublasSetStream;
import static jcuda.jcublas.JCublas2.cublasSetWorkspace;
import static jcuda.jcublas.JCublas2.cublasSgemm;
import static jcuda.jcublas.cublasOperation.CUBLAS_OP_N;
import static jcuda.jcublas.cublasOperation.CUBLAS_OP_T;

import dev.norn.device.LibraryProduct;
import dev.norn.tensor.DType;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasPointerMode;
import jcuda.runtime.cudaStream_t;

/**
 * cuBLAS on one stream. Its workspace is given to it once: left to itself it allocates one where it likes, which a capture
 * does not allow.
 */
final class Blas {

    /** What NVIDIA recommends for Hopper, the most of all architectures (cuBLAS documentation, cublasSetWorkspace). */
    static final long WORKSPACE = 32L << 20;

    private static final Pointer ONE_F32 = Pointer.to(new float[] {1});
    private static final Pointer ZERO_F32 = Pointer.to(new float[] {0});
    private static final Pointer ONE_F64 = Pointer.to(new double[] {1});
    private static final Pointer ZERO_F64 = Pointer.to(new double[] {0});

    private final Calls calls;
    private final cublasHandle handle = new cublasHandle();

    Blas(Calls calls, CUstream stream, CUdeviceptr workspace, boolean tf32) {
        this.calls = calls;
        calls.cublas("cublasCreate", cublasCreate(handle));
        calls.cublas("cublasSetStream", cublasSetStream(handle, new cudaStream_t(stream)));
        // After the stream, which takes it away.
        calls.cublas("cublasSetWorkspace", cublasSetWorkspace(handle, workspace, WORKSPACE));
        calls.cublas("cublasSetPointerMode", cublasSetPointerMode(handle, cublasPointerMode.CUBLAS_POINTER_MODE_HOST));
        calls.cublas("cublasSetMathMode", cublasSetMathMode(handle,
                tf32 ? cublasMath.CUBLAS_TF32_TENSOR_OP_MATH : cublasMath.CUBLAS_DEFAULT_MATH));
    }

    /**
     * C = op(A)·op(B). cuBLAS takes matrices by columns; a row-major matrix is the transpose of such a one, and
     * Cᵀ = op(B)ᵀ·op(A)ᵀ: so the operands change places and nothing is transposed that was not.
     */
    void multiply(LibraryProduct p, Pointer a, Pointer b, Pointer c) {
        int opA = p.transposeA() ? CUBLAS_OP_T : CUBLAS_OP_N;
        int opB = p.transposeB() ? CUBLAS_OP_T : CUBLAS_OP_N;
        // Leading dimensions: the lengths of the rows.
        int lda = p.transposeA() ? p.m() : p.k();
        int ldb = p.transposeB() ? p.k() : p.n();
        if (p.dtype() == DType.F32) {
            calls.cublas("cublasSgemm", cublasSgemm(
                    handle, opB, opA, p.n(), p.m(), p.k(), ONE_F32, b, ldb, a, lda, ZERO_F32, c, p.n()));
        } else {
            calls.cublas("cublasDgemm", cublasDgemm(
                    handle, opB, opA, p.n(), p.m(), p.k(), ONE_F64, b, ldb, a, lda, ZERO_F64, c, p.n()));
        }
    }

    void close() {
        calls.cublas("cublasDestroy", cublasDestroy(handle));
    }
}
