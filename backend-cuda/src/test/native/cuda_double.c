/*
 * The double of NVIDIA's driver: libcuda.so.1. See double.h for what it is and how to talk to it.
 *
 * One lock; every call takes it. Every handle is known by its address and kind, and never reused. Device memory lies in
 * one reserved range of addresses that is never reused either: each allocation has pages of its own between pages that
 * nothing may touch, and ends at the last byte of its last page (rounded up to 256), so that what reads or writes past
 * it, or after it was freed, is caught by the processor.
 */
#define _GNU_SOURCE
#include "double.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define API __attribute__((visibility("default")))
#define POISON 0xFF /* not a number, as float or double */

/* ---- what there is */

enum kind { CONTEXT = 1, MODULE, FUNCTION, STREAM, EVENT, GRAPH, EXEC };

/* What every handle begins with. */
struct handle {
    struct handle *next; /* in its bucket */
    enum kind kind;
    int dead;
    struct context *context;
};

struct context {
    struct handle handle;
    CUresult sticky;
    int retained;
};

struct module {
    struct handle handle;
    void *library;
    const struct norn_module *content;
    struct function *functions;
};

struct function {
    struct handle handle;
    struct module *module;
    struct function *next_function; /* of the module */
    const struct norn_kernel *kernel; /* lies in the module */
    char *name;
};

/* Something to be done in a stream. */
struct command {
    struct command *next;
    enum { KERNEL, COPY, FILL, RECORD, REPLAY, CALL } kind;
    const char *name;
    struct context *context;
    union {
        struct {
            struct function *function;
            struct norn_dim grid, block;
        } kernel;
        struct {
            char *to, *from;
            size_t bytes;
            int to_device, from_device;
        } copy;
        struct {
            char *to;
            unsigned value;
            size_t width, count;
        } fill;
        struct event *event;
        struct exec *exec;
        CUresult (*call)(const void *);
    };
    size_t extra; /* bytes after this: a kernel's packed arguments, a call's, a copy's source */
    char data[] __attribute__((aligned(16)));
};

struct commands {
    struct command *first, *last;
    size_t count;
};

struct stream {
    struct handle handle;
    unsigned flags;
    int capturing, broken, mode; /* of a capture: whether there is one, whether it was invalidated, CU_STREAM_CAPTURE_MODE */
    pthread_t capturer;
    struct commands captured;
    struct stream *next_stream;
};

struct event {
    struct handle handle;
    unsigned flags;
    int recorded, pending, captured;
    double milliseconds;
};

struct graph {
    struct handle handle;
    struct commands commands;
};

struct exec {
    struct handle handle;
    struct commands commands;
};

/* Memory; addresses rise, so the table is in order. */
struct range {
    char *at, *pages;
    size_t bytes, paged;
    struct context *context; /* NULL: freed */
};

struct pinned {
    struct pinned *next;
    char *at;
    size_t bytes;
    int registered;
    struct context *context;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int initialized, capability = 90, quiet;
static FILE *logged;
static size_t memory = (size_t) 2 << 30;
static size_t counters[NORN_COUNTERS_END - NORN_ALLOCATIONS];
static size_t fault_in;
#define COUNT(what) counters[(what) - NORN_ALLOCATIONS]

static struct handle *buckets[1 << 14];
static struct context *primary;
static struct stream *streams;
static struct commands queue; /* of all streams, in the order it was issued: a legal order of any streams */
static char *arena, *arena_next, *arena_end;
static struct range *ranges;
static size_t range_count, range_room;
static struct pinned *pinned;

static __thread struct context *stack[16];
static __thread int depth;

/* ---- saying what happens */

static __thread char call[512];
static __thread const char *function_name;

void norn_double_says(const char *format, ...) {
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!quiet) {
        fprintf(stderr, "CUDA test double: %s\n", text);
    }
    if (logged) {
        fprintf(logged, "# %s\n", text);
    }
}

static const char *error_name(CUresult code) {
    switch (code) {
#define E(number, name, text) \
    case number: return "CUDA_" #name;
        CUDA_ERRORS(E)
#undef E
    default: return NULL;
    }
}

static const char *error_text(CUresult code) {
    switch (code) {
#define E(number, name, text) \
    case number: return text;
        CUDA_ERRORS(E)
#undef E
    default: return NULL;
    }
}

static void begin(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void begin(const char *name, const char *format, ...) {
    pthread_mutex_lock(&lock);
    function_name = name;
    call[0] = 0;
    if (logged) {
        va_list args;
        va_start(args, format);
        vsnprintf(call, sizeof call, format, args);
        va_end(args);
    }
}

static CUresult end(CUresult code) {
    if (logged) {
        fprintf(logged, "%s%s -> %s\n", function_name, call, error_name(code));
        fflush(logged);
    }
    pthread_mutex_unlock(&lock);
    return code;
}

#define BEGIN(...) begin(__func__, " " __VA_ARGS__)
#define RETURN(code) return end(code)
#define FAIL(code, ...) \
    do { \
        wrong(__VA_ARGS__); \
        return end(code); \
    } while (0)
#define TRY(expression) \
    do { \
        CUresult tried = (expression); \
        if (tried) { \
            return end(tried); \
        } \
    } while (0)

static void wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void wrong(const char *format, ...) {
    char text[768];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    norn_double_says("%s: %s", function_name, text);
}

/* ---- handles */

static struct handle **bucket(const void *at) {
    return &buckets[((uintptr_t) at >> 4) * 0x9E3779B97F4A7C15ull >> 50];
}

static struct context *current(void) {
    return depth > 0 ? stack[depth - 1] : NULL;
}

static void *make(enum kind kind, size_t size) {
    struct handle *h = calloc(1, size);
    struct handle **b = bucket(h);
    h->kind = kind;
    h->context = kind == CONTEXT ? (struct context *) h : current();
    h->next = *b;
    *b = h;
    return h;
}

/* Whether something is a handle of a kind, and not destroyed; says so if not. */
static int is(const void *at, enum kind kind) {
    static const char *const names[] = {"", "context", "module", "function", "stream", "event", "graph", "executable graph"};
    for (struct handle *h = *bucket(at); h; h = h->next) {
        if (h == at && h->kind == kind) {
            if (h->dead) {
                wrong("a %s that was destroyed", names[kind]);
            }
            return !h->dead;
        }
    }
    wrong("%p is not a %s", at, names[kind]);
    return 0;
}

/* ---- state that most calls need */

static CUresult ready(void) {
    struct context *c = current();
    if (!initialized) {
        wrong("cuInit was not called");
        return CUDA_ERROR_NOT_INITIALIZED;
    }
    if (!c) {
        wrong("no context is current in this thread");
        return CUDA_ERROR_INVALID_CONTEXT;
    }
    if (c->handle.dead) {
        wrong("the current context was destroyed");
        return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    }
    return c->sticky;
}

/*
 * What may not happen while something is captured: it ends the capture. CUDA allows some of it in a relaxed capture;
 * Norn has no reason to do it.
 */
static CUresult not_capturing(CUresult code) {
    for (struct stream *s = streams; s; s = s->next_stream) {
        if (s->capturing && !s->handle.dead && (s->mode == 0 || pthread_equal(s->capturer, pthread_self()))) {
            s->broken = 1;
            wrong("not while a stream is capturing; the capture is lost");
            return code;
        }
    }
    return CUDA_SUCCESS;
}

static void fault(CUresult code, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void fault(CUresult code, const char *format, ...) {
    char text[768];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    norn_double_says("%s; from now on every call fails with %s", text, error_name(code));
    if (current()) {
        current()->sticky = code;
    }
}

/* ---- memory */

/* The range that has an address, live or not; or NULL. */
static struct range *range_of(const void *at) {
    size_t low = 0, high = range_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ranges[middle].pages <= (char *) at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 && (char *) at < ranges[low - 1].pages + ranges[low - 1].paged ? &ranges[low - 1] : NULL;
}

static int of_device(const void *at) {
    return (char *) at >= arena && (char *) at < arena_end;
}

static int is_pinned(const void *at, size_t bytes) {
    for (struct pinned *p = pinned; p; p = p->next) {
        if ((char *) at >= p->at && (char *) at + bytes <= p->at + p->bytes) {
            return 1;
        }
    }
    return 0;
}

/* Why an address and bytes are no live memory of the device; or NULL. */
static const char *not_live(const void *at, size_t bytes) {
    static char text[256];
    if (!of_device(at)) {
        snprintf(text, sizeof text, "%p is not an address of the device", at);
        return text;
    }
    struct range *r = range_of(at);
    if (r && !r->context) {
        snprintf(text, sizeof text, "%p lies in memory that was freed (%zu bytes at %p)", at, r->bytes, (void *) r->at);
        return text;
    }
    if (!r || (char *) at < r->at || (char *) at + bytes > r->at + r->bytes) {
        snprintf(text, sizeof text, "%zu bytes at %p reach outside of what was allocated%s", bytes, at,
                 r ? "" : ": nothing was there");
        if (r) {
            snprintf(text, sizeof text, "%zu bytes at %p reach outside of the %zu bytes at %p", bytes, at, r->bytes, (void *) r->at);
        }
        return text;
    }
    return NULL;
}

int norn_double_live(const char *name, CUdeviceptr at, size_t bytes) {
    const char *why = bytes > 0 ? not_live((void *) at, bytes) : NULL;
    if (why) {
        fault(CUDA_ERROR_ILLEGAL_ADDRESS, "%s: %s", name, why);
    }
    return !why;
}

int norn_double_is_allocated(CUdeviceptr at, size_t bytes) {
    pthread_mutex_lock(&lock);
    int allocated = !not_live((void *) at, bytes);
    pthread_mutex_unlock(&lock);
    return allocated;
}

/* Whether what surrounds an allocation in its pages is as it was. */
static int untouched(const struct range *r) {
    for (char *p = r->pages; p < r->pages + r->paged; p++) {
        if (p == r->at) {
            p += r->bytes;
            if (p == r->pages + r->paged) {
                break;
            }
        }
        if ((unsigned char) *p != POISON) {
            return 0;
        }
    }
    return 1;
}

static CUresult release(struct range *r) {
    int fine = untouched(r);
    COUNT(NORN_BYTES) -= r->bytes;
    r->context = NULL;
    mmap(r->pages, r->paged, PROT_NONE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (!fine) {
        fault(CUDA_ERROR_ILLEGAL_ADDRESS, "something wrote beside the %zu bytes at %p, which are freed now", r->bytes, (void *) r->at);
        return CUDA_ERROR_ILLEGAL_ADDRESS;
    }
    return CUDA_SUCCESS;
}

/* ---- kernels: the threads of a block, and what they do wrong */

/* A thread of a block that waits for the others has a stack of its own. */
struct fiber {
    void *stack_pointer;
    int line; /* of the barrier where it waits; 0: it has not begun, -1: it has ended */
};

/* Not a power of two: the tops of the stacks would share a few lines of the cache. */
enum { STACK = (32 << 10) + 5 * 64, MOST = 1024 };
static char *fiber_stacks;
static struct fiber fibers[MOST];
static int running; /* which fiber */
static const struct norn_kernel *running_kernel;
static void **running_arguments;

#if defined(__x86_64__) && !defined(NORN_UCONTEXT)
static void *scheduler; /* its stack */

/* Saves where we are in *from and goes to where we were in to. */
void norn_double_switch(void **from, void *to);
__asm__(".text\n.globl norn_double_switch\n.type norn_double_switch, @function\n"
        "norn_double_switch:\n"
        "push %rbp\npush %rbx\npush %r12\npush %r13\npush %r14\npush %r15\n"
        "mov %rsp, (%rdi)\nmov %rsi, %rsp\n"
        "pop %r15\npop %r14\npop %r13\npop %r12\npop %rbx\npop %rbp\nret\n"
        ".size norn_double_switch, .-norn_double_switch\n");

static void fiber_new(struct fiber *f, char *stack_begin, void (*entry)(void)) {
    void **top = (void **) (stack_begin + STACK - 16);
    top[0] = NULL; /* where entry would return to */
    top[-1] = (void *) entry;
    memset(top - 7, 0, 6 * sizeof *top);
    f->stack_pointer = top - 7;
}

static void fiber_resume(struct fiber *f) {
    norn_double_switch(&scheduler, f->stack_pointer);
}

static void fiber_leave(struct fiber *f) {
    norn_double_switch(&f->stack_pointer, scheduler);
}
#else
#include <ucontext.h>
static ucontext_t scheduler_context, fiber_contexts[MOST];

static void fiber_new(struct fiber *f, char *stack_begin, void (*entry)(void)) {
    ucontext_t *c = &fiber_contexts[f - fibers];
    getcontext(c);
    c->uc_stack.ss_sp = stack_begin;
    c->uc_stack.ss_size = STACK;
    c->uc_link = NULL;
    makecontext(c, entry, 0);
}

static void fiber_resume(struct fiber *f) {
    swapcontext(&scheduler_context, &fiber_contexts[f - fibers]);
}

static void fiber_leave(struct fiber *f) {
    swapcontext(&fiber_contexts[f - fibers], &scheduler_context);
}
#endif

static void fiber_entry(void) {
    running_kernel->call(running_kernel->function, running_arguments);
    fibers[running].line = -1;
    fiber_leave(&fibers[running]);
}

/* __syncthreads */
static void barrier(int line) {
    fibers[running].line = line;
    fiber_leave(&fibers[running]);
}

/* A processor's fault in a kernel of this thread is the kernel's; any other is somebody else's, such as the JVM's. */
static __thread sigjmp_buf *escape;
static __thread void *bad_address;
static __thread int bad_signal;
static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
static struct sigaction before[sizeof signals / sizeof *signals];

static void on_signal(int number, siginfo_t *info, void *machine) {
    if (escape) {
        sigjmp_buf *to = escape;
        escape = NULL;
        bad_address = info->si_addr;
        bad_signal = number;
        siglongjmp(*to, 1);
    }
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        if (signals[i] == number) {
            if (before[i].sa_flags & SA_SIGINFO) {
                before[i].sa_sigaction(number, info, machine);
            } else if (before[i].sa_handler == SIG_DFL || before[i].sa_handler == SIG_IGN) {
                sigaction(number, &before[i], NULL); /* happens again, and ends the process */
            } else {
                before[i].sa_handler(number);
            }
        }
    }
}

static void catch_signals(void) {
    static int done;
    if (!done) {
        done = 1;
        for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
            struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK | SA_RESTART};
            sigaction(signals[i], &action, &before[i]);
        }
    }
}

/* Thread by thread, each from one barrier to the next; there and back, so that no order is relied on. */
static int run_fibers(struct norn_dim *thread, struct norn_dim block) {
    int count = (int) (block.x * block.y * block.z);
    if (!fiber_stacks) {
        fiber_stacks = mmap(NULL, (size_t) STACK * MOST, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    for (int i = 0; i < count; i++) {
        fiber_new(&fibers[i], fiber_stacks + (size_t) STACK * i, fiber_entry);
        fibers[i].line = 0;
    }
    for (int phase = 0;; phase++) {
        for (int i = 0; i < count; i++) {
            running = phase % 2 ? count - 1 - i : i;
            *thread = (unsigned) count == block.x ? (struct norn_dim){running, 0, 0}
                : (struct norn_dim){running % block.x, running / block.x % block.y, running / block.x / block.y};
            fiber_resume(&fibers[running]);
        }
        for (int i = 1; i < count; i++) {
            if (fibers[i].line != fibers[0].line) {
                fault(CUDA_ERROR_LAUNCH_FAILED, "kernel %s: thread 0 %s line %d, thread %d %s line %d: all threads of a block have to wait",
                      running_kernel->name, fibers[0].line < 0 ? "has ended," : "waits at", fibers[0].line, i,
                      fibers[i].line < 0 ? "has ended," : "waits at", fibers[i].line);
                return 0;
            }
        }
        if (fibers[0].line < 0) {
            return 1;
        }
    }
}

static void run_blocks(const struct norn_module *m, const struct norn_kernel *k, struct norn_dim grid, struct norn_dim block,
                       void **arguments) {
    *m->block_size = block;
    *m->grid_size = grid;
    running_kernel = k;
    running_arguments = arguments;
    for (unsigned z = 0; z < grid.z; z++) {
        for (unsigned y = 0; y < grid.y; y++) {
            for (unsigned x = 0; x < grid.x; x++) {
                *m->block = (struct norn_dim){x, y, z};
                if (k->shared != k->shared_end) {
                    memset(k->shared, POISON, k->shared_end - k->shared);
                }
                if (k->barriers) {
                    if (!run_fibers(m->thread, block)) {
                        return;
                    }
                    continue;
                }
                for (unsigned c = 0; c < block.z; c++) {
                    for (unsigned b = 0; b < block.y; b++) {
                        for (unsigned a = 0; a < block.x; a++) {
                            *m->thread = (struct norn_dim){a, b, c};
                            k->call(k->function, arguments);
                        }
                    }
                }
            }
        }
    }
}

static size_t aligned(size_t at, size_t to) {
    return (at + to - 1) / to * to;
}

/* Bytes of a kernel's packed arguments, as CUDA packs them. */
static size_t packed_size(const struct norn_kernel *k) {
    size_t at = 0;
    for (uint32_t i = 0; i < k->count; i++) {
        at = aligned(at, k->parameters[i].align) + k->parameters[i].size;
    }
    return at;
}

static void run_kernel(struct command *c) {
    struct function *f = c->kernel.function;
    const struct norn_kernel *k = f->kernel;
    if (f->handle.dead) { /* and k is no longer there */
        fault(CUDA_ERROR_LAUNCH_FAILED, "kernel %s: its module was unloaded", c->name);
        return;
    }
    COUNT(NORN_KERNELS)++;
    if (fault_in > 0 && --fault_in == 0) {
        fault(CUDA_ERROR_ILLEGAL_ADDRESS, "kernel %s: a fault that was asked for", k->name);
        return;
    }
    void *arguments[k->count + 1];
    size_t at = 0;
    for (uint32_t i = 0; i < k->count; i++) {
        at = aligned(at, k->parameters[i].align);
        arguments[i] = c->data + at;
        at += k->parameters[i].size;
        if (k->parameters[i].pointer) {
            void *p;
            memcpy(&p, arguments[i], sizeof p);
            const char *why = p && !is_pinned(p, 1) ? not_live(p, 1) : NULL;
            if (why) {
                fault(CUDA_ERROR_ILLEGAL_ADDRESS, "kernel %s, argument %u of %u: %s", k->name, i + 1, k->count, why);
                return;
            }
        }
    }
    catch_signals();
    sigjmp_buf back;
    if (sigsetjmp(back, 0) == 0) {
        escape = &back;
        run_blocks(f->module->content, k, c->kernel.grid, c->kernel.block, arguments);
        escape = NULL;
        return;
    }
    struct norn_dim b = *f->module->content->block, t = *f->module->content->thread;
    struct range *r = range_of(bad_address);
    char where[160] = "";
    if (of_device(bad_address) && r) {
        snprintf(where, sizeof where, ", in %zu bytes that were freed", r->bytes);
    } else if (of_device(bad_address)) {
        for (size_t i = range_count; i-- > 0;) {
            if (ranges[i].at < (char *) bad_address) {
                snprintf(where, sizeof where, ", %zu bytes after the end of the %zu at %p",
                         (size_t) ((char *) bad_address - ranges[i].at - ranges[i].bytes), ranges[i].bytes, (void *) ranges[i].at);
                break;
            }
        }
    }
    fault(bad_signal == SIGFPE || bad_signal == SIGILL ? CUDA_ERROR_LAUNCH_FAILED : CUDA_ERROR_ILLEGAL_ADDRESS,
          "kernel %s, block (%u, %u, %u), thread (%u, %u, %u): signal %d at %p%s", k->name, b.x, b.y, b.z, t.x, t.y, t.z,
          bad_signal, bad_address, where);
}

/* ---- doing what was issued */

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void run_copy(struct command *c) {
    if ((c->copy.to_device && !norn_double_live(c->name, (CUdeviceptr) c->copy.to, c->copy.bytes))
        || (c->copy.from_device && !norn_double_live(c->name, (CUdeviceptr) c->copy.from, c->copy.bytes))) {
        return;
    }
    if (!c->copy.to_device && !is_pinned(c->copy.to, c->copy.bytes)) {
        fault(CUDA_ERROR_ILLEGAL_ADDRESS, "%s: the memory of the host at %p is no longer there", c->name, (void *) c->copy.to);
        return;
    }
    if (!c->copy.from_device && c->extra == 0 && !is_pinned(c->copy.from, c->copy.bytes)) {
        fault(CUDA_ERROR_ILLEGAL_ADDRESS, "%s: the memory of the host at %p is no longer there", c->name, (void *) c->copy.from);
        return;
    }
    memmove(c->copy.to, c->extra ? c->data : c->copy.from, c->copy.bytes);
}

static void run_all(const struct commands *commands);

static void run(struct command *c) {
    switch (c->kind) {
    case KERNEL:
        run_kernel(c);
        break;
    case COPY:
        run_copy(c);
        break;
    case FILL:
        if (norn_double_live(c->name, (CUdeviceptr) c->fill.to, c->fill.width * c->fill.count)) {
            for (size_t i = 0; i < c->fill.count; i++) {
                memcpy(c->fill.to + i * c->fill.width, &c->fill.value, c->fill.width);
            }
        }
        break;
    case RECORD:
        c->event->milliseconds = now();
        c->event->pending--;
        break;
    case REPLAY:
        run_all(&c->exec->commands);
        break;
    case CALL:
        c->call(c->data);
        break;
    }
}

static void run_all(const struct commands *commands) {
    for (struct command *c = commands->first; c && !current()->sticky; c = c->next) {
        run(c);
    }
}

static void clear(struct commands *commands) {
    for (struct command *c = commands->first, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    *commands = (struct commands){NULL, NULL, 0};
}

/* Does all that was issued. A fault ends it, and is what the caller returns. */
static CUresult drain(void) {
    struct context *mine = current();
    for (struct command *c; (c = queue.first) != NULL;) {
        queue.first = c->next;
        if (!queue.first) {
            queue.last = NULL;
        }
        queue.count--;
        int pushed = depth;
        stack[depth++] = c->context;
        if (!c->context->handle.dead && !c->context->sticky) {
            run(c);
        }
        depth = pushed;
        free(c);
    }
    return mine ? mine->sticky : CUDA_SUCCESS;
}

static struct command *command(int kind, const char *name, size_t extra) {
    struct command *c = calloc(1, sizeof *c + extra);
    c->kind = kind;
    c->name = name;
    c->extra = extra;
    c->context = current();
    return c;
}

static void append(struct commands *to, struct command *c) {
    c->next = NULL;
    *(to->last ? &to->last->next : &to->first) = c;
    to->last = c;
    to->count++;
}

/* Whether work may go to a stream. */
static CUresult usable(CUstream s) {
    if ((uintptr_t) s <= 2) { /* the streams that are always there */
        return not_capturing(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
    }
    if (!is(s, STREAM)) {
        return CUDA_ERROR_INVALID_HANDLE;
    }
    if (s->handle.context != current()) {
        wrong("the stream is of another context");
        return CUDA_ERROR_INVALID_HANDLE;
    }
    if (s->broken) {
        wrong("the capture was lost before");
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    }
    return CUDA_SUCCESS;
}

static int capturing(CUstream s) {
    return (uintptr_t) s > 2 && s->capturing;
}

static void issue(CUstream s, struct command *c) {
    if (capturing(s)) {
        append(&s->captured, c);
        return;
    }
    append(&queue, c);
    if (queue.count >= 1024) {
        drain();
    }
}

CUresult norn_double_enqueue(CUstream stream, const char *name, CUresult (*function)(const void *), const void *arguments,
                             size_t bytes) {
    begin(name, "stream=%p", (void *) stream);
    TRY(ready());
    TRY(usable(stream));
    struct command *c = command(CALL, name, bytes);
    memcpy(c->data, arguments, bytes);
    c->call = function;
    COUNT(NORN_PRODUCTS)++;
    issue(stream, c);
    RETURN(CUDA_SUCCESS);
}

CUresult norn_double_may_allocate(const char *name) {
    begin(name, " ");
    TRY(ready());
    RETURN(not_capturing(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED));
}

/* ---- the API: start, device */

static size_t setting(const char *name, size_t otherwise) {
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

API CUresult cuInit(unsigned flags) {
    BEGIN("flags=%u", flags);
    if (flags != 0) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "flags have to be 0");
    }
    if (setting("NORN_CUDA_DOUBLE_DEVICES", 1) == 0) {
        RETURN(CUDA_ERROR_NO_DEVICE);
    }
    if (!initialized) {
        memory = setting("NORN_CUDA_DOUBLE_MEMORY", memory);
        fault_in = setting("NORN_CUDA_DOUBLE_FAULT", 0);
        capability = (int) setting("NORN_CUDA_DOUBLE_CAPABILITY", capability);
        quiet = setting("NORN_CUDA_DOUBLE_QUIET", 0) != 0;
        const char *file = getenv("NORN_CUDA_DOUBLE_LOG");
        if (file && *file) {
            logged = fopen(file, "a");
        }
        size_t size = (size_t) 1 << 44;
        for (; size >= (size_t) 1 << 36; size >>= 1) {
            arena = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (arena != MAP_FAILED) {
                break;
            }
        }
        if (arena == MAP_FAILED) {
            arena = NULL;
            FAIL(CUDA_ERROR_OUT_OF_MEMORY, "cannot reserve addresses");
        }
        arena_next = arena + sysconf(_SC_PAGESIZE);
        arena_end = arena + size;
        dlopen("libm.so.6", RTLD_NOW | RTLD_GLOBAL); /* for kernels */
        initialized = 1;
    }
    RETURN(CUDA_SUCCESS);
}

API CUresult cuDriverGetVersion(int *version) {
    BEGIN();
    if (!version) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "null");
    }
    *version = (int) setting("NORN_CUDA_DOUBLE_DRIVER", 12060);
    RETURN(CUDA_SUCCESS);
}

API CUresult cuGetErrorName(CUresult code, const char **name) {
    *name = error_name(code);
    return *name ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

API CUresult cuGetErrorString(CUresult code, const char **text) {
    *text = error_text(code);
    return *text ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
}

static CUresult device(CUdevice d, const void *result) {
    if (!initialized) {
        wrong("cuInit was not called");
        return CUDA_ERROR_NOT_INITIALIZED;
    }
    if (d != 0) {
        wrong("there is no device %d", d);
        return CUDA_ERROR_INVALID_DEVICE;
    }
    if (!result) {
        wrong("null");
        return CUDA_ERROR_INVALID_VALUE;
    }
    return CUDA_SUCCESS;
}

API CUresult cuDeviceGetCount(int *count) {
    BEGIN();
    TRY(device(0, count));
    *count = 1;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuDeviceGet(CUdevice *result, int ordinal) {
    BEGIN("ordinal=%d", ordinal);
    TRY(device(ordinal, result));
    *result = 0;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuDeviceGetName(char *name, int length, CUdevice d) {
    BEGIN();
    TRY(device(d, name));
    snprintf(name, length, "CUDA test double");
    RETURN(CUDA_SUCCESS);
}

API CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice d) {
    BEGIN();
    TRY(device(d, bytes));
    *bytes = memory;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuDeviceGetAttribute(int *value, int attribute, CUdevice d) {
    BEGIN("attribute=%d", attribute);
    TRY(device(d, value));
    switch (attribute) {
    case 1: case 2: case 3: *value = 1024; break; /* threads of a block, x, y */
    case 4: *value = 64; break; /* z */
    case 5: *value = 2147483647; break; /* blocks */
    case 6: case 7: *value = 65535; break;
    case 8: *value = 48 << 10; break; /* shared memory of a block */
    case 9: *value = 64 << 10; break; /* constant memory */
    case 10: *value = 32; break; /* warp */
    case 12: case 82: *value = 65536; break; /* registers */
    case 13: *value = 1000000; break; /* kHz */
    case 16: *value = 4; break; /* multiprocessors */
    case 17: case 18: case 32: *value = 0; break; /* timeout, integrated, ECC */
    case 19: case 31: case 41: case 78: *value = 1; break; /* maps host memory, concurrent kernels, one address space */
    case 20: *value = 0; break; /* compute mode */
    case 33: case 34: case 50: *value = 0; break; /* PCI */
    case 36: *value = 1000000; break;
    case 37: *value = 64; break; /* bits of the memory bus */
    case 38: *value = 1 << 20; break; /* L2 */
    case 39: *value = 2048; break; /* threads of a multiprocessor */
    case 40: *value = 1; break;
    case 75: *value = capability / 10; break;
    case 76: *value = capability % 10; break;
    case 81: case 97: *value = 64 << 10; break;
    case 87: *value = 2; break; /* float64 against float32 */
    default: FAIL(CUDA_ERROR_INVALID_VALUE, "attribute %d is not in the double", attribute);
    }
    RETURN(CUDA_SUCCESS);
}

/* ---- contexts */

static void destroy_context(struct context *c) {
    drain();
    size_t leaked = 0;
    for (size_t i = 0; i < range_count; i++) {
        if (ranges[i].context == c) {
            leaked += ranges[i].bytes;
            release(&ranges[i]);
        }
    }
    for (struct pinned **p = &pinned; *p;) {
        struct pinned *q = *p;
        if (q->context == c) {
            *p = q->next;
            if (!q->registered) {
                free(q->at);
            }
            free(q);
        } else {
            p = &q->next;
        }
    }
    for (size_t b = 0; b < sizeof buckets / sizeof *buckets; b++) {
        for (struct handle *h = buckets[b]; h; h = h->next) {
            if (h->context == c) {
                h->dead = 1;
            }
        }
    }
    COUNT(NORN_LEAKED) += leaked;
    if (leaked && logged) {
        fprintf(logged, "# %zu bytes were not freed before their context was destroyed\n", leaked);
    }
}

API CUresult cuDevicePrimaryCtxRetain(CUcontext *result, CUdevice d) {
    BEGIN();
    TRY(device(d, result));
    if (!primary || primary->handle.dead) {
        primary = make(CONTEXT, sizeof *primary);
    }
    primary->retained++;
    *result = primary;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuDevicePrimaryCtxRelease_v2(CUdevice d) {
    BEGIN();
    TRY(device(d, &d));
    if (!primary || primary->handle.dead || primary->retained == 0) {
        FAIL(CUDA_ERROR_INVALID_CONTEXT, "it was not retained");
    }
    if (--primary->retained == 0) {
        destroy_context(primary);
    }
    RETURN(CUDA_SUCCESS);
}

API CUresult cuDevicePrimaryCtxReset_v2(CUdevice d) {
    BEGIN();
    TRY(device(d, &d));
    if (primary && !primary->handle.dead) {
        destroy_context(primary);
    }
    RETURN(CUDA_SUCCESS);
}

API CUresult cuDevicePrimaryCtxGetState(CUdevice d, unsigned *flags, int *active) {
    BEGIN();
    TRY(device(d, flags));
    *flags = 0;
    *active = primary && !primary->handle.dead;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuCtxCreate_v2(CUcontext *result, unsigned flags, CUdevice d) {
    BEGIN("flags=%u", flags);
    TRY(device(d, result));
    if (depth == sizeof stack / sizeof *stack - 1) {
        FAIL(CUDA_ERROR_OUT_OF_MEMORY, "too many contexts");
    }
    *result = stack[depth++] = make(CONTEXT, sizeof **result);
    RETURN(CUDA_SUCCESS);
}

API CUresult cuCtxDestroy_v2(CUcontext c) {
    BEGIN();
    if (!is(c, CONTEXT)) {
        RETURN(CUDA_ERROR_INVALID_CONTEXT);
    }
    destroy_context(c);
    if (current() == c) {
        depth--;
    }
    RETURN(CUDA_SUCCESS);
}

API CUresult cuCtxSetCurrent(CUcontext c) {
    BEGIN("context=%p", (void *) c);
    if (!initialized) {
        FAIL(CUDA_ERROR_NOT_INITIALIZED, "cuInit was not called");
    }
    if (c && !is(c, CONTEXT)) {
        RETURN(CUDA_ERROR_INVALID_CONTEXT);
    }
    depth -= depth > 0;
    if (c) {
        stack[depth++] = c;
    }
    RETURN(CUDA_SUCCESS);
}

API CUresult cuCtxGetCurrent(CUcontext *c) {
    BEGIN();
    if (!initialized) {
        FAIL(CUDA_ERROR_NOT_INITIALIZED, "cuInit was not called");
    }
    *c = current();
    RETURN(CUDA_SUCCESS);
}

API CUresult cuCtxPushCurrent_v2(CUcontext c) {
    BEGIN();
    if (!is(c, CONTEXT) || depth == sizeof stack / sizeof *stack - 1) {
        RETURN(CUDA_ERROR_INVALID_CONTEXT);
    }
    stack[depth++] = c;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuCtxPopCurrent_v2(CUcontext *c) {
    BEGIN();
    if (depth == 0) {
        FAIL(CUDA_ERROR_INVALID_CONTEXT, "none is current");
    }
    depth--;
    if (c) {
        *c = stack[depth];
    }
    RETURN(CUDA_SUCCESS);
}

API CUresult cuCtxGetDevice(CUdevice *d) {
    BEGIN();
    TRY(ready());
    *d = 0;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuCtxSynchronize(void) {
    BEGIN();
    TRY(ready());
    TRY(not_capturing(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED));
    COUNT(NORN_SYNCHRONIZES)++;
    RETURN(drain());
}

API CUresult cuCtxGetLimit(size_t *value, int limit) {
    BEGIN("limit=%d", limit);
    if (limit >= NORN_ALLOCATIONS && limit < NORN_COUNTERS_END && value) {
        *value = COUNT(limit);
        RETURN(CUDA_SUCCESS);
    }
    FAIL(CUDA_ERROR_UNSUPPORTED_LIMIT, "limit %d is not in the double", limit);
}

API CUresult cuCtxSetLimit(int limit, size_t value) {
    BEGIN("limit=%d value=%zu", limit, value);
    if (limit == NORN_PEAK) {
        COUNT(NORN_PEAK) = COUNT(NORN_BYTES);
    } else if (limit == NORN_SET_FAULT) {
        fault_in = value;
    } else if (limit == NORN_SET_MEMORY) {
        memory = value;
    } else {
        FAIL(CUDA_ERROR_UNSUPPORTED_LIMIT, "limit %d is not in the double", limit);
    }
    RETURN(CUDA_SUCCESS);
}

/* ---- memory */

API CUresult cuMemGetInfo_v2(size_t *available, size_t *total) {
    BEGIN();
    TRY(ready());
    *available = memory > COUNT(NORN_BYTES) ? memory - COUNT(NORN_BYTES) : 0;
    *total = memory;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuMemAlloc_v2(CUdeviceptr *result, size_t bytes) {
    BEGIN("bytes=%zu", bytes);
    TRY(ready());
    TRY(not_capturing(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED));
    if (!result || bytes == 0) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "no bytes");
    }
    size_t page = sysconf(_SC_PAGESIZE), rounded = aligned(bytes, 256), paged = aligned(rounded, page);
    if (bytes > memory || COUNT(NORN_BYTES) > memory - bytes) {
        RETURN(CUDA_ERROR_OUT_OF_MEMORY);
    }
    if (paged + page > (size_t) (arena_end - arena_next)) {
        FAIL(CUDA_ERROR_OUT_OF_MEMORY, "no more addresses: they are not used twice");
    }
    if (mprotect(arena_next, paged, PROT_READ | PROT_WRITE) != 0) {
        FAIL(CUDA_ERROR_OUT_OF_MEMORY, "mprotect: %s", strerror(errno));
    }
    if (range_count == range_room) {
        range_room = range_room ? 2 * range_room : 1024;
        ranges = realloc(ranges, range_room * sizeof *ranges);
    }
    struct range *r = &ranges[range_count++];
    *r = (struct range){arena_next + paged - rounded, arena_next, bytes, paged, current()};
    arena_next += paged + page;
    memset(r->pages, POISON, paged);
    COUNT(NORN_ALLOCATIONS)++;
    COUNT(NORN_BYTES) += bytes;
    if (COUNT(NORN_PEAK) < COUNT(NORN_BYTES)) {
        COUNT(NORN_PEAK) = COUNT(NORN_BYTES);
    }
    *result = (CUdeviceptr) r->at;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuMemFree_v2(CUdeviceptr at) {
    BEGIN("at=%p", (void *) at);
    TRY(ready());
    TRY(not_capturing(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED));
    const char *why = at ? not_live((void *) at, 1) : NULL;
    if (why) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "%s", why);
    }
    TRY(drain()); /* as CUDA: it waits for the device */
    if (at) {
        struct range *r = range_of((void *) at);
        if ((char *) at != r->at) {
            FAIL(CUDA_ERROR_INVALID_VALUE, "%p is not where an allocation begins", (void *) at);
        }
        COUNT(NORN_FREES)++;
        TRY(release(r));
    }
    RETURN(CUDA_SUCCESS);
}

static CUresult host_memory(void **result, void *at, size_t bytes, int registered) {
    TRY(ready());
    TRY(not_capturing(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED));
    if (!result || bytes == 0) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "no bytes");
    }
    struct pinned *p = calloc(1, sizeof *p);
    *p = (struct pinned){pinned, at ? at : aligned_alloc(4096, aligned(bytes, 4096)), bytes, registered, current()};
    if (!registered) {
        memset(p->at, POISON, bytes);
    }
    pinned = p;
    *result = p->at;
    RETURN(CUDA_SUCCESS);
}

static CUresult host_free(void *at, int registered) {
    TRY(ready());
    TRY(not_capturing(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED));
    TRY(drain());
    for (struct pinned **p = &pinned; *p; p = &(*p)->next) {
        struct pinned *q = *p;
        if (q->at == at && q->registered == registered) {
            *p = q->next;
            if (!registered) {
                free(q->at);
            }
            free(q);
            RETURN(CUDA_SUCCESS);
        }
    }
    FAIL(registered ? CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED : CUDA_ERROR_INVALID_VALUE, "%p is not pinned memory of the host", at);
}

API CUresult cuMemAllocHost_v2(void **result, size_t bytes) {
    BEGIN("bytes=%zu", bytes);
    return host_memory(result, NULL, bytes, 0);
}

API CUresult cuMemHostAlloc(void **result, size_t bytes, unsigned flags) {
    BEGIN("bytes=%zu flags=%u", bytes, flags);
    return host_memory(result, NULL, bytes, 0);
}

API CUresult cuMemFreeHost(void *at) {
    BEGIN("at=%p", at);
    return host_free(at, 0);
}

API CUresult cuMemHostRegister_v2(void *at, size_t bytes, unsigned flags) {
    BEGIN("at=%p bytes=%zu flags=%u", at, bytes, flags);
    return host_memory(&at, at, bytes, 1);
}

API CUresult cuMemHostUnregister(void *at) {
    BEGIN("at=%p", at);
    return host_free(at, 1);
}

/* Addresses of a copy: those of the device live, those of the host not of the device. */
static CUresult ends(const void *to, int to_device, const void *from, int from_device, size_t bytes) {
    const void *at[] = {to, from};
    int of[] = {to_device, from_device};
    for (int i = 0; i < 2 && bytes > 0; i++) {
        const char *why = of[i] ? not_live(at[i], bytes) : NULL;
        if (why) {
            wrong("%s", why);
            return CUDA_ERROR_INVALID_VALUE;
        }
        if (!of[i] && (!at[i] || of_device(at[i]))) {
            wrong("%p is not memory of the host", at[i]);
            return CUDA_ERROR_INVALID_VALUE;
        }
    }
    COUNT(NORN_TO_DEVICE) += to_device && !from_device;
    COUNT(NORN_TO_HOST) += !to_device && from_device;
    return CUDA_SUCCESS;
}

static CUresult copy_now(void *to, int to_device, const void *from, int from_device, size_t bytes) {
    TRY(ready());
    TRY(not_capturing(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT));
    TRY(ends(to, to_device, from, from_device, bytes));
    TRY(drain());
    memmove(to, from, bytes);
    RETURN(CUDA_SUCCESS);
}

static CUresult copy_later(void *to, int to_device, const void *from, int from_device, size_t bytes, CUstream s) {
    TRY(ready());
    TRY(usable(s));
    TRY(ends(to, to_device, from, from_device, bytes));
    if (bytes == 0) {
        RETURN(CUDA_SUCCESS);
    }
    int pageable = (!to_device && !is_pinned(to, bytes)) || (!from_device && !is_pinned(from, bytes));
    if (pageable && capturing(s)) {
        s->broken = 1;
        FAIL(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "a captured copy needs pinned memory of the host: it is copied at every replay");
    }
    if (pageable && !to_device) { /* as CUDA: it waits */
        TRY(drain());
        memmove(to, from, bytes);
        RETURN(CUDA_SUCCESS);
    }
    struct command *c = command(COPY, function_name, pageable ? bytes : 0);
    if (pageable) {
        memcpy(c->data, from, bytes);
    }
    c->copy.to = to;
    c->copy.from = (char *) from;
    c->copy.bytes = bytes;
    c->copy.to_device = to_device;
    c->copy.from_device = from_device;
    issue(s, c);
    RETURN(CUDA_SUCCESS);
}

API CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t bytes) {
    BEGIN("to=%p bytes=%zu", (void *) to, bytes);
    return copy_now((void *) to, 1, from, 0, bytes);
}

API CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes) {
    BEGIN("from=%p bytes=%zu", (void *) from, bytes);
    return copy_now(to, 0, (void *) from, 1, bytes);
}

API CUresult cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
    BEGIN("to=%p from=%p bytes=%zu", (void *) to, (void *) from, bytes);
    return copy_now((void *) to, 1, (void *) from, 1, bytes);
}

API CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream s) {
    BEGIN("to=%p bytes=%zu stream=%p", (void *) to, bytes, (void *) s);
    return copy_later((void *) to, 1, from, 0, bytes, s);
}

API CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, CUstream s) {
    BEGIN("from=%p bytes=%zu stream=%p", (void *) from, bytes, (void *) s);
    return copy_later(to, 0, (void *) from, 1, bytes, s);
}

API CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream s) {
    BEGIN("to=%p from=%p bytes=%zu stream=%p", (void *) to, (void *) from, bytes, (void *) s);
    return copy_later((void *) to, 1, (void *) from, 1, bytes, s);
}

static CUresult fill(CUdeviceptr to, unsigned value, size_t width, size_t count, CUstream s) {
    TRY(ready());
    TRY(usable(s));
    const char *why = count > 0 ? not_live((void *) to, width * count) : NULL;
    if (why || to % width != 0) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "%s", why ? why : "not aligned");
    }
    struct command *c = command(FILL, function_name, 0);
    c->fill.to = (char *) to;
    c->fill.value = value;
    c->fill.width = width;
    c->fill.count = count;
    issue(s, c);
    RETURN(CUDA_SUCCESS);
}

API CUresult cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t count) {
    BEGIN("to=%p count=%zu", (void *) to, count);
    return fill(to, value, 1, count, NULL);
}

API CUresult cuMemsetD32_v2(CUdeviceptr to, unsigned value, size_t count) {
    BEGIN("to=%p count=%zu", (void *) to, count);
    return fill(to, value, 4, count, NULL);
}

API CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count, CUstream s) {
    BEGIN("to=%p count=%zu stream=%p", (void *) to, count, (void *) s);
    return fill(to, value, 1, count, s);
}

API CUresult cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t count, CUstream s) {
    BEGIN("to=%p count=%zu stream=%p", (void *) to, count, (void *) s);
    return fill(to, value, 4, count, s);
}

/* ---- modules */

/* How long an image of ELF is: its section headers come last. */
static size_t elf_size(const char *image) {
    const Elf64_Ehdr *h = (const void *) image;
    return h->e_shoff + (size_t) h->e_shnum * h->e_shentsize;
}

static char *from_hex(const char *text, size_t *size) {
    const char *hex = strchr(text, '\n') + 1;
    *size = strspn(hex, "0123456789abcdef") / 2;
    char *image = malloc(*size + sizeof(Elf64_Ehdr));
    for (size_t i = 0; i < *size; i++) {
        unsigned byte;
        sscanf((char[]){hex[2 * i], hex[2 * i + 1], 0}, "%x", &byte);
        image[i] = (char) byte;
    }
    return image;
}

static CUresult load(CUmodule *result, const void *image) {
    static const char heading[] = "// PTX of the CUDA test double\n";
    TRY(ready());
    TRY(not_capturing(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED));
    if (!result || !image) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "null");
    }
    int ptx = strncmp(image, heading, strlen(heading)) == 0;
    if (!ptx && memcmp(image, ELFMAG, SELFMAG) != 0) {
        FAIL(CUDA_ERROR_INVALID_IMAGE, "not what the double of NVRTC makes");
    }
    size_t size = 0;
    char *decoded = ptx ? from_hex(image, &size) : NULL;
    const char *elf = ptx ? decoded : image;
    size = ptx ? size : elf_size(elf);
    const char *folder = getenv("TMPDIR");
    char path[512];
    snprintf(path, sizeof path, "%s/norn-cuda-double-XXXXXX", folder && *folder ? folder : "/tmp");
    int file = mkstemp(path);
    int written = file >= 0 && write(file, elf, size) == (ssize_t) size;
    if (file >= 0) {
        close(file);
    }
    free(decoded);
    void *library = written ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    const char *error = written ? dlerror() : strerror(errno);
    if (file >= 0) {
        unlink(path);
    }
    if (!library) {
        FAIL(CUDA_ERROR_INVALID_IMAGE, "%s", error ? error : "cannot be loaded");
    }
    const struct norn_module *content = dlsym(library, "norn_double");
    if (!content || memcmp(content->magic, "nornCUDA", 8) != 0) {
        dlclose(library);
        FAIL(CUDA_ERROR_INVALID_IMAGE, "not what the double of NVRTC makes");
    }
    /* Machine code runs on its own architecture and on later ones of the same generation, PTX on all later ones. */
    int architecture = (int) content->architecture;
    if (architecture > capability || (!ptx && architecture / 10 != capability / 10)) {
        dlclose(library);
        FAIL(ptx ? CUDA_ERROR_INVALID_PTX : CUDA_ERROR_NO_BINARY_FOR_GPU, "compiled for %d, the device has %d", architecture, capability);
    }
    for (uint32_t i = 0; i < content->kernels; i++) {
        const struct norn_kernel *k = &content->kernel[i];
        if (k->shared_end - k->shared > 48 << 10) {
            wrong("kernel %s uses %td bytes of shared memory, 49152 are there", k->name, k->shared_end - k->shared);
            dlclose(library);
            RETURN(CUDA_ERROR_INVALID_IMAGE);
        }
    }
    *content->barrier = barrier;
    struct module *m = make(MODULE, sizeof *m);
    m->library = library;
    m->content = content;
    *result = m;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuModuleLoadData(CUmodule *result, const void *image) {
    BEGIN();
    return load(result, image);
}

API CUresult cuModuleLoadDataEx(CUmodule *result, const void *image, unsigned count, int *options, void **values) {
    (void) options;
    (void) values;
    BEGIN("options=%u", count);
    return load(result, image);
}

API CUresult cuModuleUnload(CUmodule m) {
    BEGIN("module=%p", (void *) m);
    TRY(ready());
    TRY(not_capturing(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED));
    if (!is(m, MODULE)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    TRY(drain());
    m->handle.dead = 1;
    for (struct function *f = m->functions; f; f = f->next_function) {
        f->handle.dead = 1;
    }
    dlclose(m->library);
    RETURN(CUDA_SUCCESS);
}

API CUresult cuModuleGetFunction(CUfunction *result, CUmodule m, const char *name) {
    BEGIN("module=%p name=%s", (void *) m, name);
    TRY(ready());
    if (!is(m, MODULE)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    for (uint32_t i = 0; i < m->content->kernels; i++) {
        const struct norn_kernel *k = &m->content->kernel[i];
        /* By its symbol: without extern "C" it has another. */
        if (strcmp(k->name, name) == 0 && dlsym(m->library, name) == (void *) k->function) {
            struct function *f = make(FUNCTION, sizeof *f);
            f->module = m;
            f->kernel = k;
            f->name = strdup(name);
            f->next_function = m->functions;
            m->functions = f;
            *result = f;
            RETURN(CUDA_SUCCESS);
        }
    }
    FAIL(CUDA_ERROR_NOT_FOUND, "the module has no %s", name);
}

API CUresult cuFuncGetAttribute(int *value, int attribute, CUfunction f) {
    BEGIN("attribute=%d", attribute);
    TRY(ready());
    if (!is(f, FUNCTION)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    switch (attribute) {
    case 0: *value = 1024; break; /* threads */
    case 1: *value = (int) (f->kernel->shared_end - f->kernel->shared); break;
    case 2: case 3: *value = 0; break; /* constant, local memory */
    case 4: *value = 32; break; /* registers */
    case 5: case 6: *value = (int) f->module->content->architecture; break;
    default: FAIL(CUDA_ERROR_INVALID_VALUE, "attribute %d is not in the double", attribute);
    }
    RETURN(CUDA_SUCCESS);
}

/* Arguments one by one, as a kernel wants them; what is not there faults. */
static int gather_arguments(char *to, const struct norn_kernel *k, void **from) {
    sigjmp_buf back;
    catch_signals();
    if (sigsetjmp(back, 0) != 0) {
        return 0;
    }
    escape = &back;
    size_t at = 0;
    for (uint32_t i = 0; i < k->count; i++) {
        at = aligned(at, k->parameters[i].align);
        memcpy(to + at, from[i], k->parameters[i].size);
        at += k->parameters[i].size;
    }
    escape = NULL;
    return 1;
}

API CUresult cuLaunchKernel(CUfunction f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                            unsigned shared, CUstream s, void **arguments, void **extra) {
    BEGIN("function=%p grid=%u,%u,%u block=%u,%u,%u shared=%u stream=%p", (void *) f, gx, gy, gz, bx, by, bz, shared, (void *) s);
    TRY(ready());
    if (!is(f, FUNCTION)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    TRY(usable(s));
    const struct norn_kernel *k = f->kernel;
    if (gx == 0 || gy == 0 || gz == 0 || gx > 2147483647u || gy > 65535 || gz > 65535) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "kernel %s: a grid of %u x %u x %u blocks", k->name, gx, gy, gz);
    }
    if (bx == 0 || by == 0 || bz == 0 || bx > 1024 || by > 1024 || bz > 64 || (size_t) bx * by * bz > 1024) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "kernel %s: a block of %u x %u x %u threads", k->name, bx, by, bz);
    }
    if (shared > 0) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "kernel %s: %u bytes of dynamic shared memory, which the double lacks", k->name, shared);
    }
    if (arguments && extra) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "kernel %s: arguments one by one and packed", k->name);
    }
    size_t size = packed_size(k);
    struct command *c = command(KERNEL, f->name, size);
    if (extra) {
        const void *buffer = NULL;
        size_t *given = NULL;
        for (; *extra; extra += 2) {
            if (*extra == (void *) 1) {
                buffer = extra[1];
            } else if (*extra == (void *) 2) {
                given = extra[1];
            } else {
                free(c);
                FAIL(CUDA_ERROR_INVALID_VALUE, "kernel %s: %p among the extra options", k->name, *extra);
            }
        }
        if ((size > 0 && (!buffer || !given)) || (given && *given != size)) {
            free(c);
            FAIL(CUDA_ERROR_INVALID_VALUE, "kernel %s: %zu bytes of packed arguments, its %u take %zu", k->name,
                 given ? *given : 0, k->count, size);
        }
        memcpy(c->data, buffer ? buffer : c->data, size);
    } else if (k->count > 0 && (!arguments || !gather_arguments(c->data, k, arguments))) {
        free(c);
        FAIL(CUDA_ERROR_INVALID_VALUE, "kernel %s: it takes %u arguments, they are not all there", k->name, k->count);
    }
    c->kernel.function = f;
    c->kernel.grid = (struct norn_dim){gx, gy, gz};
    c->kernel.block = (struct norn_dim){bx, by, bz};
    COUNT(NORN_LAUNCHES)++;
    issue(s, c);
    RETURN(CUDA_SUCCESS);
}

/* ---- streams and events */

static CUresult new_stream(CUstream *result, unsigned flags) {
    TRY(ready());
    if (!result || flags > 1) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "flags %u", flags);
    }
    struct stream *s = make(STREAM, sizeof *s);
    s->flags = flags;
    s->next_stream = streams;
    streams = s;
    *result = s;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuStreamCreate(CUstream *result, unsigned flags) {
    BEGIN("flags=%u", flags);
    return new_stream(result, flags);
}

API CUresult cuStreamCreateWithPriority(CUstream *result, unsigned flags, int priority) {
    BEGIN("flags=%u priority=%d", flags, priority);
    return new_stream(result, flags);
}

API CUresult cuStreamDestroy_v2(CUstream s) {
    BEGIN("stream=%p", (void *) s);
    TRY(ready());
    if (!is(s, STREAM)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    drain();
    s->handle.dead = 1;
    clear(&s->captured);
    for (struct stream **p = &streams; *p; p = &(*p)->next_stream) {
        if (*p == s) {
            *p = s->next_stream;
            break;
        }
    }
    RETURN(CUDA_SUCCESS);
}

static CUresult waits_for(CUstream s) {
    TRY(ready());
    TRY(usable(s));
    if (capturing(s)) {
        s->broken = 1;
        FAIL(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "not while the stream is capturing; the capture is lost");
    }
    return CUDA_SUCCESS;
}

API CUresult cuStreamSynchronize(CUstream s) {
    BEGIN("stream=%p", (void *) s);
    CUresult code = waits_for(s);
    if (code) {
        return code;
    }
    COUNT(NORN_SYNCHRONIZES)++;
    RETURN(drain());
}

API CUresult cuStreamQuery(CUstream s) {
    BEGIN("stream=%p", (void *) s);
    CUresult code = waits_for(s);
    if (code) {
        return code;
    }
    int busy = queue.first != NULL;
    TRY(drain());
    RETURN(busy ? CUDA_ERROR_NOT_READY : CUDA_SUCCESS);
}

API CUresult cuStreamWaitEvent(CUstream s, CUevent e, unsigned flags) {
    BEGIN("stream=%p event=%p flags=%u", (void *) s, (void *) e, flags);
    TRY(ready());
    TRY(usable(s));
    if (!is(e, EVENT)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    if (capturing(s)) {
        s->broken = 1;
        FAIL(CUDA_ERROR_NOT_SUPPORTED, "captures of several streams are not in the double");
    }
    RETURN(CUDA_SUCCESS); /* all streams go in the order of their calls */
}

API CUresult cuEventCreate(CUevent *result, unsigned flags) {
    BEGIN("flags=%u", flags);
    TRY(ready());
    struct event *e = make(EVENT, sizeof *e);
    e->flags = flags;
    *result = e;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuEventRecord(CUevent e, CUstream s) {
    BEGIN("event=%p stream=%p", (void *) e, (void *) s);
    TRY(ready());
    if (!is(e, EVENT)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    TRY(usable(s));
    e->recorded = 1;
    e->captured = capturing(s);
    if (!e->captured) {
        struct command *c = command(RECORD, __func__, 0);
        c->event = e;
        e->pending++;
        issue(s, c);
    }
    RETURN(CUDA_SUCCESS);
}

static CUresult event(CUevent e) {
    TRY(ready());
    if (!is(e, EVENT)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    if (e->captured) {
        FAIL(CUDA_ERROR_CAPTURED_EVENT, "the event was recorded in a capture");
    }
    return CUDA_SUCCESS;
}

API CUresult cuEventSynchronize(CUevent e) {
    BEGIN("event=%p", (void *) e);
    CUresult code = event(e);
    if (code) {
        return code;
    }
    TRY(not_capturing(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED));
    COUNT(NORN_SYNCHRONIZES)++;
    RETURN(drain());
}

API CUresult cuEventQuery(CUevent e) {
    BEGIN("event=%p", (void *) e);
    CUresult code = event(e);
    if (code) {
        return code;
    }
    int busy = e->pending > 0;
    TRY(drain());
    RETURN(busy ? CUDA_ERROR_NOT_READY : CUDA_SUCCESS);
}

API CUresult cuEventElapsedTime(float *milliseconds, CUevent from, CUevent to) {
    BEGIN("from=%p to=%p", (void *) from, (void *) to);
    TRY(ready());
    if (!is(from, EVENT) || !is(to, EVENT) || !from->recorded || !to->recorded || ((from->flags | to->flags) & 2)) {
        FAIL(CUDA_ERROR_INVALID_HANDLE, "an event that was not recorded, or takes no time");
    }
    if (from->pending || to->pending) {
        RETURN(CUDA_ERROR_NOT_READY);
    }
    *milliseconds = (float) (to->milliseconds - from->milliseconds);
    RETURN(CUDA_SUCCESS);
}

API CUresult cuEventDestroy_v2(CUevent e) {
    BEGIN("event=%p", (void *) e);
    TRY(ready());
    if (!is(e, EVENT)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    drain();
    e->handle.dead = 1;
    RETURN(CUDA_SUCCESS);
}

/* ---- captures and graphs */

API CUresult cuStreamBeginCapture_v2(CUstream s, int mode) {
    BEGIN("stream=%p mode=%d", (void *) s, mode);
    TRY(ready());
    if ((uintptr_t) s <= 2) {
        FAIL(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "the default stream cannot be captured");
    }
    if (!is(s, STREAM)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    if (mode < 0 || mode > 2) {
        FAIL(CUDA_ERROR_INVALID_VALUE, "mode %d", mode);
    }
    if (s->capturing) {
        FAIL(CUDA_ERROR_ILLEGAL_STATE, "the stream is capturing");
    }
    s->capturing = 1;
    s->broken = 0;
    s->mode = mode;
    s->capturer = pthread_self();
    RETURN(CUDA_SUCCESS);
}

API CUresult cuStreamEndCapture(CUstream s, CUgraph *result) {
    BEGIN("stream=%p", (void *) s);
    TRY(ready());
    if ((uintptr_t) s <= 2 || !is(s, STREAM)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    if (!s->capturing) {
        FAIL(CUDA_ERROR_ILLEGAL_STATE, "the stream is not capturing");
    }
    if (s->mode != 2 && !pthread_equal(s->capturer, pthread_self())) {
        s->broken = 1;
        FAIL(CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD, "another thread began the capture");
    }
    int broken = s->broken;
    struct commands captured = s->captured;
    s->capturing = s->broken = 0;
    s->captured = (struct commands){NULL, NULL, 0};
    if (broken) {
        clear(&captured);
        *result = NULL;
        FAIL(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "the capture was lost before");
    }
    struct graph *g = make(GRAPH, sizeof *g);
    g->commands = captured;
    *result = g;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuStreamIsCapturing(CUstream s, int *status) {
    BEGIN("stream=%p", (void *) s);
    TRY(ready());
    if ((uintptr_t) s > 2 && !is(s, STREAM)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    *status = !capturing(s) ? 0 : s->broken ? 2 : 1;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuGraphGetNodes(CUgraph g, void **nodes, size_t *count) {
    BEGIN("graph=%p", (void *) g);
    TRY(ready());
    if (!is(g, GRAPH)) {
        RETURN(CUDA_ERROR_INVALID_HANDLE);
    }
    size_t i = 0;
    for (struct command *c = g->commands.first; c && nodes && i < *count; c = c->next) {
        nodes[i++] = c;
    }
    *count = g->commands.count;
    RETURN(CUDA_SUCCESS);
}

static CUresult instantiate(CUgraphExec *result, CUgraph g) {
    TRY(ready());
    TRY(not_capturing(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED));
    if (!is(g, GRAPH)) {
        RETURN(CUDA_ERROR_INVALID_VALUE);
    }
    struct exec *e = make(EXEC, sizeof *e);
    for (struct command *c = g->commands.first; c; c = c->next) {
        struct command *copy = command(c->kind, c->name, c->extra);
        memcpy(copy, c, sizeof *c + c->extra);
        append(&e->commands, copy);
    }
    *result = e;
    RETURN(CUDA_SUCCESS);
}

API CUresult cuGraphInstantiateWithFlags(CUgraphExec *result, CUgraph g, unsigned long long flags) {
    BEGIN("graph=%p flags=%llu", (void *) g, flags);
    return instantiate(result, g);
}

API CUresult cuGraphInstantiate_v2(CUgraphExec *result, CUgraph g, void **node, char *text, size_t size) {
    BEGIN("graph=%p", (void *) g);
    if (node) {
        *node = NULL;
    }
    if (text && size > 0) {
        *text = 0;
    }
    return instantiate(result, g);
}

API CUresult cuGraphUpload(CUgraphExec e, CUstream s) {
    BEGIN("exec=%p stream=%p", (void *) e, (void *) s);
    TRY(ready());
    TRY(usable(s));
    RETURN(is(e, EXEC) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE);
}

API CUresult cuGraphLaunch(CUgraphExec e, CUstream s) {
    BEGIN("exec=%p stream=%p", (void *) e, (void *) s);
    TRY(ready());
    if (!is(e, EXEC)) {
        RETURN(CUDA_ERROR_INVALID_VALUE);
    }
    TRY(usable(s));
    if (capturing(s)) {
        s->broken = 1;
        FAIL(CUDA_ERROR_NOT_SUPPORTED, "graphs in graphs are not in the double");
    }
    struct command *c = command(REPLAY, __func__, 0);
    c->exec = e;
    COUNT(NORN_GRAPH_LAUNCHES)++;
    issue(s, c);
    RETURN(CUDA_SUCCESS);
}

API CUresult cuGraphExecDestroy(CUgraphExec e) {
    BEGIN("exec=%p", (void *) e);
    TRY(ready());
    if (!is(e, EXEC)) {
        RETURN(CUDA_ERROR_INVALID_VALUE);
    }
    drain();
    e->handle.dead = 1;
    clear(&e->commands);
    RETURN(CUDA_SUCCESS);
}

API CUresult cuGraphDestroy(CUgraph g) {
    BEGIN("graph=%p", (void *) g);
    TRY(ready());
    if (!is(g, GRAPH)) {
        RETURN(CUDA_ERROR_INVALID_VALUE);
    }
    g->handle.dead = 1;
    clear(&g->commands);
    RETURN(CUDA_SUCCESS);
}
