package io.countersign.command.store.api;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

    /** The actions whose earlier events the log calls archived, and the sequence number of the event that says so. */
    Map<String, Long> archived();

    /**
     * All rows from an index on, one after the other, as bytes: for those who only hash them. Rows that are added meanwhile may be among them.
     *
     * @param from lowest index to read
     * @param stretch how many of them are asked for at once; positive. Many for who wants all, no more than are wanted for who stops early
     */
    Scan scan(long from, int stretch);

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

        private static final int AGGREGATE = 3;
        private static final int SEQUENCE = 4;
        private static final int NAME = 6;
        private static final int PAYLOAD = 8;
        private static final int METADATA = 9;

        /** The logical name of the event. */
        public String name() {
            return text(NAME);
        }

        /** The aggregate it is of. */
        public String aggregateId() {
            return text(AGGREGATE);
        }

        /** Its place among the events of the aggregate. */
        public long sequence() {
            return Long.parseLong(text(SEQUENCE));
        }

        /** The stored payload. */
        public String payload() {
            return text(PAYLOAD);
        }

        private String text(int column) {
            int at = place(column);
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
            @Nullable String revision, String payload, String metadata) {

        /** The same as bytes. */
        public Packed packed() {
            ByteArrayOutputStream packed = new ByteArrayOutputStream(512 + payload.length() + metadata.length());
            for (String column : Arrays.asList(Long.toString(index), eventId, aggregateType, aggregateId, Long.toString(sequence), time, name,
                    revision, payload, metadata)) {
                byte[] text = column == null ? new byte[0] : column.getBytes(StandardCharsets.UTF_8);
                packed.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(column == null ? -1 : text.length).array());
                packed.writeBytes(text);
            }
            return new Packed(index, packed.toByteArray(), 0);
        }

        /** The same with another payload. */
        public Row withPayload(String other) {
            return new Row(index, eventId, aggregateType, aggregateId, sequence, time, name, revision, other, metadata);
        }
    }
}
