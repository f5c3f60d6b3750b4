package dev.norn.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What was made at some cost and can be made again: compiled programs, tuning results. A folder of the user's own, which
 * nobody else can read or write; each entry is a file named by the hash of its key, and holds the hash of its contents, so
 * that a damaged one is as good as none. Where there is no such folder, nothing is kept. The environment variable
 * {@code NORN_CACHE} names another folder; {@code off} does without.
 */
public final class DiskCache {

    private static final System.Logger LOG = System.getLogger("dev.norn.device");
    private static final int HASH_BYTES = 32;

    private final Path folder;

    private DiskCache(Path folder) {
        this.folder = folder;
    }

    /** The cache of this user. */
    public static DiskCache open() {
        Path folder = userFolder();
        return folder == null ? new DiskCache(null) : in(folder);
    }

    /** A cache in a folder, which is made if it is not there; without effect where it cannot be, or is another's. */
    public static DiskCache in(Path folder) {
        try {
            return new DiskCache(privateFolder(folder));
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "nothing is cached in " + folder + ": " + e.getMessage());
            return new DiskCache(null);
        }
    }

    /** Where this user's caches lie, be it there or not; null if the user wants none. */
    public static Path userFolder() {
        String wanted = System.getenv("NORN_CACHE");
        return "off".equals(wanted) ? null : wanted == null || wanted.isEmpty() ? usual() : Path.of(wanted);
    }

    /**
     * The folder given, which is made if it is not there, and holds nothing that anybody else could have put or can change.
     *
     * @throws IOException if it cannot be made, others can read or write it, or it is another's; the message says which
     */
    public static Path privateFolder(Path folder) throws IOException {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(folder);
            if (posix) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("it is no folder");
        }
        if (posix && !PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)).endsWith("------")) {
            throw new IOException("others can read or write it");
        }
        if (posix) {
            // Who this user is, a new file tells, even where the user has no name.
            Path mine = Files.createTempFile(folder, "owner", ".tmp");
            try {
                if (!Files.getOwner(mine).equals(Files.getOwner(folder))) {
                    throw new IOException("it belongs to " + Files.getOwner(folder).getName());
                }
            } finally {
                Files.delete(mine);
            }
        }
        return folder;
    }

    private static Path usual() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String home = System.getProperty("user.home", ".");
        if (os.contains("win")) {
            String local = System.getenv("LOCALAPPDATA");
            return Path.of(local == null ? home : local, "norn", "cache");
        }
        if (os.contains("mac")) {
            return Path.of(home, "Library", "Caches", "norn");
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        return xdg == null || xdg.isEmpty() ? Path.of(home, ".cache", "norn") : Path.of(xdg, "norn");
    }

    /** What was put under a key, or null. */
    public byte[] get(String key) {
        if (folder == null) {
            return null;
        }
        try {
            byte[] file = Files.readAllBytes(file(key));
            if (file.length < HASH_BYTES) {
                return null;
            }
            byte[] value = Arrays.copyOfRange(file, HASH_BYTES, file.length);
            return MessageDigest.isEqual(hash(value), Arrays.copyOf(file, HASH_BYTES)) ? value : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Keeps a value, if it can be kept; whoever reads at the same time sees it whole or not at all. */
    public void put(String key, byte[] value) {
        if (folder == null) {
            return;
        }
        Path made = null;
        try {
            made = Files.createTempFile(folder, "new", ".tmp");
            try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
                ByteBuffer[] parts = {ByteBuffer.wrap(hash(value)), ByteBuffer.wrap(value)};
                while (parts[1].hasRemaining() || parts[0].hasRemaining()) {
                    channel.write(parts);
                }
                channel.force(true);
            }
            Files.move(made, file(key), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "not cached: " + e.getMessage());
            if (made != null) {
                try {
                    Files.deleteIfExists(made);
                } catch (IOException again) {
                    LOG.log(System.Logger.Level.DEBUG, "left behind: " + made);
                }
            }
        }
    }

    private Path file(String key) {
        return folder.resolve(hash(key));
    }

    /** SHA-256 of a text, in hexadecimal. */
    static String hash(String text) {
        return HexFormat.of().formatHex(hash(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
