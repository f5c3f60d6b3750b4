/* The driver, as far as the search for devices asks: one GPU, unless the environment says otherwise. */
#include <stdlib.h>
#include <string.h>

static int number(const char *variable, int otherwise) {
    const char *text = getenv(variable);
    return text ? atoi(text) : otherwise;
}

int cuInit(unsigned flags) { return number("STUB_CUDA_INIT", 0); }
int cuDriverGetVersion(int *version) { *version = number("STUB_CUDA_VERSION", 13020); return 0; }
int cuDeviceGetCount(int *count) { *count = 1; return 0; }
int cuDeviceGet(int *device, int ordinal) { *device = ordinal; return 0; }
int cuDeviceGetName(char *name, int length, int device) { strncpy(name, "Stub GPU", length); return 0; }
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = 3ull << 30; return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) {
    *value = attribute == 75 ? 8 : attribute == 76 ? 9 : 0; /* compute capability 8.9 */
    return 0;
}
