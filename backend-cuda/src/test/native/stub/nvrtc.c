/* NVRTC of CUDA MAJOR.MINOR, which like the real one opens its builtins by name when it needs them. */
#include <dlfcn.h>

#define TEXT(x) #x
#define TEXT_OF(x) TEXT(x)

int nvrtcVersion(int *major, int *minor) { *major = MAJOR; *minor = MINOR; return 0; }
int nvrtcGetNumSupportedArchs(int *number) {
    *number = dlopen("libnvrtc-builtins.so." TEXT_OF(MAJOR) "." TEXT_OF(MINOR), RTLD_LAZY) != 0;
    return 0;
}
