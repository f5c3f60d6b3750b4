/* cuBLAS of CUDA MAJOR, which like the real one needs cublasLt of the same. */
int cublasLtStub(void);

int cublasCreate_v2(void **handle) { *handle = (void *) 0x5eed; return 0; }
int cublasGetVersion_v2(void *handle, int *version) {
    *version = handle == (void *) 0x5eed ? MAJOR * 10000 + cublasLtStub() : -1;
    return 0;
}
