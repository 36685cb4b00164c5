package io.countersign.command.store.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log as it is stored, nothing interpreted: for those who prove that nobody changed it. */
public interface RawLog {

    /**
     * Rows in the order of their indexes. A missing index shows as a gap: nothing is skipped and nothing is filled in.
     *
     * @param from lowest index to read
     * @param most how many rows at most; positive
     */
    List<Row> read(long from, int most);

    /** The rows of one aggregate, in sequence order. Empty when there are none. */
    List<Row> of(String aggregateId);

    /**
     * All rows from an index on, one after the other, as bytes: for those who only hash them. Rows that are added meanwhile may be among them.
     *
     * @param from lowest index to read
     */
    Scan scan(long from);

    /** A walk over the log. Holds a connection until it is closed. */
    interface Scan extends AutoCloseable {

        /** The next row; null at the end. */
        @Nullable Packed next();

        @Override
        void close();
    }

    /**
     * One event as bytes: all columns of {@link Row}, in that order, numbers in decimal digits. Each is four bytes of length, highest first, and
     * its UTF-8 text; length -1 stands for null.
     *
     * @param bytes the columns, from {@code start} to the end
     */
    record Packed(long index, byte[] bytes, int start) {

        private static final int NAME = 6;
        private static final int METADATA = 9;

        /** The logical name of the event. */
        public String name() {
            int at = place(NAME);
            return new String(bytes, at, length(at), StandardCharsets.UTF_8);
        }

        /** Where the text of the metadata begins; it ends with the array. */
        public int metadata() {
            return place(METADATA);
        }

        private int place(int column) {
            int at = start + Integer.BYTES;
            for (int i = 0; i < column; i++) {
                at += Math.max(0, length(at)) + Integer.BYTES;
            }
            return at;
        }

        private int length(int at) {
            return ByteBuffer.wrap(bytes).getInt(at - Integer.BYTES);
        }
    }

    /** One event, column by column, as the database holds it. */
    record Row(long index, String eventId, String aggregateType, String aggregateId, long sequence, String time, String name,
            @Nullable String revision, String payload, String metadata) {}
}
