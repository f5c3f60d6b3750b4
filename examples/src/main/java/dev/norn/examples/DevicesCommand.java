package dev.norn.examples;

import dev.norn.backend.BackendException;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the backends. */
@Command(
        name = "devices",
        description = "Lists the backends: the device of each (of several, each with the index that --device takes), or why"
                + " it cannot run here; and what --backend auto takes.")
final class DevicesCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        for (BackendProvider provider : Backends.providers()) {
            BackendProvider.Availability found = provider.probe();
            if (!found.available()) {
                print(out, provider.name(), "not available: " + found.reason());
                continue;
            }
            List<String> devices = found.devices();
            for (int i = 0; i < devices.size(); i++) {
                print(out, i == 0 ? provider.name() : "", (devices.size() > 1 ? i + ": " : "") + devices.get(i));
            }
        }
        try {
            print(out, Backends.AUTO, Backends.choose().explanation());
        } catch (BackendException e) {
            print(out, Backends.AUTO, e.getMessage());
        }
    }

    private static void print(PrintWriter out, String name, String text) {
        out.printf("%-10s  %s%n", name, text);
    }
}
