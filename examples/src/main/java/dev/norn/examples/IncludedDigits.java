package dev.norn.examples;

import dev.norn.data.Mnist;
import dev.norn.data.Split;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** MNIST as it comes with the jar. To unpack it takes as long as all else before the first step of a training. */
public final class IncludedDigits {

    private static CompletableFuture<Split> ahead;

    private IncludedDigits() {}

    /** Begins to unpack in the background, if a command line shows that they will be wanted. */
    static void prefetch(List<String> args) {
        if (args.contains("mnist") && args.stream().noneMatch(arg -> arg.startsWith("--data") || arg.startsWith(Configuration.OPTION))) {
            prefetch();
        }
    }

    /** Begins to unpack in the background, if that has not begun. */
    static void prefetch() {
        if (ahead == null) {
            ahead = CompletableFuture.supplyAsync(IncludedDigits::unpack);
        }
    }

    /** The digits, unpacked now or before. */
    public static Split load() {
        if (ahead == null) {
            return unpack();
        }
        try {
            return ahead.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error; // there was no memory
            }
            throw e;
        }
    }

    private static Split unpack() {
        return Mnist.load(name -> IncludedDigits.class.getResourceAsStream("/mnist/" + name));
    }
}
