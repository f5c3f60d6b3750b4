package dev.norn.device;

import dev.norn.backend.BackendException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The kernels of a backend. They are compiled when the first is needed that is not: all those that were asked for by then,
 * as one program, since starting a compiler costs more than most kernels. One that is compiled serves every plan that it
 * occurs in.
 */
final class Functions {

    /** So many are kept though nobody uses them. */
    private static final int IDLE = 2000;

    private final Accelerator accelerator;
    private final Map<String, Entry> byText = new LinkedHashMap<>();
    private int idle;

    private static final class Entry {
        private final Source source;
        private Accelerator.Function function;
        private int users;

        Entry(Source source) {
            this.source = source;
        }
    }

    Functions(Accelerator accelerator) {
        this.accelerator = accelerator;
    }

    /** Asks for a kernel. */
    void want(Source source) {
        Entry entry = byText.computeIfAbsent(source.text(), text -> {
            idle++;
            return new Entry(source);
        });
        if (entry.users++ == 0) {
            idle--;
        }
    }

    /** A kernel that was asked for, compiled. */
    Accelerator.Function get(Source source) {
        Entry entry = byText.get(source.text());
        if (entry.function == null) {
            List<Entry> missing = byText.values().stream().filter(e -> e.function == null).toList();
            try {
                compile(missing);
            } catch (BackendException e) {
                if (missing.size() == 1) {
                    throw e;
                }
                // One of them does not compile; if it is not this one, this one goes on.
                compile(List.of(entry));
            }
        }
        return entry.function;
    }

    private void compile(List<Entry> entries) {
        List<Accelerator.Function> functions = accelerator.compile(
                Renderer.program(entries.stream().map(e -> e.source).toList()), entries.stream().map(e -> e.source.name()).toList());
        for (int i = 0; i < functions.size(); i++) {
            entries.get(i).function = functions.get(i);
        }
    }

    /** Says that a kernel is not needed any more. */
    void release(Source source) {
        Entry entry = byText.get(source.text());
        if (--entry.users > 0) {
            return;
        }
        if (entry.function == null) {
            byText.remove(source.text());
        } else if (++idle > IDLE) {
            List<Accelerator.Function> old = new ArrayList<>();
            for (Iterator<Entry> it = byText.values().iterator(); it.hasNext();) {
                Entry e = it.next();
                if (e.users == 0) {
                    old.add(e.function);
                    it.remove();
                }
            }
            idle = 0;
            old.forEach(accelerator::release);
        }
    }

    void close() {
        byText.values().stream().filter(e -> e.function != null).forEach(e -> accelerator.release(e.function));
        byText.clear();
    }
}
