/*
 * The double of NVRTC: libnvrtc.so.12. A program is compiled by one run of g++ into a shared library, which is its
 * "cubin"; its "PTX" is the same in hexadecimal. Kernels are found in the text: a table of them goes after it. What was
 * compiled once is kept in the folder "cache" beside this library, where there is one.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum {
    NVRTC_SUCCESS = 0, NVRTC_ERROR_OUT_OF_MEMORY = 1, NVRTC_ERROR_INVALID_INPUT = 3, NVRTC_ERROR_INVALID_PROGRAM = 4,
    NVRTC_ERROR_INVALID_OPTION = 5, NVRTC_ERROR_COMPILATION = 6, NVRTC_ERROR_INTERNAL_ERROR = 11
};

/* device.h, as it is. */
__asm__(".section .rodata\n"
        "norn_device_h: .incbin \"device.h\"\n"
        "norn_device_h_end: .byte 0\n"
        ".previous\n");
extern const char norn_device_h[] __attribute__((visibility("hidden")));
extern const char norn_device_h_end[] __attribute__((visibility("hidden")));

#define MAGIC 0x6e6f726e43756461ull

typedef struct program {
    unsigned long long magic;
    char *source, *name, *log;
    char *image;
    size_t size;
    int cubin; /* whether it was compiled for a real architecture */
} *nvrtcProgram;

/* ---- text that grows */

typedef struct {
    char *at;
    size_t size, room;
} text;

static void append(text *t, const char *from, size_t n) {
    if (t->size + n + 1 > t->room) {
        t->room = 2 * (t->size + n + 1);
        t->at = realloc(t->at, t->room);
    }
    memcpy(t->at + t->size, from, n);
    t->size += n;
    t->at[t->size] = 0;
}

__attribute__((format(printf, 2, 3))) static void say(text *t, const char *format, ...) {
    char line[2048];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    append(t, line, n < (int) sizeof line ? (size_t) n : sizeof line - 1);
}

/* ---- kernels in the text */

/* Names that mean something: a word, and the macros whose text has it. */
typedef struct {
    char names[32][64];
    int count;
} words;

static int has(const words *w, const char *at, size_t n) {
    for (int i = 0; i < w->count; i++) {
        if (strlen(w->names[i]) == n && memcmp(w->names[i], at, n) == 0) {
            return 1;
        }
    }
    return 0;
}

static void add(words *w, const char *at, size_t n) {
    if (w->count < 32 && n < 64 && !has(w, at, n)) {
        memcpy(w->names[w->count], at, n);
        w->names[w->count++][n] = 0;
    }
}

static int starts(char c) {
    return isalpha((unsigned char) c) || c == '_';
}

static int continues(char c) {
    return isalnum((unsigned char) c) || c == '_';
}

/* Where a line of the preprocessor ends. */
static const char *directive_end(const char *p) {
    while (*p && *p != '\n') {
        p += p[0] == '\\' && p[1] ? 2 : 1;
    }
    return p;
}

/* A #define whose text has one of the words makes its name another. */
static void learn(const char *p, const char *end, words *globals, words *barriers) {
    for (p++; p < end && isblank((unsigned char) *p);) {
        p++;
    }
    if (strncmp(p, "define", 6) != 0) {
        return;
    }
    for (p += 6; p < end && isblank((unsigned char) *p);) {
        p++;
    }
    const char *name = p;
    while (p < end && continues(*p)) {
        p++;
    }
    size_t n = p - name;
    while (p < end) {
        if (!starts(*p)) {
            p++;
            continue;
        }
        const char *word = p;
        while (p < end && continues(*p)) {
            p++;
        }
        if (has(globals, word, p - word)) {
            add(globals, name, n);
        }
        if (has(barriers, word, p - word)) {
            add(barriers, name, n);
        }
    }
}

/* The next token: where it begins; *end is where it ends. Comments and directives are no tokens. */
static const char *token(const char *p, const char **end, words *globals, words *barriers) {
    int fresh = p[0] && p[-1] == '\n';
    for (;;) {
        if (*p == '\n') {
            fresh = 1;
            p++;
        } else if (isspace((unsigned char) *p)) {
            p++;
        } else if (p[0] == '/' && p[1] == '/') {
            p = directive_end(p);
        } else if (p[0] == '/' && p[1] == '*') {
            const char *close = strstr(p + 2, "*/");
            p = close ? close + 2 : p + strlen(p);
        } else if (*p == '#' && fresh) {
            const char *stop = directive_end(p);
            learn(p, stop, globals, barriers);
            p = stop;
        } else {
            break;
        }
    }
    const char *q = p;
    if (starts(*q)) {
        while (continues(*q)) {
            q++;
        }
    } else if (*q == '"' || *q == '\'') {
        char quote = *q++;
        while (*q && *q != quote) {
            q += q[0] == '\\' && q[1] ? 2 : 1;
        }
        q += *q != 0;
    } else if (*q) {
        q++;
    }
    *end = q;
    return p;
}

/* The program as g++ gets it: each kernel's shared arrays in a section of its own, and a table of kernels at the end. */
static void rewrite(const struct program *program, int architecture, text *out) {
    words globals = {.count = 0}, barriers = {.count = 0};
    add(&globals, "__global__", 10);
    add(&barriers, "__syncthreads", 13);
    say(out, "#line 1 \"device.h\"\n");
    append(out, norn_device_h, norn_device_h_end - norn_device_h);
    text source = {0}, table = {0}, sections = {0};
    append(&source, "\n", 1);
    append(&source, program->source, strlen(program->source));
    int kernels = 0, outside = 0, line = 1, counted_line = 1;
    const char *copied = source.at + 1, *counted = copied, *end;
    say(out, "\n#define NORN_SHARED \"norn_shared_none\"\n#line 1 \"%s\"\n", program->name);
    for (const char *p = token(source.at + 1, &end, &globals, &barriers); *p; p = token(end, &end, &globals, &barriers)) {
        size_t n = end - p;
        if (has(&barriers, p, n)) {
            outside = 1; /* a function that waits: any kernel may call it */
        }
        if (!has(&globals, p, n)) {
            continue;
        }
        const char *begin = p, *name = NULL;
        size_t length = 0;
        int depth = 0, attribute = 1; /* what is in parentheses right after it belongs to a macro */
        /* The last word before its parentheses is the name. */
        for (p = token(end, &end, &globals, &barriers); *p && (*p != '(' || attribute); p = token(end, &end, &globals, &barriers)) {
            n = end - p;
            if (starts(*p)) {
                attribute = (n == 17 && !memcmp(p, "__launch_bounds__", n)) || (n == 13 && !memcmp(p, "__attribute__", n));
                if (!attribute) {
                    name = p;
                    length = n;
                }
            } else if (*p == '(') {
                for (depth = 1; *end && depth > 0;) {
                    p = token(end, &end, &globals, &barriers);
                    depth += (*p == '(') - (*p == ')');
                }
                attribute = 0;
            }
        }
        if (!*p || !name) {
            break;
        }
        for (depth = 1; *end && depth > 0;) {
            p = token(end, &end, &globals, &barriers);
            depth += (*p == '(') - (*p == ')');
        }
        const char *after = end;
        p = token(end, &end, &globals, &barriers);
        if (*p != '{') {
            end = after;
            continue;
        }
        int waits = 0;
        for (depth = 1; *end && depth > 0;) {
            p = token(end, &end, &globals, &barriers);
            depth += (*p == '{') - (*p == '}');
            waits |= has(&barriers, p, end - p);
        }
        while (begin > source.at && begin[-1] != '\n') {
            begin--;
        }
        if (begin > copied) {
            append(out, copied, begin - copied);
        }
        for (; counted < begin; counted++) {
            counted_line += *counted == '\n';
        }
        line = counted_line;
        say(out, "#undef NORN_SHARED\n#define NORN_SHARED \"norn_shared_%d\"\n#line %d\n", kernels, line);
        copied = begin > copied ? begin : copied;
        say(&sections, "NORN_SHARED_OF(%d)\n", kernels);
        say(&table, "NORN_KERNEL(%.*s, %d, %d)\n", (int) length, name, kernels, waits);
        kernels++;
    }
    append(out, copied, strlen(copied));
    say(out, "\n#line 1 \"kernels\"\n");
    if (kernels > 0) {
        append(out, sections.at, sections.size);
        if (outside) {
            for (char *c = table.at; (c = strstr(c, ", 0)\n")) != NULL; c++) {
                c[2] = '1';
            }
        }
    }
    say(out, "static const norn_kernel norn_kernels[] = {\n");
    if (kernels > 0) {
        append(out, table.at, table.size);
    }
    say(out, "{}};\nextern \"C\" __attribute__((visibility(\"default\"))) const norn_module norn_double = "
             "{{'n', 'o', 'r', 'n', 'C', 'U', 'D', 'A'}, %d, %d, norn_kernels,"
             " &threadIdx, &blockIdx, &blockDim, &gridDim, &norn_barrier};\n", architecture, kernels);
    free(source.at);
    free(table.at);
    free(sections.at);
}

/* ---- programs */

static int valid(nvrtcProgram p) {
    return p && p->magic == MAGIC;
}

const char *nvrtcGetErrorString(int result) {
    static const char *const names[] = {
        "NVRTC_SUCCESS", "NVRTC_ERROR_OUT_OF_MEMORY", "NVRTC_ERROR_PROGRAM_CREATION_FAILURE", "NVRTC_ERROR_INVALID_INPUT",
        "NVRTC_ERROR_INVALID_PROGRAM", "NVRTC_ERROR_INVALID_OPTION", "NVRTC_ERROR_COMPILATION",
        "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE", "NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION",
        "NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION", "NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID", "NVRTC_ERROR_INTERNAL_ERROR"};
    return result >= 0 && result <= 11 ? names[result] : "NVRTC_ERROR unknown";
}

int nvrtcVersion(int *major, int *minor) {
    if (!major || !minor) {
        return NVRTC_ERROR_INVALID_INPUT;
    }
    *major = 12;
    *minor = 6;
    return NVRTC_SUCCESS;
}

static const int architectures[] = {50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90};
#define ARCHITECTURES ((int) (sizeof architectures / sizeof *architectures))

int nvrtcGetNumSupportedArchs(int *count) {
    if (!count) {
        return NVRTC_ERROR_INVALID_INPUT;
    }
    *count = ARCHITECTURES;
    return NVRTC_SUCCESS;
}

int nvrtcGetSupportedArchs(int *archs) {
    if (!archs) {
        return NVRTC_ERROR_INVALID_INPUT;
    }
    memcpy(archs, architectures, sizeof architectures);
    return NVRTC_SUCCESS;
}

int nvrtcCreateProgram(nvrtcProgram *result, const char *source, const char *name, int headers,
                       const char *const *texts, const char *const *names) {
    (void) texts;
    (void) names;
    if (!result || !source || headers != 0) {
        return NVRTC_ERROR_INVALID_INPUT;
    }
    nvrtcProgram p = calloc(1, sizeof *p);
    p->magic = MAGIC;
    p->source = strdup(source);
    p->name = strdup(name && !strpbrk(name, "\"\\\n") ? name : "default_program");
    p->log = strdup("");
    *result = p;
    return NVRTC_SUCCESS;
}

int nvrtcDestroyProgram(nvrtcProgram *program) {
    if (!program || !valid(*program)) {
        return NVRTC_ERROR_INVALID_PROGRAM;
    }
    nvrtcProgram p = *program;
    free(p->source);
    free(p->name);
    free(p->log);
    free(p->image);
    memset(p, 0, sizeof *p); /* kept: a program destroyed twice is noticed */
    *program = NULL;
    return NVRTC_SUCCESS;
}

static void set_log(nvrtcProgram p, char *log) {
    free(p->log);
    p->log = log;
}

static int write_file(const char *path, const char *from, size_t n) {
    FILE *f = fopen(path, "wb");
    int ok = f && fwrite(from, 1, n, f) == n;
    return (!f || fclose(f) == 0) && ok;
}

static char *read_file(const char *path, size_t *size) {
    FILE *f = fopen(path, "rb");
    if (!f) {
        return NULL;
    }
    text t = {0};
    char part[1 << 16];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) {
        append(&t, part, n);
    }
    fclose(f);
    if (!t.at) {
        append(&t, "", 0);
    }
    if (size) {
        *size = t.size;
    }
    return t.at;
}

/* The value of one of several spellings of an option. */
static const char *value(const char *option, const char *name) {
    while (*option == '-') {
        option++;
    }
    size_t n = strlen(name);
    return strncmp(option, name, n) == 0 ? option + n : NULL;
}

/* Options that change nothing here. */
static int harmless(const char *option) {
    static const char *const names[] = {
        "std=", "fmad=", "ftz=", "prec-div=", "prec-sqrt=", "use_fast_math", "default-device", "device-as-default-execution-space",
        "extra-device-vectorization", "restrict", "lineinfo", "generate-line-info", "disable-warnings", "w", "maxrregcount=",
        "split-compile=", "builtin-move-forward=", "minimal"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *rest = value(option, names[i]);
        if (*option == '-' && rest && (names[i][strlen(names[i]) - 1] == '=' || !*rest)) {
            return 1;
        }
    }
    return 0;
}

/* Runs g++ in a folder; what it says becomes the log. */
static int run_compiler(nvrtcProgram p, const char **arguments, const char *errors) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    pid_t child;
    int status, failed = posix_spawnp(&child, arguments[0], &files, NULL, (char *const *) arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    if (failed) {
        text log = {0};
        say(&log, "CUDA test double: cannot run %s: %s", arguments[0], strerror(failed));
        set_log(p, log.at);
        return NVRTC_ERROR_INTERNAL_ERROR;
    }
    if (waitpid(child, &status, 0) != child) {
        set_log(p, strdup("CUDA test double: g++ was not waited for: who else reaps this process's children?"));
        return NVRTC_ERROR_INTERNAL_ERROR;
    }
    char *log = read_file(errors, NULL);
    set_log(p, log ? log : strdup(""));
    return status == 0 ? NVRTC_SUCCESS : NVRTC_ERROR_COMPILATION;
}

/* FNV-1a, going on from a value. */
static unsigned long long hash(unsigned long long from, const char *at, size_t n) {
    for (size_t i = 0; i < n; i++) {
        from = (from ^ (unsigned char) at[i]) * 0x100000001b3ull;
    }
    return from;
}

/* The file where a program's image is kept; "" where none is. */
static void cache_file(char *path, size_t room, const text *program, const char **arguments) {
    Dl_info self;
    struct stat folder;
    path[0] = 0;
    if (!dladdr((void *) cache_file, &self) || !strrchr(self.dli_fname, '/')) {
        return;
    }
    unsigned long long a = 0xcbf29ce484222325ull, b = 0x9E3779B97F4A7C15ull;
    for (; *arguments; arguments++) {
        a = hash(a, *arguments, strlen(*arguments) + 1);
        b = hash(b, *arguments, strlen(*arguments) + 1);
    }
    a = hash(a, program->at, program->size);
    b = hash(b, program->at, program->size);
    int n = snprintf(path, room, "%.*s/cache", (int) (strrchr(self.dli_fname, '/') - self.dli_fname), self.dli_fname);
    if (n + 40 >= (int) room || stat(path, &folder) != 0) {
        path[0] = 0;
        return;
    }
    snprintf(path + n, room - n, "/%016llx%016llx.so", a, b);
}

static int compile(nvrtcProgram p, int architecture, const char **defines, int count) {
    const char *folder = getenv("TMPDIR"), *gxx = getenv("NORN_CUDA_DOUBLE_GXX");
    char define_arch[32], cached[1024];
    snprintf(define_arch, sizeof define_arch, "-D__CUDA_ARCH__=%d", 10 * architecture);
    const char *fixed[] = {
        gxx && *gxx ? gxx : "g++", "-x", "c++", "-std=c++17", "-O1", "-w", "-fPIC", "-shared", "-pipe", "-nostdlib", "-nostdinc",
        "-ffp-contract=off", "-fno-math-errno", "-fno-exceptions", "-fno-rtti", "-fno-asynchronous-unwind-tables",
        "-fno-stack-protector", "-fno-ident", "-fno-use-linker-plugin", "-fno-diagnostics-show-caret", "-fmax-errors=20",
        "-fvisibility=hidden", "-fwrapv", "-Wl,-z,noseparate-code,--build-id=none,-s", "-D__CUDACC__", "-D__CUDACC_RTC__",
        define_arch};
    size_t n = sizeof fixed / sizeof *fixed;
    const char **arguments = calloc(n + count + 4, sizeof *arguments);
    memcpy(arguments, fixed, sizeof fixed);
    memcpy(arguments + n, defines, count * sizeof *defines);
    text program = {0};
    rewrite(p, architecture, &program);
    cache_file(cached, sizeof cached, &program, arguments);
    free(p->image);
    p->image = cached[0] ? read_file(cached, &p->size) : NULL;
    if (p->image) {
        free(arguments);
        free(program.at);
        set_log(p, strdup(""));
        return NVRTC_SUCCESS;
    }
    char place[512], from[544], to[544], errors[544];
    snprintf(place, sizeof place, "%s/norn-cuda-double-XXXXXX", folder && *folder ? folder : "/tmp");
    int result = NVRTC_ERROR_INTERNAL_ERROR, made = mkdtemp(place) != NULL;
    snprintf(from, sizeof from, "%s/p.cpp", place);
    snprintf(to, sizeof to, "%s/p.so", place);
    snprintf(errors, sizeof errors, "%s/log", place);
    memcpy(arguments + n + count, (const char *[]){"-o", to, from}, 3 * sizeof *arguments);
    if (made && write_file(from, program.at, program.size)) {
        result = run_compiler(p, arguments, errors);
    } else {
        set_log(p, strdup("CUDA test double: cannot write temporary files"));
    }
    if (result == NVRTC_SUCCESS) {
        p->image = read_file(to, &p->size);
        result = p->image ? NVRTC_SUCCESS : NVRTC_ERROR_INTERNAL_ERROR;
    }
    if (p->image && cached[0]) { /* whole, or not at all */
        char part[1100];
        snprintf(part, sizeof part, "%s.%d.%p", cached, (int) getpid(), (void *) p);
        if (!write_file(part, p->image, p->size) || rename(part, cached) != 0) {
            unlink(part);
        }
    }
    free(arguments);
    free(program.at);
    if (made && !getenv("NORN_CUDA_DOUBLE_KEEP")) {
        unlink(from);
        unlink(to);
        unlink(errors);
        rmdir(place);
    }
    return result;
}

int nvrtcCompileProgram(nvrtcProgram p, int count, const char *const *options) {
    if (!valid(p)) {
        return NVRTC_ERROR_INVALID_PROGRAM;
    }
    if (count < 0 || (count > 0 && !options)) {
        return NVRTC_ERROR_INVALID_INPUT;
    }
    const char **defines = calloc(count + 1, sizeof *defines);
    int defined = 0, architecture = 52, cubin = 0, result = NVRTC_SUCCESS;
    for (int i = 0; i < count && result == NVRTC_SUCCESS; i++) {
        const char *o = options[i], *arch = NULL;
        if (o && *o == '-') {
            arch = value(o, "gpu-architecture=");
            arch = arch ? arch : value(o, "arch=");
        }
        int known = 0;
        if (arch) {
            const char *number = strncmp(arch, "sm_", 3) == 0 ? arch + 3 : strncmp(arch, "compute_", 8) == 0 ? arch + 8 : "";
            architecture = atoi(number);
            cubin = arch[0] == 's';
            for (int a = 0; a < ARCHITECTURES; a++) {
                known |= architectures[a] == architecture;
            }
        } else if (o && o[0] == '-' && o[1] == 'D') {
            defines[defined++] = o;
            known = 1;
        } else if (o) {
            known = harmless(o);
        }
        if (!known) {
            text log = {0};
            say(&log, arch ? "nvrtc: error: invalid value for --gpu-architecture (-arch): %s\n"
                           : "nvrtc: error: unrecognized option %s found\n", arch ? arch : o ? o : "(null)");
            set_log(p, log.at);
            result = NVRTC_ERROR_INVALID_OPTION;
        }
    }
    if (result == NVRTC_SUCCESS) {
        p->cubin = cubin;
        result = compile(p, architecture, defines, defined);
    }
    free(defines);
    return result;
}

int nvrtcGetProgramLogSize(nvrtcProgram p, size_t *size) {
    if (!valid(p)) {
        return NVRTC_ERROR_INVALID_PROGRAM;
    }
    if (!size) {
        return NVRTC_ERROR_INVALID_INPUT;
    }
    *size = strlen(p->log) + 1;
    return NVRTC_SUCCESS;
}

int nvrtcGetProgramLog(nvrtcProgram p, char *log) {
    if (!valid(p)) {
        return NVRTC_ERROR_INVALID_PROGRAM;
    }
    if (!log) {
        return NVRTC_ERROR_INVALID_INPUT;
    }
    strcpy(log, p->log);
    return NVRTC_SUCCESS;
}

/* As NVRTC: nothing, where the program was compiled for a virtual architecture. */
int nvrtcGetCUBINSize(nvrtcProgram p, size_t *size) {
    if (!valid(p) || !p->image) {
        return NVRTC_ERROR_INVALID_PROGRAM;
    }
    if (!size) {
        return NVRTC_ERROR_INVALID_INPUT;
    }
    *size = p->cubin ? p->size : 0;
    return NVRTC_SUCCESS;
}

int nvrtcGetCUBIN(nvrtcProgram p, char *cubin) {
    if (!valid(p) || !p->image || !p->cubin) {
        return NVRTC_ERROR_INVALID_PROGRAM;
    }
    if (!cubin) {
        return NVRTC_ERROR_INVALID_INPUT;
    }
    memcpy(cubin, p->image, p->size);
    return NVRTC_SUCCESS;
}

static const char heading[] = "// PTX of the CUDA test double\n";

int nvrtcGetPTXSize(nvrtcProgram p, size_t *size) {
    if (!valid(p) || !p->image) {
        return NVRTC_ERROR_INVALID_PROGRAM;
    }
    if (!size) {
        return NVRTC_ERROR_INVALID_INPUT;
    }
    *size = strlen(heading) + 2 * p->size + 1;
    return NVRTC_SUCCESS;
}

int nvrtcGetPTX(nvrtcProgram p, char *ptx) {
    if (!valid(p) || !p->image) {
        return NVRTC_ERROR_INVALID_PROGRAM;
    }
    if (!ptx) {
        return NVRTC_ERROR_INVALID_INPUT;
    }
    strcpy(ptx, heading);
    ptx += strlen(heading);
    for (size_t i = 0; i < p->size; i++, ptx += 2) {
        ptx[0] = "0123456789abcdef"[(unsigned char) p->image[i] >> 4];
        ptx[1] = "0123456789abcdef"[p->image[i] & 15];
    }
    *ptx = 0;
    return NVRTC_SUCCESS;
}
