package dev.norn.io;

/** Which Norn this is, for files that say what wrote them. */
public final class Version {

    private Version() {}

    /** As the jar says, or the module; {@code development} for classes outside of both. */
    public static String norn() {
        String version = Version.class.getPackage().getImplementationVersion();
        if (version != null) {
            return version;
        }
        Module module = Version.class.getModule();
        return module.isNamed() ? module.getDescriptor().rawVersion().orElse("development") : "development";
    }
}
