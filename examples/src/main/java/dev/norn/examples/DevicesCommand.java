package dev.norn.examples;

import dev.norn.backend.BackendException;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the backends. */
@Command(
        name = "devices",
        description = "Lists the backends: the device of each, or why it cannot run here; and what --backend auto takes.")
final class DevicesCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        for (BackendProvider provider : Backends.providers()) {
            BackendProvider.Availability found = provider.probe();
            out.printf("%-10s  %s%s%n", provider.name(), found.available() ? "" : "not available: ", found.description());
        }
        try {
            out.printf("%-10s  %s%n", Backends.AUTO, Backends.choose().explanation());
        } catch (BackendException e) {
            out.printf("%-10s  %s%n", Backends.AUTO, e.getMessage());
        }
    }
}
