package dev.norn.cuda;

import java.util.Locale;

/** The platforms that JCuda has natives for. */
final class Platform {

    private Platform() {}

    static boolean isWindows() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    }

    private static boolean isLinux() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
    }

    /** Whether this is one of them. */
    static boolean isSupported() {
        String arch = System.getProperty("os.arch", "");
        return (isWindows() || isLinux()) && (arch.equals("amd64") || arch.equals("x86_64"));
    }
}
