package dev.norn.examples;

import dev.norn.backend.BackendException;
import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the backends. */
@Command(
        name = "devices",
        description = "Lists the backends: the device of each (of several, each with the index that --device takes), or why"
                + " it cannot run here; and what --backend auto takes.")
final class DevicesCommand implements Runnable {

    @Mixin
    private JsonOption json;

    @Override
    public void run() {
        json.open();
        PrintWriter out = json.text();
        List<Map<String, Object>> backends = new ArrayList<>();
        for (BackendProvider provider : Backends.providers()) {
            BackendProvider.Availability found = provider.probe();
            backends.add(entry(provider, found));
            if (!found.available()) {
                print(out, provider.name(), "not available: " + found.reason());
                continue;
            }
            List<String> devices = found.devices();
            for (int i = 0; i < devices.size(); i++) {
                print(out, i == 0 ? provider.name() : "", (devices.size() > 1 ? i + ": " : "") + devices.get(i));
            }
        }
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("backends", backends);
        try {
            Backends.Choice choice = Backends.choose();
            print(out, Backends.AUTO, choice.explanation());
            results.put("auto", choice.provider().name());
            results.put("auto_explanation", choice.explanation());
        } catch (BackendException e) {
            print(out, Backends.AUTO, e.getMessage());
            results.put("auto", null);
            results.put("auto_explanation", e.getMessage());
        }
        json.write(results);
    }

    private static Map<String, Object> entry(BackendProvider provider, BackendProvider.Availability found) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("backend", provider.name());
        entry.put("available", found.available());
        entry.put("reason", found.available() ? null : found.reason());
        entry.put("devices", found.available() ? found.devices() : List.of());
        return entry;
    }

    private static void print(PrintWriter out, String name, String text) {
        out.printf("%-10s  %s%n", name, text);
    }
}
