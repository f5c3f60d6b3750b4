package dev.norn.backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The backends on the class path or module path: what there is, and how to open one.
 *
 * <pre>{@code
 * for (BackendProvider provider : Backends.providers()) {
 *     System.out.println(provider.name() + ": " + provider.probe().description());
 * }
 * try (Backend backend = Backends.open()) {
 *     System.out.println(backend.device());
 * }
 * }</pre>
 */
public final class Backends {

    /** The name that stands for the best one available. */
    public static final String AUTO = "auto";

    /** The system property that names the backend where the program names none. */
    public static final String PROPERTY = "norn.backend";

    /** The environment variable that names it where the system property does not. */
    public static final String VARIABLE = "NORN_BACKEND";

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
     * The name of the backend where the program names none: what the system property {@value #PROPERTY} says, else the
     * environment variable {@value #VARIABLE}, else {@value #AUTO}. An empty one says nothing.
     *
     * @throws BackendException if there is none of that name; the message says where the name came from
     */
    public static String preferred() {
        return preferred(System.getProperty(PROPERTY), System.getenv(VARIABLE));
    }

    static String preferred(String property, String variable) {
        if (property != null && !property.isEmpty()) {
            return known(property, "the system property " + PROPERTY);
        }
        if (variable != null && !variable.isEmpty()) {
            return known(variable, "the environment variable " + VARIABLE);
        }
        return AUTO;
    }

    private static String known(String name, String origin) {
        List<String> names = new ArrayList<>(List.of(AUTO));
        providers().forEach(p -> names.add(p.name()));
        if (!names.contains(name)) {
            throw new BackendException(origin + " is \"" + name + "\"; valid here: " + String.join(", ", names));
        }
        return name;
    }

    /**
     * The provider of the backend to use where the program names none, see {@link #preferred}. What {@value #AUTO} decides is
     * logged.
     *
     * @throws BackendException if there is none of that name, or none can run here
     */
    public static BackendProvider provider() {
        String name = preferred();
        return name.equals(AUTO) ? chosen() : provider(name);
    }

    private static BackendProvider chosen() {
        Choice choice = choose();
        System.getLogger("dev.norn.backend").log(System.Logger.Level.INFO, choice.explanation());
        return choice.provider();
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
        return (name.equals(AUTO) ? chosen() : provider(name)).open(options);
    }

    /** Opens the backend of {@link #provider()}, with default options. */
    public static Backend open() {
        return open(BackendOptions.DEFAULT);
    }

    /** Opens the backend of {@link #provider()}. */
    public static Backend open(BackendOptions options) {
        return provider().open(options);
    }
}
