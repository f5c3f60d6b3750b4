package dev.norn.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Decompresses gzip (RFC 1952), one member or several. The JDK's {@code GZIPInputStream} is not for hostile input: it
 * ignores whatever follows the last member, and recurses once for each member, so that a small file of empty members
 * overflows the stack. Here what follows a member is another member or an error. Closing it releases the
 * decompressor and leaves the source open.
 */
final class Gunzip extends InputStream {

    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final InputStream source;
    private final byte[] buffer = new byte[1 << 16];
    private final Inflater inflater = new Inflater(true);
    private final CRC32 dataCrc = new CRC32();
    private final CRC32 headerCrc = new CRC32();
    private int position;
    private int limit;
    private boolean inMember;
    private boolean ended;

    Gunzip(InputStream source) {
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember) {
                header();
            }
            int n = inflate(target, offset, length);
            if (n > 0) {
                dataCrc.update(target, offset, n);
                return n;
            }
            if (inflater.finished()) {
                trailer();
                ended = !fill();
            } else if (inflater.needsDictionary()) {
                throw new ZipException("the gzip data are corrupt (they ask for a dictionary)");
            } else if (fill()) {
                inflater.setInput(buffer, position, limit - position);
            } else {
                throw cutShort();
            }
        }
        return -1;
    }

    private int inflate(byte[] target, int offset, int length) throws ZipException {
        try {
            int n = inflater.inflate(target, offset, length);
            position = limit - inflater.getRemaining();
            return n;
        } catch (DataFormatException e) {
            throw new ZipException("the gzip data are corrupt" + (e.getMessage() == null ? "" : ": " + e.getMessage()));
        }
    }

    private void header() throws IOException {
        headerCrc.reset();
        if (next() != 0x1F || next() != 0x8B) {
            throw new ZipException("what follows the gzip data is not gzip");
        }
        int method = next();
        int flags = next();
        if (method != 8 || (flags & RESERVED) != 0) {
            throw new ZipException("the gzip header is corrupt (method " + method + ", flags " + flags
                    + "; valid are method 8, flags 0 to 31)");
        }
        skip(6); // time, compression level, operating system
        if ((flags & EXTRA) != 0) {
            skip(next() | next() << 8);
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            int expected = (int) headerCrc.getValue() & 0xFFFF;
            if ((next() | next() << 8) != expected) {
                throw new ZipException("the gzip header is corrupt (its checksum differs)");
            }
        }
        dataCrc.reset();
        inflater.reset();
        inflater.setInput(buffer, position, limit - position);
        inMember = true;
    }

    private void trailer() throws IOException {
        if (word() != (int) dataCrc.getValue() || word() != (int) inflater.getBytesWritten()) {
            throw new ZipException("the gzip data are corrupt (checksum or length differs)");
        }
        inMember = false;
    }

    private int word() throws IOException {
        return next() | next() << 8 | next() << 16 | next() << 24;
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            next();
        }
    }

    private void skipText() throws IOException {
        int c;
        do {
            c = next();
        } while (c != 0);
    }

    /** The source's next byte, outside the compressed data. */
    private int next() throws IOException {
        if (!fill()) {
            throw cutShort();
        }
        int value = buffer[position++] & 0xFF;
        headerCrc.update(value);
        return value;
    }

    /** Makes the buffer hold at least one unused byte; false at the source's end. */
    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, source.read(buffer, 0, buffer.length));
        }
        return position < limit;
    }

    private static EOFException cutShort() {
        return new EOFException("the gzip data are cut short");
    }

    @Override
    public void close() {
        inflater.end();
    }
}
