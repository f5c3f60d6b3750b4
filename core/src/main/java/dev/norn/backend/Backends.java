package dev.norn.backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The backends on the class path or module path.
 *
 * <pre>{@code
 * try (Backend backend = Backends.open("cpu", BackendOptions.DEFAULT)) {
 *     System.out.println(backend.device());
 * }
 * }</pre>
 */
public final class Backends {

    /** The name that stands for the best one available. */
    public static final String AUTO = "auto";

    private Backends() {}

    /** All providers, by name. */
    public static List<BackendProvider> providers() {
        List<BackendProvider> found = new ArrayList<>();
        try {
            ServiceLoader.load(BackendProvider.class, BackendProvider.class.getClassLoader()).forEach(found::add);
        } catch (ServiceConfigurationError e) {
            throw new BackendException("a backend on the class path is broken: " + e.getMessage(), e);
        }
        found.sort(Comparator.comparing(BackendProvider::name));
        return found;
    }

    /** The provider of that name. */
    public static BackendProvider provider(String name) {
        List<BackendProvider> all = providers();
        return all.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow(() ->
                new BackendException("there is no backend \"" + name + "\" here; there are: "
                        + String.join(", ", all.stream().map(BackendProvider::name).toList())));
    }

    /**
     * What {@value #AUTO} decides.
     *
     * @param provider the available provider with the highest priority
     * @param explanation which it is, and why not the others; one line
     */
    public record Choice(BackendProvider provider, String explanation) {}

    /** The available provider with the highest priority. */
    public static Choice choose() {
        BackendProvider best = null;
        int highest = -1;
        List<String> others = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (BackendProvider provider : providers()) {
            BackendProvider.Availability found = provider.probe();
            if (!found.available()) {
                missing.add(provider.name() + " (" + found.reason() + ")");
                // How to get it does not matter where there is another.
                others.add(provider.name() + " (" + found.reason().split(": ", 2)[0] + ")");
            } else if (found.priority() > highest) {
                if (best != null) {
                    others.add(best.name() + " (comes after it)");
                }
                best = provider;
                highest = found.priority();
            } else if (found.priority() >= 0) {
                others.add(provider.name() + " (comes after it)");
            }
        }
        if (best == null) {
            throw new BackendException("no backend can run here: "
                    + (missing.isEmpty() ? "none is on the class path" : "not " + String.join(", ", missing)));
        }
        return new Choice(best, "chose " + best.name() + (others.isEmpty() ? "" : "; not " + String.join(", ", others)));
    }

    /**
     * Opens a backend. One asked for by name runs or fails: there is no fallback. {@value #AUTO} takes what {@link #choose}
     * decides, and logs it.
     *
     * @throws BackendException if there is none of that name, or it cannot run here
     */
    public static Backend open(String name, BackendOptions options) {
        if (!name.equals(AUTO)) {
            return provider(name).open(options);
        }
        Choice choice = choose();
        System.getLogger("dev.norn.backend").log(System.Logger.Level.INFO, choice.explanation());
        return choice.provider().open(options);
    }
}
