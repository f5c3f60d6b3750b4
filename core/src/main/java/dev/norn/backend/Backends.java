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

    /** All providers, highest priority first. */
    public static List<BackendProvider> providers() {
        List<BackendProvider> found = new ArrayList<>();
        try {
            ServiceLoader.load(BackendProvider.class, BackendProvider.class.getClassLoader()).forEach(found::add);
        } catch (ServiceConfigurationError e) {
            throw new BackendException("a backend on the class path is broken: " + e.getMessage(), e);
        }
        found.sort(Comparator.comparingInt(BackendProvider::priority).reversed().thenComparing(BackendProvider::name));
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
     * @param explanation which it is, and why not those before it; one line
     */
    public record Choice(BackendProvider provider, String explanation) {}

    /** The available provider with the highest priority. */
    public static Choice choose() {
        StringBuilder passed = new StringBuilder();
        for (BackendProvider provider : providers()) {
            if (provider.priority() < 0) {
                continue;
            }
            BackendProvider.Availability availability = provider.probe();
            if (availability.available()) {
                return new Choice(provider, "chose " + provider.name() + (passed.isEmpty() ? "" : "; not" + passed));
            }
            passed.append(passed.isEmpty() ? " " : ", ")
                    .append(provider.name()).append(" (").append(availability.description()).append(')');
        }
        throw new BackendException("no backend can run here: "
                + (passed.isEmpty() ? "none is on the class path" : "not" + passed));
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
