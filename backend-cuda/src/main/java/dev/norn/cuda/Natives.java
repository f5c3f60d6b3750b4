package dev.norn.cuda;

import dev.norn.device.DiskCache;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import jcuda.JCudaVersion;
import jcuda.LibUtils;

/**
 * JCuda's natives, loaded from a folder that nobody else can write to.
 *
 * <p>JCuda's {@code LibUtils} (12.6.0) asks {@code System.loadLibrary}, then takes {@code java.io.tmpdir}/NAME if there is
 * such a file, and unpacks its own there only if there is none: in a /tmp that many share, anybody could leave a library for
 * others to load. So the file is put where it looks before it does, under its name, in a folder of the user's own, and
 * {@code java.io.tmpdir} points there while JCuda's class is initialized. That is also how a copy that asks for another
 * version of CUDA ({@link ElfRetarget}) takes its place.
 */
final class Natives {

    private static final String TEMPORARY = "java.io.tmpdir";
    /** In Maven's jars of natives. */
    private static final String RESOURCES = "/lib/";

    private final Path folder;

    /**
     * Natives in a folder.
     *
     * @param folder one that {@link DiskCache#privateFolder} would give; null for a new one, for this JVM alone
     */
    Natives(Path folder) {
        this.folder = folder;
    }

    /** In this user's cache; without one, or if it is not the user's alone, in a folder for this JVM alone. */
    static Natives ofThisUser() {
        Path cache = DiskCache.userFolder();
        try {
            return new Natives(cache == null ? null : DiskCache.privateFolder(cache));
        } catch (IOException | RuntimeException e) {
            return new Natives(null);
        }
    }

    /**
     * Loads the native part of a class of JCuda and initializes the class.
     *
     * @param major the version of CUDA that it shall ask for; of no meaning for the driver
     * @throws IOException if it cannot be unpacked
     * @throws IllegalArgumentException if it cannot be made to ask for that version
     * @throws LinkageError if it cannot be loaded, for want of NVIDIA's library above all
     */
    void load(Library library, int major) throws IOException {
        Path file = unpack(library, major);
        ClassLoader loader = Natives.class.getClassLoader();
        if (LibUtils.class.getClassLoader() == loader) {
            // Before JCuda does, which for the JVM is the same then: if this fails, JCuda's class is not yet lost, and
            // another version may do.
            System.load(file.toString());
        }
        initialize(library.className(), loader, file.getParent());
    }

    private static synchronized void initialize(String className, ClassLoader loader, Path folder) throws IOException {
        settleTemporaryFolder();
        String before = System.setProperty(TEMPORARY, folder.toString());
        try {
            Class.forName(className, true, loader);
        } catch (ClassNotFoundException e) {
            throw new IOException("JCuda is not whole: there is no " + className, e);
        } finally {
            if (before == null) {
                System.clearProperty(TEMPORARY);
            } else {
                System.setProperty(TEMPORARY, before);
            }
        }
    }

    /** The JDK reads the property once for all temporary files, when it makes the first: not while it is ours, then. */
    private static void settleTemporaryFolder() {
        try {
            Files.delete(Files.createTempFile("norn", null));
            Files.delete(File.createTempFile("norn", null).toPath());
        } catch (IOException e) {
            // Read it has been all the same.
            return;
        }
    }

    /** The file to load: with the contents that it must have, whatever was there before. */
    Path unpack(Library library, int major) throws IOException {
        String name = LibUtils.createLibraryFileName(
                LibUtils.createPlatformLibraryName(library.jcudaName() + "-" + JCudaVersion.get()));
        byte[] contents;
        try (InputStream in = LibUtils.class.getResourceAsStream(RESOURCES + name)) {
            if (in == null) {
                throw new IOException(name + " is not on the class path");
            }
            contents = in.readAllBytes();
        }
        if (library != Library.DRIVER && major != Library.NATIVE_MAJOR) {
            contents = ElfRetarget.retarget(contents, library.fileName(Library.NATIVE_MAJOR, false),
                    library.fileName(major, false));
        }
        try {
            return folder == null ? unpackForNow(name, contents) : unpackForEver(folder, name, contents);
        } catch (IOException e) {
            throw new IOException("no folder for " + name + ": " + e.getMessage(), e);
        }
    }

    private static Path unpackForNow(String name, byte[] contents) throws IOException {
        // Made for its owner alone, under a name that cannot be guessed.
        Path made = Files.createTempDirectory("norn-natives");
        Path file = Files.write(made.resolve(name), contents);
        // Last in, first out.
        made.toFile().deleteOnExit();
        file.toFile().deleteOnExit();
        return file;
    }

    private static Path unpackForEver(Path folder, String name, byte[] contents) throws IOException {
        // One folder for each contents, since JCuda fixes the file's name: a copy for another CUDA is called the same.
        CRC32 sum = new CRC32();
        sum.update(contents);
        Path own = folder.resolve("jcuda-" + HexFormat.of().toHexDigits((int) sum.getValue()));
        try {
            DiskCache.privateFolder(own);
        } catch (IOException e) {
            throw new IOException(own + ": " + e.getMessage(), e);
        }
        Path file = own.resolve(name);
        // All of it is compared: in a JVM that has just started, hashing it with SHA-256 takes a tenth of a second and more.
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Arrays.equals(Files.readAllBytes(file), contents)) {
            return file;
        }
        Path made = Files.createTempFile(own, "new", ".tmp");
        try {
            Files.write(made, contents);
            // Whole or not at all, for whoever starts at the same time; a library already loaded stays as it is in memory.
            Files.move(made, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(made);
        }
        return file;
    }
}
