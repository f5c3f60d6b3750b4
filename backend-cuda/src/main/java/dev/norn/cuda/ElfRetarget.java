package dev.norn.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets a shared library ask for another version of a library that it needs: {@code libcublas.so.13} in place of
 * {@code libcublas.so.12}. The functions called are the same; only what they are asked of by name differs.
 *
 * <p>What that name is written in, of an ELF file (System V ABI, chapter 5 "Dynamic linking"; Linux Standard Base Core,
 * chapter 10.7 "Symbol versioning"):
 *
 * <ul>
 *   <li>The segment {@code PT_DYNAMIC} is a list of tag and value. {@code DT_NEEDED} gives a library to load, as an offset
 *       into the string table {@code DT_STRTAB}. The loader looks at no section header, so neither do we.
 *   <li>{@code DT_VERNEED} is a chain of needed libraries ({@code vn_file}: their names, in the same table), each with a
 *       chain of versions that symbols are bound to ({@code vna_name}, and {@code vna_hash}, its hash). NVIDIA gives all
 *       symbols of a library one version, called like the library itself: {@code cublasCreate_v2@libcublas.so.12}. So the
 *       name is written once and used twice, and its hash must follow it.
 *   <li>The hash is the one of the System V ABI: of {@code libcublas.so.12} it is 0x0ef62132.
 *   <li>Symbols are hashed without their version ({@code DT_GNU_HASH}), and refer to versions by number: those tables stay.
 * </ul>
 *
 * <p>The new name has to be as long as the old, since the strings behind it stay where they are. A file that is not as
 * described is refused.
 */
final class ElfRetarget {

    private static final int EM_X86_64 = 62;
    private static final int ET_DYN = 3;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final long DT_NULL = 0;
    private static final long DT_NEEDED = 1;
    private static final long DT_STRTAB = 5;
    private static final long DT_STRSZ = 10;
    private static final long DT_VERNEED = 0x6ffffffeL;
    private static final long DT_VERNEEDNUM = 0x6fffffffL;
    private static final int PROGRAM_HEADER_BYTES = 56;

    private final ByteBuffer file;
    private final String from;
    private final String to;

    private int dynamic;
    private int dynamicEnd;
    private int strings;
    private int stringsEnd;

    private ElfRetarget(byte[] copy, String from, String to) {
        this.file = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
        this.from = from;
        this.to = to;
    }

    /**
     * A copy of a library that needs another one.
     *
     * @param library the file's contents, which are left as they are
     * @param from the name of a library that it needs
     * @param to another of the same length
     * @throws IllegalArgumentException if the file is not as expected, which the message says
     */
    static byte[] retarget(byte[] library, String from, String to) {
        if (from.length() != to.length()) {
            throw new IllegalArgumentException("\"" + to + "\" is not as long as \"" + from + "\"");
        }
        byte[] copy = library.clone();
        ElfRetarget elf = new ElfRetarget(copy, from, to);
        try {
            elf.readHeaders();
            elf.rename();
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new IllegalArgumentException("not a whole ELF file: something in it lies outside of it", e);
        }
        return copy;
    }

    /** The hash of a version's name, by the System V ABI ("Hash table"). */
    static int hash(String name) {
        int h = 0;
        for (byte c : name.getBytes(StandardCharsets.US_ASCII)) {
            h = (h << 4) + (c & 0xff);
            int high = h & 0xf0000000;
            h = (h ^ (high >>> 24)) & ~high;
        }
        return h;
    }

    private void readHeaders() {
        check(file.getInt(0) == 0x464c457f, "no ELF file");
        // EI_CLASS and EI_DATA, then e_type and e_machine.
        check(file.get(4) == 2 && file.get(5) == 1, "not 64 bits, little-endian");
        check(file.getShort(16) == ET_DYN && file.getShort(18) == EM_X86_64, "no shared library for x86-64");
        check(file.getShort(54) == PROGRAM_HEADER_BYTES, "program headers of an unknown size");
        for (int i = 0; i < segments(); i++) {
            int header = segment(i);
            if (file.getInt(header) == PT_DYNAMIC) {
                dynamic = number(header + 8);
                dynamicEnd = dynamic + number(header + 32);
            }
        }
        check(dynamic != 0, "no dynamic segment");
        strings = offset(one(DT_STRTAB));
        stringsEnd = strings + (int) one(DT_STRSZ);
    }

    private void rename() {
        List<Integer> names = new ArrayList<>();
        for (long offset : values(DT_NEEDED)) {
            if (string(offset).equals(from)) {
                names.add(strings + (int) offset);
            }
        }
        check(names.size() == 1, "it needs \"" + from + "\" " + names.size() + " times, not once");
        int hashes = 0;
        int need = offset(one(DT_VERNEED));
        for (long n = one(DT_VERNEEDNUM); n > 0; n--) {
            // Elf64_Verneed: vn_version 2 bytes, vn_cnt 2, vn_file 4, vn_aux 4, vn_next 4; the last two from its start.
            check(file.getShort(need) == 1, "symbol versions in an unknown form");
            int versions = file.getShort(need + 2) & 0xffff;
            boolean named = string(file.getInt(need + 4)).equals(from);
            if (named) {
                names.add(strings + file.getInt(need + 4));
            }
            int version = need + file.getInt(need + 8);
            for (int i = 0; i < versions; i++) {
                // Elf64_Vernaux: vna_hash 4 bytes, vna_flags 2, vna_other 2, vna_name 4, vna_next 4.
                String name = string(file.getInt(version + 8));
                check(named == name.equals(from), named ? "it needs version \"" + name + "\" of " + from
                        : "\"" + from + "\" is a version of another library");
                if (named) {
                    check(file.getInt(version) == hash(from), "the hash of \"" + from + "\" is wrong");
                    file.putInt(version, hash(to));
                    names.add(strings + file.getInt(version + 8));
                    hashes++;
                }
                version += next(file.getInt(version + 12), i + 1 < versions);
            }
            need += next(file.getInt(need + 12), n > 1);
        }
        check(hashes == 1, "symbols are bound to " + hashes + " versions of \"" + from + "\", not to one");
        for (int at : names) {
            // Else it is the end of a longer string, which would change as well.
            check(file.get(at - 1) == 0, "\"" + from + "\" is part of another name");
            for (int i = 0; i < to.length(); i++) {
                file.put(at + i, (byte) to.charAt(i));
            }
        }
    }

    /** A chain goes forward, or it might go on for ever. */
    private static int next(int distance, boolean more) {
        check(!more || distance > 0, "a chain of versions does not go on");
        return distance;
    }

    private int segments() {
        return file.getShort(56) & 0xffff;
    }

    private int segment(int i) {
        return number(32) + i * PROGRAM_HEADER_BYTES;
    }

    /** Where in the file lies what is loaded at an address. */
    private int offset(long address) {
        for (int i = 0; i < segments(); i++) {
            int header = segment(i);
            // Elf64_Phdr: p_type, p_flags, p_offset at 8, p_vaddr at 16, p_paddr, p_filesz at 32.
            long inside = address - file.getLong(header + 16);
            if (file.getInt(header) == PT_LOAD && inside >= 0 && inside < file.getLong(header + 32)) {
                return Math.toIntExact(file.getLong(header + 8) + inside);
            }
        }
        throw new IllegalArgumentException("not as expected: no segment holds address " + address);
    }

    private List<Long> values(long tag) {
        List<Long> values = new ArrayList<>();
        for (int at = dynamic; at < dynamicEnd && file.getLong(at) != DT_NULL; at += 16) {
            if (file.getLong(at) == tag) {
                values.add(file.getLong(at + 8));
            }
        }
        return values;
    }

    private long one(long tag) {
        List<Long> values = values(tag);
        check(values.size() == 1, "dynamic tag " + tag + " occurs " + values.size() + " times, not once");
        return values.get(0);
    }

    private int number(int at) {
        long value = file.getLong(at);
        check(value >= 0 && value < file.limit(), "an offset lies outside of the file");
        return (int) value;
    }

    private String string(long offset) {
        check(offset >= 0 && offset < stringsEnd - strings, "a name lies outside of the string table");
        StringBuilder text = new StringBuilder();
        for (int at = strings + (int) offset; file.get(at) != 0; at++) {
            text.append((char) (file.get(at) & 0xff));
        }
        return text.toString();
    }

    private static void check(boolean expected, String otherwise) {
        if (!expected) {
            throw new IllegalArgumentException("not as expected: " + otherwise);
        }
    }
}
