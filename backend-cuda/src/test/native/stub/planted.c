/* What someone left in a shared folder for temporary files: it leaves a mark when it is loaded. */
#include <stdio.h>
#include <stdlib.h>

__attribute__((constructor)) static void loaded(void) {
    FILE *mark = fopen(getenv("PLANTED_MARK"), "w");
    if (mark) {
        fclose(mark);
    }
}
