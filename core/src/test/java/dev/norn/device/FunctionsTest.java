package dev.norn.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.norn.backend.BackendException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Kernels are compiled together, once, and a bad one hurts nobody else. */
class FunctionsTest {

    /** The names of each program that was compiled. */
    private final List<List<String>> compiled = new ArrayList<>();
    private int released;

    /** Compiles everything but what is called bad. */
    private final Accelerator accelerator = (Accelerator) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Accelerator.class}, (proxy, method, args) -> {
                if (method.getName().equals("release")) {
                    released++;
                    return null;
                }
                assertEquals("compile", method.getName());
                @SuppressWarnings("unchecked")
                List<String> names = (List<String>) args[1];
                if (names.stream().anyMatch(n -> n.startsWith("bad"))) {
                    throw new BackendException("it does not build");
                }
                compiled.add(names);
                return names.stream().map(n -> new Accelerator.Function() {}).toList();
            });

    private final Functions functions = new Functions(accelerator);

    private static Source source(String name) {
        return new Source(name, "text of " + name, List.of(), 1, 1);
    }

    @Test
    void togetherAndOnce() {
        functions.want(source("a"));
        functions.want(source("b"));
        functions.want(source("a"));
        assertEquals(List.of(), compiled, "nothing before it is needed");
        Accelerator.Function b = functions.get(source("b"));
        assertSame(functions.get(source("a")), functions.get(source("a")));
        assertSame(b, functions.get(source("b")));
        functions.want(source("c"));
        functions.get(source("c"));
        assertEquals(List.of(List.of("a", "b"), List.of("c")), compiled);
    }

    @Test
    void aBadKernelHurtsNobodyElse() {
        functions.want(source("good"));
        functions.want(source("bad"));
        functions.want(source("better"));
        assertNotNull(functions.get(source("better")));
        assertNotNull(functions.get(source("good")));
        assertThrows(BackendException.class, () -> functions.get(source("bad")));
        functions.release(source("bad"));
        functions.want(source("last"));
        assertNotNull(functions.get(source("last")));
    }

    @Test
    void idleOnesAreGivenBackInTheEnd() {
        functions.want(source("kept"));
        Accelerator.Function kept = functions.get(source("kept"));
        int many = 5000;
        for (int i = 0; i < many; i++) {
            functions.want(source("k" + i));
            functions.get(source("k" + i));
            functions.release(source("k" + i));
        }
        assertEquals(4002, released, "some of those that nobody uses");
        assertSame(kept, functions.get(source("kept")));
        functions.close();
        assertEquals(many + 1, released);
    }
}
